"""Projects with personal data, for everybody to read: no account, and nothing else of a case
(Art. 59(1)(j)).
"""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from sandbox.api.identity import Parts
from sandbox.stages import safeguards
from sandbox.store.projects import Project

router = APIRouter(tags=["public"], prefix="/public/projects")
ROWS = 50
ROWS_MAX = 200
ROW_MAX = 2**31 - 1
Id = Annotated[int, Path(ge=1, le=ROW_MAX)]


class ProjectView(BaseModel):
    """A short summary of a project, its objectives and expected results (document D11)."""

    id: int
    authority: str
    project: str
    objectives: str
    expected_results: str
    published_at: datetime

    @classmethod
    def of(cls, found: Project, authority: str) -> Self:
        return cls(
            id=found.id,
            authority=authority,
            project=found.project,
            objectives=found.objectives,
            expected_results=found.expected_results,
            published_at=found.published_at,
        )


class ProjectPage(BaseModel):
    """A page of projects, the newest first; `next` continues it and is null at the end."""

    projects: list[ProjectView]
    next: int | None


@router.get("")
def listed(
    parts: Parts,
    after: Annotated[int | None, Query(ge=1, le=ROW_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
) -> ProjectPage:
    """Every published project."""
    found = safeguards.published(after=after, limit=limit, sessions=parts.sessions)
    return ProjectPage(
        projects=[ProjectView.of(project, parts.authority.name) for project in found],
        next=found[-1].id if len(found) == limit else None,
    )


@router.get("/{project_id}")
def one(project_id: Id, parts: Parts) -> ProjectView:
    """One published project."""
    found = safeguards.one_published(project_id, sessions=parts.sessions)
    return ProjectView.of(found, parts.authority.name)
