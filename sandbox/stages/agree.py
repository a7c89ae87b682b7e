"""Provider and authority agree on a plan: proposed, previewed, signed twice, frozen by its hash."""

from dataclasses import replace
from datetime import datetime

from sandbox.domain import guardrails
from sandbox.domain.authority import Authority
from sandbox.domain.blueprint import draw
from sandbox.domain.capacity import Reservation, Shortfall
from sandbox.domain.case import Acceptance, Case, Person, Signature
from sandbox.domain.environment import Operation, Wanted
from sandbox.domain.lifecycle import Action, Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.plan import SandboxPlan
from sandbox.errors import FieldRefused, OutOfDate, Reason, RuleBroken
from sandbox.ports import Catalogue, Clock, Engine, Nudge
from sandbox.store import calendar, cases, engine_log, environments
from sandbox.store.database import Sessions
from sandbox.store.record import record

FIRST_GENERATION = 1
BUILDING = frozenset({"create", "same", "update"})


def propose(
    case_id: CaseId,
    plan: SandboxPlan,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    catalogue: Catalogue,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Put a version of the plan on the table; earlier signatures do not count for it."""
    at = clock()
    if plan.first_day < authority.day(at):
        raise FieldRefused("first_day", f"the plan begins on {plan.first_day}, in the past")
    for threshold in plan.thresholds:
        if threshold.metric not in catalogue.names:
            known = ", ".join(sorted(catalogue.names))
            raise FieldRefused("thresholds", f"{threshold.metric} is not measured; known: {known}")
    guardrails.refuse_unless_safe(plan)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        plan = replace(plan, version=case.plan.version + 1 if case.plan else 1)
        sha256 = cases.plan_sha256(plan)
        after = take(
            case,
            Action.PROPOSE_PLAN,
            by,
            plan=plan,
            plan_sha256=sha256,
            signatures=(),
            acceptance=case.acceptance or _acceptance(by, at),
        )
        cases.add_plan(session, case_id, plan, str(by), at)
        record(session, after, Action.PROPOSE_PLAN, by, at, version=plan.version, sha256=sha256)
    nudge("preview", case_id)
    return after


def preview(case_id: CaseId, *, sessions: Sessions, engine: Engine, clock: Clock) -> None:
    """Ask the engine what it would build for the plan on the table, and keep the answer."""
    with sessions.begin() as session:
        case = cases.load(session, case_id)
        if case.stage is not Stage.PLAN_NEGOTIATION or case.plan is None:
            return
        if engine_log.preview(session, case_id, case.plan_sha256) is not None:
            return
    drawn = draw(
        case.plan, case_id=case_id, generation=FIRST_GENERATION, plan_sha256=case.plan_sha256
    )
    operations = engine.preview(drawn, stack_exists=False)
    with sessions.begin() as session:
        engine_log.add_preview(session, case_id, case.plan_sha256, operations, clock())


def sign(
    case_id: CaseId,
    plan_sha256: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider signs the version of the plan that it saw."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        signed = (*case.signatures, _signature(case, plan_sha256, by, at))
        after = take(case, Action.SIGN_PLAN, by, signatures=signed)
        record(session, after, Action.SIGN_PLAN, by, at, plan_sha256=plan_sha256)
    return after


def agree(
    case_id: CaseId,
    plan_sha256: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The authority signs too: the plan is frozen, GPUs are reserved, the environment is wanted.

    Too few GPUs do not undo the agreement: the case waits, with the reason, and is tried again.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        signed = (*case.signatures, _signature(case, plan_sha256, by, at))
        after = take(case, Action.AGREE_PLAN, by, signatures=signed)
        plan = after.plan
        if plan is None:
            raise OutOfDate("there is no plan to agree on")
        guardrails.refuse_unless_safe(plan)
        operations = _reviewed(engine_log.preview(session, case_id, plan_sha256))
        blueprint = draw(
            plan, case_id=case_id, generation=FIRST_GENERATION, plan_sha256=plan_sha256
        )
        environments.want(session, blueprint, Wanted.RUNNING)
        shortfall: Shortfall | None = None
        if plan.resources.gpus:
            asked = Reservation(
                case_id,
                plan.resources.gpu_product,
                plan.resources.gpus,
                plan.first_day,
                plan.last_day,
            )
            shortfall = calendar.reserve(session, asked)
        if shortfall is not None:
            environments.wait(session, case_id, str(shortfall))
        record(
            session,
            after,
            Action.AGREE_PLAN,
            by,
            at,
            plan_sha256=plan_sha256,
            generation=blueprint.generation,
            operations=[f"{o.operation} {o.resource}" for o in operations],
            waiting_for=str(shortfall) if shortfall else "",
        )
    nudge("provision", case_id)
    return after


def _acceptance(by: Person, at: datetime) -> Acceptance | None:
    """Who proposes a plan for a place has accepted it."""
    return Acceptance(str(by), at, by_plan=True) if by.role is Role.PROVIDER else None


def _signature(case: Case, plan_sha256: str, by: Person, at: datetime) -> Signature:
    if plan_sha256 != case.plan_sha256:
        raise OutOfDate("this is not the plan on the table; load it again and read what changed")
    return Signature(by.role, str(by), plan_sha256, at)


def _reviewed(operations: tuple[Operation, ...] | None) -> tuple[Operation, ...]:
    """A preview that was made and that only builds; RuleBroken otherwise."""
    if operations is None:
        raise RuleBroken(
            (Reason("X-preview", "the preview of this plan is still being made; try again soon"),)
        )
    harmful = [o for o in operations if o.operation not in BUILDING]
    if harmful:
        raise RuleBroken(
            tuple(Reason("X-preview", f"would {o.operation} {o.resource}") for o in harmful)
        )
    return operations
