"""What subjects asked to have reversed or disregarded, and the answers."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from sandbox.domain.consent import Reversal
from sandbox.domain.naming import CaseId
from sandbox.errors import NotFound, OutOfDate
from sandbox.store.consent_tables import ReversalRow


def ask(session: Session, case_id: CaseId, consent: int, what: str, at: datetime) -> int:
    """Keep a request; OutOfDate while an earlier one of the same subject has no answer."""
    if any(found.answered_at is None for found in of_consent(session, consent)):
        raise OutOfDate("your request before this one has no answer yet")
    row = ReversalRow(
        case_id=case_id,
        consent_id=consent,
        what=what,
        asked_at=at,
        reversed=False,
        answer="",
        answered_at=None,
    )
    session.add(row)
    session.flush()
    return row.id


def answer(
    session: Session, case_id: CaseId, number: int, text: str, at: datetime, *, is_reversed: bool
) -> int:
    """Keep the answer; returns the consent. NotFound when no such request waits for one."""
    row = session.get(ReversalRow, number)
    if row is None or row.case_id != case_id or row.answered_at is not None:
        raise NotFound(f"no request {number} of a subject waits for an answer")
    row.reversed, row.answer, row.answered_at = is_reversed, text, at
    session.flush()
    return row.consent_id


def of_consent(session: Session, consent: int) -> tuple[Reversal, ...]:
    """The requests of one subject, the oldest first."""
    return _found(session, ReversalRow.consent_id == consent, limit=None)


def of_case(session: Session, case_id: CaseId, *, after: int, limit: int) -> tuple[Reversal, ...]:
    """The requests of a case that follow a number."""
    found = (ReversalRow.case_id == case_id) & (ReversalRow.id > after)
    return _found(session, found, limit=limit)


def counts(session: Session, case_id: CaseId) -> tuple[int, int]:
    """How many requests there are, and how many of them have no answer."""
    asked, answered = session.execute(
        select(func.count(), func.count(ReversalRow.answered_at)).where(
            ReversalRow.case_id == case_id
        )
    ).one()
    return asked, asked - answered


def _found(
    session: Session, where: ColumnElement[bool], *, limit: int | None
) -> tuple[Reversal, ...]:
    rows = session.scalars(select(ReversalRow).where(where).order_by(ReversalRow.id).limit(limit))
    return tuple(
        Reversal(r.id, r.consent_id, r.what, r.asked_at, r.reversed, r.answer, r.answered_at)
        for r in rows
    )
