"""Projects that everybody may read about (Art. 59(1)(j)); they have ids of their own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.errors import NotFound
from sandbox.store.processing_tables import ProjectRow


@dataclass(frozen=True, slots=True)
class Project:
    """All that is public of a case."""

    id: int
    project: str
    objectives: str
    expected_results: str
    published_at: datetime


def publish(
    session: Session,
    case_id: CaseId,
    *,
    project: str,
    objectives: str,
    expected_results: str,
    at: datetime,
) -> int:
    """Publish a project, or its newer text under the id it has; returns that id."""
    row = session.scalars(select(ProjectRow).where(ProjectRow.case_id == case_id)).one_or_none()
    if row is None:
        row = ProjectRow(case_id=case_id)
        session.add(row)
    row.project, row.objectives, row.expected_results = project, objectives, expected_results
    row.published_at = at
    session.flush()
    return row.id


def withdraw(session: Session, case_id: CaseId) -> None:
    """Take a project from the public again: it turned out to be exempt."""
    row = session.scalars(select(ProjectRow).where(ProjectRow.case_id == case_id)).one_or_none()
    if row is not None:
        session.delete(row)


def page(session: Session, *, after: int | None, limit: int) -> list[Project]:
    """The projects before one, the newest first."""
    query = select(ProjectRow).order_by(ProjectRow.id.desc()).limit(limit)
    if after is not None:
        query = query.where(ProjectRow.id < after)
    return [_project(row) for row in session.scalars(query)]


def load(session: Session, project_id: int) -> Project:
    row = session.get(ProjectRow, project_id)
    if row is None:
        raise NotFound(f"there is no project {project_id}")
    return _project(row)


def _project(row: ProjectRow) -> Project:
    return Project(row.id, row.project, row.objectives, row.expected_results, row.published_at)
