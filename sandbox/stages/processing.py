"""Processing of personal data is watched and stopped: with one click, or by itself (Art. 59(1)(c))."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from sandbox import stopping
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.measurement import Measurement, Verdict
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import protecting, to_lift
from sandbox.domain.passage import take
from sandbox.domain.processing import ProcessingStop, changed
from sandbox.domain.progress import Turn
from sandbox.domain.real_world import Stop
from sandbox.domain.supervision import OrderGround
from sandbox.errors import FieldRefused
from sandbox.measuring import measure
from sandbox.ports import Catalogue, Clock, Cluster, Metrics, Nudge
from sandbox.store import cases, environments, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import alarm, record

WINDOW = timedelta(seconds=15)


def stop(
    case_id: CaseId,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Stop processing at once: nothing runs, nothing leaves, nothing is let in or out.

    A second stop of the same role, of data protection of the same authority, changes nothing; one of another
    counts beside it. When the cluster does not answer the decision stands, and the worker freezes as soon as
    it does.
    """
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        after = _stop(session, case, reasons, by, authority, clock())
    stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
    _tell(case_id, nudge)
    return after


def resume(
    case_id: CaseId,
    measures: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """A second person lets processing go on after measures; the next run begins when the
    environment is back and its walls are proven again. Whoever is told of a stop is told of that.

    What another data protection authority stopped stays stopped, until that one lifts it.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        if not case.processing.is_stopped:
            raise FieldRefused("processing", "processing is not stopped")
        lifted = to_lift(case, by)
        stops = tuple(
            replace(
                stop,
                resumed_by=str(by),
                resumed_role=by.role,
                resumed_for=protecting(by),
                resumed_at=at,
                measures=measures,
            )
            if stop in lifted
            else stop
            for stop in case.processing.stops
        )
        processing = changed(case.processing, stops=stops)
        after = take(case, Action.RESUME_PROCESSING, by, processing=processing)
        if case.stage is Stage.ACTIVE and not processing.is_stopped:
            environments.want_next(session, after, Wanted.RUNNING)
        record(session, after, Action.RESUME_PROCESSING, by, at, measures=measures)
        kind = "processing_stop_lifted" if processing.is_stopped else "processing_resumed"
        for addressee in _parties(case):
            outbox.post(session, case_id, kind, addressee, at)
    for stage in ("provision", "notify"):
        nudge(stage, case_id)
    return after


def watch(
    case_id: CaseId,
    *,
    sessions: Sessions,
    cluster: Cluster,
    metrics: Metrics,
    catalogue: Catalogue,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> None:
    """Judge the alerts on privacy over the last moments; a breached one stops processing by itself.

    One that cannot be measured raises an alarm: missing data is no breach, and no pass.
    """
    with sessions.begin() as session:
        case = cases.load(session, case_id)
    if case.stage is not Stage.ACTIVE or not case.is_measured or case.processing.is_stopped:
        return
    end = clock()
    start = max(case.stretches[-1].started_at, end - WINDOW)
    found = [
        measure(alert, case_id, start, end, metrics=metrics, catalogue=catalogue)
        for alert in case.processing.safeguards.alerts
        if start < end
    ]
    alarming = [m for m in found if m.verdict is not Verdict.PASS]
    breached = [m.threshold.metric for m in alarming if m.verdict is Verdict.FAIL]
    if not alarming:
        return
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        for measurement in alarming:
            _alarm(session, case, measurement, end)
        if breached and case.stage is Stage.ACTIVE:
            words = "; ".join(_sentence(m) for m in alarming if m.verdict is Verdict.FAIL)
            _stop(session, case, words, SYSTEM, authority, end, ", ".join(breached))
    if breached:
        stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
        _tell(case_id, nudge)


def _stop(
    session: Session,
    case: Case,
    reasons: str,
    by: Person,
    authority: Authority,
    at: datetime,
    metric: str = "",
) -> Case:
    stops = case.processing.stops
    own = protecting(by)
    stopped = ProcessingStop(len(stops) + 1, reasons, str(by), by.role, at, metric, office=own)
    processing = changed(case.processing, stops=(*stops, stopped))
    take(case, Action.STOP_PROCESSING, by)
    standing = {(stop.role, stop.office) for stop in stops if stop.resumed_at is None}
    if (by.role, own) in standing:
        return case
    if case.test is not None and case.test.is_under_way:
        remedy = authority.remedy if by.role is Role.AUTHORITY else ""  # nobody else is bound by it
        halt = Stop(reasons, str(by), at, OrderGround.CONDITIONS_NOT_MET.value, remedy)
        case = stopping.stop_test(session, case, Turn.SUSPEND, halt, authority)
    after = take(
        case,
        Action.STOP_PROCESSING,
        by,
        processing=processing,
        stretches=case.stretches_ended(at, Action.STOP_PROCESSING),
    )
    if after.stage is Stage.ACTIVE and not case.processing.is_stopped:
        environments.want_next(session, after, Wanted.FROZEN)
    record(
        session,
        after,
        Action.STOP_PROCESSING,
        by,
        at,
        stop=stopped.number,
        reasons=reasons,
        metric=metric,
    )
    for addressee in _parties(case):
        outbox.post(session, case.id, "processing_stopped", addressee, at, stop=stopped.number)
    return after


def _parties(case: Case) -> tuple[str, ...]:
    return (Role.AUTHORITY, *case.data_protection, f"provider:{case.provider}")


def _alarm(session: Session, case: Case, measurement: Measurement, at: datetime) -> None:
    # The plan may have a threshold on the same metric, with an alarm of its own.
    metric, verdict = f"alert {measurement.threshold.metric}", measurement.verdict
    alarm(session, case, metric, verdict, _sentence(measurement), at)


def _sentence(measurement: Measurement) -> str:
    if measurement.value is None or measurement.verdict is Verdict.NO_DATA:
        return (
            f"{measurement.threshold} cannot be judged: {measurement.series.failure or 'no data'}"
        )
    return f"{measurement.threshold} is broken: measured {measurement.value:.4g}"


def _tell(case_id: CaseId, nudge: Nudge) -> None:
    for stage in ("provision", "report", "notify"):
        nudge(stage, case_id)
