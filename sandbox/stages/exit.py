"""The way out: freeze, keep evidence, remove, certify, close."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox import stopping
from sandbox.domain import deadlines, removal_papers
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.environment import Environment, Wanted
from sandbox.domain.evidence_hold import series_kept
from sandbox.domain.exit_report import (
    ExitWords,
    exit_report,
    knows_every_incident,
    refuse_unless_told,
)
from sandbox.domain.lifecycle import ENDED, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import against, take
from sandbox.domain.real_world import PLANNED_END, Stop
from sandbox.domain.stop_papers import TERMINATED, addressees, of_participation
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import access_log, alarms, cases, documents, environments, ledger, outbox, plans
from sandbox.store.database import Sessions
from sandbox.store.record import record


def end(
    case_id: CaseId,
    *,
    action: Action,
    reasons: str,
    ground: SuspensionGround | None = None,
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Complete or terminate the participation; DL-06 starts, and DL-19 when the application or any plan
    that was agreed has personal data. A termination names its ground, and D14 is issued (draft act
    Art. 8(2)); a completion is told to the provider.

    The environment is frozen at once and removed when the last test report is sealed.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "the end of a participation states its reasons")
    if ground is SuspensionGround.TEST_ENDED:
        raise FieldRefused("ground", "a test that came to its end is no ground to terminate")
    if (ground is None) is (action is Action.TERMINATE):
        raise FieldRefused("ground", "a termination names its ground, a completion has none")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        unasked = stopping.unasked(case, ground)
        clocks = [Name.DL_06]
        planned = any(agreed.plan.needs_dpa for agreed in plans.agreed(session, case))
        if planned or case.processes_personal_data:
            clocks.append(Name.DL_19)
        if action is Action.TERMINATE:
            clocks.append(Name.DL_08)
        halt = Stop(reasons, str(by), at, ground or PLANNED_END, authority.remedy)
        case = stopping.leave_test(session, case, halt, authority)
        started = tuple(authority.start(name, at) for name in clocks)
        after = take(
            case,
            action,
            by,
            also=unasked,
            ended_at=at,
            completed=action is Action.COMPLETE,
            stretches=case.stretches_ended(at, action),
            deadlines=(*_moot(case, at), *started),
        )
        environments.want_next(session, after, Wanted.FROZEN)
        documents.ask_for(session, case_id, Paper.TEST_REPORT, str(by), at, {"final": True})
        named = {} if ground is None else {"ground": ground.value}
        record(session, after, action, by, at, reasons=reasons, **named)
        if ground is not None:
            stop = Suspension(ground, reasons, str(by), at, remedy=authority.remedy)
            paper = of_participation(after, stop, TERMINATED, authority.name)
            stopping.tell(session, after, paper, "termination", addressees(after), stop.by, at)
        else:
            provider = f"provider:{case.provider}"
            outbox.post(session, case_id, "participation_completed", provider, at)
    stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
    for stage in ("provision", "report", "notify"):
        nudge(stage, case_id)
    return after


def _moot(case: Case, at: datetime) -> tuple[Deadline, ...]:
    """The clocks of the case, those met that nobody owes anything any more: there is nothing to extend,
    and no test to approve.
    """
    left = case.deadlines
    for name in (Name.DL_02, Name.DL_05):
        left = deadlines.meet(left, name, at)
    return left


def issue_exit_report(
    case_id: CaseId,
    *,
    words: ExitWords,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> int:
    """Issue the exit report (D8, R57-07c) from the facts of the case and the words of a person.

    The numbers of the sealed test reports join it when the last of them is sealed. While an incident
    is open it can be issued, since DL-06 runs on; the case closes with one that tells how it ended.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.ISSUE_EXIT_REPORT, by, outcomes=words.outcomes)
        refuse_unless_told(words)
        ended = Action.COMPLETE if case.completed else Action.TERMINATE
        sealed = ledger.latest(session, case.id, ended)
        end = sealed.entry if sealed else None
        facts = exit_report(case, words, end, by=str(by), at=at, authority=authority.name) | {
            "alarms": [
                f"{alarm.seen_at:%Y-%m-%d %H:%M:%S} UTC {alarm.sentence}"
                for alarm in alarms.of_case(session, case.id)
            ],
            "ledger_seal": ledger.head(session, case.id),
        }
        number = documents.issue(session, case_id, Paper.EXIT_REPORT, str(by), at, facts)
        record(session, after, Action.ISSUE_EXIT_REPORT, by, at, number=number)
        outbox.post(session, case_id, "exit_report", f"provider:{case.provider}", at, number=number)
    for stage in ("report", "notify"):
        nudge(stage, case_id)
    return number


