"""What stands against giving an authority a seat, and against ending it (Art. 57(10), 57(13), 78)."""

from collections import Counter
from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.escalation import must_act
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.offices import office_of
from sandbox.domain.readers import of_right
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.shares import names_article, touches_enforcement, unasked
from sandbox.domain.supervision import Office, OrderKind

AUTHORITIES = frozenset(
    {Role.AUTHORITY, Role.MARKET_SURVEILLANCE, Role.DATA_PROTECTION, Role.AI_OFFICE}
)


@guard(Action.SEAT_AUTHORITY, rule="R57-13")
def an_authority_sits_once_and_one_leads(case: Case, by: Person) -> Iterator[str]:
    del by
    for seat in case.seats:
        if seat.role not in AUTHORITIES:
            yield f"{seat.role} is no authority that sits at a case"
        if seat.role is Role.MARKET_SURVEILLANCE and not seat.country:
            yield "a market surveillance authority sits for a Member State"
    for (role, country, name), times in Counter(seat.place for seat in case.seats).items():
        if times > 1:
            yield f"{name or role} {country} sits there already".replace("  ", " ")
    if sum(seat.capacity is Capacity.LEAD for seat in case.seats) > 1:
        yield "a case has one lead authority"


def _newest(case: Case) -> Seat | None:
    """The seat that was given last, unless that was before its basis was kept."""
    newest = case.seats[-1] if case.seats else None
    return newest if newest and newest.legal_basis is not None else None


@guard(Action.SEAT_AUTHORITY, rule="R78")
def a_seat_that_is_given_rests_on_an_article(case: Case, by: Person) -> Iterator[str]:
    del by
    seat = _newest(case)
    if seat and not names_article(seat.legal_basis or ""):
        yield "the seat names no article as its legal basis"


@guard(Action.SEAT_AUTHORITY, rule="R78")
def whom_the_matter_comes_from_is_asked_before_another_sits_there(
    case: Case, by: Person
) -> Iterator[str]:
    del by
    seat = _newest(case)
    if seat and touches_enforcement(case.application):
        yield from unasked(seat.consultations, case.deployers)


@guard(Action.END_SEAT, rule="R57-13")
def a_seat_that_was_given_is_ended_with_reasons(case: Case, by: Person) -> Iterator[str]:
    del by
    if not any(seat.given_by for seat in (*case.seats, *case.ended_seats)):
        yield "nobody was given a seat: those that are there follow from the case"
    for seat in case.ended_seats:
        if not seat.given_by:
            yield f"the seat of {_called(seat)} follows from the case: it cannot be ended"
        if not seat.ended_because.strip():
            yield f"nothing says why the seat of {_called(seat)} ends"


@guard(Action.END_SEAT, rule="R57-10")
def data_protection_that_is_associated_keeps_a_seat(case: Case, by: Person) -> Iterator[str]:
    del by
    left = any(seat.role is Role.DATA_PROTECTION for seat in case.ended_seats)
    if left and case.dpa_reviewer and not case.data_protection:
        yield "data protection is associated and has no other seat"


@guard(Action.END_SEAT, rule="R57-13")
def who_has_something_to_finish_keeps_its_seat(case: Case, by: Person) -> Iterator[str]:
    """What nobody else may finish would stay open for good; ours, the law says nothing of it (X)."""
    del by
    for seat in case.ended_seats:
        holder = Person("", seat.role, seat.organisation, seat.country)
        if not of_right(case, holder):
            for what in _unfinished(case, office_of(holder, "")):
                yield f"{_called(seat)} has to finish {what} first"


def _unfinished(case: Case, office: Office) -> Iterator[str]:
    """The clocks that wait for an authority, its open inspections, and its orders that suspend."""
    for clock in case.deadlines:
        waits = clock.met_at is None and must_act(office.role, clock, office.country)
        if waits and clock.country == office.country:
            yield f"{clock.name} {clock.subject}".rstrip()
    for inspection in case.inspections:
        if inspection.closed_at is None and inspection.office == office:
            yield inspection.subject
    for order in case.orders:
        if order.kind is OrderKind.SUSPEND and order.stops and order.office == office:
            yield order.subject


def _called(seat: Seat) -> str:
    return f"{seat.organisation or seat.role} {seat.country}".rstrip()
