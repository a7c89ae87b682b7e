"""Rows <-> Environment; the lease; blueprints."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, func, not_, or_, select, update
from sqlalchemy.orm import Session

from sandbox.domain.blueprint import Blueprint
from sandbox.domain.case import Case
from sandbox.domain.environment import Environment, Phase, Wanted
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.errors import LeaseLost, NotFound
from sandbox.store.environment_tables import BlueprintRow, EnvironmentRow, ReservationRow
from sandbox.store.tables import CaseRow

BLUEPRINT = TypeAdapter(Blueprint)
MESSAGE_CHARACTERS_MAX = 2000
NO_LEASE = {"lease_token": None, "lease_owner": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one environment until a moment; the token proves it."""

    case_id: CaseId
    token: str


def want(session: Session, blueprint: Blueprint, wanted: Wanted) -> None:
    """Ask for a blueprint (or, with ABSENT, for its removal); the next generation of the case."""
    row = session.get(EnvironmentRow, blueprint.case_id, with_for_update=True)
    session.add(
        BlueprintRow(
            case_id=blueprint.case_id,
            generation=blueprint.generation,
            document=BLUEPRINT.dump_python(blueprint, mode="json"),
        )
    )
    if row is None:
        row = EnvironmentRow(
            case_id=blueprint.case_id,
            phase=Phase.ABSENT,
            applied_generation=0,
            stack_exists=False,
            deviation="",
        )
        session.add(row)
    row.wanted = wanted
    row.wanted_generation = blueprint.generation
    row.attempts = 0
    row.retry_at = None
    row.waiting_for = ""
    row.attest_at = None


def want_next(session: Session, case: Case, wanted: Wanted, *, closed: bool = False) -> Blueprint:
    """Ask for the next generation of what stands now, running or frozen, and held while evidence is;
    `closed` takes its ways out away.
    """
    row = session.get_one(EnvironmentRow, case.id, with_for_update=True)
    now = blueprint(session, case.id, row.wanted_generation)
    following = replace(
        now,
        generation=now.generation + 1,
        frozen=wanted is Wanted.FROZEN,
        held=case.holds_evidence,
        egress=() if closed else now.egress,
    )
    want(session, following, wanted)
    return following


def wait(session: Session, case_id: CaseId, reason: str) -> None:
    """Say why an environment cannot be built yet."""
    session.get_one(EnvironmentRow, case_id).waiting_for = reason[:MESSAGE_CHARACTERS_MAX]


def wake_without_reservation(session: Session) -> None:
    """Let those that wait for GPUs be tried at once."""
    reserved = select(ReservationRow.case_id)
    session.execute(
        update(EnvironmentRow)
        .where(EnvironmentRow.wanted == Wanted.RUNNING, EnvironmentRow.case_id.not_in(reserved))
        .values(retry_at=None)
    )


def without_reservation(session: Session) -> list[tuple[CaseId, Blueprint]]:
    """What cannot be built before GPUs are reserved for it."""
    reserved = select(ReservationRow.case_id)
    rows = session.scalars(
        select(EnvironmentRow).where(
            EnvironmentRow.wanted == Wanted.RUNNING,
            UNFINISHED,
            EnvironmentRow.case_id.not_in(reserved),
        )
    )
    wanted = [blueprint(session, CaseId(row.case_id), row.wanted_generation) for row in rows]
    return [(found.case_id, found) for found in wanted if found.gpus]


def want_absent(session: Session, case_id: CaseId) -> None:
    """Ask for removal; an environment that never was stays absent."""
    row = session.get(EnvironmentRow, case_id, with_for_update=True)
    if row is not None:
        row.wanted, row.attempts, row.retry_at, row.waiting_for = Wanted.ABSENT, 0, None, ""


def unleased(now: datetime) -> ColumnElement[bool]:
    """Whether nobody living is at work on an environment."""
    return or_(EnvironmentRow.lease_until.is_(None), EnvironmentRow.lease_until <= now)


def claim(
    session: Session, case_id: CaseId, now: datetime, *, lasting: timedelta, owner: str, token: str
) -> Lease | None:
    """The lease of an environment, or None when somebody living holds it or there is none."""
    won = session.execute(
        update(EnvironmentRow)
        .where(
            EnvironmentRow.case_id == case_id,
            unleased(now),
        )
        .values(lease_token=token, lease_owner=owner, lease_until=now + lasting)
        .returning(EnvironmentRow.case_id)
    ).all()
    return Lease(case_id, token) if won else None


def settle(
    session: Session,
    lease: Lease,
    *,
    phase: Phase,
    applied_generation: int,
    stack_exists: bool,
    attempts: int = 0,
    retry_at: datetime | None = None,
    waiting_for: str = "",
) -> None:
    """Write what a step came to and give the lease back; LeaseLost when it is not ours any more."""
    _write(
        session,
        lease,
        phase=phase,
        applied_generation=applied_generation,
        stack_exists=stack_exists,
        attempts=attempts,
        retry_at=retry_at,
        waiting_for=waiting_for[:MESSAGE_CHARACTERS_MAX],
        **NO_LEASE,
    )


