"""Stopping is faster than building: the decision is recorded, then the cluster is frozen at once.

The frozen blueprint of the next generation makes it lasting (ADR 0012). Several stages stop a test:
a supervisor's suspension, an order, an incident that nobody answered, the end of a participation.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from sandbox.domain import deadlines
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person, Suspension
from sandbox.domain.deadline_rules import Name
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Action, Stage
from sandbox.domain.naming import CaseId, namespace
from sandbox.domain.passage import take
from sandbox.domain.seal import Facts
from sandbox.errors import ClusterUnavailable
from sandbox.ports import Clock, Cluster
from sandbox.store import cases, environments, ledger
from sandbox.store.database import Sessions
from sandbox.store.record import record


def suspend(
    session: Session,
    case: Case,
    stop: Suspension,
    by: Person,
    authority: Authority,
    **facts: Facts,
) -> Case:
    """Record a suspension; DL-08 starts, the run ends, the frozen generation is wanted."""
    notice = deadlines.start(Name.DL_08, authority.day(stop.at), authority.calendar)
    after = take(
        case,
        Action.SUSPEND,
        by,
        suspension=stop,
        mitigation=None,
        stretches=case.stretches_ended(stop.at, Action.SUSPEND),
        deadlines=(*case.deadlines, notice),
    )
    environments.want_next(session, case.id, Wanted.FROZEN)
    record(
        session,
        after,
        Action.SUSPEND,
        by,
        stop.at,
        ground=stop.ground.value,
        reasons=stop.reasons,
        **facts,
    )
    return after


def freeze(case_id: CaseId, *, sessions: Sessions, cluster: Cluster, clock: Clock) -> Case | None:
    """Cut traffic and stop pods at once, and record how fast; None when the cluster is away: the
    decision stands, and the worker freezes as soon as it answers.
    """
    try:
        frozen = cluster.freeze(namespace(case_id))
    except ClusterUnavailable:
        return None
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        stop = case.suspension
        if case.stage is Stage.SUSPENDED and stop is not None and stop.cut_at is None:
            timed = replace(stop, cut_at=frozen.cut_at, silent_at=frozen.silent_at)
            case = replace(case, suspension=timed, version=case.version + 1)
            cases.save(session, case)
        ledger.append(session, case_id, "frozen", SYSTEM, at, **frozen.as_facts())
    return case
