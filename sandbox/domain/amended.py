"""A case when an amendment of its plan comes into force: signatures, runs and clocks."""

from dataclasses import replace
from datetime import datetime

from sandbox.domain.action import Action
from sandbox.domain.amendment import Amendment, window
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person, Signature
from sandbox.domain.confidential import remembered
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline, meet, with_started
from sandbox.domain.plan import SandboxPlan


def under_amended_plan(
    case: Case,
    agreed: Amendment,
    before: SandboxPlan,
    by: Person,
    at: datetime,
    authority: Authority,
) -> Case:
    """The case under its new plan, signed by both on its hash.

    Runs already made stay judged by what was in force then; one that would be judged otherwise
    from now on ends, and the next begins, at once or when the environment stands.
    """
    after = replace(
        case,
        plan=agreed.plan,
        once_marked=remembered(case, replace(case, plan=agreed.plan)),
        plan_sha256=agreed.plan_sha256,
        signatures=(
            *case.signatures,
            Signature(agreed.role, agreed.by, agreed.plan_sha256, agreed.at),
            Signature(by.role, str(by), agreed.plan_sha256, at),
        ),
        amendment=None,
        amendments=(*case.amendments, agreed),
        stretches=tuple(
            replace(s, plan_version=s.plan_version or before.version) for s in case.stretches
        ),
    )
    if agreed.plan.last_day != before.last_day:
        after = replace(after, deadlines=_moved(case, agreed.plan, at, authority))
    if not (case.is_measured and agreed.plan.needs_another_run(before)):
        return after
    after = replace(after, stretches=after.stretches_ended(at, Action.AGREE_AMENDMENT))
    if agreed.plan.needs_another_environment(before):
        return after
    return replace(after, stretches=(*after.stretches, after.stretch_from(at)))


def _moved(
    case: Case, plan: SandboxPlan, at: datetime, authority: Authority
) -> tuple[Deadline, ...]:
    """DL-05 of the old end is met, and runs anew towards the new one while that is to come."""
    met = meet(case.deadlines, Name.DL_05, at)
    return with_started(met, window(plan.last_day, authority, at))
