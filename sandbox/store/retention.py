"""When records may go, seen across cases: what happened last, how long files are locked, what waits."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, not_, select
from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.environment import Phase, Wanted
from sandbox.domain.errands import Errand
from sandbox.domain.naming import CaseId
from sandbox.store import environments
from sandbox.store.consent_tables import ConsentRow
from sandbox.store.derived_tables import ErrandRow
from sandbox.store.errands import waiting_for
from sandbox.store.tables import DocumentRow, LedgerRow

# Not events of a case: its keeping, and what the service says again by itself.
NO_EVENTS = (
    *(Action.TELL_OF_RETENTION, Action.PROPOSE_ERASURE, Action.CONFIRM_ERASURE),
    *(Action.PLACE_HOLD, Action.LIFT_HOLD, "notice_replayed", "linked_case_erased"),
)
IS_EVENT = and_(
    LedgerRow.action.not_in(NO_EVENTS),
    not_(LedgerRow.action.startswith("clock_", autoescape=True)),
)


def traces(session: Session, case_id: CaseId) -> tuple[datetime | None, datetime | None]:
    """When something last happened in a case, and when the last lock of its files ends."""
    until = LedgerRow.facts["retain_until"].as_string()
    last, locked_until = session.execute(
        select(func.max(LedgerRow.at).filter(IS_EVENT), func.max(until)).where(
            LedgerRow.case_id == case_id
        )
    ).one()
    return _moment(last), _moment(locked_until)


def unfinished(session: Session, case_id: CaseId) -> Iterator[str]:
    """What waits for a worker or a provider and stands in no field of the case."""
    environment = environments.find(session, case_id)
    if environment is not None and (environment.wanted, environment.phase) != (
        Wanted.ABSENT,
        Phase.ABSENT,
    ):
        yield "its environment is not removed"
    unsealed = _count(session, DocumentRow, case_id, DocumentRow.sealed_at.is_(None))
    if unsealed:
        yield f"{unsealed} documents are not sealed"
    owed = and_(ConsentRow.withdrawn_at.is_not(None), ConsentRow.deleted_at.is_(None))
    unproven = _count(session, ConsentRow, case_id, owed)
    if unproven:
        yield f"of {unproven} subjects who withdrew the deletion of their data is not proven"


def untold(session: Session, since: date) -> list[CaseId]:
    """The cases in which nothing has happened since a day, and of which nobody was told that."""
    newer = exists().where(
        LedgerRow.case_id == ErrandRow.case_id, LedgerRow.at > since.isoformat(), IS_EVENT
    )
    waiting = waiting_for(Errand.RETENTION).where(ErrandRow.since < since, not_(newer))
    return [CaseId(row) for row in session.scalars(waiting)]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _count(
    session: Session,
    table: type[DocumentRow | ConsentRow],
    case_id: CaseId,
    which: ColumnElement[bool],
) -> int:
    query = select(func.count()).select_from(table).where(table.case_id == case_id, which)
    return session.scalar(query) or 0
