"""Rows <-> tools: offered in a case, listed for everybody."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.domain.tool import Dimension, Rights, Tool, ToolKind
from sandbox.errors import NotFound
from sandbox.store.learning_tables import ToolRow


def next_number(session: Session, case_id: CaseId) -> int:
    """The number of the next tool of a case; the lock on the case orders its writers."""
    newest = select(func.max(ToolRow.number)).where(ToolRow.case_id == case_id)
    return (session.scalar(newest) or 0) + 1


def add(session: Session, case_id: CaseId, tool: Tool) -> None:
    session.add(
        ToolRow(
            case_id=case_id,
            number=tool.number,
            title=tool.title,
            kind=tool.kind.value,
            dimension=tool.dimension.value,
            description=tool.description,
            rights=tool.rights.value,
            licence=tool.licence,
            reference=tool.reference,
            offered_by=tool.offered_by,
            offered_at=tool.offered_at,
            listed_by=tool.listed_by,
            listed_at=tool.listed_at,
        )
    )
    session.flush()


def put_on_list(session: Session, case_id: CaseId, number: int, by: str, at: datetime) -> Tool:
    """Put a tool on the list, and return it; NotFound when there is none."""
    row = session.get(ToolRow, (case_id, number), with_for_update=True)
    if row is None:
        raise NotFound(f"case {case_id} has no tool {number}")
    row.listed_by, row.listed_at = by, at
    return _tool(row)


def of_case(session: Session, case_id: CaseId) -> list[Tool]:
    rows = session.scalars(
        select(ToolRow).where(ToolRow.case_id == case_id).order_by(ToolRow.number)
    )
    return [_tool(row) for row in rows]


def on_list(session: Session, dimension: Dimension | None, *, limit: int) -> list[Tool]:
    """Listed tools that may be known of, by title."""
    query = select(ToolRow).where(
        ToolRow.listed_at.is_not(None), ToolRow.rights != Rights.CONFIDENTIAL
    )
    if dimension is not None:
        query = query.where(ToolRow.dimension == dimension)
    rows = session.scalars(query.order_by(ToolRow.title, ToolRow.kind).limit(limit))
    return [_tool(row) for row in rows]


def _tool(row: ToolRow) -> Tool:
    return Tool(
        number=row.number,
        title=row.title,
        kind=ToolKind(row.kind),
        dimension=Dimension(row.dimension),
        description=row.description,
        rights=Rights(row.rights),
        licence=row.licence,
        reference=row.reference,
        offered_by=row.offered_by,
        offered_at=row.offered_at,
        listed_by=row.listed_by,
        listed_at=row.listed_at,
    )
