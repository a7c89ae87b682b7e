"""Whoever has not applied asks, the people of the authority who support answer (Art. 62(1)(c))."""

from dataclasses import replace

from sqlalchemy.orm import Session

from sandbox.domain.case import Person, Unit
from sandbox.domain.helpdesk import (
    Ticket,
    TicketState,
    Topic,
    against_answer,
    against_case,
    against_closure,
)
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.readers import is_lead
from sandbox.errors import NotFound, Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, helpdesk, outbox
from sandbox.store.database import Sessions

RULE = "R62-1"


def ask(
    topic: Topic, question: str, *, by: Person, sessions: Sessions, clock: Clock, nudge: Nudge
) -> Ticket:
    """A provider asks something that belongs to no case."""
    if by.role is not Role.PROVIDER:
        raise NotFound("the helpdesk is asked by providers")
    at = clock()
    with sessions.begin() as session:
        ticket = helpdesk.ask(session, by.organisation, topic, question, str(by), at)
        outbox.post(
            session, INSTALLATION, "helpdesk_asked", Role.AUTHORITY, at, ticket=ticket.number
        )
    nudge("notify", INSTALLATION)
    return ticket


def listed(
    *, by: Person, state: TicketState | None, after: int | None, limit: int, sessions: Sessions
) -> list[Ticket]:
    """The tickets of one's organisation, or every one for the authority; the newest first."""
    provider = None if _answers(by) else _organisation(by)
    with sessions.begin() as session:
        return helpdesk.page(session, provider=provider, state=state, after=after, limit=limit)


def read(number: int, *, by: Person, sessions: Sessions) -> Ticket:
    """One ticket; NotFound for whoever neither asked nor answers."""
    with sessions.begin() as session:
        ticket = helpdesk.load(session, number)
    if not _answers(by) and ticket.provider != _organisation(by):
        raise NotFound(f"there is no ticket {number}")
    return ticket


def answer(
    number: int,
    text: str,
    *,
    case_id: CaseId | None,
    by: Person,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Ticket:
    """The authority answers, once; the answer may name the case that came of the question."""
    _refuse_unless_it_answers(by)
    at = clock()
    with sessions.begin() as session:
        ticket = helpdesk.load(session, number, lock=True)
        _refuse(*against_answer(ticket), *_against_case(session, ticket, case_id))
        answered = replace(
            ticket,
            answer=text,
            answered_by=str(by),
            answered_at=at,
            spoken_at=at,
            case_id=case_id,
        )
        _save(session, answered, "helpdesk_answered")
    nudge("notify", INSTALLATION)
    return answered


def close(
    number: int,
    reasons: str,
    *,
    case_id: CaseId | None,
    by: Person,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Ticket:
    """The authority closes a ticket, with reasons when it was not answered."""
    _refuse_unless_it_answers(by)
    at = clock()
    with sessions.begin() as session:
        ticket = helpdesk.load(session, number, lock=True)
        _refuse(*against_closure(ticket, reasons), *_against_case(session, ticket, case_id))
        closed = replace(
            ticket,
            reasons=reasons,
            closed_by=str(by),
            closed_at=at,
            spoken_at=at,
            case_id=case_id or ticket.case_id,
        )
        _save(session, closed, "helpdesk_closed")
    nudge("notify", INSTALLATION)
    return closed


def _save(session: Session, ticket: Ticket, kind: str) -> None:
    """Keep what became of a ticket, and tell whoever asked."""
    helpdesk.save(session, ticket)
    addressee, at = f"provider:{ticket.provider}", ticket.spoken_at
    outbox.post(session, INSTALLATION, kind, addressee, at, ticket=ticket.number)


def _against_case(session: Session, ticket: Ticket, case_id: CaseId | None) -> tuple[str, ...]:
    return against_case(ticket, cases.load(session, case_id).provider) if case_id else ()


def _refuse(*reasons: str) -> None:
    if reasons:
        raise RuleBroken(tuple(Reason(RULE, reason) for reason in reasons))


def _answers(by: Person) -> bool:
    """Who supports reads what is asked in confidence; who enforces does not (rulebook 5.3)."""
    return is_lead(by) and by.unit is not Unit.ENFORCEMENT


def _refuse_unless_it_answers(by: Person) -> None:
    if not _answers(by):
        raise NotFound("tickets are answered by the authority that runs the sandbox")


def _organisation(by: Person) -> str:
    if by.role is not Role.PROVIDER:
        raise NotFound("tickets are known to the provider who asked and to the authority")
    return by.organisation
