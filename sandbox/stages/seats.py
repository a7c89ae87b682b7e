"""The authority gives another one a seat at the table of a case (Art. 57(13)-(14))."""

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.seats import Capacity, Seat
from sandbox.ports import Clock
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def give(
    case_id: CaseId,
    *,
    role: Role,
    country: str,
    organisation: str,
    capacity: Capacity,
    by: Person,
    version: int | None,
    sessions: Sessions,
    union: Union,
    clock: Clock,
) -> Case:
    """Seat an authority; it is told, and may know of the case once it is admitted."""
    at = clock()
    if country:
        union.of(country)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        seat = Seat(role, country, organisation, capacity, at, str(by))
        after = take(case, Action.SEAT_AUTHORITY, by, seats=(*case.seats, seat))
        record(
            session,
            after,
            Action.SEAT_AUTHORITY,
            by,
            at,
            role_of_seat=role.value,
            country=country,
            organisation=organisation,
            capacity=capacity.value,
        )
        outbox.post(session, case_id, "seat_given", seat.addressee, at, capacity=capacity.value)
    return after
