"""A serious incident is reported, acted on and closed (Art. 73)."""

from dataclasses import replace

from sandbox import holding
from sandbox.domain import incident, incident_acts, incident_clocks
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.concerns import incidents_of
from sandbox.domain.deadline_rules import Name
from sandbox.domain.incident import REPORT_CLOCKS, Act
from sandbox.domain.incident_report import report_facts
from sandbox.domain.lifecycle import ENDED, Role
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import office_in
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def report(
    case_id: CaseId,
    number: int,
    *,
    complete: bool,
    investigation: str,
    risk_assessment: str,
    corrective_action: str,
    recall: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Report to the authority of each Member State, or to the AI Office where it is competent (D7):
    incomplete first, then complete (R73-05). RuleBroken when other law takes the report.

    The Commission is told of it, and the bodies for fundamental rights that it touches (Art. 73(7),
    73(11)); that the authorities did tell them, they say. The first report meets the clock of its class, and starts those of the authorities.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = incident.found(incidents_of(case, by), number)
        if known.classification is None:
            raise FieldRefused("number", f"{known.subject} is not classified yet: say what it is")
        if not incident_clocks.report_clocks(case.deadlines, known):  # nobody waits for it any more
            known.refuse_unless_reportable()
        is_first = known.initial_report_at is None
        reported = replace(
            known,
            initial_report_at=known.initial_report_at or at,
            complete_report_at=at if complete else known.complete_report_at,
            investigation=investigation.strip() or known.investigation,
            risk_assessment=risk_assessment.strip() or known.risk_assessment,
            corrective_action=corrective_action.strip() or known.corrective_action,
            recall=recall.strip() or known.recall,
        )
        clocks = case.deadlines
        if is_first:
            clocks = tuple(
                replace(c, met_at=c.met_at or at)
                if c.name in REPORT_CLOCKS and c.subject in known.report_subjects
                else c
                for c in clocks
            )
            clocks = (*clocks, *incident_clocks.of_a_report(reported, at, union))
        after = take(
            case,
            Action.REPORT_INCIDENT,
            by,
            incidents=incident.changed(case.incidents, reported),
            deadlines=clocks,
        )
        facts = report_facts(after, reported, authority.name, str(by), at, complete=complete)
        facts["ledger_seal"] = ledger.head(session, case_id)
        documents.issue(session, case_id, Paper.INCIDENT_REPORT, str(by), at, facts)
        record(session, after, Action.REPORT_INCIDENT, by, at, incident=number, complete=complete)
        for addressee in (*reported.addressees, Role.COMMISSION, *reported.rights_bodies):
            outbox.post(session, case_id, "incident_report", addressee, at, incident=number)
    nudge("report", case_id)
    return after


def inform_of_change(
    case_id: CaseId,
    number: int,
    change: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Tell the authority what will be altered; the evidence hold is lifted, and with it what keeps
    the participant from changing its pods, also to mitigate (Art. 73(6)).
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        told = replace(
            incident.found(incidents_of(case, by), number),
            authority_informed_of_change_at=at,
        )
        after = take(
            case, Action.INFORM_OF_CHANGE, by, incidents=incident.changed(case.incidents, told)
        )
        record(session, after, Action.INFORM_OF_CHANGE, by, at, incident=number, change=change)
        holding.follow(session, after)
        for addressee in told.addressees:
            outbox.post(session, case_id, "incident_change", addressee, at, incident=number)
    for stage in ("keep", "provision", "exit"):
        nudge(stage, case_id)
    return after


def take_measures(
    case_id: CaseId,
    number: int,
    *,
    measures: str,
    commission_reference: str,
    rights_reference: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """An authority records its measures (DL-13) and whom it told: the Commission (DL-14) and, for
    fundamental rights, the bodies of Art. 77 (DL-15). Each that got the report answers for itself.
    FieldRefused when none of them is said.
    """
    at = clock()
    done = (
        (Name.DL_13, bool(measures.strip())),
        (Name.DL_14, bool(commission_reference.strip())),
        (Name.DL_15, bool(rights_reference.strip())),
    )
    if not any(is_done for _, is_done in done):
        raise FieldRefused(
            "measures", "say which measures were taken, or under which reference who was told"
        )
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = incident.found(incidents_of(case, by), number)
        act = Act(office_in(case, by, authority.calendar.country), str(by), at)
        taken = incident_acts.measured(known, act) if measures.strip() else known
        clocks = case.deadlines
        for name, is_done in done:
            if is_done:
                place = act.office.country
                clocks = incident_clocks.met_by(clocks, known, name, at, place=place)
        after = take(
            case,
            Action.TAKE_MEASURES,
            by,
            incidents=incident.changed(case.incidents, taken),
            deadlines=clocks,
        )
        record(
            session,
            after,
            Action.TAKE_MEASURES,
            by,
            at,
            incident=number,
            measures=measures,
            commission_reference=commission_reference,
            rights_reference=rights_reference,
        )
    return after


def forward(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    union: Union,
    clock: Clock,
) -> Case:
    """The AI Office forwards a report to market surveillance at the provider's seat (Art. 75(1)).

    A provider without a seat in the Union has none: those of the Member States of the incident are
    told instead (X).
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = incident.found(incidents_of(case, by), number)
        seat = case.application.country
        countries = (seat,) if seat in union.states else known.countries
        told = tuple(f"{Role.MARKET_SURVEILLANCE.value}:{country}" for country in countries)
        forwarded = replace(known, forwarded_at=known.forwarded_at or at, forwarded_to=told)
        after = take(
            case, Action.FORWARD_INCIDENT, by, incidents=incident.changed(case.incidents, forwarded)
        )
        record(session, after, Action.FORWARD_INCIDENT, by, at, incident=number, to=list(told))
        for addressee in told:
            outbox.post(session, case_id, "incident_report", addressee, at, incident=number)
    return after


def close(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """An authority closes, for itself, an incident that was reported completely and acted on; it is
    over when the last of those who got the report has.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        act = Act(office_in(case, by, authority.calendar.country), str(by), at)
        known = incident.found(incidents_of(case, by), number)
        if act.office in {earlier.office for earlier in known.closures}:
            raise FieldRefused("number", f"incident {number} was closed by the {act.office}")
        closed = incident_acts.closed(known, act)
        after = take(
            case, Action.CLOSE_INCIDENT, by, incidents=incident.changed(case.incidents, closed)
        )
        record(session, after, Action.CLOSE_INCIDENT, by, at, incident=number)
        holding.follow(session, after)
        if closed.closed_at and after.stage in ENDED:
            outbox.post(session, case_id, "exit_report_wanted_after_an_incident", "authority", at)
    for stage in ("keep", "provision", "exit", "notify"):
        nudge(stage, case_id)
    return after
