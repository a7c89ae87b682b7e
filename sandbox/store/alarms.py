"""What was seen broken or unmeasurable while a test ran."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.store.tables import AlarmRow


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
