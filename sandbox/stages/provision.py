"""One step towards the blueprint: claim, act with no transaction open, settle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.attestation import EVERY, open_walls
from sandbox.domain.authority import Authority
from sandbox.domain.blueprint import Blueprint
from sandbox.domain.capacity import Reservation
from sandbox.domain.case import SYSTEM, Case
from sandbox.domain.environment import (
    Environment,
    Operation,
    Phase,
    Probe,
    Progress,
    Step,
    Wanted,
    next_step,
)
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.errors import EngineFailed, RuleBroken, Unavailable
from sandbox.ports import ENGINE_LEASE, Clock, Cluster, Engine, Nudge
from sandbox.store import attestations, calendar, cases, engine_log, environments, ledger
from sandbox.store.database import Sessions
from sandbox.store.record import record

RETRY_FIRST = timedelta(seconds=5)
RETRY_MAX = timedelta(minutes=10)
CAPACITY_RETRY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step came to, before it is written."""

    phase: Phase
    applied_generation: int
    stack_exists: bool
    failure: str = ""
    operations: tuple[Operation, ...] = ()
    isolation: tuple[Probe, ...] = ()
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def provision(
    case_id: CaseId,
    *,
    sessions: Sessions,
    engine: Engine,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    owner: str,
    token: Callable[[], str],
) -> None:
    """Bring the environment of a case one step closer to its blueprint.

    A second call at the same time, or when nothing is left to do, changes nothing.
    """
    began_at = clock()
    with sessions.begin() as session:
        lease = environments.claim(
            session, case_id, began_at, lasting=ENGINE_LEASE, owner=owner, token=token()
        )
        if lease is None:
            return
        environment, blueprint = environments.load(session, case_id)
        step = next_step(environment)
        only_rights = _only_rights_change(session, environment, blueprint)
        shortfall = _shortfall(session, case_id, environment, blueprint)
        if step is None or shortfall:
            environments.settle(
                session,
                lease,
                phase=environment.phase,
                applied_generation=environment.applied_generation,
                stack_exists=environment.stack_exists,
                retry_at=began_at + CAPACITY_RETRY if shortfall else None,
                waiting_for=shortfall,
            )
            if step is None and environment.phase is Phase.READY:
                case = cases.load(session, case_id, lock=True)
                _open(session, case, environment, began_at, authority)
            return
        phase = Phase.BUILDING if step is Step.APPLY else Phase.DESTROYING
        environments.begin_building(session, lease, phase)

    def on_progress(line: Progress) -> None:
        with sessions.begin() as session:
            engine_log.add_progress(session, case_id, blueprint.generation, line)

    outcome = _carry_out(
        step, environment, blueprint, engine, cluster, on_progress, only_rights=only_rights
    )

    ended_at = clock()
    attempts = environment.attempts + 1 if outcome.failure else 0
    with sessions.begin() as session:
        environments.settle(
            session,
            lease,
            phase=outcome.phase,
            applied_generation=outcome.applied_generation,
            stack_exists=outcome.stack_exists,
            attempts=attempts,
            retry_at=ended_at + _pause(attempts) if outcome.failure else None,
            waiting_for=outcome.failure,
        )
        ledger.append(
            session,
            case_id,
            f"environment_{outcome.phase.value}",
            SYSTEM,
            ended_at,
            step=step.value,
            generation=blueprint.generation,
            frozen=blueprint.frozen,
            held=blueprint.held,
            milliseconds=int((ended_at - began_at) / timedelta(milliseconds=1)),
            failure=outcome.failure,
            operations=[f"{o.operation} {o.resource}" for o in outcome.operations],
            isolation=[f"{p.name}: {_word(p)}" for p in outcome.isolation],
            removed=list(outcome.removed),
            left=list(outcome.left),
        )
        if outcome.phase is Phase.ABSENT:
            calendar.release(session, case_id)
        case = cases.load(session, case_id, lock=True)
        moved_on, _ = environments.load(session, case_id)
        # While a run is going on only rights are checked: what it began behind stays on record.
        if outcome.isolation and not outcome.failure and not case.is_measured:
            attestations.proven(session, case_id, ended_at, ended_at + EVERY)
            checked = replace(case, isolation=outcome.isolation)
            if not _open(session, checked, moved_on, ended_at, authority):
                # After a resumption or an amendment the run begins here, not while it was built.
                is_back = (
                    case.stage is Stage.ACTIVE
                    and moved_on.wanted is Wanted.RUNNING
                    and next_step(moved_on) is None
                )
                started = (case.stretch_from(ended_at),) if is_back and not case.is_measured else ()
                stretches = (*case.stretches, *started)
                cases.save(session, replace(checked, stretches=stretches, version=case.version + 1))
    for stage in _following(outcome, blueprint, moved_on):
        nudge(stage, case_id)


