"""Routes of reversals: a subject asks to have an output reversed or disregarded, by the token alone; the
provider answers (Art. 60(4)(k), 61(1)(d)).
"""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Text
from sandbox.api.consents import ROW_MAX, Number, Token
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain.consent import Reversal
from sandbox.stages import reversals

router = APIRouter(tags=["consent"])
ROWS = 50
ROWS_MAX = 200


class ReversalBody(Body):
    """Which output, and what should become of it, in the subject's own words."""

    token: Token
    what: Text


class AskedView(BaseModel):
    """The request; the answer will stand in the copy of the consent."""

    number: int


class ReversalAnswerBody(Body):
    """What became of the output; `reversed` is false where it is not reversed, with the reason."""

    reversed: bool
    answer: Text


class ReversalView(BaseModel):
    number: int
    consent: int
    what: str
    asked_at: datetime
    reversed: bool
    answer: str
    answered_at: datetime | None

    @classmethod
    def of(cls, found: Reversal) -> Self:
        return cls.model_validate(found, from_attributes=True)


class ReversalPage(BaseModel):
    """Some requests, the oldest first; `next` continues them and is null at the end."""

    reversals: list[ReversalView]
    next: int | None


@router.post("/consents/reversal", status_code=201)
def ask(body: ReversalBody, parts: Parts) -> AskedView:
    """Ask that an output about you is reversed or disregarded: without an account."""
    number = reversals.ask(body.token, body.what, sessions=parts.sessions, clock=parts.clock)
    return AskedView(number=number)


@router.get("/cases/{case_id}/reversals")
def listed(
    case_id: KnownCase,
    who: Who,
    parts: Parts,
    after: Annotated[int, Query(ge=0, le=ROW_MAX)] = 0,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
) -> ReversalPage:
    """What subjects asked for, for the provider; supervisors count it with the consents."""
    found = reversals.listed(case_id, by=who, after=after, limit=limit, sessions=parts.sessions)
    return ReversalPage(
        reversals=[ReversalView.of(one) for one in found],
        next=found[-1].number if len(found) == limit else None,
    )


@router.post("/cases/{case_id}/reversals/{number}/answer")
def answer(number: Number, body: ReversalAnswerBody, step: Step) -> CaseView:
    """Say what became of the output."""
    reversals.answer(step.case_id, number, body.answer, is_reversed=body.reversed, **step.acting)
    return step.show()
