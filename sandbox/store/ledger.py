"""The append-only account of actions; each entry seals the one before (ADR 0010)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.case import Person
from sandbox.domain.naming import CaseId
from sandbox.domain.seal import (
    FIRST,
    JSON,
    Entry,
    LedgerLine,
    SealedEntry,
    WithheldEntry,
    seal,
)
from sandbox.store.tables import LedgerRow


def append(
    session: Session, case_id: CaseId, action: str, by: Person, at: datetime, **facts: JSON
) -> SealedEntry:
    """Add one entry to a case's ledger, in the transaction of the change it tells of.

    Two writers at once meet at the primary key, and one of them fails as a whole.
    """
    last = session.scalars(
        select(LedgerRow)
        .where(LedgerRow.case_id == case_id)
        .order_by(LedgerRow.seq.desc())
        .limit(1)
    ).one_or_none()
    seq, previous = (last.seq + 1, last.seal) if last else (1, FIRST)
    entry = Entry(
        seq=seq,
        at=at.astimezone(UTC).isoformat(),
        actor=str(by),
        role=by.role.value,
        action=str(action),
        case_id=case_id,
        facts=facts,
    )
    sealed = SealedEntry(entry, previous, seal(entry, previous))
    session.add(
        LedgerRow(
            case_id=entry.case_id,
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            role=entry.role,
            action=entry.action,
            facts=dict(facts),
            previous=previous,
            seal=sealed.seal,
        )
    )
    session.flush()
    return sealed


def of_case(
    session: Session, case_id: CaseId, *, after: int = 0, limit: int | None = None
) -> list[SealedEntry]:
    """A case's account, oldest first."""
    rows = session.scalars(
        select(LedgerRow)
        .where(LedgerRow.case_id == case_id, LedgerRow.seq > after)
        .order_by(LedgerRow.seq)
        .limit(limit)
    )
    return [_sealed(row) for row in rows]


def latest(session: Session, case_id: CaseId, action: str) -> SealedEntry | None:
    """The newest entry of one action in an account."""
    row = session.scalars(
        select(LedgerRow)
        .where(LedgerRow.case_id == case_id, LedgerRow.action == action)
        .order_by(LedgerRow.seq.desc())
        .limit(1)
    ).one_or_none()
    return _sealed(row) if row else None


def lines(session: Session, case_id: CaseId) -> list[LedgerLine]:
    """An account of which entries may be erased: of those their place and their seal."""
    rows = session.scalars(
        select(LedgerRow).where(LedgerRow.case_id == case_id).order_by(LedgerRow.seq)
    )
    return [
        _sealed(row) if row.action else WithheldEntry(row.seq, row.previous, row.seal)
        for row in rows
    ]


def head(session: Session, case_id: CaseId) -> str:
    """The newest seal of a case's ledger."""
    newest = session.scalars(
        select(LedgerRow.seal)
        .where(LedgerRow.case_id == case_id)
        .order_by(LedgerRow.seq.desc())
        .limit(1)
    ).one_or_none()
    return newest or FIRST


def milliseconds_of(session: Session, action: str) -> list[int]:
    """How long each recorded step of a kind took."""
    took = LedgerRow.facts["milliseconds"].as_integer()
    rows = select(took).where(
        LedgerRow.action == action, LedgerRow.facts["step"].as_string() == "apply"
    )
    return [milliseconds for milliseconds in session.scalars(rows) if milliseconds is not None]


def as_lines(lines: Iterable[LedgerLine]) -> Iterator[str]:
    """The account as JSON lines: what `sandbox verify` reads."""
    for sealed in lines:
        if isinstance(sealed, WithheldEntry):
            yield json.dumps({**asdict(sealed), "withheld": True}) + "\n"
            continue
        entry = sealed.entry
        line = {
            "seq": entry.seq,
            "at": entry.at,
            "actor": entry.actor,
            "role": entry.role,
            "action": entry.action,
            "case_id": entry.case_id,
            "facts": entry.facts,
            "previous": sealed.previous,
            "seal": sealed.seal,
        }
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _sealed(row: LedgerRow) -> SealedEntry:
    entry = Entry(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        role=row.role,
        action=row.action,
        case_id=row.case_id,
        facts=row.facts,
    )
    return SealedEntry(entry, row.previous, row.seal)
