"""A serious incident becomes known: evidence is held, clocks run, and it is mitigated or the test stops
(Art. 60(7), 73).
"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from sandbox import holding, stopping
from sandbox.domain import deadlines, incident
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.concerns import incidents_of
from sandbox.domain.deadline_rules import Name
from sandbox.domain.incident import Classification, Incident, Response
from sandbox.domain.incident_clocks import for_each_recipient, of_rights_found_later, report_clocks
from sandbox.domain.lifecycle import COMPETENT, Role, Stage
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import office_in
from sandbox.domain.passage import take
from sandbox.domain.reporting import other_law, recipients
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

UNANSWERED = "no decision on mitigation within an hour after the provider became aware of the incident (Art. 60(7))"


def open_incident(
    case_id: CaseId,
    *,
    aware_at: datetime,
    aware: str = "",
    aware_party: incident.Awareness | None = None,
    occurred_at: datetime,
    countries: tuple[str, ...],
    description: str,
    persons_affected: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    union: Union,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Record awareness; evidence is held. Unless it is said otherwise it is that of whoever records it.

    An hour to decide on mitigation runs from when the provider knows (DL-16): from awareness, or where that
    was the deployer's from now on, when the provider records it or is told. Until it is classified the clock of 15 days runs for each Member State, or for the AI Office where
    it is competent (DL-10).
    """
    at = clock()
    for country in countries:
        union.of(country, field="countries")
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        law = other_law(case.application)
        try:
            opened = Incident(
                number=len(case.incidents) + 1,
                aware_at=aware_at,
                aware=aware or str(by),
                aware_party=aware_party or incident.Awareness(by.role),
                occurred_at=occurred_at,
                countries=countries,
                description=description,
                persons_affected=persons_affected,
                opened_by=str(by),
                opened_at=at,
                recipients=recipients(countries, law, union, for_ai_office=case.is_for_ai_office),
                other_law=law,
            )
        except ValueError as error:
            raise FieldRefused("aware_at", str(error)) from error
        by_provider = opened.aware_party is incident.Awareness.PROVIDER
        known_at = opened.aware_at if by_provider else at
        clocks = (
            deadlines.start_at(Name.DL_16, known_at, subject=opened.subject),
            *for_each_recipient(opened, Name.DL_10, opened.aware_at, union),
        )
        after = take(
            case,
            Action.OPEN_INCIDENT,
            by,
            incidents=(*case.incidents, opened),
            deadlines=(*case.deadlines, *clocks),
        )
        record(
            session,
            after,
            Action.OPEN_INCIDENT,
            by,
            at,
            incident=opened.number,
            aware_at=aware_at.isoformat(),
            aware_party=f"{opened.aware_party}",
            hold="placed",
        )
        holding.follow(session, after)
        provider = (f"provider:{case.provider}",) if by.role is Role.DEPLOYER else ()
        for addressee in (*opened.addressees, "authority", *provider):
            outbox.post(session, case_id, "incident_opened", addressee, at, incident=opened.number)
    for stage in ("pin", "keep", "provision", "notify"):
        nudge(stage, case_id)
    return after


