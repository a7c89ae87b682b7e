"""What stands against giving an authority a seat (Art. 57(13))."""

from collections import Counter
from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.seats import Capacity

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
