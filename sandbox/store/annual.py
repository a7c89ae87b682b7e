"""The figures of a year, counted from what was recorded (document D10)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.annual import ReportingYear
from sandbox.domain.annual_figures import YearFigures
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Stretch
from sandbox.domain.deadline_rules import Name
from sandbox.domain.incident import Incident
from sandbox.domain.outcome import Outcome
from sandbox.domain.papers import Paper
from sandbox.domain.periods import ONE_DAY
from sandbox.domain.size import SMES, size_class
from sandbox.domain.suspension import SuspensionGround
from sandbox.store import cases, helpdesk, plans
from sandbox.store.tables import CaseRow, DeadlineRow, DocumentRow, LedgerRow

DECIDED = (Action.ADMIT, Action.REJECT)
COUNTED = (*DECIDED, Action.SUSPEND, Action.COMPLETE, Action.TERMINATE)
HOUR_SECONDS = 3600
Tallies = defaultdict[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Span:
    """A year as moments of the authority's days: from the first, until before the second."""

    start: datetime
    end: datetime

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.start <= at < self.end

    def hours_of(self, stretch: Stretch) -> float:
        """How much of a stretch lies in the year; one that goes on is counted to the year's end."""
        end = min(stretch.ended_at or self.end, self.end)
        return max(0.0, (end - max(stretch.started_at, self.start)).total_seconds()) / HOUR_SECONDS


def span(year: ReportingYear, authority: Authority, now: datetime) -> Span:
    """The moments of a year; what is to come is not counted. No later report tells what comes after
    the end of the sandbox, exit reports and decisions that were still owed: the final one does.
    """
    zone = ZoneInfo(authority.time_zone)
    end = datetime.combine(year.last_day + ONE_DAY, time(), zone)
    start = datetime.combine(year.first_day, time(), zone)
    return Span(start, now if year.is_final else min(end, now))


def figures(
    session: Session,
    year: ReportingYear,
    authority: Authority,
    now: datetime,
    *,
    law_enforcement: bool,
) -> YearFigures:
    """Count a year, with or without the cases of law enforcement."""
    within = span(year, authority, now)
    ids: set[str] = set()
    applications: set[str] = set()
    smes = 0
    gpus = plans.gpus(session)
    gpu_hours: dict[str, float] = {}
    incidents: Tallies = defaultdict(Counter)
    reached: dict[str, tuple[Outcome, ...]] = {}
    for case in cases.every(session):
        if case.application.enforces_law and not law_enforcement:
            continue
        ids.add(case.id)
        if within.holds(case.received_at):
            applications.add(case.id)
            smes += size_class(case.application.size) in SMES
        if hours := _gpu_hours(case, gpus, within):
            gpu_hours[case.id] = hours
        for incident in case.incidents:
            if within.holds(incident.opened_at):
                for name in _classes(incident):
                    incidents[name][case.id] += 1
        reached[case.id] = case.outcomes
    done = _actions(session, within, ids)
    papers = _papers(session, within, ids)
    outcomes: Tallies = defaultdict(Counter)
    for case_id in papers[Paper.EXIT_REPORT]:  # which tells them, months after the end perhaps
        for outcome in reached[case_id]:
            outcomes[outcome.objective.value][case_id] += 1
    return YearFigures(
        applications=Counter(applications),
        smes=smes,
        admitted=done[Action.ADMIT],
        rejected=done[Action.REJECT],
        decision_days=_decision_days(session, within, authority, ids),
        overdue_decisions=_overdue(session, within, authority, now, ids),
        suspensions=done[Action.SUSPEND],
        completed=done[Action.COMPLETE],
        terminated=done[Action.TERMINATE],
        incidents=incidents,
        gpu_hours=gpu_hours,
        exit_reports=papers[Paper.EXIT_REPORT],
        written_proofs=papers[Paper.WRITTEN_PROOF],
        outcomes=outcomes,
        questions=helpdesk.asked_between(session, within.start, within.end),
    )


