"""The registry of guards: what must be true besides the edge, each named after its rule."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.errors import Reason, RuleBroken

# A sentence falls under the rule of its guard; a reason names a rule of its own.
Guard = Callable[[Case, Person], Iterator[str | Reason]]
G = TypeVar("G", bound=Guard)
GUARDS: dict[Action, list[tuple[str, Guard]]] = {}
# The steps that need a whole plan: what counts for the first one counts for every amendment.
AGREEING = (Action.AGREE_PLAN, Action.PROPOSE_AMENDMENT, Action.AGREE_AMENDMENT)


def guard(*actions: Action, rule: str) -> Callable[[G], G]:
    """Register a function that yields the reasons against an action, or against several."""

    def register(function: G) -> G:
        for action in actions:
            GUARDS.setdefault(action, []).append((rule, function))
        return function

    return register


def against(case: Case, action: Action, by: Person) -> tuple[Reason, ...]:
    """Every reason against an action, in the order of the guards; empty when there is none."""
    return tuple(
        found if isinstance(found, Reason) else Reason(rule, found)
        for rule, function in GUARDS.get(action, ())
        for found in function(case, by)
    )


def refuse_unless_lawful(case: Case, action: Action, by: Person) -> None:
    """RuleBroken with all reasons, or nothing."""
    reasons = against(case, action, by)
    if reasons:
        raise RuleBroken(reasons)