def hand_back(session: Session, lease: Lease) -> EnvironmentRow:
    """Give the lease back without a step; the row as it is now. LeaseLost when it is not ours any more."""
    _write(session, lease, **NO_LEASE)
    return session.get_one(EnvironmentRow, lease.case_id, populate_existing=True)


def begin_building(session: Session, lease: Lease, phase: Phase) -> None:
    """Record that a stack may exist from now on, before the engine is called.

    Whoever finds this row after a crash knows that there may be something to remove.
    """
    _write(session, lease, phase=phase)


def _write(session: Session, lease: Lease, **values: object) -> None:
    written = session.execute(
        update(EnvironmentRow)
        .where(EnvironmentRow.case_id == lease.case_id, EnvironmentRow.lease_token == lease.token)
        .values(**values)
        .returning(EnvironmentRow.case_id)
    ).all()
    if not written:
        raise LeaseLost(f"the lease on {lease.case_id} went to somebody else")


def release_dead(session: Session, alive: Callable[[str], bool]) -> int:
    """Free the leases whose owner is known to be dead, so that nobody waits for their end."""
    freed = 0
    held = select(EnvironmentRow).where(EnvironmentRow.lease_token.is_not(None))
    for row in session.scalars(held.with_for_update()):
        if row.lease_owner is not None and not alive(row.lease_owner):
            row.lease_token = row.lease_owner = row.lease_until = None
            freed += 1
    return freed


def load(session: Session, case_id: CaseId) -> tuple[Environment, Blueprint]:
    """The environment of a case and the blueprint it should have; NotFound before agreement."""
    row = session.get(EnvironmentRow, case_id)
    if row is None:
        raise NotFound(f"case {case_id} has no environment yet")
    return _environment(row), blueprint(session, case_id, row.wanted_generation)


def find(session: Session, case_id: CaseId) -> Environment | None:
    """The environment of a case, or None before agreement."""
    row = session.get(EnvironmentRow, case_id)
    return None if row is None else _environment(row)


def blueprint(session: Session, case_id: CaseId, generation: int) -> Blueprint:
    """One generation of a case's blueprint."""
    row = session.get_one(BlueprintRow, (case_id, generation))
    return BLUEPRINT.validate_python(row.document, strict=False)


def standing(session: Session) -> list[Environment]:
    """Every environment that stands or should."""
    rows = session.scalars(select(EnvironmentRow).where(not_(GONE)))
    return [_environment(row) for row in rows]


def due(session: Session, now: datetime) -> list[CaseId]:
    """The cases whose environment has a next step that may be tried now."""
    rows = session.scalars(
        select(EnvironmentRow.case_id).where(
            UNFINISHED,
            or_(EnvironmentRow.retry_at.is_(None), EnvironmentRow.retry_at <= now),
            unleased(now),
        )
    )
    return [CaseId(row) for row in rows]


def built_but_closed(session: Session) -> list[CaseId]:
    """The cases whose environment is ready while a rule still keeps the test from starting."""
    rows = session.scalars(
        select(EnvironmentRow.case_id)
        .join(CaseRow, CaseRow.id == EnvironmentRow.case_id)
        .where(
            EnvironmentRow.phase == Phase.READY,
            EnvironmentRow.wanted == Wanted.RUNNING,
            EnvironmentRow.lease_until.is_(None),
            CaseRow.stage == Stage.PLAN_AGREED,
        )
    )
    return [CaseId(row) for row in rows]


def count_by_phase(session: Session) -> dict[str, int]:
    """How many environments are in which phase."""
    counted = session.execute(
        select(EnvironmentRow.phase, func.count()).group_by(EnvironmentRow.phase)
    ).all()
    return dict.fromkeys(Phase, 0) | {row[0]: row[1] for row in counted}


def count_unfinished(session: Session) -> int:
    """How many environments are not what they should be."""
    query = select(func.count()).select_from(EnvironmentRow).where(UNFINISHED)
    return session.scalar(query) or 0


GONE = and_(EnvironmentRow.wanted == Wanted.ABSENT, EnvironmentRow.phase == Phase.ABSENT)
BUILT = and_(
    EnvironmentRow.wanted != Wanted.ABSENT,
    EnvironmentRow.phase == Phase.READY,
    EnvironmentRow.applied_generation == EnvironmentRow.wanted_generation,
)
UNFINISHED: ColumnElement[bool] = not_(
    or_(GONE, BUILT)
)  # `environment.next_step`, for many at once


def _environment(row: EnvironmentRow) -> Environment:
    return Environment(
        case_id=CaseId(row.case_id),
        wanted=Wanted(row.wanted),
        wanted_generation=row.wanted_generation,
        phase=Phase(row.phase),
        applied_generation=row.applied_generation,
        stack_exists=row.stack_exists,
        attempts=row.attempts,
        retry_at=row.retry_at,
        waiting_for=row.waiting_for,
        attested_at=row.attested_at,
        deviation=row.deviation,
    )
