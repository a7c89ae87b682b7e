"""Routes of the helpdesk: ask before there is a case, read the answer (Art. 62(1)(c))."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from sandbox.api.bodies import Body, Long, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import known_case
from sandbox.domain.helpdesk import Ticket, TicketState, Topic
from sandbox.domain.naming import CaseId
from sandbox.stages import helpdesk

router = APIRouter(tags=["helpdesk"], prefix="/helpdesk")
ROWS = 50
ROWS_MAX = 200
ROW_MAX = 2**31 - 1  # what every database takes for an integer

Number = Annotated[int, Path(ge=1, le=ROW_MAX)]
Case = Annotated[str, Field(max_length=63, description="the case that came of the question")]


class TicketBody(Body):
    """A question, and what it is about."""

    topic: Topic
    question: Text


class OutcomeBody(Body):
    """What came of a ticket."""

    case: Case | None = None

    @property
    def case_id(self) -> CaseId | None:
        return known_case(self.case) if self.case else None


class AnswerBody(OutcomeBody):
    """What the authority answers."""

    answer: Text


class ClosureBody(OutcomeBody):
    """Why a ticket is closed; needed for one that was not answered."""

    reasons: Long = ""


class TicketView(BaseModel):
    """A ticket as its asker and the authority see it."""

    number: int
    state: TicketState
    topic: Topic
    provider: str
    question: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    reasons: str
    closed_by: str
    closed_at: datetime | None
    case: str | None

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        return cls(
            number=ticket.number,
            state=ticket.state,
            topic=ticket.topic,
            provider=ticket.provider,
            question=ticket.question,
            asked_by=ticket.asked_by,
            asked_at=ticket.asked_at,
            answer=ticket.answer,
            answered_by=ticket.answered_by,
            answered_at=ticket.answered_at,
            reasons=ticket.reasons,
            closed_by=ticket.closed_by,
            closed_at=ticket.closed_at,
            case=ticket.case_id,
        )


class TicketPage(BaseModel):
    """A page of tickets, the newest first; `next` continues it and is null at the end."""

    tickets: list[TicketView]
    next: int | None


@router.post("", status_code=201)
def ask(body: TicketBody, who: Who, parts: Parts, response: Response) -> TicketView:
    """Ask the authority before you apply; what is said here is kept a year after its last word."""
    ticket = helpdesk.ask(
        body.topic,
        body.question,
        by=who,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    response.headers["Location"] = f"/helpdesk/{ticket.number}"
    return TicketView.of(ticket)


@router.get("")
def listed(
    who: Who,
    parts: Parts,
    state: TicketState | None = None,
    after: Annotated[int | None, Query(ge=1, le=ROW_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
) -> TicketPage:
    """What your organisation asked; for the authority what everybody asked."""
    found = helpdesk.listed(by=who, state=state, after=after, limit=limit, sessions=parts.sessions)
    return TicketPage(
        tickets=[TicketView.of(ticket) for ticket in found],
        next=found[-1].number if len(found) == limit else None,
    )


@router.get("/{number}")
def read(number: Number, who: Who, parts: Parts) -> TicketView:
    """A ticket with its answer."""
    return TicketView.of(helpdesk.read(number, by=who, sessions=parts.sessions))


@router.post("/{number}/answer")
def answer(number: Number, body: AnswerBody, who: Who, parts: Parts) -> TicketView:
    """Answer a ticket, once."""
    ticket = helpdesk.answer(
        number,
        body.answer,
        case_id=body.case_id,
        by=who,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return TicketView.of(ticket)


@router.post("/{number}/closure")
def close(number: Number, body: ClosureBody, who: Who, parts: Parts) -> TicketView:
    """Close a ticket; one that was not answered with reasons."""
    ticket = helpdesk.close(
        number,
        body.reasons,
        case_id=body.case_id,
        by=who,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return TicketView.of(ticket)
