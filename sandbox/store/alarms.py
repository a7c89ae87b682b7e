"""What was seen broken or unmeasurable while a test ran."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.store.tables import AlarmRow

ISOLATION = "isolation"  # what an alarm is about that no threshold of a plan raises
WALL_CHARACTERS = 16  # of a hash: one wall is told from another


def add(
    session: Session, case_id: CaseId, run: int, metric: str, verdict: str, at: datetime, text: str
) -> bool:
    """Record an alarm once per run, metric and verdict; tells whether it is new."""
    if session.get(AlarmRow, (case_id, run, metric, verdict)) is not None:
        return False
    session.add(
        AlarmRow(
            case_id=case_id,
            run=run,
            metric=metric,
            verdict=verdict,
            first_seen_at=at,
            sentence=text,
        )
    )
    return True


def add_open_wall(session: Session, case_id: CaseId, run: int, at: datetime, wall: str) -> None:
    """Record once per run that a wall was found open."""
    which = hashlib.sha256(wall.encode()).hexdigest()[:WALL_CHARACTERS]
    add(session, case_id, run, ISOLATION, which, at, wall)


def open_walls(session: Session, case_id: CaseId) -> list[tuple[int, str]]:
    """The walls that were found open, each with its run, oldest first."""
    rows = session.scalars(
        select(AlarmRow)
        .where(AlarmRow.case_id == case_id, AlarmRow.metric == ISOLATION)
        .order_by(AlarmRow.first_seen_at, AlarmRow.sentence)
    )
    return [(row.run, row.sentence) for row in rows]


class Alarm(NamedTuple):
    """What was seen broken or unmeasurable, or a clock that ran out (`DL-10 incident 1 NL`)."""

    seen_at: datetime
    metric: str
    sentence: str


def of_case(session: Session, case_id: CaseId) -> list[Alarm]:
    """The alarms of a case, oldest first."""
    rows = session.scalars(
        select(AlarmRow).where(AlarmRow.case_id == case_id).order_by(AlarmRow.first_seen_at)
    )
    return [Alarm(row.first_seen_at, row.metric, row.sentence) for row in rows]