def leave(
    case_id: CaseId, *, sessions: Sessions, authority: Authority, clock: Clock, nudge: Nudge
) -> None:
    """Take the next step on the way out, if its turn has come: remove, certify, close.

    While a legal hold stands nothing is removed: the certificate says what is held and why, and the
    case may close on it; when the hold is lifted the environment is removed, and certified again.
    So it is when the last deletion is verified after the removal.
    Nor is anything removed while evidence of an incident is held: its volumes lie there (Art. 73(6)).
    """
    at = clock()
    follow: str | None = None
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        environment = environments.find(session, case_id)
        if case.stage not in {*ENDED, Stage.CLOSED} or environment is None:
            return
        papers = documents.of_case(session, case_id)
        reports = [d for d in papers if d.kind is Paper.TEST_REPORT]
        evidence_kept = all(d.sealed_at for d in reports)
        stands = environment.wanted is not Wanted.ABSENT
        is_held = case.processing.holds_anything or case.holds_evidence
        if stands and not is_held:
            if evidence_kept:
                environments.want_absent(session, case_id)
                follow = "provision"
        elif evidence_kept and _is_uncertified(case, environment, papers):
            _certify(session, case, environment, papers, authority, at)
            follow = "report"
        elif stands or environment.is_gone:  # what is being removed is certified first
            _close(session, case, papers, at)
    if follow:
        nudge(follow, case_id)


def _is_uncertified(case: Case, environment: Environment, papers: list[documents.Document]) -> bool:
    """Whether no certificate (D12) says yet that all is removed and what became of each dataset in the
    end, or what is held now.
    """
    said = [d.assembled or {} for d in papers if d.kind is Paper.DELETION_CERTIFICATE]
    if environment.is_gone:
        is_certified = any(facts.get("deleted") is not False for facts in said)
        return not is_certified or removal_papers.is_outdated(case, said[-1])
    stands = environment.wanted is not Wanted.ABSENT
    held = removal_papers.exceptions(case)
    return (
        stands
        and case.processing.holds_anything
        and (not said or said[-1].get("exceptions") != held)
    )


def _close(session: Session, case: Case, papers: list[documents.Document], at: datetime) -> None:
    exits = [
        d.sha256
        for d in papers
        if d.kind is Paper.EXIT_REPORT and d.sha256 and knows_every_incident(case, d.wanted_at)
    ]
    certificates = [d.sha256 for d in papers if d.kind is Paper.DELETION_CERTIFICATE]
    certificate = (certificates or [""])[-1] or ""
    if case.stage is Stage.CLOSED or not exits:
        return
    complete = replace(case, exit_report_sha256=exits[-1], deletion_certificate_sha256=certificate)
    if against(complete, Action.CLOSE, SYSTEM):
        return  # an open incident, say: the sweep looks again
    after = take(complete, Action.CLOSE, SYSTEM)
    record(
        session,
        after,
        Action.CLOSE,
        SYSTEM,
        at,
        exit_report=exits[-1],
        deletion_certificate=certificate,
    )


def _certify(
    session: Session,
    case: Case,
    environment: Environment,
    papers: list[documents.Document],
    authority: Authority,
    at: datetime,
) -> None:
    """Write the deletion certificate (D12) from what the ledger says was removed, or of what stands."""
    account = [sealed.entry for sealed in ledger.of_case(session, case.id)]
    settled = [str(e.facts["log_sha256"]) for e in account if e.action == Action.SETTLE_LOG]
    evidence = [
        *(
            {"document": d.kind.heading.lower(), "number": d.number, "sha256": d.sha256}
            for d in papers
            if d.sha256
        ),
        *(
            {"document": "kept series", subject: number, "sha256": kept.sha256}
            for subject, number, kept in series_kept(case)
        ),
    ]
    facts = removal_papers.certificate(
        case,
        removal_papers.removal(account) if environment.is_gone else None,
        evidence,
        settled[-1] if settled else access_log.head(session, case.id),
        authority.name,
        at,
    )
    seal = {"ledger_seal": ledger.head(session, case.id)}
    documents.issue(session, case.id, Paper.DELETION_CERTIFICATE, "system", at, facts | seal)
