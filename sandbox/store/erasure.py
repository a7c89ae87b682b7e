"""The end of the records of a case: every row of it goes, and what must stay loses its content.

Of the case a stub is left (its id, stage, version and dates), of its ledger the seals, of a confirmed lesson the cell it counts in. This
is the one place where a row of ledger, plans or blueprints is changed or deleted.
"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from sandbox.domain.case import SYSTEM, Case
from sandbox.domain.naming import CaseId
from sandbox.store import (
    cases,
    consent_tables,
    environment_tables,
    helpdesk_tables,
    inspection_tables,
    ledger,
    lessons,
    processing_tables,
)
from sandbox.store.learning_tables import LessonRow
from sandbox.store.tables import Base, CaseRow, LedgerRow, MarkRow

del (
    consent_tables,
    environment_tables,
    helpdesk_tables,
    inspection_tables,
    processing_tables,
)  # imported so that their tables are known below
UNLINKED = "linked_case_erased"
# Every table that says whose a row is: one that comes later is erased without being named here.
REDUCED = (LedgerRow.__tablename__, LessonRow.__tablename__)
DELETED: tuple[Table, ...] = tuple(
    table
    for table in reversed(Base.metadata.sorted_tables)  # what points at others first
    if "case_id" in table.columns and table.name not in REDUCED
)


def contents(session: Session, case_id: CaseId) -> dict[str, int]:
    """How many rows of each table an erasure would take or reduce; tables without one are left out."""
    counts = {
        table.name: session.scalar(
            select(func.count()).select_from(table).where(table.columns["case_id"] == case_id)
        )
        or 0
        for table in (*DELETED, *(Base.metadata.tables[name] for name in REDUCED))
    }
    return {name: count for name, count in sorted(counts.items()) if count}


def erase(session: Session, case: Case, at: datetime) -> dict[str, int]:
    """Erase a case after `passage.take` allowed it; returns what `contents` says.

    The caller's transaction holds the row of the case.
    """
    counts = contents(session, case.id)
    _unlink(session, case.id, at)
    for table in DELETED:
        session.execute(delete(table).where(table.columns["case_id"] == case.id))
    session.execute(
        delete(LessonRow).where(LessonRow.case_id == case.id, LessonRow.confirmed_at.is_(None))
    )
    session.execute(
        update(LessonRow)
        .where(LessonRow.case_id == case.id)
        .values(topic="", text="", proposed_by="", confirmed_by="", wording_is_public=False)
    )
    session.execute(
        update(LedgerRow)
        .where(LedgerRow.case_id == case.id)
        .values(at="", actor="", role="", action="", facts={})
    )
    session.execute(
        update(CaseRow)
        .where(CaseRow.id == case.id)
        .values(provider="", version=case.version, erased_at=at, next_due=date.max, facts={})
    )
    session.expire_all()
    lessons.publish(session)
    return counts


def _unlink(session: Session, case_id: CaseId, at: datetime) -> None:
    """Let the cases that were linked to one forget it: they name its provider."""
    own = select(MarkRow.mark).where(MarkRow.case_id == case_id)
    alike = select(MarkRow.case_id).where(MarkRow.mark.in_(own), MarkRow.case_id != case_id)
    for found in session.scalars(alike.distinct()).all():
        other = cases.load(session, CaseId(found), lock=True)
        kept = tuple(link for link in other.linked_cases if link.case_id != case_id)
        if kept != other.linked_cases:
            cases.save(session, replace(other, linked_cases=kept, version=other.version + 1))
            ledger.append(session, other.id, UNLINKED, SYSTEM, at, linked_case=case_id)
