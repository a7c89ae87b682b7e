"""Who may know of a case at all (Art. 78); for everybody else there is none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.deadline_rules import Name
from sandbox.domain.high_risk import is_of_annex_iii
from sandbox.domain.incident import Incident
from sandbox.domain.lifecycle import ADMITTED_ONCE, TESTED, Role, Stage
from sandbox.domain.observers import Part, scope_of
from sandbox.domain.papers import Paper
from sandbox.domain.publication import Permission, holds
from sandbox.domain.seats import Seat
from sandbox.domain.shares import shared_with
from sandbox.domain.supervision import REQUESTS, OrderKind, RequestKind

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
    rule = READERS.get(person.role, _nobody)
    return not names(person).isdisjoint(rule(case))


def is_known_to(case: Case, role: Role, country: str) -> bool:
    """Whether the law itself lets an authority of a country know of a case, whatever it is called."""
    called = (role.value, _of(role, country))
    known = {name.partition(_from("", ""))[0] for name in READERS.get(role, _nobody)(case)}
    return not known.isdisjoint(called)


def audience(case: Case) -> frozenset[str]:
    """Everybody who may know of a case, as one of their `names`, but for those who know every case."""
    of_right = {name for rule in READERS.values() for name in rule(case)}
    by_share = {_of(share.role, share.country) for share in case.shares if share.is_in_force}
    return frozenset(of_right | by_share) - KNOW_ALL


def names(person: Person) -> frozenset[str]:
    """What the rules on readers may call somebody: by role, by territory, by organisation."""
    called = (person.role.value, _of(person.role, person.country))
    return frozenset({*called, *(_from(name, person.organisation) for name in called)})


def knows_every_case(person: Person) -> bool:
    """Whether somebody may know of every case, whatever it says."""
    return person.unit is not Unit.ENFORCEMENT and not names(person).isdisjoint(KNOW_ALL)


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


def _of(role: Role, country: str) -> str:
    return f"{role} of {country}"


def _from(name: str, organisation: str) -> str:
    return f"{name} from {organisation}"


KNOW_ALL = frozenset({_of(Role.AUTHORITY, ""), Role.AUDITOR.value})  # the lead, and auditors


def _nobody(case: Case) -> Iterator[str]:
    del case
    yield from ()


def _auditors(case: Case) -> Iterator[str]:
    del case
    yield Role.AUDITOR.value


def _authorities(case: Case) -> Iterator[str]:
    """The lead, and who has a seat of its own: the seat of the lead names no country."""
    yield _of(Role.AUTHORITY, "")
    if case.stage in ADMITTED_ONCE:
        own = (s for s in case.seats if s.role is Role.AUTHORITY and s.country)
        yield from (_called(seat) for seat in own)


def _the_provider(case: Case) -> Iterator[str]:
    yield _from(Role.PROVIDER, case.provider)


def _deployers(case: Case) -> Iterator[str]:
    """A deployer of the test, which it sees and nothing else (rulebook 0.3), or one that applied
    jointly (Art. 58(2)(b)); once the case is admitted.
    """
    if case.stage in ADMITTED_ONCE:
        yield from (_from(Role.DEPLOYER, name) for name in case.deployers)


def _surveillance(case: Case) -> Iterator[str]:
    """Where an incident occurred, where a testing plan was submitted, and where it has a seat, as the
    authority at the home of the provider has.
    """
    occurred = {country for incident in case.incidents for country in incident.countries}
    asked = case.test.known_to if case.test is not None else ()
    for country in (*occurred, *asked):
        yield _of(Role.MARKET_SURVEILLANCE, country)
    yield from _seated(case, Role.MARKET_SURVEILLANCE)


def _associated(case: Case) -> Iterator[str]:
    """Art. 57(10): once it is associated, the authority for data protection that has the seat."""
    if case.dpa_reviewer:
        yield from (_called(seat) for seat in case.seats if seat.role is Role.DATA_PROTECTION)


def _ai_office(case: Case) -> Iterator[str]:
    """The AI Office hears of a suspension or termination for cause (Art. 57(11); DL-08), of what it is
    asked, and of what it is competent for; of a test that ended as planned nobody tells it.
    """
    asked = any(Role.AI_OFFICE in REQUESTS[r.kind].answered_by for r in case.requests)
    stopped = case.suspension is not None and case.suspension.is_for_cause
    told = any(clock.name is Name.DL_08 for clock in case.deadlines)
    ordered = any(order.kind is not OrderKind.MODIFY for order in case.orders)  # it is named in D14
    if asked or stopped or told or ordered:
        yield Role.AI_OFFICE.value
    yield from _seated(case, Role.AI_OFFICE)


def _rights_bodies(case: Case) -> Iterator[str]:
    """Art. 77: a body for fundamental rights knows the incidents of its country that touch them, and the
    case about which it asked.
    """
    for incident in case.incidents:
        if incident.touches_rights:
            yield from (_of(Role.RIGHTS_BODY, country) for country in incident.countries)
    for request in case.requests:
        if request.kind is RequestKind.RIGHTS_DOCUMENTS and request.organisation:
            yield _from(_of(Role.RIGHTS_BODY, request.country), request.organisation)


def may_ask(case: Case, person: Person) -> bool:
    """Whether a body for fundamental rights may ask about a case that it does not know otherwise: what is
    tested is high-risk by Annex III, in its country or by a provider from there (Art. 77(1)).
    """
    countries = {case.application.country, *case.application.test_member_states}
    countries |= {territory.country for territory in case.test.territories} if case.test else set()
    asks = person.role is Role.RIGHTS_BODY and person.unit is not Unit.ENFORCEMENT
    is_tested = case.stage in {*TESTED, Stage.CLOSED}
    theirs = bool(person.organisation) and person.country in countries
    return asks and is_tested and theirs and is_of_annex_iii(case.application)


def only_asked(case: Case, person: Person) -> bool:
    """Whether a body for fundamental rights knows of a case by its own request alone."""
    if person.role is not Role.RIGHTS_BODY:
        return False
    return not any(concerns_rights_body(incident, person) for incident in case.incidents)


def concerns_rights_body(incident: Incident, person: Person) -> bool:
    """Whether an incident touches rights where a body for fundamental rights is competent."""
    return incident.touches_rights and person.country in incident.countries


def is_open(case: Case, seat: Seat) -> bool:
    """Whether a seat lets its holder know of the case yet: before admission only the lead decides, and
    data protection waits until it is associated.
    """
    if seat.role is Role.DATA_PROTECTION:
        return bool(case.dpa_reviewer)
    return case.stage in ADMITTED_ONCE


def seated(case: Case, person: Person) -> bool:
    """An authority at the table, once there is one: before admission only the lead decides."""
    return not names(person).isdisjoint(_seated(case, person.role))


def _seated(case: Case, role: Role) -> Iterator[str]:
    if case.stage in ADMITTED_ONCE:
        yield from (_called(seat) for seat in case.seats if seat.role is role)


def _called(seat: Seat) -> str:
    """A seat without a country is that of everybody in the role, unless it names an organisation."""
    name = _of(seat.role, seat.country) if seat.country else seat.role.value
    return _from(name, seat.named) if seat.named else name


# Whom of each role the law lets know of a case.
READERS: dict[Role, Callable[[Case], Iterator[str]]] = {
    Role.AUTHORITY: _authorities,
    Role.AUDITOR: _auditors,
    Role.PROVIDER: _the_provider,
    Role.DEPLOYER: _deployers,
    Role.MARKET_SURVEILLANCE: _surveillance,
    Role.DATA_PROTECTION: _associated,
    Role.AI_OFFICE: _ai_office,
    Role.RIGHTS_BODY: _rights_bodies,
}
