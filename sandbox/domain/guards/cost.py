"""What stands against starting a test at the provider's cost."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard


@guard(Action.ACTIVATE, rule="R58-D01")
def exceptional_costs_were_acknowledged_before_the_start(case: Case, by: Person) -> Iterator[str]:
    del by
    start = case.stretches[-1].started_at if case.stretches else None
    for cost in case.exceptional_costs:
        if not cost.acknowledged_before(start):
            yield (
                f"exceptional cost {cost.number} (EUR {cost.eur}) was not acknowledged by the"
                " provider"
            )
