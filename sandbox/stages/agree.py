"""Provider and authority agree on a plan: proposed, previewed, signed twice, frozen by its hash."""

from dataclasses import replace
from datetime import datetime

from sandbox import issuing
from sandbox.domain import guardrails
from sandbox.domain.action import Action
from sandbox.domain.amendment import window
from sandbox.domain.authority import Authority
from sandbox.domain.blueprint import draw
from sandbox.domain.capacity import Reservation, Shortfall
from sandbox.domain.case import Case, Person, Signature
from sandbox.domain.confidential import remembered
from sandbox.domain.decision import Acceptance
from sandbox.domain.environment import Wanted, next_step
from sandbox.domain.lifecycle import UNDER_A_PLAN, Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.preview import reviewed
from sandbox.domain.terms import BUILT_IN, Terms
from sandbox.errors import FieldRefused, OutOfDate
from sandbox.ports import Catalogue, Clock, Engine, Nudge
from sandbox.store import calendar, cases, engine_log, environments, outbox, plans
from sandbox.store.database import Sessions
from sandbox.store.record import record

FIRST_GENERATION = 1


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
    terms: Terms = BUILT_IN,
) -> Case:
    """Put a version of the plan on the table; earlier signatures do not count for it. The other
    party is told; the terms in force are issued with the first one (D3).
    """
    at = clock()
    if plan.first_day < authority.day(at):
        raise FieldRefused("first_day", f"the plan begins on {plan.first_day}, in the past")
    plan.refuse_unless_measured(catalogue.names)
    guardrails.refuse_unless_safe(plan)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        plan = replace(plan, version=plans.next_number(session, case_id))
        sha256 = cases.plan_sha256(plan)
        after = take(
            case,
            Action.PROPOSE_PLAN,
            by,
            plan=plan,
            once_marked=remembered(case, replace(case, plan=plan)),
            plan_sha256=sha256,
            signatures=(),
            acceptance=case.acceptance or _acceptance(by, at),
        )
        given = issuing.offer(session, case, terms, authority, at)
        after = replace(after, terms_issued=given)
        cases.add_plan(session, case_id, plan, str(by), at)
        record(
            session,
            after,
            Action.PROPOSE_PLAN,
            by,
            at,
            version=plan.version,
            sha256=sha256,
            terms=given.version,
        )
        other = "authority" if by.role is Role.PROVIDER else f"provider:{case.provider}"
        outbox.post(session, case_id, "plan_proposed", other, at)
    for stage in ("preview", "report", "notify"):
        nudge(stage, case_id)
    return after


def preview(case_id: CaseId, *, sessions: Sessions, engine: Engine, clock: Clock) -> None:
    """Ask the engine what it would build for the plan on the table, and keep the answer.

    An amendment is compared with what stands: a frozen environment would stay frozen.
    """
    with sessions.begin() as session:
        case = cases.load(session, case_id)
        amendment = case.amendment if case.stage in UNDER_A_PLAN else None
        plan = amendment.plan if amendment else case.plan
        if plan is None or not (amendment or case.stage is Stage.PLAN_NEGOTIATION):
            return
        sha256 = amendment.plan_sha256 if amendment else case.plan_sha256
        if engine_log.preview(session, case_id, sha256) is not None:
            return
        there = environments.find(session, case_id)
    if there is not None and there.wanted is Wanted.FROZEN and next_step(there) is not None:
        return  # what still has to stop would look like a loss: the sweep asks again
    drawn = draw(
        plan,
        case_id=case_id,
        generation=there.wanted_generation + 1 if there else FIRST_GENERATION,
        plan_sha256=sha256,
        frozen=there is not None and there.wanted is Wanted.FROZEN,
        held=case.holds_evidence,
    )
    operations = engine.preview(drawn, stack_exists=there is not None and there.stack_exists)
    with sessions.begin() as session:
        engine_log.add_preview(session, case_id, sha256, operations, clock())


def sign(
    case_id: CaseId,
    plan_sha256: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider signs the version of the plan that it saw; the authority, whose turn it is, is told."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        signed = (*case.signatures, _signature(case, plan_sha256, by, at))
        after = take(case, Action.SIGN_PLAN, by, signatures=signed)
        record(session, after, Action.SIGN_PLAN, by, at, plan_sha256=plan_sha256)
        outbox.post(session, case_id, "plan_signed", "authority", at)
    return after


def agree(
    case_id: CaseId,
    plan_sha256: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    terms: Terms = BUILT_IN,
) -> Case:
    """The authority signs too: the plan is frozen (D2), GPUs are reserved, the environment is
    wanted, and DL-05 runs while the end may still be moved. The provider is told.

    Too few GPUs do not undo the agreement: the case waits, with the reason, and is tried again.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        signed = (*case.signatures, _signature(case, plan_sha256, by, at))
        given = issuing.newest(case, terms, at)
        after = take(
            case,
            Action.AGREE_PLAN,
            by,
            day=authority.day(at),
            signatures=signed,
            terms_issued=given,
        )
        plan = after.plan
        if plan is None:
            raise OutOfDate("there is no plan to agree on")
        clocks = (*after.deadlines, *window(plan.last_day, authority, at))
        after = replace(after, deadlines=clocks)
        guardrails.refuse_unless_safe(plan)
        operations = reviewed(engine_log.preview(session, case_id, plan_sha256))
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
        issuing.plan(session, after, plan, authority, str(by), at)
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
        outbox.post(session, case_id, "plan_agreed", f"provider:{case.provider}", at)
    for stage in ("provision", "report", "notify"):
        nudge(stage, case_id)
    return after


def _acceptance(by: Person, at: datetime) -> Acceptance | None:
    """Who proposes a plan for a place has accepted it."""
    return Acceptance(str(by), at, by_plan=True) if by.role is Role.PROVIDER else None


def _signature(case: Case, plan_sha256: str, by: Person, at: datetime) -> Signature:
    if plan_sha256 != case.plan_sha256:
        raise OutOfDate("this is not the plan on the table; load it again and read what changed")
    return Signature(by.role, str(by), plan_sha256, at)
