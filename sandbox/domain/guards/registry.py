"""The registry of guards: what must be true besides the edge, each named after its rule."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.errors import Reason, RuleBroken

# A sentence falls under the rule of its guard; a reason names a rule of its own.
Guard = Callable[[Case, Person], Iterator[str | Reason]]
DayGuard = Callable[[Case, date], Iterator[str | Reason]]
G = TypeVar("G", bound=Guard)
D = TypeVar("D", bound=DayGuard)
GUARDS: dict[Action, list[tuple[str, Guard]]] = {}
DAY_GUARDS: dict[Action, list[tuple[str, DayGuard]]] = {}
# The steps that need a whole plan: what counts for the first one counts for every amendment.
AGREEING = (Action.AGREE_PLAN, Action.PROPOSE_AMENDMENT, Action.AGREE_AMENDMENT)


def guard(*actions: Action, rule: str) -> Callable[[G], G]:
    """Register a function that yields the reasons against an action, or against several."""

    def register(function: G) -> G:
        for action in actions:
            GUARDS.setdefault(action, []).append((rule, function))
        return function

    return register


def day_guard(*actions: Action, rule: str) -> Callable[[D], D]:
    """Register a function that yields the reasons against an action on a day of the authority."""

    def register(function: D) -> D:
        for action in actions:
            DAY_GUARDS.setdefault(action, []).append((rule, function))
        return function

    return register


def against(case: Case, action: Action, by: Person, day: date | None = None) -> tuple[Reason, ...]:
    """Every reason against an action, in the order of the guards; empty when there is none.

    What depends on the `day` is left out without one.
    """
    lawful = ((rule, function(case, by)) for rule, function in GUARDS.get(action, ()))
    timely = ((rule, function(case, day)) for rule, function in DAY_GUARDS.get(action, ()) if day)
    return tuple(
        found if isinstance(found, Reason) else Reason(rule, found)
        for rule, reasons in (*lawful, *timely)
        for found in reasons
    )


def refuse_unless_lawful(
    case: Case,
    action: Action,
    by: Person,
    day: date | None = None,
    also: tuple[Reason, ...] = (),
) -> None:
    """RuleBroken with all reasons, or nothing; `also` are some that no guard can see."""
    reasons = (*also, *against(case, action, by, day))
    if reasons:
        raise RuleBroken(reasons)