def classify(
    case_id: CaseId,
    number: int,
    classification: Classification,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    clock: Clock,
) -> Case:
    """Say what it is held to be; the shortest clock counts. A later day, or none beside other reporting
    law, needs the sign-off of whoever gets the report, for its own clock alone. After the first report
    it may turn out that rights are touched: then DL-15 runs from now on.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = incident.found(incidents_of(case, by), number)
        running = {c.subject: c for c in report_clocks(case.deadlines, known)}
        name = known.report_clock(classification)
        is_waiting = known.initial_report_at is None
        again = for_each_recipient(known, name, known.aware_at, union) if name else ()
        fresh = {c.subject: c for c in again}
        moved = {s: fresh[s].due if s in fresh else date.max for s in running}
        later = {s for s, clock in running.items() if moved[s] > clock.due}
        own = {known.subject_in(office_in(case, by, authority.calendar.country).country)}
        signed_off = by.role in COMPETENT and bool(later & own)
        late = min(later, default="")
        due, new_due = (running[late].due, moved[late]) if late else (date.max, date.max)
        changed = incident.reclassified(
            known, classification, due=due, new_due=new_due, signed_off=signed_off
        )
        if changed is None:
            raise FieldRefused(
                "classes",
                f"the report is due on {due}; a later day ({new_due if fresh else 'never'}) needs the "
                "sign-off of a supervisor that gets it",
            )
        kept = later - own
        others = tuple(c for c in case.deadlines if c.subject in kept or c not in running.values())
        started = (c for s, c in fresh.items() if s not in kept) if is_waiting else ()
        rights = of_rights_found_later(changed, others, at, union)
        after = take(
            case,
            Action.CLASSIFY_INCIDENT,
            by,
            incidents=incident.changed(case.incidents, changed),
            deadlines=(*others, *started, *rights),
        )
        record(
            session,
            after,
            Action.CLASSIFY_INCIDENT,
            by,
            at,
            incident=number,
            classes=[c.value for c in classification.classes],
            causal_link=classification.causal_link.value,
            widespread=classification.widespread,
            not_reported_because=changed.unreportable_because,
        )
        told_late = () if is_waiting or known.touches_rights else changed.rights_bodies
        for addressee in told_late:
            outbox.post(session, case_id, "incident_report", addressee, at, incident=number)
    return after


def respond(
    case_id: CaseId,
    number: int,
    *,
    mitigated: bool,
    measures: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider mitigates at once, or suspends its test (Art. 60(7)); DL-16 is met. RuleBroken when it
    was answered before, unless what mitigated it then does no more.
    """
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        response = Response.MITIGATED if mitigated else Response.SUSPENDED
        after = _responded(session, case, number, response, measures, by, clock())
        stops = not mitigated and _lacks_a_stop(after)
        if stops:
            reasons = f"incident {number} could not be mitigated at once (Art. 60(7))"
            after = _stop(session, after, reasons, by, authority, clock())
    if not stops:
        return after
    frozen = stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
    for stage in ("provision", "report"):
        nudge(stage, case_id)
    return frozen or after


def expire(
    case_id: CaseId,
    *,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> None:
    """Suspend a test whose incident nobody answered within the hour (DL-16)."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        late = [
            c for c in case.deadlines if c.name is Name.DL_16 and c.is_over(at, authority.day(at))
        ]
        stops = bool(late) and _lacks_a_stop(case)
        for over in late:
            number = int(over.subject.removeprefix("incident "))
            case = _responded(session, case, number, Response.SUSPENDED, UNANSWERED, SYSTEM, at)
        if stops:
            _stop(session, case, UNANSWERED, SYSTEM, authority, at)
    if stops:
        stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
        for stage in ("provision", "report"):
            nudge(stage, case_id)


def _responded(
    session: Session,
    case: Case,
    number: int,
    response: Response,
    measures: str,
    by: Person,
    at: datetime,
) -> Case:
    known = incident.found(incidents_of(case, by), number)
    known.refuse_another(response)
    answered = replace(
        known,
        response=response,
        response_measures=measures,
        responded_by=str(by),
        responded_at=at,
    )
    after = take(
        case,
        Action.RESPOND_TO_INCIDENT,
        by,
        incidents=incident.changed(case.incidents, answered),
        deadlines=deadlines.meet(case.deadlines, Name.DL_16, at, subject=answered.subject),
    )
    record(
        session,
        after,
        Action.RESPOND_TO_INCIDENT,
        by,
        at,
        incident=number,
        response=response.value,
        measures=measures,
    )
    return after


def _lacks_a_stop(case: Case) -> bool:
    """Whether a test runs, or stands still without a cause that must be mitigated first."""
    if case.stage is Stage.SUSPENDED:
        return case.suspension is not None and not case.suspension.is_for_cause
    return case.stage is Stage.ACTIVE


def _stop(
    session: Session, case: Case, reasons: str, by: Person, authority: Authority, at: datetime
) -> Case:
    """The suspension that an incident leads to; the system carries it out for the provider."""
    stop = Suspension(SuspensionGround.UNMITIGABLE_RISK, reasons, str(by), at)
    return stopping.suspend(session, case, stop, SYSTEM, authority, because="incident")
