"""The way out: freeze, keep evidence, remove, certify, close."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox import stopping
from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.environment import Phase, Wanted
from sandbox.domain.exit_report import ExitWords, exit_report
from sandbox.domain.lifecycle import ENDED, Stage
from sandbox.domain.naming import CaseId, namespace
from sandbox.domain.papers import Paper
from sandbox.domain.passage import against, take
from sandbox.domain.real_world import STOPPABLE, Stop, Turn
from sandbox.domain.report import NO_CONFORMITY
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import alarms, cases, documents, environments, ledger
from sandbox.store.database import Sessions
from sandbox.store.record import record

METHOD = (
    "Pulumi destroyed every object of the stack, the participant's rights first; the namespace was "
    "then removed by Kubernetes with everything in it, and the cluster was asked for every kind of "
    "object in that namespace until none was left."
)


def end(
    case_id: CaseId,
    *,
    action: Action,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Complete or terminate the participation; DL-06 starts, and DL-19 with personal data.

    The environment is frozen at once and removed when the last test report is sealed.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "the end of a participation states its reasons")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        clocks = [Name.DL_06]
        if case.application.personal_data:
            clocks.append(Name.DL_19)
        if action is Action.TERMINATE:
            clocks.append(Name.DL_08)
        if case.test is not None and case.test.state in STOPPABLE:
            turn = Turn.TERMINATE if action is Action.TERMINATE else Turn.END
            case = stopping.stop_test(session, case, turn, Stop(reasons, str(by), at), authority)
        started = tuple(authority.start(name, at) for name in clocks)
        after = take(
            case,
            action,
            by,
            ended_at=at,
            completed=action is Action.COMPLETE,
            stretches=case.stretches_ended(at, action),
            deadlines=(*_moot(case, at), *started),
        )
        environments.want_next(session, case_id, Wanted.FROZEN)
        documents.ask_for(session, case_id, Paper.TEST_REPORT, str(by), at, {"final": True})
        record(session, after, action, by, at, reasons=reasons)
    stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
    for stage in ("provision", "report"):
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

    The numbers of the sealed test reports join it when the last of them is sealed.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.ISSUE_EXIT_REPORT, by, outcomes=words.outcomes)
        facts = exit_report(case, words, by=str(by), at=at, authority=authority.name) | {
            "alarms": [
                f"{seen:%Y-%m-%d %H:%M:%S} UTC {text}"
                for seen, text in alarms.of_case(session, case.id)
            ],
            "ledger_seal": ledger.head(session, case.id),
        }
        number = documents.issue(session, case_id, Paper.EXIT_REPORT, str(by), at, facts)
        record(session, after, Action.ISSUE_EXIT_REPORT, by, at, number=number)
    nudge("report", case_id)
    return number


def leave(case_id: CaseId, *, sessions: Sessions, clock: Clock, nudge: Nudge) -> None:
    """Take the next step on the way out, if its turn has come: remove, certify, close.

    While a legal hold stands nothing is removed; the case may close, and is removed when it is lifted.
    Nor is anything removed while evidence of an incident is held: its volumes lie there (Art. 73(6)).
    """
    at = clock()
    follow: str | None = None
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        environment = environments.find(session, case_id)
        if case.stage not in {*ENDED, Stage.CLOSED} or environment is None:
            return
        sealed = {
            kind: [d for d in documents.of_case(session, case_id) if d.kind == kind]
            for kind in (Paper.TEST_REPORT, Paper.EXIT_REPORT, Paper.DELETION_CERTIFICATE)
        }
        evidence_kept = all(d.sealed_at for d in sealed[Paper.TEST_REPORT])
        is_held = case.processing.holds_anything or case.holds_evidence
        if environment.wanted is not Wanted.ABSENT and not is_held:
            if evidence_kept:
                environments.want_absent(session, case_id)
                follow = "provision"
        elif environment.is_gone and not sealed[Paper.DELETION_CERTIFICATE]:
            _certify(session, case, at)
            follow = "report"
        else:
            _close(session, case, sealed, at)
    if follow:
        nudge(follow, case_id)


def _close(
    session: Session, case: Case, papers: dict[Paper, list[documents.Document]], at: datetime
) -> None:
    exits = [d.sha256 for d in papers[Paper.EXIT_REPORT] if d.sha256]
    certificates = [d.sha256 for d in papers[Paper.DELETION_CERTIFICATE] if d.sha256]
    certificate = certificates[-1] if certificates else ""
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
        deletion_certificate=certificate or "none: a legal hold stands",
    )


def _certify(session: Session, case: Case, at: datetime) -> None:
    """Write the deletion certificate (D12) from what the ledger says was removed."""
    removal = next(
        sealed.entry
        for sealed in reversed(ledger.of_case(session, case.id))
        if sealed.entry.action == f"environment_{Phase.ABSENT.value}"
    )
    facts = {
        "document": "deletion certificate",
        "case": case.id,
        "namespace": namespace(case.id),
        "trigger": f"participation {case.stage.value} on {case.ended_at:%Y-%m-%d}",
        "removed_at": removal.at,
        "removed": removal.facts["removed"],
        "left": [],
        "method": METHOD,
        "kept": [
            f"{d.kind} {d.number}: {d.sha256} (evidence, under object lock)"
            for d in documents.of_case(session, case.id)
            if d.sha256
        ]
        + [
            f"kept series of {known.subject}: {kept.sha256} (evidence, under object lock)"
            for known in case.incidents
            for kept in known.kept
        ],
        "not_covered": (
            "Disks below the cluster, backups of the cluster and images cached on nodes are not "
            "seen by this service."
        ),
        "made_at": at.isoformat(),
        "ledger_seal": ledger.head(session, case.id),
        "statement": NO_CONFORMITY,
    }
    documents.issue(session, case.id, Paper.DELETION_CERTIFICATE, "system", at, facts)
