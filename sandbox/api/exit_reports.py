"""The exit reports that Commission and Board may read (Art. 57(8))."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sandbox.api.identity import Parts, Who
from sandbox.domain import naming
from sandbox.errors import FieldRefused
from sandbox.stages import publication

router = APIRouter(tags=["reports"], prefix="/exit-reports")
ROWS = 50
ROWS_MAX = 200


class OpenReport(BaseModel):
    """An exit report whose provider agreed to Union access; `href` is where it is read."""

    case: str
    provider: str
    system: str
    sealed_sha256: str
    href: str


class OpenReportPage(BaseModel):
    exit_reports: list[OpenReport]
    next: str | None


@router.get("")
def open_to_the_union(
    who: Who,
    parts: Parts,
    after: Annotated[str | None, Query(max_length=63)] = None,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
) -> OpenReportPage:
    """A page of them; `next` continues it and is null at the end."""
    try:
        last = naming.case_id(after) if after else None
    except ValueError as error:
        raise FieldRefused("after", str(error)) from error
    found = publication.open_to_union(by=who, after=last, limit=limit, sessions=parts.sessions)
    page = [
        OpenReport(
            case=case.id,
            provider=case.application.applicant,
            system=f"{case.application.system_name} {case.application.system_version}",
            sealed_sha256=report.sha256 or "",
            href=f"/cases/{case.id}/documents/{report.kind}/{report.number}",
        )
        for case, report in found
    ]
    return OpenReportPage(exit_reports=page, next=page[-1].case if len(page) == limit else None)
