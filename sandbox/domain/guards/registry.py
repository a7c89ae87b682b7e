"""The registry of guards: what must be true besides the edge, each named after its rule."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from sandbox.domain.action import Action
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.errors import Reason, RuleBroken

# A sentence falls under the rule of its guard; a reason names a rule of its own.
Guard = Callable[[Case, Person], Iterator[str | Reason]]
DayGuard = Callable[[Case, date], Iterator[str | Reason]]
StepGuard = Callable[[Case, Case, Person], Iterator[str | Reason]]
G = TypeVar("G", bound=Guard)
D = TypeVar("D", bound=DayGuard)
S = TypeVar("S", bound=StepGuard)
GUARDS: dict[Action, list[tuple[str, Guard]]] = {}
DAY_GUARDS: dict[Action, list[tuple[str, DayGuard]]] = {}
STEP_GUARDS: dict[Action, list[tuple[str, StepGuard]]] = {}
# The steps that need a whole plan: what counts for the first one counts for every amendment.
AGREEING = (Action.AGREE_PLAN, Action.PROPOSE_AMENDMENT, Action.AGREE_AMENDMENT)


def guard(*actions: Action, rule: str) -> Callable[[G], G]:
    """Register a function that yields the reasons against an action, or against several."""

    def register(function: G) -> G:
        for action in actions:
            GUARDS.setdefault(action, []).append((rule, function))
        return function

    return register


def step_guard(*actions: Action, rule: str) -> Callable[[S], S]:
    """Register a function that yields the reasons against an action, and sees the case as the action
    finds it and as it leaves it; before it is taken both are the same.
    """

    def register(function: S) -> S:
        for action in actions:
            STEP_GUARDS.setdefault(action, []).append((rule, function))
        return function

    return register


def day_guard(*actions: Action, rule: str) -> Callable[[D], D]:
    """Register a function that yields the reasons against an action on a day of the authority."""

    def register(function: D) -> D:
        for action in actions:
            DAY_GUARDS.setdefault(action, []).append((rule, function))
        return function

    return register


def against(
    case: Case,
    action: Action,
    by: Person,
    day: date | None = None,
    before: Case | None = None,
) -> tuple[Reason, ...]:
    """Every reason against an action, in the order of the guards; empty when there is none.

    What depends on the `day` is left out without one, and without the case `before` what depends on that.
    """
    stepping = (
        (rule, function(before, case, by))
        for rule, function in STEP_GUARDS.get(action, ())
        if before
    )
    lawful = ((rule, function(case, by)) for rule, function in GUARDS.get(action, ()))
    timely = ((rule, function(case, day)) for rule, function in DAY_GUARDS.get(action, ()) if day)
    return tuple(
        found if isinstance(found, Reason) else Reason(rule, found)
        for rule, reasons in (*stepping, *lawful, *timely)
        for found in reasons
    )


def foreseen(case: Case, then: Case, action: Action) -> Iterator[Reason]:
    """What guards will say against an action that leaves a case so `then`, and do not say yet."""
    known = against(case, action, SYSTEM)
    return (reason for reason in against(then, action, SYSTEM) if reason not in known)


def refuse_unless_lawful(
    case: Case,
    action: Action,
    by: Person,
    day: date | None = None,
    also: tuple[Reason, ...] = (),
    before: Case | None = None,
) -> None:
    """RuleBroken with all reasons, or nothing; `also` are some that no guard can see."""
    reasons = tuple(dict.fromkeys((*also, *against(case, action, by, day, before))))
    if reasons:
        raise RuleBroken(reasons)
