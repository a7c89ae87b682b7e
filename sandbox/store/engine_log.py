"""The engine's account: what it would build for a plan, and what it did while it ran."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from sandbox.domain.environment import Operation, Progress
from sandbox.domain.lifecycle import UNDER_A_PLAN, Stage
from sandbox.domain.naming import CaseId
from sandbox.store.environment_tables import PreviewRow, ProgressRow
from sandbox.store.tables import CaseRow, PlanRow

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
    """The cases whose plan on the table, or whose open amendment, was not previewed yet."""
    made = select(PreviewRow.plan_sha256).where(PreviewRow.case_id == PlanRow.case_id)
    newest = (
        select(func.max(PlanRow.version))
        .where(PlanRow.case_id == CaseRow.id)
        .correlate(CaseRow)
        .scalar_subquery()
    )
    amended = CaseRow.facts["amendment"]["plan_sha256"].as_string()
    rows = session.scalars(
        select(PlanRow.case_id)
        .join(CaseRow, CaseRow.id == PlanRow.case_id)
        .where(
            or_(
                and_(CaseRow.stage == Stage.PLAN_NEGOTIATION, PlanRow.version == newest),
                and_(CaseRow.stage.in_(UNDER_A_PLAN), PlanRow.sha256 == amended),
            ),
            PlanRow.sha256.not_in(made),
        )
    )
    return [CaseId(row) for row in rows]
