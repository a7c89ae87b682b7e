"""What stands against asking for a written proof and issuing one (Art. 57(7))."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.outcome import ActivityKind


@guard(Action.REQUEST_PROOF, rule="R57-07b")
def one_request_at_a_time_is_open(case: Case, by: Person) -> Iterator[str]:
    del by
    for request in case.proof_requests[:-1]:
        if request.proof is None:
            yield f"{request.subject} of {request.at:%Y-%m-%d} is not answered yet"


@guard(Action.ISSUE_PROOF, rule="R57-07b")
def a_proof_is_issued_on_request(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.proof_requests:
        yield "the participant did not ask for a proof"


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
