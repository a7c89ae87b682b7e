"""Rows <-> tickets of the helpdesk; a forgotten one is left as a number to count, without content."""

from collections import Counter
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from sandbox.domain.helpdesk import Ticket, TicketState, Topic
from sandbox.domain.naming import CaseId
from sandbox.errors import FieldRefused, NotFound
from sandbox.store.helpdesk_tables import TicketRow

OPEN_MAX = 50  # of an organisation
CONTENT = ("question", "asked_by", "answer", "answered_by", "reasons", "closed_by")
KEPT = TicketRow.provider != ""
IN_STATE: dict[TicketState, ColumnElement[bool]] = {
    TicketState.OPEN: and_(TicketRow.answered_at.is_(None), TicketRow.closed_at.is_(None)),
    TicketState.ANSWERED: and_(TicketRow.answered_at.is_not(None), TicketRow.closed_at.is_(None)),
    TicketState.CLOSED: TicketRow.closed_at.is_not(None),
}


def ask(
    session: Session, provider: str, topic: Topic, question: str, by: str, at: datetime
) -> Ticket:
    """Keep a question; FieldRefused when too many of the organisation are open."""
    waiting = and_(TicketRow.provider == provider, IN_STATE[TicketState.OPEN])
    count = session.scalar(select(func.count()).select_from(TicketRow).where(waiting)) or 0
    if count >= OPEN_MAX:
        raise FieldRefused("question", f"{count} questions of yours wait for an answer")
    row = TicketRow(
        provider=provider,
        topic=topic.value,
        question=question,
        asked_by=by,
        asked_at=at,
        spoken_at=at,
        answer="",
        answered_by="",
        reasons="",
        closed_by="",
    )
    session.add(row)
    session.flush()
    return _ticket(row)


def load(session: Session, number: int, *, lock: bool = False) -> Ticket:
    return _ticket(_row(session, number, lock=lock))


def save(session: Session, ticket: Ticket) -> None:
    """Write what became of a ticket that the caller loaded with a lock."""
    row = _row(session, ticket.number, lock=True)
    row.answer, row.answered_by, row.answered_at = (
        ticket.answer,
        ticket.answered_by,
        ticket.answered_at,
    )
    row.reasons, row.closed_by, row.closed_at = ticket.reasons, ticket.closed_by, ticket.closed_at
    row.case_id, row.spoken_at = ticket.case_id, ticket.spoken_at


def page(
    session: Session,
    *,
    provider: str | None,
    state: TicketState | None,
    after: int | None,
    limit: int,
) -> list[Ticket]:
    """Tickets of one organisation or of all, the newest first; `after` ends the page before."""
    query = select(TicketRow).where(KEPT).order_by(TicketRow.number.desc()).limit(limit)
    if provider is not None:
        query = query.where(TicketRow.provider == provider)
    if state is not None:
        query = query.where(IN_STATE[state])
    if after is not None:
        query = query.where(TicketRow.number < after)
    return [_ticket(row) for row in session.scalars(query)]


def forget_untouched(session: Session, since: datetime) -> int:
    """Erase what was said in the tickets whose last word is older than a moment; how many."""
    emptied = (
        update(TicketRow)
        .where(KEPT, TicketRow.spoken_at < since)
        .values(provider="", case_id=None, **dict.fromkeys(CONTENT, ""))
        .returning(TicketRow.number)
    )
    return len(session.scalars(emptied).all())


def asked_between(session: Session, start: datetime, end: datetime) -> Counter[str]:
    """How many questions were asked in a time, by topic; forgotten ones are counted too."""
    asked = select(TicketRow.topic).where(TicketRow.asked_at >= start, TicketRow.asked_at < end)
    return Counter(session.scalars(asked))


def _row(session: Session, number: int, *, lock: bool) -> TicketRow:
    row = session.get(TicketRow, number, with_for_update=lock)
    if row is None or not row.provider:
        raise NotFound(f"there is no ticket {number}")
    return row


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(
        number=row.number,
        provider=row.provider,
        topic=Topic(row.topic),
        question=row.question,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        spoken_at=row.spoken_at,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        reasons=row.reasons,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        case_id=CaseId(row.case_id) if row.case_id else None,
    )