def _open(
    session: Session, case: Case, environment: Environment, at: datetime, authority: Authority
) -> bool:
    """Start the test in an environment that stands; it waits while a rule is against that."""
    if case.stage is not Stage.PLAN_AGREED or environment.wanted is not Wanted.RUNNING:
        return False
    if next_step(environment) is not None:
        return False  # an amended plan wants something else by now
    stretches = (*case.stretches, case.stretch_from(at))
    try:
        after = take(case, Action.ACTIVATE, SYSTEM, authority.day(at), stretches=stretches)
    except RuleBroken as refusal:
        environments.wait(session, case.id, str(refusal))
        return False
    record(session, after, Action.ACTIVATE, SYSTEM, at)
    return True


def _following(outcome: Outcome, blueprint: Blueprint, moved_on: Environment) -> Iterator[str]:
    """What is to be looked at after a step."""
    if next_step(moved_on) is not None and not outcome.failure:
        yield "provision"  # somebody wanted something else in the meantime
    elif outcome.phase is Phase.ABSENT:
        yield "exit"
    if blueprint.held and not outcome.failure:
        yield "pin"  # again, if the cluster was away when evidence was held


def _only_rights_change(session: Session, environment: Environment, blueprint: Blueprint) -> bool:
    """Whether a hold was placed or lifted and nothing else: pods go on running, so none is started
    beside them to try the walls. Walls that are restored are tried.
    """
    if not environment.applied_generation:
        return False
    before = environments.blueprint(session, blueprint.case_id, environment.applied_generation)
    same = replace(before, generation=blueprint.generation, held=blueprint.held) == blueprint
    return same and (
        before.held != blueprint.held or cases.load(session, blueprint.case_id).is_measured
    )


def _shortfall(
    session: Session, case_id: CaseId, environment: Environment, blueprint: Blueprint
) -> str:
    """Why the GPUs of a case are not reserved, or nothing; tries to reserve them again."""
    if environment.wanted is not Wanted.RUNNING or not blueprint.gpus:
        return ""
    if calendar.has_reservation(session, case_id):
        return ""
    plan = cases.load(session, case_id).plan
    if plan is None:
        return ""
    wanted = Reservation(
        case_id, blueprint.gpu_product, blueprint.gpus, plan.first_day, plan.last_day
    )
    shortfall = calendar.reserve(session, wanted)
    return str(shortfall) if shortfall else ""


def _carry_out(
    step: Step,
    environment: Environment,
    blueprint: Blueprint,
    engine: Engine,
    cluster: Cluster,
    on_progress: Callable[[Progress], None],
    *,
    only_rights: bool,
) -> Outcome:
    """Act; every expected failure becomes an outcome with a sentence."""
    applied, exists = environment.applied_generation, environment.stack_exists
    try:
        if step is Step.DESTROY:
            listed = cluster.remains(blueprint.namespace)
            engine.destroy(blueprint, on_progress=on_progress)
            left = cluster.remains(blueprint.namespace)
            failure = f"still there: {', '.join(left)}" if left else ""
            phase = Phase.FAILED if left else Phase.ABSENT
            return Outcome(
                phase, 0, stack_exists=bool(left), failure=failure, removed=listed, left=left
            )
        if blueprint.frozen:
            # The API freezes at once; if it died or the cluster was away, it is made good here.
            cluster.freeze(blueprint.namespace)
        operations = engine.apply(blueprint, stack_exists=exists, on_progress=on_progress)
        check = cluster.check_rights if only_rights else cluster.check_isolation
        probes = () if blueprint.frozen else check(blueprint)
    except EngineFailed as error:
        return Outcome(Phase.FAILED, applied, stack_exists=True, failure=str(error))
    except Unavailable as error:
        return Outcome(environment.phase, applied, stack_exists=exists, failure=str(error))
    if found := open_walls(probes):
        sentence = f"the isolation check failed: {'; '.join(found)}"
        return Outcome(Phase.FAILED, applied, stack_exists=True, failure=sentence, isolation=probes)
    return Outcome(
        Phase.READY,
        blueprint.generation,
        stack_exists=True,
        operations=operations,
        isolation=probes,
    )


def _pause(attempts: int) -> timedelta:
    """Longer after each failure, up to a limit; a case never stops being tried."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(RETRY_FIRST * doubled, RETRY_MAX)


def _word(probe: Probe) -> str:
    if not probe.proven:
        return "not proven"
    return "passed" if probe.passed else f"failed ({probe.seen})"
