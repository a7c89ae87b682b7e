"""Either party proposes to change an agreed plan; the other one agrees or declines (R58-D15)."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from sandbox import issuing
from sandbox.domain import guardrails, plan_papers
from sandbox.domain.action import Action
from sandbox.domain.amended import under_amended_plan
from sandbox.domain.amendment import Amendment, AmendmentState
from sandbox.domain.authority import Authority
from sandbox.domain.blueprint import draw
from sandbox.domain.capacity import Reservation
from sandbox.domain.case import Case, Person
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.plan_diff import changes
from sandbox.domain.preview import reviewed
from sandbox.domain.terms import BUILT_IN, Terms
from sandbox.errors import FieldRefused, OutOfDate, Reason, RuleBroken
from sandbox.ports import Catalogue, Clock, Nudge
from sandbox.store import (
    calendar,
    cases,
    documents,
    engine_log,
    environments,
    ledger,
    outbox,
    plans,
)
from sandbox.store.database import Sessions
from sandbox.store.record import record

REFUSALS = {
    Action.DECLINE_AMENDMENT: AmendmentState.DECLINED,
    Action.TAKE_BACK_AMENDMENT: AmendmentState.TAKEN_BACK,
}


def propose(
    case_id: CaseId,
    plan: SandboxPlan,
    reasons: str,
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
    """Propose and sign a changed plan; what was agreed stays in force until the other one agrees."""
    at = clock()
    plan.refuse_unless_measured(catalogue.names)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="plan")
        after = _proposed(session, case, plan, reasons, by, at, authority, terms)
    for stage in ("preview", "report"):
        nudge(stage, case_id)
    return after


def extend(
    case_id: CaseId,
    last_day: date,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    terms: Terms = BUILT_IN,
) -> Case:
    """Ask for a later end (R58-D20): an amendment that changes nothing else."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="plan")
        if case.plan is None or last_day <= case.plan.last_day:
            raise FieldRefused("last_day", "an extension ends later than the plan in force")
        longer = replace(case.plan, last_day=last_day)
        after = _proposed(session, case, longer, reasons, by, at, authority, terms)
    for stage in ("preview", "report"):
        nudge(stage, case_id)
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
    """The other party signs too: the changed plan is in force at once (D2, and D16 for a later end).

    The environment follows where it must, and stays frozen if it is; a run that would be judged
    otherwise from now on ends, and the next one begins. Too few GPUs are a refusal: the plan in
    force keeps what is reserved for it.
    """
    at = clock()
    today = authority.day(at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="plan")
        open_one, before = _open(case, plan_sha256), case.plan
        if before is None:
            raise OutOfDate("there is no plan in force")
        agreed = open_one.settled(AmendmentState.AGREED, str(by), at, today)
        informed = take(
            case,
            Action.AGREE_AMENDMENT,
            by,
            amendment=agreed,
            terms_issued=issuing.newest(case, terms, at),
        )
        guardrails.refuse_unless_safe(agreed.plan)
        operations = reviewed(engine_log.preview(session, case_id, plan_sha256))
        _reserve(session, case_id, before, agreed.plan, today)
        after = under_amended_plan(informed, agreed, before, by, at, authority)
        after, generation = _follow(session, after, before, at)
        issuing.plan(session, after, agreed.plan, authority, str(by), at, before=before)
        if agreed.extends(before):
            paper = plan_papers.extension(after, before, agreed, authority.name, at)
            seal = {"ledger_seal": ledger.head(session, case_id)}
            documents.issue(session, case_id, Paper.EXTENSION, str(by), at, paper | seal)
        _tell_other(session, after, by, "amendment_agreed", at)
        record(
            session,
            after,
            Action.AGREE_AMENDMENT,
            by,
            at,
            amendment=agreed.number,
            version=agreed.plan.version,
            plan_sha256=plan_sha256,
            changed=list(dict.fromkeys(c.field for c in changes(before, agreed.plan))),
            last_day=agreed.plan.last_day.isoformat(),
            generation=generation,
            operations=[f"{o.operation} {o.resource}" for o in operations],
        )
    for stage in ("provision", "report"):
        nudge(stage, case_id)
    return after


