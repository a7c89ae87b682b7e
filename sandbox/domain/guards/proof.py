"""What stands against asking for a written proof, issuing and declining one (Art. 57(7))."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.guards.registry import guard
from sandbox.domain.outcome import ActivityKind


@guard(Action.REQUEST_PROOF, rule="R57-07b")
def one_request_at_a_time_is_open(case: Case, by: Person) -> Iterator[str]:
    del by
    for request in case.proof_requests[:-1]:
        if request.is_open:
            yield f"{request.subject} of {request.at:%Y-%m-%d} is not answered yet"


@guard(Action.ISSUE_PROOF, Action.DECLINE_PROOF, rule="R57-07b")
def a_proof_is_asked_for(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.proof_requests:
        yield "the participant did not ask for a proof"


@guard(Action.ISSUE_PROOF, rule="R57-07b")
def what_was_declined_is_not_issued(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.proof_requests and case.proof_requests[-1].declined is not None:
        yield f"{case.proof_requests[-1].subject} was declined: it can be asked for again"


@guard(Action.DECLINE_PROOF, rule="R57-07b")
def what_was_issued_is_not_declined(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.proof_requests and case.proof_requests[-1].proof is not None:
        yield f"{case.proof_requests[-1].subject} was issued"


@guard(Action.DECLINE_PROOF, rule="R57-07b")
def what_was_declined_is_not_declined_again(case: Case, by: Person) -> Iterator[str]:
    del by
    asked = case.proof_requests[-1] if case.proof_requests else None
    if asked is None or asked.proof is not None:
        return
    # The clock of a request is met after its refusal was asked: one that is met was answered before.
    for clock in case.deadlines:
        if clock.name is Name.DL_07 and clock.subject == asked.subject and clock.met_at:
            yield f"{asked.subject} was declined on {clock.met_at:%Y-%m-%d}"


@guard(Action.DECLINE_PROOF, rule="R57-07b")
def whoever_declines_says_why(case: Case, by: Person) -> Iterator[str]:
    del by
    declined = case.proof_requests[-1].declined if case.proof_requests else None
    if declined is not None and not declined.reasons.strip():
        yield "a proof is declined with reasons"


@guard(Action.ISSUE_PROOF, rule="R58-D16")
def what_is_proven_was_done(case: Case, by: Person) -> Iterator[str]:
    del by
    proof = case.proof_requests[-1].proof if case.proof_requests else None
    if proof is None:
        return
    if not proof.activities:
        yield "no activity was successfully done, so there is nothing to prove"
    tested = any(activity.kind is ActivityKind.TESTING for activity in proof.activities)
    if tested and not proof.test_reports:
        yield "testing is proven by a sealed test report, and there is none"
