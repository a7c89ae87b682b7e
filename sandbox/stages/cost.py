"""Exceptional costs: told with every item before the test starts, and acknowledged (R58-D01)."""

from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.fees import CostItem, ExceptionalCost
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.errors import NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def warn(
    case_id: CaseId,
    items: tuple[CostItem, ...],
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Tell the provider of a cost above what the plan could lead it to expect."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        number = len(case.exceptional_costs) + 1
        cost = ExceptionalCost(number, items, reasons, str(by), at)
        after = take(
            case, Action.WARN_OF_COST, by, exceptional_costs=(*case.exceptional_costs, cost)
        )
        outbox.post(
            session,
            case_id,
            "exceptional_cost",
            f"provider:{case.provider}",
            at,
            number=number,
            eur=cost.eur,
        )
        listed = [f"{item.what}: EUR {item.eur}" for item in items]
        record(
            session, after, Action.WARN_OF_COST, by, at, number=number, eur=cost.eur, items=listed
        )
    return after


def acknowledge(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider takes note of an exceptional cost; a test that waited for that may start."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        if number not in {cost.number for cost in case.exceptional_costs}:
            raise NotFound(f"case {case_id} has no exceptional cost {number}")
        costs = tuple(
            replace(cost, acknowledged_by=str(by), acknowledged_at=at)
            if cost.number == number and cost.acknowledged_at is None
            else cost
            for cost in case.exceptional_costs
        )
        after = take(case, Action.ACKNOWLEDGE_COST, by, exceptional_costs=costs)
        record(session, after, Action.ACKNOWLEDGE_COST, by, at, number=number)
    nudge("provision", case_id)
    return after
