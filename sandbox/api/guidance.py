"""Routes of the guidance log and of the good-faith file (Art. 57(7), (12))."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from sandbox.api.answers import Asked, CaseView
from sandbox.api.bodies import Body, Line, QuestionBody, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.papers import Paper
from sandbox.stages import good_faith, guidance

router = APIRouter(tags=["guidance"], prefix="/cases/{case_id}")
Number = Annotated[int, Path(ge=1, le=10_000)]


class GuidanceBody(Body):
    """An answer and the law that it explains."""

    answer: Text
    law: list[Line] = Field(min_length=1, max_length=50)


class FollowingBody(Body):
    """Whether guidance was followed: what shows it, or why not."""

    followed: bool
    evidence: Text


@router.post("/guidance/questions", status_code=201)
def ask(
    case_id: KnownCase,
    body: QuestionBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Ask what the law expects, before admission or after it."""
    guidance.ask(
        case_id,
        body.question,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/guidance", status_code=202)
def give(
    case_id: KnownCase,
    body: GuidanceBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Give guidance that nobody asked for (document D17)."""
    return _give(case_id, None, body, who, parts, response, version)


@router.post("/guidance/{number}/answer", status_code=202)
def answer(
    case_id: KnownCase,
    number: Number,
    body: GuidanceBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Answer a question (document D17)."""
    return _give(case_id, number, body, who, parts, response, version)


@router.post("/guidance/{number}/acknowledgement")
def acknowledge(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Say that guidance was read."""
    guidance.acknowledge(
        case_id, number, by=who, version=version, sessions=parts.sessions, clock=parts.clock
    )
    return show(case_id, who, parts, response)


@router.post("/guidance/{number}/following", status_code=202)
def follow(
    case_id: KnownCase,
    number: Number,
    body: FollowingBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Show that guidance was followed, or say why it was not; D17 is issued anew."""
    guidance.follow(
        case_id,
        number,
        followed=body.followed,
        evidence=body.evidence,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.get("/good-faith")
def read(case_id: KnownCase, who: Who, parts: Parts) -> dict[str, Any]:  # Any: a JSON document
    """What Art. 57(12) asks about, computed from the records; no decision on a fine."""
    return good_faith.read(
        case_id,
        by=who,
        sessions=parts.sessions,
        authority=parts.authority,
        regime=parts.regime,
        clock=parts.clock,
    )


@router.post("/good-faith", status_code=202)
def issue(
    case_id: KnownCase, who: Who, parts: Parts, response: Response, version: IfMatch
) -> Asked:
    """Have the good-faith file of this moment sealed."""
    number = good_faith.issue(
        case_id,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        regime=parts.regime,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    response.headers["Location"] = f"/cases/{case_id}/documents/{Paper.GOOD_FAITH_FILE}/{number}"
    return Asked(kind=Paper.GOOD_FAITH_FILE, number=number)


def _give(
    case_id: KnownCase,
    number: int | None,
    body: GuidanceBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    guidance.give(
        case_id,
        number,
        answer=body.answer,
        law=tuple(body.law),
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)
