"""The authority goes on without what a provider owes and did not give (Art. 60(8), 73(5))."""

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.debts import unrecorded
from sandbox.domain.naming import CaseId
from sandbox.domain.omission import Omission
from sandbox.domain.passage import take
from sandbox.errors import FieldRefused, Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def go_on(
    case_id: CaseId,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Record everything that is owed and late, with reasons; the case closes with an exit report that
    tells of it. RuleBroken names what is still owed in time.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "an omission is recorded with reasons")
    at = clock()
    today = authority.day(at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        owed = unrecorded(case)
        late = tuple(
            Omission(debt.owed, debt.incident, debt.last_day, reasons, str(by), at)
            for debt in owed
            if debt.last_day is not None and debt.last_day < today
        )
        after = take(case, Action.RECORD_OMISSION, by, omissions=(*case.omissions, *late))
        early = [Reason(d.rule, said) for d in owed if (said := d.still_owed(today))]
        if early or not late:
            raise RuleBroken(tuple(early) or (Reason("R57-07c", "all of it is recorded already"),))
        record(
            session,
            after,
            Action.RECORD_OMISSION,
            by,
            at,
            omissions=[f"{debt.what}: owed until {debt.last_day}" for debt in owed],
            reasons=reasons,
        )
        outbox.post(session, case_id, "omission_recorded", f"provider:{case.provider}", at)
    for stage in ("exit", "notify"):
        nudge(stage, case_id)
    return after
