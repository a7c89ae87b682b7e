"""Watches running tests: a broken threshold, or one that cannot be measured, raises an alarm."""

from datetime import timedelta

from sandbox.domain.case import Case
from sandbox.domain.lifecycle import Stage
from sandbox.domain.measurement import Measurement, Verdict
from sandbox.domain.naming import CaseId
from sandbox.measuring import measure
from sandbox.ports import Catalogue, Clock, Metrics
from sandbox.store import cases
from sandbox.store.database import Sessions
from sandbox.store.record import alarm

WINDOW = timedelta(seconds=15)


def monitor(
    case_id: CaseId, *, sessions: Sessions, metrics: Metrics, catalogue: Catalogue, clock: Clock
) -> None:
    """Judge the last moments of a running test; each kind of alarm is raised once a run."""
    with sessions.begin() as session:
        case = cases.load(session, case_id)
    if case.stage is not Stage.ACTIVE:
        return
    found = live(case, metrics=metrics, catalogue=catalogue, clock=clock)
    alarming = [m for m in found if m.verdict is not Verdict.PASS]
    if not alarming:
        return
    at = clock()
    with sessions.begin() as session:
        for measurement in alarming:
            metric, verdict = measurement.threshold.metric, measurement.verdict
            alarm(session, case, metric, verdict, sentence(measurement), at)


def live(
    case: Case, *, metrics: Metrics, catalogue: Catalogue, clock: Clock
) -> tuple[Measurement, ...]:
    """The plan's thresholds judged over the last moments; nothing while no run is going on or it settles."""
    if case.plan is None or not case.is_measured:
        return ()
    end = clock()
    begin = case.stretches[-1].started_at + timedelta(seconds=case.plan.settling_seconds)
    start = max(begin, end - WINDOW)
    if start >= end:
        return ()
    return tuple(
        measure(threshold, case.id, start, end, metrics=metrics, catalogue=catalogue)
        for threshold in case.plan.thresholds
    )


def sentence(measurement: Measurement) -> str:
    """An alarm for people, with its numbers."""
    series = measurement.series
    if measurement.verdict is Verdict.NO_DATA:
        cause = series.failure or f"{len(series.numbers)} of {series.expected} samples"
        return f"{measurement.threshold} cannot be judged: {cause}"
    return f"{measurement.threshold} is broken: measured {measurement.value:.4g}"
