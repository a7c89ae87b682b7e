"""Routes for reports and evidence: asked for, followed, read, verified."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse

from sandbox.api.answers import Asked, DocumentView
from sandbox.api.exit_bodies import ExitReportBody
from sandbox.api.identity import Parts, Who
from sandbox.api.plans import DiffView
from sandbox.api.views import KnownCase, Step
from sandbox.domain.language import Language
from sandbox.domain.papers import Paper
from sandbox.domain.plan_diff import between
from sandbox.errors import NotFound
from sandbox.stages import exit, overview, report  # noqa: A004 - a stage of the path
from sandbox.store import ledger
from sandbox.store.documents import Document
from sandbox.wiring import Wired

router = APIRouter(tags=["reports"], prefix="/cases/{case_id}")
ROWS = 200
ROW_MAX = 2**31 - 1  # what every database takes for an integer
Number = Annotated[int, Path(ge=1, le=ROW_MAX)]

Suffix = Literal["json", "pdf", "html"]
MEDIA_TYPES = {"json": "application/json", "pdf": "application/pdf", "html": "text/html"}


@router.post("/reports", status_code=202)
def ask_for_report(step: Step, parts: Parts) -> Asked:
    """Ask for a supervised test report up to this moment; it is made in the background."""
    number = report.ask_for_report(step.case_id, **step.acting, nudge=parts.nudge)
    return step.asked(Paper.TEST_REPORT, number)


@router.post("/exit-report", status_code=202)
def issue_exit_report(body: ExitReportBody, step: Step, parts: Parts) -> Asked:
    """Issue the exit report (Art. 57(7)); DL-06 is met when it is sealed."""
    number = exit.issue_exit_report(
        step.case_id,
        words=body.to_domain(),
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.asked(Paper.EXIT_REPORT, number)


@router.get("/documents/{kind}/diff")
def diff(
    case_id: KnownCase,
    kind: Literal[Paper.TERMS, Paper.TESTING_PLAN],
    who: Who,
    parts: Parts,
    before: Annotated[int, Query(alias="from", ge=1, le=ROW_MAX)],
    after: Annotated[int, Query(alias="to", ge=1, le=ROW_MAX)],
) -> DiffView:
    """What changed from one document to another, by their numbers: of the terms (D3) or the testing plan (D5)."""
    left, right = (
        overview.document(case_id, kind, number, by=who, sessions=parts.sessions, opened=True)
        for number in (before, after)
    )
    return DiffView.of(before, after, between(left.assembled or {}, right.assembled or {}))


@router.get("/documents/{kind}/{number}")
def state(case_id: KnownCase, kind: Paper, number: Number, who: Who, parts: Parts) -> DocumentView:
    """How far a document has come."""
    return DocumentView.of(
        overview.document(case_id, kind, number, by=who, sessions=parts.sessions, opened=False)
    )


@router.get("/documents/{kind}/{number}/{suffix}")
def file(
    case_id: KnownCase,
    kind: Paper,
    number: Number,
    suffix: Suffix,
    who: Who,
    parts: Parts,
    language: Language | None = None,
) -> Response:
    """The sealed file itself, from the evidence store; a page or another language is a reading
    copy made of the sealed JSON, whose hash it names.
    """
    found = overview.document(case_id, kind, number, by=who, sessions=parts.sessions, opened=True)
    return Response(sealed_file(found, suffix, language, parts), media_type=MEDIA_TYPES[suffix])


def sealed_file(found: Document, suffix: Suffix, language: Language | None, parts: Wired) -> bytes:
    """A sealed file, or a reading copy of its JSON; NotFound until it is sealed."""
    if found.json_key is None or found.pdf_key is None:
        raise NotFound(f"{found.kind} {found.number} is not sealed yet: {found.state}")
    if suffix == "pdf" and language is None:
        return parts.evidence.get(found.pdf_key, found.pdf_version or "")
    twin = parts.evidence.get(found.json_key, found.json_version or "")
    if suffix == "json":
        return twin
    spoken = language or parts.authority.language
    return parts.renderer.reading_copy(found.kind.heading, twin, suffix, spoken)


@router.get("/ledger", response_class=PlainTextResponse)
def account(case_id: KnownCase, who: Who, parts: Parts) -> str:
    """The ledger of a case as JSON lines, for `sandbox verify`; of what you may not read you get the
    seal, so that the chain stays whole.
    """
    entries = overview.account(case_id, by=who, after=0, limit=None, sessions=parts.sessions)
    return "".join(ledger.as_lines(entries))


@router.get("/progress")
def progress(
    case_id: KnownCase,
    who: Who,
    parts: Parts,
    after: Annotated[int, Query(ge=0, le=ROW_MAX)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = ROWS,
) -> list[dict[str, str | int | bool]]:
    """What the engine did and does for a case; ask again with the last number as `after`."""
    lines = overview.progress(case_id, by=who, after=after, limit=limit, sessions=parts.sessions)
    return [
        {
            "number": number,
            "generation": generation,
            "at": line.at.isoformat(),
            "operation": line.operation,
            "resource": line.resource,
            "done": line.done,
            "message": line.message,
        }
        for number, generation, line in lines
    ]
