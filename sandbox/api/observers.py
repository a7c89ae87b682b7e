"""Routes of external observers (Art. 57(4), 58(2)(f))."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Day
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
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
    until: Day


@router.post("/observers", status_code=201)
def invite(body: ObserverBody, step: Step, parts: Parts) -> CaseView:
    """Invite an observer; nothing is seen before the provider consents."""
    observers.invite(
        step.case_id,
        name=body.name,
        organisation=body.organisation,
        kind=body.kind,
        scope=tuple(part for part in Part if part in body.scope),
        until=body.until,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/observers/{number}/consent")
def consent(number: Number, step: Step, parts: Parts) -> CaseView:
    """Let an observer in."""
    observers.consent(step.case_id, number, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/observers/{number}/end")
def end(number: Number, step: Step) -> CaseView:
    """End an invitation at once."""
    observers.end(step.case_id, number, **step.acting)
    return step.show()


@router.get("/observation")
def look(case_id: KnownCase, who: Who, parts: Parts) -> dict[str, Any]:  # Any: JSON values
    """What an observer was invited to see, part by part."""
    return observers.look(
        case_id, by=who, sessions=parts.sessions, authority=parts.authority, clock=parts.clock
    )
