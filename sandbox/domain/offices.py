"""Which authority somebody acts for: what one did, no other undoes (Art. 73, 76(3)); and what its
inspectors may do.
"""

from datetime import datetime

from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.lifecycle import SUPERVISORS, Role
from sandbox.domain.member_state import UNION_BODIES
from sandbox.domain.processing import ProcessingStop
from sandbox.domain.readers import acting, is_known_to, is_lead, of_right, seated
from sandbox.domain.seats import EDPS, Capacity
from sandbox.domain.supervision import Inspection, Office


def may_enforce(case: Case, person: Person) -> bool:
    """Whether an inspector may act in a case that its authority knows of by right; what it reads of it
    is another matter (rulebook 5.3).
    """
    supervises = acting(person).role in SUPERVISORS
    competent = supervises or (person.role is Role.AI_OFFICE and seated(case, person))
    return person.unit is Unit.ENFORCEMENT and competent and of_right(case, person)


def inspecting(case: Case, person: Person) -> tuple[Inspection, ...]:
    """The open inspections of the authority that somebody inspects for: as long as there is one its
    inspectors read what it is about (Art. 60(6), 74(12)).
    """
    if not may_enforce(case, person):
        return ()
    return tuple(
        inspection
        for inspection in case.inspections
        if inspection.closed_at is None and _is_of(inspection.office, acting(person))
    )


def _is_of(office: Office | None, actor: Person) -> bool:
    """Whether somebody acts for an office: of market surveillance there is one for each country."""
    if office is None or office.role is not actor.role:
        return False
    return actor.role is not Role.MARKET_SURVEILLANCE or office.country == actor.country


def acts_for_ai_office(case: Case, person: Person) -> bool:
    """Whether somebody is of the AI Office, or of the authority where the AI Office runs the sandbox."""
    led_by_it = any(s.capacity is Capacity.LEAD and s.role is Role.AI_OFFICE for s in case.seats)
    return person.role is Role.AI_OFFICE or (led_by_it and is_lead(person))


def office_in(case: Case, person: Person, home: str) -> Office:
    """The authority somebody acts for on an incident: who runs the Union-level sandbox is the AI Office,
    and the EDPS that runs its own acts for no Member State.
    """
    if acts_for_ai_office(case, person):
        return Office(Role.AI_OFFICE, UNION_BODIES)
    led_by_edps = any(s.capacity is Capacity.LEAD and s.organisation == EDPS for s in case.seats)
    if led_by_edps and is_lead(person):
        return Office(Role.AUTHORITY, EDPS)
    return office_of(person, home)


def told_for(case: Case, office: Office | None) -> tuple[str, ...]:
    """Whom a notice for an authority is posted to: once it knows of the case no more, and where it was
    not kept, the authority that runs the sandbox.
    """
    if office is None or not office.country:
        return (Role.AUTHORITY.value,)
    if office.role is Role.MARKET_SURVEILLANCE:
        return surveillance_in(case, office.country) or (Role.AUTHORITY.value,)
    known = is_known_to(case, office.role, office.country)
    return (office.addressee if known else Role.AUTHORITY.value,)


def surveillance_in(case: Case, country: str) -> tuple[str, ...]:
    """Whom a notice for market surveillance of a Member State is posted to: to it, and to one at the table
    that acts as it; nobody where neither knows of the case (Art. 78).
    """
    roles = (Role.MARKET_SURVEILLANCE, Role.AUTHORITY)
    return tuple(f"{role.value}:{country}" for role in roles if is_known_to(case, role, country))


def office_of(person: Person, home: str) -> Office:
    """The authority somebody acts for; `home` is the country of whoever names none."""
    actor = acting(person)
    country = UNION_BODIES if actor.role is Role.AI_OFFICE else actor.country or home
    return Office(actor.role, country)


def protecting(person: Person) -> Office | None:
    """The data protection authority that somebody acts for; the EDPS names no country."""
    if person.role is not Role.DATA_PROTECTION:
        return None
    return Office(person.role, person.country or UNION_BODIES)


def to_lift(case: Case, person: Person) -> tuple[ProcessingStop, ...]:
    """The stops of processing that somebody lifts: all that stand but those of another data protection
    authority; where nothing else stands those too, which a guard refuses.
    """
    own = protecting(person)
    standing = tuple(stop for stop in case.processing.stops if stop.resumed_at is None)
    return (
        tuple(s for s in standing if not own or not is_of_another(case, s.office, own)) or standing
    )


def is_of_another(
    case: Case, office: Office | None, own: Office | None, at: datetime | None = None
) -> bool:
    """Whether what a data protection authority said or stopped was not for another one to take back: it
    sat at the table at that moment, or sits there now. What one did that has left falls to those that stay (X).
    """
    if office is None or office == own:
        return False
    return any(
        Office(seat.role, seat.country or UNION_BODIES) == office
        and (at is None or seat.since <= at)
        for seat in case.seats
    )
