"""What an open inspection gathers: the log of what is read, and its evidence snapshot."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.domain.reading_log import Reading, seal
from sandbox.domain.seal import FIRST
from sandbox.domain.snapshot import Snapshot
from sandbox.store.inspection_tables import ReadingRow, SnapshotRow

SNAPSHOT = TypeAdapter(Snapshot)


def note(
    session: Session, case_id: CaseId, inspection: int, at: datetime, who: str, what: str
) -> None:
    """Add a line to the log. The caller holds the row of the case, which orders the writers."""
    last = session.execute(
        select(ReadingRow.number, ReadingRow.seal)
        .where(ReadingRow.case_id == case_id, ReadingRow.inspection == inspection)
        .order_by(ReadingRow.number.desc())
        .limit(1)
    ).one_or_none()
    number, previous = (last[0], last[1]) if last else (0, FIRST)
    line = str(Reading(number + 1, at, who, what))
    session.add(
        ReadingRow(
            case_id=case_id,
            inspection=inspection,
            number=number + 1,
            line=line,
            seal=seal(line, previous),
        )
    )


def readings(session: Session, case_id: CaseId, inspection: int) -> list[str]:
    """The whole log of an inspection, oldest first, line by line."""
    query = select(ReadingRow.line).where(
        ReadingRow.case_id == case_id, ReadingRow.inspection == inspection
    )
    return list(session.scalars(query.order_by(ReadingRow.number)))


def want_snapshot(session: Session, case_id: CaseId, inspection: int, at: datetime) -> None:
    """Have a snapshot taken of an inspection that was opened now."""
    session.add(
        SnapshotRow(
            case_id=case_id, inspection=inspection, due_at=at, document=_document(Snapshot())
        )
    )


def due(session: Session, at: datetime) -> list[CaseId]:
    """The cases with a snapshot that is to be taken now."""
    rows = session.scalars(select(SnapshotRow.case_id).where(SnapshotRow.due_at <= at).distinct())
    return [CaseId(row) for row in rows]


def begin(
    session: Session, case_id: CaseId, at: datetime, again_at: datetime
) -> list[tuple[int, Snapshot]]:
    """The snapshots of a case that are to be taken now; nobody else begins with them before `again_at`."""
    rows = session.execute(
        update(SnapshotRow)
        .where(SnapshotRow.case_id == case_id, SnapshotRow.due_at <= at)
        .values(due_at=again_at)
        .returning(SnapshotRow.inspection, SnapshotRow.document)
    )
    return [(row[0], SNAPSHOT.validate_python(row[1], strict=False)) for row in rows]


def save(
    session: Session, case_id: CaseId, inspection: int, snapshot: Snapshot, *, whole: bool
) -> None:
    """Write what was taken; of an inspection that was closed meanwhile nothing is written."""
    no_more = {"due_at": None} if whole else {}
    session.execute(
        update(SnapshotRow)
        .where(SnapshotRow.case_id == case_id, SnapshotRow.inspection == inspection)
        .values(document=_document(snapshot), **no_more)
    )


def settle(session: Session, case_id: CaseId, inspection: int) -> Snapshot:
    """The snapshot of an inspection that is being closed, as far as it was taken; no more is."""
    taken = session.scalar(
        delete(SnapshotRow)
        .where(SnapshotRow.case_id == case_id, SnapshotRow.inspection == inspection)
        .returning(SnapshotRow.document)
    )
    return SNAPSHOT.validate_python(taken, strict=False) if taken else Snapshot()


def _document(snapshot: Snapshot) -> dict[str, object]:
    document: dict[str, object] = SNAPSHOT.dump_python(snapshot, mode="json")
    return document
