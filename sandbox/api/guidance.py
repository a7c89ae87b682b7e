"""Routes of the guidance log and of the good-faith file (Art. 57(7), (12))."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from sandbox.api.answers import Asked, CaseView
from sandbox.api.bodies import Body, Line, QuestionBody, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
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
def ask(body: QuestionBody, step: Step, parts: Parts) -> CaseView:
    """Ask what the law expects, before admission or after it."""
    guidance.ask(step.case_id, body.question, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/guidance", status_code=202)
def give(body: GuidanceBody, step: Step, parts: Parts) -> CaseView:
    """Give guidance that nobody asked for (document D17)."""
    return _give(None, body, step, parts)


@router.post("/guidance/{number}/answer", status_code=202)
def answer(number: Number, body: GuidanceBody, step: Step, parts: Parts) -> CaseView:
    """Answer a question (document D17)."""
    return _give(number, body, step, parts)


@router.post("/guidance/{number}/acknowledgement")
def acknowledge(number: Number, step: Step) -> CaseView:
    """Say that guidance was read."""
    guidance.acknowledge(step.case_id, number, **step.acting)
    return step.show()


@router.post("/guidance/{number}/following", status_code=202)
def follow(number: Number, body: FollowingBody, step: Step, parts: Parts) -> CaseView:
    """Show that guidance was followed, or say why it was not; D17 is issued anew."""
    guidance.follow(
        step.case_id,
        number,
        followed=body.followed,
        evidence=body.evidence,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


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
def issue(step: Step, parts: Parts) -> Asked:
    """Have the good-faith file of this moment sealed."""
    number = good_faith.issue(
        step.case_id,
        **step.acting,
        authority=parts.authority,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.asked(Paper.GOOD_FAITH_FILE, number)


def _give(number: int | None, body: GuidanceBody, step: Step, parts: Parts) -> CaseView:
    guidance.give(
        step.case_id,
        number,
        answer=body.answer,
        law=tuple(body.law),
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()
