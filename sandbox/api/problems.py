"""Exception -> problem document (RFC 9457), in one table."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from sandbox import errors
from sandbox.api.identity import NotSignedIn
from sandbox.domain.articles import article

MEDIA_TYPE = "application/problem+json"

# The type is stable: clients may switch on it. The most special error comes first.
PROBLEMS: tuple[tuple[type[Exception], HTTPStatus, str, str], ...] = (
    (NotSignedIn, HTTPStatus.UNAUTHORIZED, "not-signed-in", "You are not signed in"),
    (errors.NotAllowedError, HTTPStatus.CONFLICT, "not-allowed", "Not possible at this stage"),
    (errors.NotFound, HTTPStatus.NOT_FOUND, "not-found", "There is no such thing"),
    (errors.RuleBroken, HTTPStatus.CONFLICT, "rule-broken", "A rule stands against it"),
    (errors.GuardrailBroken, HTTPStatus.CONFLICT, "guardrail-broken", "No plan may ask for this"),
    (errors.FieldRefused, HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", "A field is wrong"),
    (errors.OutOfDate, HTTPStatus.PRECONDITION_FAILED, "out-of-date", "The case has moved on"),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "Try again soon"),
)


class WrongField(BaseModel):
    """One field and what is wrong with it."""

    field: str
    sentence: str


class StandingReason(BaseModel):
    """One rule that stands against what was asked, and its article."""

    rule: str
    article: str
    sentence: str


class Problem(BaseModel):
    """Every answer that is not a success (RFC 9457); `type` is stable, clients may switch on it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[WrongField] = []
    reasons: list[StandingReason] = []


def problem(
    status: HTTPStatus, kind: str, title: str, detail: str, **more: Any
) -> JSONResponse:  # Any: JSON
    """A problem document."""
    body = {
        "type": f"urn:ai-sandbox:problem:{kind}",
        "title": title,
        "status": status.value,
        "detail": detail,
        **more,
    }
    headers = {"Retry-After": "5"} if status is HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(body, status.value, headers, MEDIA_TYPE)


def of_expected(request: Request, error: Exception) -> JSONResponse:
    """The problem document of an error of our tree."""
    del request
    status, kind, title = next(
        (status, kind, title) for known, status, kind, title in PROBLEMS if isinstance(error, known)
    )
    more: dict[str, Any] = {}
    if isinstance(error, errors.FieldRefused):
        more["errors"] = [{"field": error.field, "sentence": str(error)}]
    elif isinstance(error, errors.Refused):
        more["reasons"] = [
            {"rule": r.rule, "article": article(r.rule), "sentence": r.sentence}
            for r in error.reasons
        ]
    return problem(status, kind, title, str(error), **more)


def of_malformed(request: Request, error: Exception) -> JSONResponse:
    """The problem document of a body or parameter of the wrong shape: every field at once."""
    del request
    assert isinstance(error, RequestValidationError)
    wrong = [
        {
            "field": ".".join(str(part) for part in e["loc"] if part not in {"body", "query"}),
            "sentence": str(e["msg"]),
        }
        for e in error.errors()
    ]
    detail = "; ".join(f"{w['field']}: {w['sentence']}" for w in wrong)
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", "A field is wrong", detail, errors=wrong
    )


def of_http(request: Request, error: Exception) -> JSONResponse:
    """The problem document of an unknown address or method."""
    del request
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    return problem(status, status.phrase.lower().replace(" ", "-"), status.phrase, error.detail)


def of_bug(request: Request, error: Exception) -> JSONResponse:
    """What a user sees of a bug: nothing of its inside."""
    del request, error
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "bug",
        "This is our mistake",
        "The request was not carried out. It was logged; trying again may work.",
    )


def install(app: FastAPI) -> None:
    """Answer every error with a problem document."""
    for known, *_ in PROBLEMS:
        app.add_exception_handler(known, of_expected)
    app.add_exception_handler(RequestValidationError, of_malformed)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, of_bug)


def describe(document: dict[str, Any]) -> None:  # Any: JSON
    """Say in an OpenAPI document that every operation may answer with a problem."""
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem_schema.pop("$defs")
    schemas["Problem"] = problem_schema
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    bug = (Exception, HTTPStatus.INTERNAL_SERVER_ERROR, "bug", "This is our mistake")
    statuses: dict[HTTPStatus, list[str]] = {}
    for _, status, _, title in (*PROBLEMS, bug):
        statuses.setdefault(status, []).append(title)
    answers = {
        str(status.value): {"description": "; ".join(titles), "content": content}
        for status, titles in sorted(statuses.items())
    }
    document["components"]["responses"] = answers
    for path, methods in document["paths"].items():
        if path.startswith("/health"):
            continue
        for operation in methods.values():
            operation["responses"] |= {
                status: {"$ref": f"#/components/responses/{status}"} for status in answers
            }
