"""Routes of the annual and the final report: previewed, issued, listed, read (Art. 57(16))."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field, TypeAdapter

from sandbox.api.answers import Asked, DocumentView
from sandbox.api.bodies import Body, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.reports import MEDIA_TYPES, Suffix, sealed_file
from sandbox.domain.annual import AnnualWords
from sandbox.domain.language import Language
from sandbox.domain.papers import Paper
from sandbox.stages import annual

router = APIRouter(tags=["annual reports"], prefix="/annual-reports")
WORDS = TypeAdapter(AnnualWords)
YEAR_MAX = 200
Number = Annotated[int, Path(ge=1, le=10_000)]


class AnnualReportBody(Body):
    """Document D10: which year of the sandbox, and what a person says of it; figures are counted."""

    year: int = Field(ge=1, le=YEAR_MAX, description="1 is the year after the establishment")
    progress: Text
    results: Text
    best_practices: Text
    incidents: Text
    lessons: Text
    set_up_recommendations: Text
    application_of_the_act: Text
    other_union_law: Text
    public_abstract: Text = Field(
        description="what everybody reads: nothing of law enforcement, nothing confidential"
    )

    def to_domain(self) -> AnnualWords:
        return WORDS.validate_python(self.model_dump(exclude={"year"}), strict=False)


class AnnualReportList(BaseModel):
    annual_reports: list[DocumentView]


@router.get("")
def listed(who: Who, parts: Parts) -> AnnualReportList:
    """Every report that was issued and how far it has come, for authorities and the Union."""
    found = annual.listed(by=who, sessions=parts.sessions)
    return AnnualReportList(annual_reports=[DocumentView.of(document) for document in found])


@router.post("/preview")
def preview(body: AnnualReportBody, who: Who, parts: Parts) -> dict[str, Any]:
    """The report as it would be issued now, figures included; nothing is kept."""
    return annual.preview(
        body.year,
        body.to_domain(),
        by=who,
        sessions=parts.sessions,
        regime=parts.regime,
        authority=parts.authority,
        clock=parts.clock,
    )


@router.post("", status_code=202)
def issue(body: AnnualReportBody, who: Who, parts: Parts, response: Response) -> Asked:
    """Issue the report of a year that is over; DL-09 is met when it is sealed."""
    number = annual.issue(
        body.year,
        body.to_domain(),
        by=who,
        sessions=parts.sessions,
        regime=parts.regime,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    response.headers["Location"] = f"/annual-reports/{number}/json"
    return Asked(kind=Paper.ANNUAL_REPORT, number=number)


@router.get("/{number}/{suffix}")
def file(
    number: Number, suffix: Suffix, who: Who, parts: Parts, language: Language | None = None
) -> Response:
    """The sealed file, or a reading copy of it."""
    found = annual.document(number, by=who, sessions=parts.sessions)
    body = sealed_file(found, suffix, language, parts)
    return Response(body, media_type=MEDIA_TYPES[suffix])