def _gpu_hours(case: Case, gpus: Mapping[tuple[str, int], int], within: Span) -> float:
    """The GPUs of the plan of each stretch for as long as it ran: held, whether busy or not."""
    in_force = case.plan.resources.gpus if case.plan else 0
    return sum(
        within.hours_of(stretch) * gpus.get((case.id, stretch.plan_version), in_force)
        for stretch in case.stretches
    )


def _classes(incident: Incident) -> tuple[str, ...]:
    classification = incident.classification
    return tuple(classification.classes) if classification else ("not_classified",)


def _actions(session: Session, within: Span, ids: Collection[str]) -> Tallies:
    """How often a step was taken; a test that ended as planned is not counted as suspended."""
    for_cause = LedgerRow.facts["ground"].as_string() != SuspensionGround.TEST_ENDED.value
    rows = session.execute(
        select(LedgerRow.action, LedgerRow.case_id, LedgerRow.at).where(
            LedgerRow.action.in_([action.value for action in COUNTED]),
            or_(LedgerRow.action != Action.SUSPEND.value, for_cause),
            *_near(LedgerRow.at, within),
        )
    )
    found: Tallies = defaultdict(Counter)
    for action, case_id, at in rows:
        if case_id in ids and within.holds(datetime.fromisoformat(at)):
            found[action][case_id] += 1
    return found


def _papers(session: Session, within: Span, ids: Collection[str]) -> Tallies:
    """The papers that answer something, each once and in the year in which it first was issued: a
    proof answers the request that its clock names, an exit report its case.
    """
    rows = session.execute(
        select(
            *(DocumentRow.kind, DocumentRow.case_id, DocumentRow.wish["clock"].as_string()),
            DocumentRow.sealed_at,
        )
        .where(
            DocumentRow.kind.in_([Paper.EXIT_REPORT, Paper.WRITTEN_PROOF]),
            DocumentRow.sealed_at < within.end,
        )
        .order_by(DocumentRow.sealed_at.desc())
    )
    first = {(kind, case_id, clock): sealed_at for kind, case_id, clock, sealed_at in rows}
    found: Tallies = defaultdict(Counter)
    for (kind, case_id, _), sealed_at in first.items():
        if case_id in ids and within.holds(sealed_at):
            found[kind][case_id] += 1
    return found


def _decision_days(
    session: Session, within: Span, authority: Authority, ids: Collection[str]
) -> tuple[int, ...]:
    """From the application to the first decision on it, in days of the authority."""
    first = func.min(LedgerRow.at)
    rows = session.execute(
        select(CaseRow.id, CaseRow.received_at, first)
        .join(LedgerRow, LedgerRow.case_id == CaseRow.id)
        .where(LedgerRow.action.in_([action.value for action in DECIDED]))
        .group_by(CaseRow.id, CaseRow.received_at)
        .having(*_near(first, within))
    )
    decisions = [
        (received, datetime.fromisoformat(decided))
        for case_id, received, decided in rows
        if case_id in ids
    ]
    return tuple(
        (authority.day(decided) - authority.day(received)).days
        for received, decided in decisions
        if within.holds(decided)
    )


def _overdue(
    session: Session, within: Span, authority: Authority, now: datetime, ids: Collection[str]
) -> Counter[str]:
    """Admission decisions whose last day lies in the year and that came later, or have not come."""
    rows = session.execute(
        select(DeadlineRow.case_id, DeadlineRow.due, DeadlineRow.met_at).where(
            DeadlineRow.name == Name.DL_01,
            DeadlineRow.due >= authority.day(within.start),
            DeadlineRow.due < authority.day(within.end),
        )
    )
    return Counter(
        case_id
        for case_id, due, met_at in rows
        if case_id in ids and authority.day(met_at or now) > due
    )


def _near(at: SQLColumnExpression[str], within: Span) -> tuple[ColumnElement[bool], ...]:
    """The days around a year. The ledger keeps moments as text, which every collation sorts by day,
    but not every one within a second; the exact moment is looked at afterwards.
    """
    before, after = within.start.date() - ONE_DAY, within.end.date() + 2 * ONE_DAY
    return at >= before.isoformat(), at < after.isoformat()
