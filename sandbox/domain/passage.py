"""One lawful step of a case: the edge, the guards, and the facts that come with it."""

from dataclasses import replace
from datetime import date
from typing import Any

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.guards import (
    admission,
    agreement,
    amendment,
    appeal,
    clocks,
    closure,
    consent,
    cost,
    datasets,
    decision,
    extension,
    first_day,
    follow_up,
    guidance,
    incidents,
    national_framework,
    observers,
    plan_content,
    processing,
    proof,
    publication,
    real_world,
    requests,
    retention,
    review,
    risks,
    running,
    seats,
    shares,
    supervision,
    terms,
    testing_plan,
    turning,
)
from sandbox.domain.guards.registry import (
    DAY_GUARDS,
    GUARDS,
    STEP_GUARDS,
    against,
    refuse_unless_lawful,
)
from sandbox.domain.lifecycle import ENFORCING, advance
from sandbox.domain.readers import acting, reads_only
from sandbox.errors import NotAllowedError, Reason

__all__ = ["DAY_GUARDS", "GUARDED_BY", "GUARDS", "STEP_GUARDS", "against", "take"]
# Importing them registers their guards.
GUARDED_BY = (
    admission,
    review,
    seats,
    decision,
    appeal,
    cost,
    agreement,
    running,
    consent,
    testing_plan,
    turning,
    real_world,
    first_day,
    extension,
    national_framework,
    incidents,
    supervision,
    requests,
    risks,
    guidance,
    observers,
    shares,
    clocks,
    closure,
    datasets,
    processing,
    terms,
    plan_content,
    amendment,
    proof,
    publication,
    follow_up,
    retention,
)


def take(
    case: Case,
    action: Action,
    by: Person,
    day: date | None = None,
    *,
    also: tuple[Reason, ...] = (),
    **facts: Any,
) -> Case:  # Any: fields of Case
    """The case after an action; NotAllowedError without an edge, RuleBroken with every reason.

    The guards see the facts that the action brings, so that an isolation check and the
    activation it allows are one step; step guards see the case without them too. A step that may come
    too late is told the `day`; `also` is what stands against it that no fact of the case shows.
    """
    actor = acting(by)
    if by.unit is Unit.ENFORCEMENT and action not in ENFORCING:
        raise NotAllowedError(case.stage, action, by.role, tuple(ENFORCING))
    target = advance(case.stage, action, actor.role)
    if reads_only(case, by):
        raise NotAllowedError(case.stage, action, by.role, ())
    informed = replace(case, **facts)
    refuse_unless_lawful(informed, action, actor, day, also, before=case)
    return replace(informed, stage=target, version=case.version + 1)
