"""Nudges everything unfinished: the row is the queue, a message is only a hint."""

from collections.abc import Callable
from datetime import date

from sandbox.domain.authority import Authority
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Stage
from sandbox.domain.periods import same_day_months_later
from sandbox.domain.regime import REGIME, Regime
from sandbox.domain.retention import MONTHS_OF_A_YEAR
from sandbox.errors import ClusterUnavailable
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import (
    attestations,
    calendar,
    cases,
    clocks,
    documents,
    engine_log,
    environments,
    errands,
    held_evidence,
    inspections,
    outbox,
    processing,
    retention,
)
from sandbox.store.database import Sessions

ROUND = 500  # a round that took more would still be running at the next


def sweep(
    *,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    alive: Callable[[str], bool],
    regime: Regime = REGIME,
) -> int:
    """Nudge every row that waits for a worker; returns how many nudges were given.

    Leases of dead owners are freed first, so that nobody waits for them to end.
    """
    today = authority.day(clock())
    with sessions.begin() as session:
        environments.release_dead(session, alive)
        waiting = [
            *(("screen", case) for case in cases.at_stages(session, (Stage.SUBMITTED,))),
            *(("preview", case) for case in engine_log.without_preview(session)),
            *(("provision", case) for case in environments.due(session, clock())),
            *(("provision", case) for case in environments.built_but_closed(session)),
            *(("attest", case) for case in attestations.due(session, clock())),
            *(("report", case) for case in documents.unsealed(session)),
            *(("monitor", case) for case in cases.at_stages(session, (Stage.ACTIVE,))),
            *(("incident", c) for c in clocks.with_clock_over(session, Name.DL_16, clock())),
            *(("keep", case) for case in held_evidence.to_be_kept(session, clock())),
            *(("snapshot", case) for case in inspections.due(session, clock())),
            *(("exit", case) for case in documents.leaving(session)),
            *(("exit", case) for case in processing.closed_but_standing(session)),
            *(("log", case) for case in processing.with_a_log_to_settle(session)),
            *(("retention", case) for case in retention.untold(session, _kept(today, regime))),
            *errands.due(session, today),
        ]
    for stage, case_id in waiting:
        nudge(stage, case_id)
    return len(waiting)


def _kept(today: date, regime: Regime) -> date:
    """What happened before this day may be kept long enough; the stage knows exactly."""
    return same_day_months_later(today, -MONTHS_OF_A_YEAR * regime.record_retention_years)


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