def refuse(
    case_id: CaseId,
    action: Action,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """The other party declines, or the proposer takes it back; the plan in force stays."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="plan")
        informed = take(case, action, by)
        settled = _open(case).settled(
            REFUSALS[action], str(by), at, authority.day(at), answer=reasons
        )
        after = replace(informed, amendment=None, amendments=(*case.amendments, settled))
        _tell_other(session, after, by, f"amendment_{settled.state}", at)
        record(session, after, action, by, at, amendment=settled.number, reasons=reasons)
    return after


def _proposed(
    session: Session,
    case: Case,
    plan: SandboxPlan,
    reasons: str,
    by: Person,
    at: datetime,
    authority: Authority,
    terms: Terms,
) -> Case:
    plan = replace(plan, version=plans.next_number(session, case.id))
    guardrails.refuse_unless_safe(plan)
    sha256 = cases.plan_sha256(plan)
    number = len(case.amendments) + 1 + (case.amendment is not None)
    asked = Amendment(*(number, plan, sha256, reasons, str(by), by.role, at), day=authority.day(at))
    after = take(case, Action.PROPOSE_AMENDMENT, by, amendment=asked)
    given = issuing.offer(session, case, terms, authority, at)
    after = replace(after, terms_issued=given)
    cases.add_plan(session, case.id, plan, str(by), at)
    _tell_other(session, after, by, "amendment_proposed", at)
    record(
        session,
        after,
        Action.PROPOSE_AMENDMENT,
        by,
        at,
        amendment=number,
        version=plan.version,
        sha256=sha256,
        reasons=reasons,
        terms=given.version,
    )
    return after


def _open(case: Case, plan_sha256: str = "") -> Amendment:
    """The open amendment; OutOfDate when it is not the one that was read."""
    if case.amendment is None or plan_sha256 not in {"", case.amendment.plan_sha256}:
        raise OutOfDate("this is not the amendment on the table; load it again and read it")
    return case.amendment


def _reserve(
    session: Session, case_id: CaseId, before: SandboxPlan, plan: SandboxPlan, today: date
) -> None:
    """Hold the GPUs of the new plan instead, from today on; RuleBroken when there are too few."""

    def asked(p: SandboxPlan) -> tuple[object, ...]:
        return p.resources.gpus, p.resources.gpu_product, p.first_day, p.last_day

    if asked(before) == asked(plan):
        return
    if not plan.resources.gpus:
        calendar.release(session, case_id)
        return
    wanted = Reservation(
        case_id,
        plan.resources.gpu_product,
        plan.resources.gpus,
        max(plan.first_day, today),
        plan.last_day,
    )
    shortfall = calendar.reserve(session, wanted)
    if shortfall is not None:
        raise RuleBroken((Reason("X-capacity", str(shortfall)),))


def _follow(session: Session, case: Case, before: SandboxPlan, at: datetime) -> tuple[Case, int]:
    """Want the next generation where something else must stand; returns the one wanted now. A way out
    that was closed opens again with the first plan that may have it, and a run ends before that.

    Nothing else may while evidence is held (R73-06), so what is drawn here is never held.
    """
    there, now = environments.load(session, case.id)
    plan = case.plan
    same = plan is None or not plan.needs_another_environment(before)
    if plan is None or (same and plan.egress == now.egress):
        return case, there.wanted_generation
    wanted = there.wanted
    if case.stage is Stage.SUSPENDED:
        wanted = Wanted.FROZEN  # whatever the row says: nothing runs before somebody resumes
    drawn = draw(
        plan,
        case_id=case.id,
        generation=there.wanted_generation + 1,
        plan_sha256=case.plan_sha256,
        frozen=wanted is Wanted.FROZEN,
    )
    environments.want(session, drawn, wanted)
    if same:
        case = replace(case, stretches=case.stretches_ended(at, Action.AGREE_AMENDMENT))
    return case, drawn.generation


def _tell_other(session: Session, case: Case, by: Person, kind: str, at: datetime) -> None:
    other = "authority" if by.role is Role.PROVIDER else f"provider:{case.provider}"
    outbox.post(session, case.id, kind, other, at)
