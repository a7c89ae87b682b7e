"""Notices on their way to somebody outside: written in the transaction of what they tell of.

Delivery comes after commit and may be repeated; a notice says its id, so that its reader can tell.
A notice is claimed by setting its next try ahead: whoever dies in between, it is tried again then.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.domain.seal import Facts
from sandbox.errors import NotFound
from sandbox.store.tables import OutboxRow

ATTEMPTS_MAX = 10


class State(StrEnum):
    """How far a notice has come."""

    ON_ITS_WAY = "on_its_way"
    WAITING = "waiting"  # nobody said where its addressee is reached
    RETRYING = "retrying"
    PARKED = "parked"  # tried too often; somebody must look and replay it
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice as it was posted, and how far it has come."""

    id: int
    case_id: CaseId
    kind: str
    addressee: str
    facts: dict[str, Any]  # Any: JSON
    posted_at: datetime
    attempts: int
    retry_at: datetime | None
    sent_at: datetime | None
    failure: str

    @property
    def state(self) -> State:
        if self.sent_at is not None:
            return State.SENT
        if self.attempts >= ATTEMPTS_MAX:
            return State.PARKED
        if not self.failure:
            return State.ON_ITS_WAY
        return State.RETRYING if self.attempts else State.WAITING


def post(
    session: Session, case_id: CaseId, kind: str, addressee: str, at: datetime, **facts: Facts
) -> None:
    """Leave a notice for an addressee: a role (`ai_office`), or a role and a name (`provider:X`)."""
    session.add(
        OutboxRow(
            case_id=case_id,
            kind=kind,
            addressee=addressee,
            facts=dict(facts),
            posted_at=at,
            attempts=0,
            retry_at=None,
            sent_at=None,
            failure="",
        )
    )


def with_something_due(session: Session, now: datetime, *, limit: int) -> list[CaseId]:
    """The cases that have a notice to send now."""
    rows = session.scalars(select(OutboxRow.case_id).where(_is_due(now)).distinct().limit(limit))
    return [CaseId(row) for row in rows]


def due_of_case(session: Session, case_id: CaseId, now: datetime, *, limit: int) -> list[int]:
    """The notices of a case that are to be sent now, in the order they were posted."""
    query = select(OutboxRow.id).where(OutboxRow.case_id == case_id, _is_due(now))
    return list(session.scalars(query.order_by(OutboxRow.id).limit(limit)))


def claim(session: Session, notice_id: int, now: datetime, *, until: datetime) -> Posted | None:
    """Take a notice for one try; None when somebody else has it or it is no longer due."""
    row = session.scalars(
        update(OutboxRow)
        .where(OutboxRow.id == notice_id, _is_due(now))
        .values(retry_at=until, attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if row is None else _posted(row)


def sent(session: Session, notice_id: int, at: datetime) -> None:
    row = _row(session, notice_id)
    row.sent_at, row.retry_at, row.failure = at, None, ""


def failed(session: Session, notice_id: int, failure: str, *, retry_at: datetime) -> None:
    """Keep why a try failed; it is tried again, unless it was the last."""
    row = _row(session, notice_id)
    row.failure, row.retry_at = failure, retry_at


def not_reachable(session: Session, notice_id: int, *, retry_at: datetime) -> None:
    """Nobody said where this addressee is; that is no failed try, and is looked at again."""
    row = _row(session, notice_id)
    row.failure, row.retry_at = "waiting: nobody told where", retry_at
    row.attempts -= 1


def replay(session: Session, notice_id: int) -> Posted:
    """Send a notice once more under the same id, whatever became of it; NotFound without one."""
    row = _row(session, notice_id)
    row.attempts, row.retry_at, row.sent_at, row.failure = 0, None, None, ""
    return _posted(row)


def page(session: Session, *, state: State | None, after: int | None, limit: int) -> list[Posted]:
    """Notices, the newest first; `after` is the last of the page before."""
    query = select(OutboxRow).order_by(OutboxRow.id.desc()).limit(limit)
    if after is not None:
        query = query.where(OutboxRow.id < after)
    if state is not None:
        query = query.where(IN_STATE[state])
    return [_posted(row) for row in session.scalars(query)]


UNSENT = OutboxRow.sent_at.is_(None)
TRIES_LEFT = and_(UNSENT, OutboxRow.attempts < ATTEMPTS_MAX)
IN_STATE: dict[State, ColumnElement[bool]] = {
    State.SENT: OutboxRow.sent_at.is_not(None),
    State.PARKED: and_(UNSENT, OutboxRow.attempts >= ATTEMPTS_MAX),
    State.ON_ITS_WAY: and_(TRIES_LEFT, OutboxRow.failure == ""),
    State.RETRYING: and_(TRIES_LEFT, OutboxRow.failure != "", OutboxRow.attempts > 0),
    State.WAITING: and_(TRIES_LEFT, OutboxRow.failure != "", OutboxRow.attempts == 0),
}


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(TRIES_LEFT, or_(OutboxRow.retry_at.is_(None), OutboxRow.retry_at <= now))


def _row(session: Session, notice_id: int) -> OutboxRow:
    row = session.get(OutboxRow, notice_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no notice {notice_id}")
    return row


def _posted(row: OutboxRow) -> Posted:
    return Posted(
        id=row.id,
        case_id=CaseId(row.case_id),
        kind=row.kind,
        addressee=row.addressee,
        facts=row.facts,
        posted_at=row.posted_at,
        attempts=row.attempts,
        retry_at=row.retry_at,
        sent_at=row.sent_at,
        failure=row.failure,
    )
