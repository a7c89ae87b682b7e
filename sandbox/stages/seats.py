"""The authority gives another one a seat at the table of a case, and ends it (Art. 57(13)-(14), 78)."""

from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.readers import is_open
from sandbox.domain.seats import Capacity, Seat, found
from sandbox.domain.shares import Consultation
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
    legal_basis: str,
    consultations: tuple[Consultation, ...] = (),
    by: Person,
    version: int | None,
    sessions: Sessions,
    union: Union,
    clock: Clock,
) -> Case:
    """Seat an authority on a legal basis; it is told as soon as it may know of the case, which is once that
    is admitted. The provider is told at once. Where law is enforced those of Art. 78(3) are consulted first.
    """
    at = clock()
    if country:
        union.of(country)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        seat = Seat(role, country, organisation, capacity, at, str(by), legal_basis, consultations)
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
            legal_basis=legal_basis,
            consulted=[str(asked) for asked in consultations],
        )
        for told in _heard(case, seat):
            said = {"seat": seat.addressee, "capacity": capacity.value}
            outbox.post(session, case_id, "seat_given", told, at, **said)
    return after


def end(
    case_id: CaseId,
    *,
    role: Role,
    country: str,
    organisation: str,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """End a seat that somebody gave; it is kept with its days. The provider is told, and who had it unless
    it never heard of it.

    From then on its holder knows of the case what it would know without the seat.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = found(case.seats, role, country, organisation)
        ended = replace(known, ended_by=str(by), ended_at=at, ended_because=reasons)
        after = take(
            case,
            Action.END_SEAT,
            by,
            seats=tuple(seat for seat in case.seats if seat is not known),
            ended_seats=(*case.ended_seats, ended),
        )
        record(
            session,
            after,
            Action.END_SEAT,
            by,
            at,
            role_of_seat=role.value,
            country=country,
            organisation=organisation,
            reasons=reasons,
        )
        for told in _heard(case, ended):
            outbox.post(session, case_id, "seat_ended", told, at, seat=ended.addressee)
    return after


def _heard(case: Case, seat: Seat) -> tuple[str, ...]:
    provider = f"provider:{case.provider}"
    return (seat.addressee, provider) if is_open(case, seat) else (provider,)
