"""Routes of exceptional costs: told with every item, acknowledged before the test starts."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from sandbox.api.answers import CaseView
from sandbox.api.identity import Parts, Who
from sandbox.api.review_bodies import CostBody
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.stages import cost

router = APIRouter(tags=["costs"], prefix="/cases/{case_id}/costs")
NUMBER_MAX = 2**31 - 1


@router.post("", status_code=201)
def warn(
    case_id: KnownCase,
    body: CostBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Warn the provider of an exceptional cost, item by item (draft act Art. 2(2))."""
    cost.warn(
        case_id,
        body.to_items(),
        body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/{number}/acknowledgement")
def acknowledge(
    case_id: KnownCase,
    number: Annotated[int, Path(ge=1, le=NUMBER_MAX)],
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Acknowledge an exceptional cost; without that the test does not start."""
    cost.acknowledge(
        case_id,
        number,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)
