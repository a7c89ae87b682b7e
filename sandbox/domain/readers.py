"""Who may know of a case at all (Art. 78); for everybody else there is none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.incident import Incident
from sandbox.domain.lifecycle import ADMITTED_ONCE, Role
from sandbox.domain.observers import Part, scope_of
from sandbox.domain.papers import Paper
from sandbox.domain.publication import Permission, holds
from sandbox.domain.seats import Seat, sits
from sandbox.domain.shares import shared_with
from sandbox.domain.supervision import REQUESTS

# The AI Office is a part of the Commission; where it runs the sandbox itself, its people are the
# authority.
OF_THE_UNION = frozenset({Role.COMMISSION, Role.BOARD, Role.AI_OFFICE})


def may_know(case: Case, person: Person) -> bool:
    """Whether somebody may know of a case.

    Inspectors have no access to sandbox files, during participation or after it: without that wall
    nobody would speak openly to the authority that supports them (rulebook 5.3).
    """
    if person.unit is Unit.ENFORCEMENT:
        return False
    return of_right(case, person) or bool(shared_with(case.shares, person.role, person.country))


def of_right(case: Case, person: Person) -> bool:
    """Whether the law itself lets somebody know of a case, without a share."""
    return READERS[person.role](case, person) if person.role in READERS else False


def reads_only(case: Case, person: Person) -> bool:
    """Whether somebody knows of a case by a share alone: a share is for reading (Art. 57(13))."""
    shares = shared_with(case.shares, person.role, person.country)
    return bool(shares) and not of_right(case, person)


def is_lead(person: Person) -> bool:
    """Whether somebody is of the authority that runs the sandbox; another one names its country."""
    return person.role is Role.AUTHORITY and not person.country


def acting(person: Person) -> Person:
    """Somebody in the role in which they act: an authority at the table that does not lead supervises
    (Art. 76), as it reads.
    """
    if person.role is not Role.AUTHORITY or is_lead(person):
        return person
    return replace(person, role=Role.MARKET_SURVEILLANCE)


def observer_scope(case: Case, person: Person, today: date) -> frozenset[Part]:
    """The parts of a case that an invited observer may look at today; none for everybody else.

    An observer has no place in READERS: what opens a case to those opens all of it.
    """
    if person.role is not Role.OBSERVER or person.unit is Unit.ENFORCEMENT:
        return frozenset()
    return scope_of(case.observers, person.name, person.organisation, today)


def may_know_installation(person: Person) -> bool:
    """Whether somebody may know of the clocks of the sandbox as a whole."""
    return person.role in {Role.AUTHORITY, Role.AUDITOR} and person.unit is not Unit.ENFORCEMENT


def may_read(case: Case, person: Person, paper: Paper) -> bool:
    """Whether somebody may read a kind of document of a case.

    Commission, AI Office and Board read the exit report with the provider's agreement only; that
    opens nothing else of the case (Art. 57(8)).
    """
    if person.role in OF_THE_UNION and paper is Paper.EXIT_REPORT:
        support = person.unit is not Unit.ENFORCEMENT
        return support and holds(case.permits, Permission.UNION_ACCESS)
    return may_know(case, person)


def _always(case: Case, person: Person) -> bool:
    del case, person
    return True


def _never(case: Case, person: Person) -> bool:
    del case, person
    return False


def _leads_or_sits(case: Case, person: Person) -> bool:
    return is_lead(person) or _has_own_seat(case, person)


def _has_own_seat(case: Case, person: Person) -> bool:
    """The seat of the lead names no country and is nobody else's."""
    own = tuple(seat for seat in case.seats if seat.country)
    return case.stage in ADMITTED_ONCE and _sits(own, person)


def _own(case: Case, person: Person) -> bool:
    return case.provider == person.organisation


def deploys(case: Case, person: Person) -> bool:
    """A deployer of the test, which it sees and nothing else (rulebook 0.3)."""
    return case.test is not None and person.organisation in case.test.evidence.deployers


def _on_its_territory(case: Case, person: Person) -> bool:
    """Where the provider sits, where an incident occurred, and where it has a seat."""
    occurred = {country for incident in case.incidents for country in incident.countries}
    return person.country in {case.application.country, *occurred} or seated(case, person)


def seated(case: Case, person: Person) -> bool:
    """An authority at the table, once there is one: before admission only the lead decides."""
    return case.stage in ADMITTED_ONCE and _sits(case.seats, person)


def _sits(seats: tuple[Seat, ...], person: Person) -> bool:
    return sits(seats, person.role, person.country, person.organisation)


def _associated(case: Case, person: Person) -> bool:
    """Art. 57(10): once it is associated, the authority for data protection that has the seat; where
    no such seat was given, since the plan alone brings the data, that of the provider's country.
    """
    if not case.dpa_reviewer:
        return False
    if any(seat.role is Role.DATA_PROTECTION for seat in case.seats):
        return _sits(case.seats, person)
    return person.country == case.application.country


def _asked(case: Case, person: Person) -> bool:
    """The AI Office hears of a suspension, of what it is asked, and of what it is competent for."""
    asked = any(REQUESTS[request.kind][1] is person.role for request in case.requests)
    return asked or case.suspension is not None or seated(case, person)


def _rights_are_touched(case: Case, person: Person) -> bool:
    """Art. 77: a body for fundamental rights knows the incidents of its country that touch them."""
    return any(concerns_rights_body(i, person) for i in case.incidents)


def concerns_rights_body(incident: Incident, person: Person) -> bool:
    """Whether an incident touches rights where a body for fundamental rights is competent."""
    return incident.touches_rights and person.country in incident.countries


READERS: dict[Role, Callable[[Case, Person], bool]] = {
    Role.AUTHORITY: _leads_or_sits,
    Role.AUDITOR: _always,
    Role.PROVIDER: _own,
    Role.DEPLOYER: deploys,
    Role.MARKET_SURVEILLANCE: _on_its_territory,
    Role.DATA_PROTECTION: _associated,
    Role.AI_OFFICE: _asked,
    Role.RIGHTS_BODY: _rights_are_touched,
    Role.BOARD: _never,
    Role.COMMISSION: _never,
}
