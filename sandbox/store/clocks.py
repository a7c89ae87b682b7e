"""Rows <-> the clocks of cases, and which of them is next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, case, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from sandbox.domain.case import Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.naming import CaseId
from sandbox.domain.readers import may_know_installation
from sandbox.store.audience import known_by
from sandbox.store.tables import CaseRow, DeadlineRow

Place = tuple[date, str, str, str, date]
NO_STEP_LEFT = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CaseClock:
    """A clock and the case it runs on; `next_step_at` is None until somebody looked at it. A clock of
    the installation has no provider.
    """

    case_id: CaseId
    provider: str
    clock: Deadline
    next_step_at: datetime | None

    @property
    def place(self) -> Place:
        """Where it stands in a list, the nearest first."""
        return (self.clock.due, self.case_id, *self.clock.key)


def of_case(session: Session, case_id: CaseId) -> tuple[Deadline, ...]:
    """The clocks of a case as they were last written."""
    return of_cases(session, [case_id]).get(case_id, ())


def of_cases(session: Session, ids: Sequence[str]) -> dict[str, tuple[Deadline, ...]]:
    """The clocks of several cases."""
    found: dict[str, tuple[Deadline, ...]] = {}
    query = select(DeadlineRow).where(DeadlineRow.case_id.in_(ids)).order_by(DeadlineRow.due)
    for row in session.scalars(query):
        found[row.case_id] = (*found.get(row.case_id, ()), _clock(row))
    return found


def save(session: Session, case_id: CaseId, clocks: Iterable[Deadline]) -> None:
    """The clocks of a case are exactly these: one that was replaced is gone.

    A clock that is new, ends on another day or runs again is looked at anew.
    """
    rows = {
        (row.name, row.subject, row.started_on): row
        for row in session.scalars(select(DeadlineRow).where(DeadlineRow.case_id == case_id))
    }
    kept = {clock.key: clock for clock in clocks}
    for key in rows.keys() - kept.keys():
        session.delete(rows[key])
    for key, clock in kept.items():
        row = rows.get(key)
        if row is None:
            row = DeadlineRow(
                case_id=case_id, name=clock.name, subject=clock.subject, started_on=clock.started_on
            )
            session.add(row)
        elif row.due != clock.due or (row.met_at and not clock.met_at):
            row.next_step_at = None
        row.due, row.due_at, row.met_at = clock.due, clock.due_at, clock.met_at
        row.started_at, row.country = clock.started_at, clock.country
        row.holidays = [day.isoformat() for day in clock.holidays]
    nearest = min((clock.due for clock in kept.values() if not clock.met_at), default=date.max)
    session.execute(update(CaseRow).where(CaseRow.id == case_id).values(next_due=nearest))
    session.flush()


def with_a_step_due(session: Session, now: datetime, *, limit: int) -> list[CaseId]:
    """Cases with an open clock whose next step has come, or that nobody looked at."""
    rows = session.scalars(
        select(DeadlineRow.case_id)
        .where(DeadlineRow.met_at.is_(None), _step_has_come(now))
        .distinct()
        .limit(limit)
    )
    return [CaseId(row) for row in rows]


def due_of_case(session: Session, case_id: CaseId, now: datetime) -> list[CaseClock]:
    """The open clocks of one case whose next step has come."""
    rows = session.execute(
        select(DeadlineRow, CaseRow.provider)
        .outerjoin(CaseRow, CaseRow.id == DeadlineRow.case_id)
        .where(DeadlineRow.case_id == case_id, DeadlineRow.met_at.is_(None), _step_has_come(now))
        .order_by(DeadlineRow.due, DeadlineRow.name, DeadlineRow.subject)
    )
    return [_case_clock(row, provider) for row, provider in rows]


def step_taken(session: Session, found: CaseClock, next_step_at: datetime | None) -> None:
    """Remember when to look again; None when no step is left."""
    row = session.get_one(DeadlineRow, (found.case_id, *_stored(found.clock)))
    row.next_step_at = next_step_at or NO_STEP_LEFT


def page(
    session: Session,
    person: Person,
    *,
    after: Place | None,
    limit: int,
) -> list[CaseClock]:
    """The next open clocks of the cases that somebody may know about, the nearest first."""
    place = (
        DeadlineRow.due,
        DeadlineRow.case_id,
        DeadlineRow.name,
        DeadlineRow.subject,
        DeadlineRow.started_on,
    )
    known = known_by(person, DeadlineRow.case_id)
    if may_know_installation(person):
        known = or_(known, CaseRow.id.is_(None))
    query = (
        select(DeadlineRow, CaseRow.provider)
        .outerjoin(CaseRow, CaseRow.id == DeadlineRow.case_id)
        .where(DeadlineRow.met_at.is_(None), known)
        .order_by(*place)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*place) > after)
    return [_case_clock(row, provider) for row, provider in session.execute(query)]


def count(session: Session, now: datetime, today: date) -> dict[tuple[str, str], int]:
    """How many clocks are open or overdue, by (name, state): those in hours to the moment."""
    counts = {(str(name), state): 0 for name in Name for state in ("open", "overdue")}
    is_over = case(
        (DeadlineRow.due_at.is_(None), DeadlineRow.due < today), else_=DeadlineRow.due_at < now
    )
    late = func.sum(case((is_over, 1), else_=0))
    query = select(DeadlineRow.name, func.count(), late).where(DeadlineRow.met_at.is_(None))
    for name, number, overdue in session.execute(query.group_by(DeadlineRow.name)):
        counts[name, "open"], counts[name, "overdue"] = number - overdue, overdue
    return counts


def _step_has_come(now: datetime) -> ColumnElement[bool]:
    return or_(DeadlineRow.next_step_at.is_(None), DeadlineRow.next_step_at <= now)


def _stored(clock: Deadline) -> tuple[str, str, date]:
    return clock.name.value, clock.subject, clock.started_on


def _case_clock(row: DeadlineRow, provider: str | None) -> CaseClock:
    return CaseClock(CaseId(row.case_id), provider or "", _clock(row), row.next_step_at)


def _clock(row: DeadlineRow) -> Deadline:
    return Deadline(
        name=Name(row.name),
        started_on=row.started_on,
        due=row.due,
        met_at=row.met_at,
        subject=row.subject,
        due_at=row.due_at,
        started_at=row.started_at,
        country=row.country,
        holidays=tuple(date.fromisoformat(day) for day in row.holidays),
    )


def with_clock_over(session: Session, name: Name, at: datetime) -> list[CaseId]:
    """The cases of which a clock in hours has run out."""
    rows = session.scalars(
        select(DeadlineRow.case_id)
        .where(DeadlineRow.name == name, DeadlineRow.met_at.is_(None), DeadlineRow.due_at < at)
        .distinct()
    )
    return [CaseId(row) for row in rows]
