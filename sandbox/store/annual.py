"""The figures of a year, counted from what was recorded (document D10)."""

from collections import Counter
from collections.abc import Collection
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
from sandbox.domain.papers import Paper
from sandbox.domain.periods import ONE_DAY
from sandbox.domain.size import SMES, size_class
from sandbox.domain.suspension import SuspensionGround
from sandbox.store import cases, helpdesk
from sandbox.store.tables import CaseRow, DeadlineRow, DocumentRow, LedgerRow

DECIDED = (Action.ADMIT, Action.REJECT)
COUNTED = (*DECIDED, Action.SUSPEND, Action.COMPLETE, Action.TERMINATE)
HOUR_SECONDS = 3600


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
    """The moments of a year; what is to come is not counted."""
    zone = ZoneInfo(authority.time_zone)
    end = datetime.combine(year.last_day + ONE_DAY, time(), zone)
    return Span(datetime.combine(year.first_day, time(), zone), min(end, now))


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
    applications = smes = gpu_cases = 0
    gpu_hours = 0.0
    incidents: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for case in cases.every(session):
        if case.application.enforces_law and not law_enforcement:
            continue
        ids.add(case.id)
        if within.holds(case.received_at):
            applications += 1
            smes += size_class(case.application.size) in SMES
        hours = _gpu_hours(case, within)
        gpu_hours, gpu_cases = gpu_hours + hours, gpu_cases + (hours > 0)
        for incident in case.incidents:
            if within.holds(incident.opened_at):
                incidents.update(_classes(incident))
        if within.holds(case.ended_at):
            outcomes.update(outcome.objective.value for outcome in case.outcomes)
    done = _actions(session, within, ids)
    papers = _papers(session, within, ids)
    return YearFigures(
        applications=applications,
        smes=smes,
        admitted=done[Action.ADMIT],
        rejected=done[Action.REJECT],
        decision_days=_decision_days(session, within, authority, ids),
        overdue_decisions=_overdue(session, year, authority, now, ids),
        suspensions=done[Action.SUSPEND],
        completed=done[Action.COMPLETE],
        terminated=done[Action.TERMINATE],
        incidents=incidents,
        gpu_hours=round(gpu_hours),
        gpu_cases=gpu_cases,
        exit_reports=papers[Paper.EXIT_REPORT],
        written_proofs=papers[Paper.WRITTEN_PROOF],
        outcomes=outcomes,
        questions=helpdesk.asked_between(session, within.start, within.end),
    )


def _gpu_hours(case: Case, within: Span) -> float:
    """The GPUs of the plan for as long as the test ran: held, whether they were busy or not."""
    gpus = case.plan.resources.gpus if case.plan else 0
    return gpus * sum(within.hours_of(stretch) for stretch in case.stretches)


def _classes(incident: Incident) -> tuple[str, ...]:
    classification = incident.classification
    return tuple(classification.classes) if classification else ("not_classified",)


def _actions(session: Session, within: Span, ids: Collection[str]) -> Counter[str]:
    """How often a step was taken; a test that ended as planned is not counted as suspended."""
    for_cause = LedgerRow.facts["ground"].as_string() != SuspensionGround.TEST_ENDED.value
    rows = session.execute(
        select(LedgerRow.action, LedgerRow.case_id, LedgerRow.at).where(
            LedgerRow.action.in_([action.value for action in COUNTED]),
            or_(LedgerRow.action != Action.SUSPEND.value, for_cause),
            *_near(LedgerRow.at, within),
        )
    )
    return Counter(
        action
        for action, case_id, at in rows
        if case_id in ids and within.holds(datetime.fromisoformat(at))
    )


def _papers(session: Session, within: Span, ids: Collection[str]) -> Counter[str]:
    rows = session.execute(
        select(DocumentRow.kind, DocumentRow.case_id).where(
            DocumentRow.sealed_at >= within.start, DocumentRow.sealed_at < within.end
        )
    )
    return Counter(kind for kind, case_id in rows if case_id in ids)


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
    session: Session, year: ReportingYear, authority: Authority, now: datetime, ids: Collection[str]
) -> int:
    """Admission decisions whose last day lies in the year and that came later, or have not come."""
    rows = session.execute(
        select(DeadlineRow.case_id, DeadlineRow.due, DeadlineRow.met_at).where(
            DeadlineRow.name == Name.DL_01,
            DeadlineRow.due >= year.first_day,
            DeadlineRow.due <= year.last_day,
        )
    )
    return sum(
        case_id in ids and authority.day(met_at or now) > due for case_id, due, met_at in rows
    )


def _near(at: SQLColumnExpression[str], within: Span) -> tuple[ColumnElement[bool], ...]:
    """The days around a year. The ledger keeps moments as text, which every collation sorts by day,
    but not every one within a second; the exact moment is looked at afterwards.
    """
    before, after = within.start.date() - ONE_DAY, within.end.date() + 2 * ONE_DAY
    return at >= before.isoformat(), at < after.isoformat()
