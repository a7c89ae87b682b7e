"""The authority asks, associates, admits or rejects; the provider answers or withdraws."""

from dataclasses import replace

from sandbox.domain import deadlines, screening
from sandbox.domain.application import Application
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Decision, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Action
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Nudge
from sandbox.store import calendar, cases, environments
from sandbox.store.database import Sessions
from sandbox.store.record import record


def ask(
    case_id: CaseId,
    question: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Ask the provider for information; the clock of DL-01 runs on (rulebook 12)."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.ASK, by, information_asked=question)
        record(session, after, Action.ASK, by, clock(), question=question)
    return after


def answer(
    case_id: CaseId,
    text: str,
    amended: Application | None,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Answer, with the application mended where needed; it is screened again at once."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        application = amended or case.application
        after = take(
            case,
            Action.ANSWER,
            by,
            information_given=text,
            application=application,
            findings=screening.screen(application),
        )
        record(session, after, Action.ANSWER, by, clock(), amended=amended is not None)
    return after


def associate_dpa(
    case_id: CaseId,
    reviewer: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Associate the data protection authority (Art. 57(10), R57-10)."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.ASSOCIATE_DPA, by, dpa_reviewer=reviewer)
        record(session, after, Action.ASSOCIATE_DPA, by, clock(), reviewer=reviewer)
    return after


def decide(
    case_id: CaseId,
    *,
    admitted: bool,
    reasons: str,
    conditions: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """Admit or reject, with reasons and the remedy (R58-D10); DL-01 is met."""
    if not reasons.strip():
        raise FieldRefused("reasons", "a decision states its reasons (draft act Art. 3(7))")
    at = clock()
    action = Action.ADMIT if admitted else Action.REJECT
    decision = Decision(admitted, reasons, authority.remedy, conditions, str(by), at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        met = deadlines.meet(case.deadlines, Name.DL_01, at)
        after = take(case, action, by, decision=decision, deadlines=met)
        record(session, after, action, by, at, reasons=reasons, remedy=authority.remedy)
    return after


def withdraw(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider withdraws before the test began; whatever was built is removed."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        met = tuple(replace(clock, met_at=clock.met_at or at) for clock in case.deadlines)
        after = take(case, Action.WITHDRAW, by, ended_at=at, deadlines=met)
        environments.want_absent(session, case_id)
        calendar.release(session, case_id)
        record(session, after, Action.WITHDRAW, by, at)
    nudge("provision", case_id)
    return after
