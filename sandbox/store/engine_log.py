"""The engine's account: what it would build for a plan, and what it did while it ran."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from sandbox.domain.environment import Operation, Progress
from sandbox.domain.errands import Errand
from sandbox.domain.naming import CaseId
from sandbox.store.environment_tables import PreviewRow, ProgressRow
from sandbox.store.errands import waiting_for
from sandbox.store.tables import PlanRow

OPERATIONS = TypeAdapter(tuple[Operation, ...])
MESSAGE_CHARACTERS_MAX = 2000


def add_progress(session: Session, case_id: CaseId, generation: int, line: Progress) -> None:
    """Append one line of the engine's account."""
    session.add(
        ProgressRow(
            case_id=case_id,
            generation=generation,
            at=line.at,
            operation=line.operation,
            resource=line.resource,
            done=line.done,
            message=line.message[:MESSAGE_CHARACTERS_MAX],
        )
    )


def progress(
    session: Session, case_id: CaseId, *, after: int, limit: int
) -> list[tuple[int, int, Progress]]:
    """The engine's account as (number, generation, line), oldest first, after a number."""
    rows = session.scalars(
        select(ProgressRow)
        .where(ProgressRow.case_id == case_id, ProgressRow.id > after)
        .order_by(ProgressRow.id)
        .limit(limit)
    )
    return [
        (
            row.id,
            row.generation,
            Progress(row.at, row.operation, row.resource, row.done, row.message),
        )
        for row in rows
    ]


def add_preview(
    session: Session,
    case_id: CaseId,
    plan_sha256: str,
    operations: tuple[Operation, ...],
    at: datetime,
) -> None:
    """Keep what the engine would build for a plan version."""
    session.merge(
        PreviewRow(
            case_id=case_id,
            plan_sha256=plan_sha256,
            made_at=at,
            operations=OPERATIONS.dump_python(operations, mode="json"),
        )
    )


def preview(session: Session, case_id: CaseId, plan_sha256: str) -> tuple[Operation, ...] | None:
    """What the engine would build for a plan version, None when no preview was made yet."""
    row = session.get(PreviewRow, (case_id, plan_sha256))
    return None if row is None else OPERATIONS.validate_python(row.operations, strict=False)


def without_preview(session: Session) -> list[CaseId]:
    """The cases whose newest plan, on the table or an open amendment, was not previewed yet."""
    newest = aliased(PlanRow)
    newer = exists().where(newest.case_id == PlanRow.case_id, newest.version > PlanRow.version)
    made = exists().where(
        PreviewRow.case_id == PlanRow.case_id, PreviewRow.plan_sha256 == PlanRow.sha256
    )
    rows = session.scalars(
        select(PlanRow.case_id).where(
            PlanRow.case_id.in_(waiting_for(Errand.PREVIEW)), ~newer, ~made
        )
    )
    return [CaseId(row) for row in rows]
