"""Nudges everything unfinished: the row is the queue, a message is only a hint."""

from collections.abc import Callable
from datetime import date, datetime

from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import PREPARING, RUNNING, Stage
from sandbox.domain.periods import same_day_months_later
from sandbox.domain.real_world import STOPPABLE
from sandbox.domain.regime import REGIME, Regime
from sandbox.domain.retention import MONTHS_OF_A_YEAR
from sandbox.errors import ClusterUnavailable
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import (
    calendar,
    cases,
    clocks,
    documents,
    engine_log,
    environments,
    held_evidence,
    outbox,
    plans,
    processing,
    retention,
)
from sandbox.store.database import Sessions

ROUND = 500  # a round that took more would still be running at the next


def sweep(
    *,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
    alive: Callable[[str], bool],
    regime: Regime = REGIME,
) -> int:
    """Nudge every row that waits for a worker; returns how many nudges were given.

    Leases of dead owners are freed first, so that nobody waits for them to end.
    """
    with sessions.begin() as session:
        environments.release_dead(session, alive)
        waiting = [
            *(("screen", case) for case in cases.at_stages(session, (Stage.SUBMITTED,))),
            *(("preview", case) for case in engine_log.without_preview(session)),
            *(("provision", case) for case in environments.due(session, clock())),
            *(("provision", case) for case in environments.built_but_closed(session)),
            *(("report", case) for case in documents.unsealed(session)),
            *(("monitor", case) for case in cases.at_stages(session, (Stage.ACTIVE,))),
            *(("incident", c) for c in clocks.with_clock_over(session, Name.DL_16, clock())),
            *held_evidence.waiting(session, clock()),
            *(("lapse", case) for case in clocks.with_silence_over(session, clock())),
            *(("watch", case) for case in cases.with_a_test(session, RUNNING, STOPPABLE)),
            *(("exit", case) for case in documents.leaving(session)),
            *(("exit", case) for case in processing.closed_but_standing(session)),
            *(("privacy", case) for case in processing.with_alerts(session)),
            *(("deletion", c) for c in processing.with_a_deletion_due(session, _latest(clock()))),
            *(("log", case) for case in processing.with_a_log_to_settle(session)),
            *(
                ("risks", case)
                for case in cases.with_a_risk_notice_due(session, PREPARING, clock().date())
            ),
            *(("plan_end", c) for c in plans.past_their_end(session, clock().date())),
            *(("shares", c) for c in cases.with_share_over(session, clock())),
            *(("retention", c) for c in retention.untold(session, _kept_since(clock(), regime))),
            *(("erase", case) for case in retention.to_erase(session)),
        ]
    for stage, case_id in waiting:
        nudge(stage, case_id)
    return len(waiting)


def _latest(at: datetime) -> date:
    """The day it is where it is latest: the stage itself knows the day of the authority."""
    return (at + clocks.EASTERNMOST).date()


def _kept_since(at: datetime, regime: Regime) -> date:
    """What happened before this day may be kept long enough; the stage knows exactly."""
    return same_day_months_later(_latest(at), -MONTHS_OF_A_YEAR * regime.record_retention_years)


def sweep_clocks(*, sessions: Sessions, clock: Clock, nudge: Nudge) -> int:
    """Nudge the cases of which a clock is due a step; returns how many, at most a round's worth."""
    with sessions.begin() as session:
        waiting = clocks.with_a_step_due(session, clock(), limit=ROUND)
    for case_id in waiting:
        nudge("clocks", case_id)
    return len(waiting)


def sweep_notices(*, sessions: Sessions, clock: Clock, nudge: Nudge) -> int:
    """Nudge the cases that have a notice to send; returns how many, at most a round's worth."""
    with sessions.begin() as session:
        waiting = outbox.with_something_due(session, clock(), limit=ROUND)
    for case_id in waiting:
        nudge("notify", case_id)
    return len(waiting)


def observe(*, sessions: Sessions, cluster: Cluster, clock: Clock) -> None:
    """Remember what the cluster has; when it does not answer the last look stands.

    Another cluster than last time is a reason to try again for every case that waits for GPUs.
    """
    try:
        inventory = cluster.inventory()
    except ClusterUnavailable:
        return
    with sessions.begin() as session:
        before = calendar.last_seen(session)
        calendar.see(session, inventory, clock())
        if before is None or before[0].nodes != inventory.nodes:
            environments.wake_without_reservation(session)
