"""The helpdesk: what somebody asks the authority before there is a case (Art. 62(1)(c))."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.naming import CaseId


class Topic(StrEnum):
    """What a ticket is about: Art. 62(1)(b) to (d), and whatever else somebody wants to know."""

    PARTICIPATION = "participation"
    STANDARDISATION = "standardisation"
    TRAINING = "training"
    OTHER = "other"


class TicketState(StrEnum):
    """How far a ticket has come."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question that belongs to no case, what was answered and how it ended.

    `case_id` names the case that came of it; `reasons` say why it was closed, `spoken_at` when the
    last word of it was.
    """

    number: int
    provider: str
    topic: Topic
    question: str
    asked_by: str
    asked_at: datetime
    spoken_at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    reasons: str = ""
    closed_by: str = ""
    closed_at: datetime | None = None
    case_id: CaseId | None = None

    @property
    def state(self) -> TicketState:
        if self.closed_at is not None:
            return TicketState.CLOSED
        return TicketState.OPEN if self.answered_at is None else TicketState.ANSWERED


def against_answer(ticket: Ticket) -> tuple[str, ...]:
    """Why a ticket may not be answered."""
    if ticket.closed_at is not None:
        return (f"ticket {ticket.number} is closed; whoever wants to know more asks anew",)
    if ticket.answered_at is not None:
        return (f"ticket {ticket.number} was answered; whoever wants to know more asks anew",)
    return ()


def against_closure(ticket: Ticket, reasons: str) -> tuple[str, ...]:
    """Why a ticket may not be closed."""
    if ticket.closed_at is not None:
        return (f"ticket {ticket.number} is closed already",)
    if ticket.answered_at is None and not reasons.strip():
        return ("a ticket that was not answered is closed with reasons",)
    return ()


def against_case(ticket: Ticket, provider: str) -> tuple[str, ...]:
    """Why a case of a provider may not be named as what came of a ticket."""
    if ticket.provider == provider:
        return ()
    return ("the case is that of another provider than the one who asked",)
