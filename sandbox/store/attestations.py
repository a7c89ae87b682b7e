"""When the walls of an environment were looked at last, what was found, and when to look again."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from sandbox.domain.environment import Environment
from sandbox.domain.naming import CaseId
from sandbox.store.environment_tables import EnvironmentRow
from sandbox.store.environments import BUILT, Lease, hand_back, unleased


def due(session: Session, now: datetime) -> list[CaseId]:
    """The cases whose environment stands, with nobody at work on it, and is to be looked at."""
    rows = session.scalars(select(EnvironmentRow.case_id).where(*_due(now)))
    return [CaseId(row) for row in rows]


def is_due(session: Session, case_id: CaseId, now: datetime) -> bool:
    """Whether the environment of a case is one of these."""
    this = select(EnvironmentRow.case_id).where(EnvironmentRow.case_id == case_id, *_due(now))
    return session.scalar(this) is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        BUILT,
        or_(EnvironmentRow.attest_at.is_(None), EnvironmentRow.attest_at <= now),
        unleased(now),
    )


def proven(session: Session, case_id: CaseId, at: datetime, again_at: datetime) -> None:
    """Record that the walls were attacked and held, as they are whenever an environment was built."""
    row = session.get_one(EnvironmentRow, case_id)
    row.attested_at, row.attest_at, row.deviation = at, again_at, ""


def settle(
    session: Session,
    lease: Lease,
    seen: Environment,
    *,
    at: datetime | None,
    again_at: datetime,
    deviation: str,
) -> bool:
    """Give the lease back, and keep what was found at a moment, or with None why nobody could look.

    False, and nothing is kept, when something else was wanted meanwhile: what was `seen` was on its way.
    LeaseLost when the lease is not ours any more.
    """
    row = hand_back(session, lease)
    if (row.wanted, row.wanted_generation) != (seen.wanted, seen.wanted_generation):
        return False
    row.attested_at = at or row.attested_at
    row.attest_at, row.deviation = again_at, deviation
    return True


def count_deviating(session: Session) -> int:
    """How many environments stand of which the last look found something, or could not be had."""
    query = select(func.count()).where(BUILT, EnvironmentRow.deviation != "")
    return session.scalar(query) or 0
