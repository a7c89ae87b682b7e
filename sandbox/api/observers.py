"""Routes of external observers (Art. 57(4), 58(2)(f))."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.observers import ObserverKind, Part
from sandbox.stages import observers

router = APIRouter(tags=["observers"], prefix="/cases/{case_id}")
Number = Annotated[int, Path(ge=1, le=10_000)]


class ObserverBody(Body):
    """A named person, the parts of the case to be shown, and the last day."""

    name: str = Field(min_length=1, max_length=150)
    organisation: str = Field(min_length=1, max_length=200)
    kind: ObserverKind
    scope: set[Part] = Field(min_length=1)
    until: date


@router.post("/observers", status_code=201)
def invite(
    case_id: KnownCase,
    body: ObserverBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Invite an observer; nothing is seen before the provider consents."""
    observers.invite(
        case_id,
        name=body.name,
        organisation=body.organisation,
        kind=body.kind,
        scope=tuple(part for part in Part if part in body.scope),
        until=body.until,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/observers/{number}/consent")
def consent(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Let an observer in."""
    observers.consent(
        case_id,
        number,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/observers/{number}/end")
def end(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """End an invitation at once."""
    observers.end(
        case_id, number, by=who, version=version, sessions=parts.sessions, clock=parts.clock
    )
    return show(case_id, who, parts, response)


@router.get("/observation")
def look(case_id: KnownCase, who: Who, parts: Parts) -> dict[str, Any]:  # Any: JSON values
    """What an observer was invited to see, part by part."""
    return observers.look(
        case_id, by=who, sessions=parts.sessions, authority=parts.authority, clock=parts.clock
    )
