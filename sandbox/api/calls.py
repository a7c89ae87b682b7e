"""Routes of calls: the authority publishes, everybody reads."""

from fastapi import APIRouter

from sandbox.api.identity import Parts, Who
from sandbox.api.public_bodies import RollingIntakeView
from sandbox.api.review_bodies import CallBody, CallList
from sandbox.domain.call import ROLLING, Call
from sandbox.errors import FieldRefused
from sandbox.stages import calls

router = APIRouter(tags=["calls"], prefix="/calls")


@router.get("")
def published(parts: Parts) -> CallList:
    """Every call with its criteria, weights and fees, the latest first, and what an application
    without a call is judged by; no account is needed.
    """
    return CallList(
        calls=calls.published(sessions=parts.sessions),
        rolling_intake=RollingIntakeView.of(ROLLING),
    )


@router.post("", status_code=201)
def publish(body: CallBody, who: Who, parts: Parts) -> Call:
    """Publish a call with its fee list, at the latest on the day it opens. It never changes."""
    try:
        call = body.to_domain()
    except ValueError as error:
        raise FieldRefused("call", str(error)) from error
    return calls.publish(
        call, by=who, sessions=parts.sessions, authority=parts.authority, clock=parts.clock
    )
