"""Stopping is faster than building: the decision is recorded, then the cluster is frozen at once.

The frozen blueprint of the next generation makes it lasting (ADR 0012). Several stages stop a test:
a supervisor's suspension, an order, an incident that nobody answered, the end of a participation.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from sandbox.domain import deadlines, real_world, real_world_papers
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadline_subjects import OUTCOMES, UNASKED
from sandbox.domain.deadlines import Deadline
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId, namespace
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.progress import Turn
from sandbox.domain.real_world import RealWorldTest, Stop, stopped
from sandbox.domain.seal import Facts
from sandbox.domain.stop_papers import SUSPENDED, addressees, of_participation, told_of_the_test
from sandbox.domain.supervision import Order, OrderGround
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.errors import ClusterUnavailable, Reason
from sandbox.ports import Clock, Cluster
from sandbox.store import alarms, cases, documents, environments, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def suspend(
    session: Session,
    case: Case,
    stop: Suspension,
    by: Person,
    authority: Authority,
    order: Order | None = None,
    also: tuple[Reason, ...] = (),
    **facts: Facts,
) -> Case:
    """Record a suspension; D14 is issued, DL-08 starts when it has a cause, the run ends, the frozen
    generation is wanted.

    An `order` that leads to it was notified by its own D14. The authority, whom no D14 names, is told
    of what it did not decide itself.
    """
    stop = replace(stop, remedy=stop.remedy or authority.remedy)
    started: tuple[Deadline, ...] = ()
    if stop.is_for_cause:
        started = (authority.start(Name.DL_08, stop.at),)
    if case.test is not None and case.test.is_under_way:
        halt = Stop(stop.reasons, stop.by, stop.at, stop.ground.value, stop.remedy)
        case = stop_test(session, case, Turn.SUSPEND, halt, authority)
    after = take(
        case,
        Action.SUSPEND,
        by,
        also=also,
        suspension=stop,
        mitigation=None,
        stretches=case.stretches_ended(stop.at, Action.SUSPEND),
        deadlines=(*case.deadlines, *started),
    )
    environments.want_next(session, after, Wanted.FROZEN)
    record(
        session,
        after,
        Action.SUSPEND,
        by,
        stop.at,
        ground=stop.ground.value,
        reasons=stop.reasons,
        **({"order": order.number} if order else {}),
        **facts,
    )
    if order is None and stop.is_for_cause:
        paper = of_participation(after, stop, SUSPENDED, authority.name)
        tell(session, after, paper, "suspension", addressees(after), stop.by, stop.at)
        if by == SYSTEM:  # not its own decision; DL-08 is
            outbox.post(session, case.id, "suspension", Role.AUTHORITY, stop.at)
    return after


def unasked(case: Case, ground: SuspensionGround | OrderGround | None) -> tuple[Reason, ...]:
    """What stands against a stop that is called the provider's request, when it did not ask (R58-D21)."""
    if ground != SuspensionGround.PARTICIPANT_REQUEST or case.is_asked_to_stop:
        return ()
    return (
        Reason("R58-D21", "the provider did not ask, with reasons, that its participation stops"),
    )


def tell(
    session: Session,
    case: Case,
    paper: dict[str, Any],  # Any: JSON
    kind: str,
    told: tuple[str, ...],
    by: str,
    at: datetime,
    **facts: Facts,
) -> None:
    """Issue a D14 and post it to everybody whom it names."""
    seal = {"ledger_seal": ledger.head(session, case.id)}
    documents.issue(session, case.id, Paper.NOTICE, by, at, paper | seal)
    for addressee in told:
        outbox.post(session, case.id, kind, addressee, at, **facts)


def propose(
    session: Session,
    case: Case,
    because: tuple[str, str],
    text: str,
    at: datetime,
    *others: str,
    **facts: Facts,
) -> None:
    """Propose a suspension, which a person decides: an alarm of this run, and a notice to both parties
    and to others. `because` is what was seen and how it was judged.
    """
    alarms.add(session, case.id, len(case.stretches), *because, at, text)
    for addressee in (f"provider:{case.provider}", "authority", *others):
        outbox.post(session, case.id, "suspension_proposed", addressee, at, **facts)


def stop_test(
    session: Session, case: Case, turn: Turn, stop: Stop, authority: Authority, *others: str
) -> Case:
    """Suspend, end or terminate the real-world test of a case that is about to be recorded: the
    authorities that know of it are told at once, D14 and D13 are issued, DL-18 runs on each territory until
    the provider has told its authority itself, and after the end of one that started another one for the
    outcomes on each of its own (Art. 60(8)). Nobody answers its plan any more. Told too are `others`, to
    whom the law owes no paper.
    """
    if case.test is None:
        return case
    day = authority.day(stop.at)
    test = stopped(case.test, turn, stop, day)
    kept = case.deadlines
    if turn is not Turn.SUSPEND:
        for name in (Name.DL_02, Name.DL_03, Name.DL_04):
            kept = deadlines.meet(kept, name, stop.at)
    ends = turn is not Turn.SUSPEND and test.started_on is not None
    owed = [(real_world.STOP, country) for country in test.known_to]
    if ends:  # it had outcomes on its own territories alone
        owed += [(OUTCOMES, territory.country) for territory in test.territories]
    started = [
        authority.start(Name.DL_18, stop.at, country=country, subject=f"{subject} {country}")
        for subject, country in owed
    ]
    if ends and not test.plan.seeks_consent:
        started.append(deadlines.start_at(Name.DL_17, stop.at, subject=UNASKED))
    # Both papers are the provider's: whoever stopped the test has not signed them.
    if told := told_of_the_test(case, test):
        paper = real_world_papers.notice(case, test, stop, authority.name)
        tell(session, case, paper, "real_world_test_stopped", told, str(SYSTEM), stop.at)
    for addressee in others:
        outbox.post(session, case.id, "real_world_test_stopped", addressee, stop.at)
    _register(session, case, test, authority, stop.at)
    return replace(case, test=test, deadlines=deadlines.with_started(kept, started))


def stop_on_territory(
    session: Session, case: Case, order: Order, authority: Authority, at: datetime
) -> Case:
    """The case with a registration that tells of an order, or of its lifting, on one territory of its test;
    D13 is issued. The caller nudges `report`.
    """
    if case.test is None:
        return case
    test = real_world.ordered(case.test, order)
    if test is not case.test:
        _register(session, case, test, authority, at)
    return replace(case, test=test)


def _register(
    session: Session, case: Case, test: RealWorldTest, authority: Authority, at: datetime
) -> None:
    """Keep item 5 of Annex IX up to date: the service issues the provider's D13, where there is one."""
    if test.registration is not None:
        entry = real_world_papers.registration(case, test.registration, authority.name, at)
        seal = {"ledger_seal": ledger.head(session, case.id)}
        documents.issue(session, case.id, Paper.REGISTRATION, str(SYSTEM), at, entry | seal)


def leave_test(session: Session, case: Case, stop: Stop, authority: Authority) -> Case:
    """End the test of a case whose participation is over: one that never started is given up."""
    test = case.test
    if test is None or test.is_over:
        return case
    planned = stop.ground == real_world.PLANNED_END and test.started_on is not None
    return stop_test(session, case, Turn.END if planned else Turn.TERMINATE, stop, authority)


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
