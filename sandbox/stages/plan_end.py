"""A plan whose last day is over: who must end the participation is told, nothing is removed.

Nobody but the authority ends a participation; that its plan ran out is escalated (X: the draft act
says only that a participation which was not extended ends as planned).
"""

from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM
from sandbox.domain.escalation import AUTHORITY, HEAD
from sandbox.domain.lifecycle import UNDER_A_PLAN
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def tell(
    case_id: CaseId, *, sessions: Sessions, authority: Authority, clock: Clock, nudge: Nudge
) -> None:
    """Tell both parties and the head of the authority once, on the day after the last one."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        plan = case.plan
        if plan is None or case.stage not in UNDER_A_PLAN:
            return
        if case.told_of_end == plan.last_day or authority.day(at) <= plan.last_day:
            return
        after = take(case, Action.TELL_OF_END, SYSTEM)
        after = replace(after, told_of_end=plan.last_day)
        last_day = plan.last_day.isoformat()
        told = (f"provider:{case.provider}", AUTHORITY, HEAD)
        for addressee in told:
            outbox.post(session, case_id, "plan_ended", addressee, at, last_day=last_day)
        record(session, after, Action.TELL_OF_END, SYSTEM, at, last_day=last_day, told=list(told))
    nudge("notify", case_id)
