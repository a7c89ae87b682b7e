"""Routes of what comes after the test: written proof, permissions, key findings, questionnaires."""

from typing import Annotated

from fastapi import APIRouter, Path

from sandbox.api.answers import Asked, CaseView
from sandbox.api.bodies import ReasonsBody
from sandbox.api.exit_bodies import (
    AnswersBody,
    FindingsTextBody,
    PermissionBody,
    ProofBody,
    QuestionsBody,
)
from sandbox.api.identity import Parts
from sandbox.api.views import Step
from sandbox.domain.papers import Paper
from sandbox.domain.publication import Permission
from sandbox.stages import follow_up, proof, publication

router = APIRouter(tags=["after the test"], prefix="/cases/{case_id}")
NUMBER_MAX = 10_000
Number = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@router.post("/proof-requests", status_code=201)
def ask_for_proof(step: Step, parts: Parts) -> CaseView:
    """Ask for a written proof of what was done (Art. 57(7)); DL-07 starts."""
    proof.ask(step.case_id, **step.acting, authority=parts.authority, nudge=parts.nudge)
    return step.show()


@router.post("/proofs", status_code=202)
def issue_proof(body: ProofBody, step: Step, parts: Parts) -> Asked:
    """Issue the proof that was asked for; DL-07 is met when it is sealed."""
    number = proof.issue(
        step.case_id,
        tuple(activity.to_domain() for activity in body.activities),
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.asked(Paper.WRITTEN_PROOF, number)


@router.post("/proof-requests/refusal")
def decline_proof(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Decline the request, with reasons: nothing was successfully done; DL-07 is met."""
    proof.decline(step.case_id, body.reasons, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/permissions", status_code=201)
def give_permission(body: PermissionBody, step: Step, parts: Parts) -> CaseView:
    """Allow the Commission and the Board to read the exit report, or agree to its publication."""
    publication.give(
        step.case_id, body.permission, body.report_sha256, **step.acting, nudge=parts.nudge
    )
    return step.show()


@router.delete("/permissions/{permission}")
def withdraw_permission(permission: Permission, step: Step) -> CaseView:
    """Take a permission back; it ends at once."""
    publication.withdraw(step.case_id, permission, **step.acting)
    return step.show()


@router.post("/key-findings", status_code=201)
def publish_findings(body: FindingsTextBody, step: Step) -> CaseView:
    """Publish key findings; refused when they tell what is marked confidential."""
    publication.publish_findings(step.case_id, body.text, **step.acting)
    return step.show()


@router.post("/questionnaires", status_code=201)
def send_questionnaire(body: QuestionsBody, step: Step, parts: Parts) -> CaseView:
    """Ask a participant who left; answering is voluntary."""
    follow_up.send(step.case_id, tuple(body.questions), **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/questionnaires/{number}/answers")
def answer_questionnaire(number: Number, body: AnswersBody, step: Step) -> CaseView:
    """Answer a questionnaire, once and whole."""
    follow_up.answer(step.case_id, number, tuple(body.answers), **step.acting)
    return step.show()
