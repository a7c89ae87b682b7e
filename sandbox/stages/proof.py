"""Written proof: asked for by the participant with one button, issued or declined by the authority
(D9).
"""

from dataclasses import replace

from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.naming import CaseId
from sandbox.domain.outcome import Activity
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.proof import Declined, Proof, ProofRequest
from sandbox.domain.written_proof import written_proof
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def ask(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Ask for a written proof; DL-07 starts (Art. 57(7))."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        asked = ProofRequest(len(case.proof_requests) + 1, str(by), at)
        day, calendar = authority.day(at), authority.calendar
        started = deadlines.start(Name.DL_07, day, calendar, subject=asked.subject)
        after = take(
            case,
            Action.REQUEST_PROOF,
            by,
            proof_requests=(*case.proof_requests, asked),
            deadlines=(*case.deadlines, started),
        )
        record(session, after, Action.REQUEST_PROOF, by, at, request=asked.number)
        outbox.post(session, case_id, "proof_requested", "authority", at, request=asked.number)
    nudge("notify", case_id)
    return after


def issue(
    case_id: CaseId,
    activities: tuple[Activity, ...],
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> int:
    """Issue the proof of the newest request; DL-07 is met when it is sealed. Returns its number."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        sealed = documents.sealed_of_kind(session, case_id, Paper.TEST_REPORT)
        proof = Proof(activities, len(sealed), str(by), at)
        *earlier, asked = case.proof_requests or (ProofRequest(0, "", at),)
        answered = (*earlier, replace(asked, proof=proof)) if case.proof_requests else ()
        after = take(case, Action.ISSUE_PROOF, by, proof_requests=answered)
        facts = written_proof(case, proof, authority=authority.name)
        facts |= {"ledger_seal": ledger.head(session, case_id)}
        number = documents.issue(
            session, case_id, Paper.WRITTEN_PROOF, str(by), at, facts, clock=asked.subject
        )
        record(session, after, Action.ISSUE_PROOF, by, at, number=number, request=asked.number)
        outbox.post(session, case_id, "written_proof", f"provider:{case.provider}", at)
    for stage in ("report", "notify"):
        nudge(stage, case_id)
    return number


def decline(
    case_id: CaseId,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Decline the newest request, since nothing was successfully done; DL-07 is met."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        *earlier, asked = case.proof_requests or (ProofRequest(0, "", at),)
        declined = replace(asked, declined=Declined(reasons, str(by), at))
        answered = (*earlier, declined) if case.proof_requests else ()
        after = take(case, Action.DECLINE_PROOF, by, proof_requests=answered)
        met = deadlines.meet(after.deadlines, Name.DL_07, at, subject=asked.subject)
        after = replace(after, deadlines=met)
        record(session, after, Action.DECLINE_PROOF, by, at, request=asked.number, reasons=reasons)
        outbox.post(session, case_id, "proof_declined", f"provider:{case.provider}", at)
    nudge("notify", case_id)
    return after
