"""A real-world test under way: opened, started, extended once, stopped, ended, its outcomes notified
(Art. 60(4)(f), 60(7)-(8)).
"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from sandbox import issuing, stopping
from sandbox.domain import deadlines, real_world_papers, testing_clocks
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadline_subjects import OUTCOMES
from sandbox.domain.going_on import AT_ITS_END, against_going_on, latest_day
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.progress import Turn
from sandbox.domain.real_world import (
    PLANNED_END,
    STOP,
    Extension,
    Stop,
    extended,
    resumed,
    turned,
)
from sandbox.domain.stop_papers import deployers
from sandbox.domain.supervision import is_terminated
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def open_consent(
    case_id: CaseId, *, by: Person, version: int | None, sessions: Sessions, clock: Clock
) -> Case:
    """Subjects may be asked from now on: the form names the number of the test (Art. 61(1)(e))."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = turned(case.planned_test(), Turn.OPEN_CONSENT)
        after = take(case, Action.OPEN_CONSENT, by, test=test)
        record(session, after, Action.OPEN_CONSENT, by, at, number=test.number)
    return after


def start(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """Start the test when every condition is met; its cap runs on each territory (DL-03), unless it was
    waived or the test ended by an order there; and its last day (DL-04), which is the last to notify an
    extension. The day of the territory where it came first counts.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        planned = case.planned_test()
        days = {t.country: authority.day_in(t.country, at) for t in planned.territories}
        begun = turned(planned, Turn.START)
        test = replace(begun, started_on=min(days.values()), started_at=at)
        clocks = testing_clocks.at_its_start(case, test, days, authority)
        after = take(case, Action.START_TEST, by, test=test, deadlines=clocks)
        record(session, after, Action.START_TEST, by, at, number=test.number)
        _tell(session, after, "real_world_test_started", at)
    return after


def extend(
    case_id: CaseId,
    new_last_day: date,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Notify the one extension before the first end (D16); nobody approves it (Art. 60(4)(f)). D13 is
    issued anew.

    Subjects were told of the later end before: from now on only consents to that form count. The new
    last day takes the place of the old one (DL-04), and the further six months run from that.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = case.planned_test()
        day = latest_day(test, at, authority)
        notice = Extension(test.last_day, new_last_day, reasons, str(by), day)
        longer = extended(test, notice, case.newest_form, at)
        clocks = testing_clocks.at_its_extension(case, longer, at, authority)
        after = take(case, Action.EXTEND_TEST, by, test=longer, deadlines=clocks)
        facts = real_world_papers.extension(case, longer, notice, authority.name, at)
        seal = {"ledger_seal": ledger.head(session, case_id)}
        documents.issue(session, case_id, Paper.EXTENSION, str(by), at, facts | seal)
        issuing.registration(session, case, longer, authority, str(by), at)
        record(
            session,
            after,
            Action.EXTEND_TEST,
            by,
            at,
            old_last_day=notice.old_last_day.isoformat(),
            new_last_day=new_last_day.isoformat(),
            reasons=reasons,
        )
        _tell(session, after, "real_world_test_extended", at)
    nudge("report", case_id)
    return after


def suspend(
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
    """The provider stops its test; the environment is frozen at once (Art. 60(7))."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        case.planned_test()
        after = take(case, Action.SUSPEND_TEST, by)
        record(session, after, Action.SUSPEND_TEST, by, at, reasons=reasons)
        halt = Suspension(SuspensionGround.PARTICIPANT_REQUEST, reasons, str(by), at)
        after = stopping.suspend(session, after, halt, SYSTEM, authority)
    frozen = stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
    for stage in ("provision", "report"):
        nudge(stage, case_id)
    return frozen or after


def resume(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Go on when the case goes on and every condition is met again; D13 is issued anew."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = resumed(case.planned_test(), at)
        after = take(case, Action.RESUME_TEST, by, test=test)
        issuing.registration(session, case, test, authority, str(by), at)
        record(session, after, Action.RESUME_TEST, by, at)
        _tell(session, after, "real_world_test_resumed", at)
        for addressee in (Role.AUTHORITY, *deployers(case)):
            outbox.post(session, case_id, "real_world_test_resumed", addressee, at)
    nudge("report", case_id)
    return after


def end(
    case_id: CaseId,
    action: Action,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider ends or terminates its test; no consent counts from now on, its authority is told."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        case.planned_test()
        turn = Turn.TERMINATE if action is Action.TERMINATE_TEST else Turn.END
        halt = Stop(reasons, str(by), at, SuspensionGround.PARTICIPANT_REQUEST.value)
        over = stopping.stop_test(session, case, turn, halt, authority, Role.AUTHORITY)
        after = take(case, action, by, test=over.test, deadlines=over.deadlines)
        record(session, after, action, by, at, reasons=reasons)
    nudge("report", case_id)
    return after


def watch(
    case_id: CaseId,
    *,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> None:
    """Stop a test whose last day is over, whose overseers fell silent, or of which another condition
    is not met any more (Art. 3(57)); a second call does nothing.

    Its environment is frozen at once, its authorities (DL-18), the provider and its sandbox are told.
    To end as planned breaches nothing: nothing is to be mitigated, and the AI Office is not told.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        reasons = against_going_on(case, at, authority)
        if not reasons:
            return
        if reasons == AT_ITS_END:
            halt = Stop(reasons, str(SYSTEM), at, PLANNED_END)
            others = (f"provider:{case.provider}", Role.AUTHORITY)
            over = stopping.stop_test(session, case, Turn.END, halt, authority, *others)
            case = take(case, Action.END_TEST, SYSTEM, test=over.test, deadlines=over.deadlines)
            record(session, case, Action.END_TEST, SYSTEM, at, reasons=reasons)
        stops = case.stage is Stage.ACTIVE
        if stops:
            as_planned = reasons == AT_ITS_END
            ground = SuspensionGround.TEST_ENDED if as_planned else SuspensionGround.PLAN_BREACH
            stop = Suspension(ground, reasons, str(SYSTEM), at)
            stopping.suspend(session, case, stop, SYSTEM, authority, because="real-world test")
    if stops:
        stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
        nudge("provision", case_id)
    nudge("report", case_id)


def tell_of_stop(
    case_id: CaseId,
    reference: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider told the authorities of a suspension, termination or end; DL-18 is met."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        met = case.deadlines
        for country in case.planned_test().known_to:
            met = deadlines.meet(met, Name.DL_18, at, subject=f"{STOP} {country}")
        after = take(case, Action.TELL_OF_STOP, by, deadlines=met)
        record(session, after, Action.TELL_OF_STOP, by, at, reference=reference)
    return after


def notify_outcomes(
    case_id: CaseId,
    outcomes: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider notifies the final outcomes, and thereby the end, to every authority of the test
    (Art. 60(8)).
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = replace(turned(case.planned_test(), Turn.NOTIFY_OUTCOMES), outcomes=outcomes)
        met = case.deadlines
        for subject in (
            *(f"{OUTCOMES} {country}" for country in test.known_to),
            *(f"{STOP} {territory.country}" for territory in test.territories),
        ):
            met = deadlines.meet(met, Name.DL_18, at, subject=subject)
        after = take(case, Action.NOTIFY_OUTCOMES, by, test=test, deadlines=met)
        record(session, after, Action.NOTIFY_OUTCOMES, by, at)
        _tell(session, after, "real_world_test_outcomes", at, to_all=True)
    return after


def _tell(session: Session, case: Case, kind: str, at: datetime, *, to_all: bool = False) -> None:
    for territory in case.planned_test().territories:
        if to_all or not is_terminated(case.orders, territory.country):
            addressee = f"{Role.MARKET_SURVEILLANCE.value}:{territory.country}"
            outbox.post(session, case.id, kind, addressee, at)
