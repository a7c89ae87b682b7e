"""The authority publishes a call; everybody reads it."""

from sandbox.domain.authority import Authority
from sandbox.domain.call import Call
from sandbox.domain.case import Person
from sandbox.domain.readers import is_lead
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock
from sandbox.store import calls
from sandbox.store.database import Sessions


def publish(
    call: Call, *, by: Person, sessions: Sessions, authority: Authority, clock: Clock
) -> Call:
    """Publish a call with its fee list, at the latest on the day it opens (R58-D02)."""
    if not is_lead(by):
        raise NotFound("calls are published by the authority")
    at = clock()
    if call.opens_on < authority.day(at):
        raise FieldRefused("opens_on", "a call is published before it opens, or on that day")
    with sessions.begin() as session:
        if calls.find(session, call.id) is not None:
            raise FieldRefused("id", f"call {call.id} was published already; it does not change")
        calls.add(session, call, str(by), at)
    return call


def published(*, sessions: Sessions) -> list[Call]:
    """Every call, the latest first."""
    with sessions.begin() as session:
        return calls.newest(session)
