"""The public register: no sign-in, nothing confidential, cacheable (Art. 57(8), 57(15)-(17))."""

import hashlib
import json
from typing import Annotated, Any

import rfc8785
from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel

from sandbox.api.identity import Parts
from sandbox.api.public_bodies import (
    AbstractList,
    AbstractView,
    PublishedPage,
    PublishedView,
    RegisterView,
    SandboxPage,
    SandboxView,
)
from sandbox.api.views import KnownCase
from sandbox.domain import naming
from sandbox.domain.language import Language
from sandbox.domain.naming import INSTALLATION
from sandbox.domain.papers import Paper
from sandbox.errors import FieldRefused
from sandbox.stages import register
from sandbox.wiring import Wired

router = APIRouter(tags=["public"], prefix="/public")
ROWS = 50
ROWS_MAX = 200
CACHE = "public, max-age=300"  # X: a permission that is taken back is gone in five minutes
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Not modified"}}
PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}}
}

Seen = Annotated[str | None, Header(alias="If-None-Match", max_length=200)]
After = Annotated[str | None, Query(max_length=63, description="the `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=ROWS_MAX)]


@router.get("/sandboxes", response_model=SandboxPage, responses=NOT_MODIFIED)
def sandboxes(parts: Parts, seen: Seen = None) -> Response:
    """The sandbox of this installation, planned or existing, and its open calls."""
    return _cached(SandboxPage(sandboxes=[_sandbox(parts)], next=None), seen)


@router.get("/exit-reports", response_model=PublishedPage, responses=NOT_MODIFIED)
def exit_reports(
    parts: Parts, after: After = None, limit: Limit = ROWS, seen: Seen = None
) -> Response:
    """Exit reports that provider and authority agreed to publish, and key findings."""
    page, following = _published(parts, after, limit)
    return _cached(PublishedPage(exit_reports=page, next=following), seen)


@router.get("/exit-reports/{case_id}", response_model=dict[str, Any], responses=NOT_MODIFIED)
def exit_report(case_id: KnownCase, parts: Parts, seen: Seen = None) -> Response:
    """What is public of one case, without what the participant marked confidential."""
    return _cached(_exit_report(case_id, parts), seen)


@router.get(
    "/exit-reports/{case_id}/html",
    response_class=Response,
    responses={**PAGE, **NOT_MODIFIED},
)
def exit_report_page(
    case_id: KnownCase, parts: Parts, language: Language | None = None, seen: Seen = None
) -> Response:
    """The same as a page, its labels in an official language."""
    told = _exit_report(case_id, parts)
    return _page(Paper.EXIT_REPORT.heading, told, parts, language, seen)


@router.get("/annual-reports", response_model=AbstractList, responses=NOT_MODIFIED)
def annual_reports(parts: Parts, seen: Seen = None) -> Response:
    """The public abstracts of annual and final reports (Art. 57(16))."""
    return _cached(AbstractList(annual_reports=_abstracts(parts)), seen)


@router.get("/register", response_model=RegisterView, responses=NOT_MODIFIED)
def whole(parts: Parts, seen: Seen = None) -> Response:
    """The whole register in one document, for the single interface of Art. 57(17)."""
    return _cached(_register(parts), seen)


@router.get("/register/html", response_class=Response, responses={**PAGE, **NOT_MODIFIED})
def whole_page(parts: Parts, language: Language | None = None, seen: Seen = None) -> Response:
    """The same as a page."""
    told = _register(parts).model_dump(mode="json", by_alias=True)
    return _page("Public register", told, parts, language, seen)


def _sandbox(parts: Wired) -> SandboxView:
    return SandboxView.of(
        register.sandbox(
            sessions=parts.sessions,
            regime=parts.regime,
            authority=parts.authority,
            clock=parts.clock,
        )
    )


def _published(
    parts: Wired, after: str | None, limit: int
) -> tuple[list[PublishedView], str | None]:
    try:
        last = naming.case_id(after) if after else None
    except ValueError as error:
        raise FieldRefused("after", str(error)) from error
    found = register.exit_reports(
        after=last,
        limit=limit,
        sessions=parts.sessions,
        regime=parts.regime,
        authority=parts.authority,
    )
    page = [PublishedView.of(told) for told in found]
    return page, page[-1].id if len(page) == limit else None


def _exit_report(case_id: KnownCase, parts: Wired) -> dict[str, Any]:  # Any: a JSON document
    return register.exit_report(
        case_id, sessions=parts.sessions, regime=parts.regime, authority=parts.authority
    )


def _abstracts(parts: Wired) -> list[AbstractView]:
    found = register.annual_reports(sessions=parts.sessions)
    return [AbstractView.model_validate(told) for told in found]


def _register(parts: Wired) -> RegisterView:
    page, following = _published(parts, None, ROWS_MAX)
    return RegisterView(
        case=INSTALLATION,
        authority=parts.authority.name,
        sandboxes=[_sandbox(parts)],
        exit_reports=page,
        annual_reports=_abstracts(parts),
        next=following,
    )


def _page(
    title: str, told: dict[str, Any], parts: Wired, language: Language | None, seen: str | None
) -> Response:
    spoken = language or parts.authority.language
    body = parts.renderer.reading_copy(title, rfc8785.dumps(told), "html", spoken)
    return _answered(body, "text/html; charset=utf-8", seen)


def _cached(told: BaseModel | dict[str, Any], seen: str | None) -> Response:
    value = told.model_dump(mode="json", by_alias=True) if isinstance(told, BaseModel) else told
    return _answered(json.dumps(value, ensure_ascii=False).encode(), "application/json", seen)


def _answered(body: bytes, media_type: str, seen: str | None) -> Response:
    """The body, or nothing but its ETag when the caller has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": CACHE}
    known = {tag.strip().removeprefix("W/") for tag in (seen or "").split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
