"""Routes of the authority: ask, decide, agree, stop, resume, end."""

from fastapi import APIRouter

from sandbox.api.answers import CaseView
from sandbox.api.bodies import (
    AgreementBody,
    DecisionBody,
    NoticeBody,
    QuestionBody,
    ReasonsBody,
    ReviewerBody,
    SuspensionBody,
)
from sandbox.api.identity import Parts
from sandbox.api.views import Step
from sandbox.domain.action import Action
from sandbox.stages import agree, attest, decide, exit, omissions, revoke, suspend  # noqa: A004 - a stage of the path

router = APIRouter(tags=["supervision"], prefix="/cases/{case_id}")


@router.post("/question")
def question(body: QuestionBody, step: Step, parts: Parts) -> CaseView:
    """Ask the provider for information; the clock of DL-01 runs on."""
    decide.ask(step.case_id, body.question, **step.acting, authority=parts.authority)
    return step.show()


@router.post("/dpa")
def associate(body: ReviewerBody, step: Step) -> CaseView:
    """Associate the data protection authority (Art. 57(10))."""
    decide.associate_dpa(step.case_id, body.reviewer, **step.acting)
    return step.show()


@router.post("/decision")
def decision(body: DecisionBody, step: Step, parts: Parts) -> CaseView:
    """Admit or reject, with reasons; the remedy is added (draft act Art. 3(7)).

    Where four eyes are asked for it is proposed only: a second person confirms.
    """
    decide.decide(
        step.case_id,
        admitted=body.outcome == "admit",
        reasons=body.reasons,
        conditions=body.conditions,
        fee_eur=body.fee_eur,
        **step.acting,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
        four_eyes=parts.four_eyes,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/plan/agreement", status_code=202)
def agree_plan(body: AgreementBody, step: Step, parts: Parts) -> CaseView:
    """Agree on the plan that the provider signed; the environment is built from now on."""
    agree.agree(
        step.case_id,
        body.plan_sha256,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
        terms=parts.terms,
    )
    return step.show()


@router.post("/suspension", status_code=202)
def suspend_test(body: SuspensionBody, step: Step, parts: Parts) -> CaseView:
    """Stop a running test at once; nothing is deleted (Art. 57(11))."""
    suspend.suspend(
        step.case_id,
        ground=body.ground,
        reasons=body.reasons,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/restoration", status_code=202)
def restore_walls(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Have walls that an attestation found open built again (Art. 59(1)(d)); the run begins anew."""
    attest.restore(step.case_id, reasons=body.reasons, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/resumption", status_code=202)
def resume_test(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Let a suspended test go on: after mitigation, by a second person."""
    suspend.resume(
        step.case_id,
        reasons=body.reasons,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/notices/ai-office")
def notify_ai_office(body: NoticeBody, step: Step) -> CaseView:
    """Record that the AI Office was informed; DL-08 is met."""
    suspend.notify_ai_office(step.case_id, body.reference, **step.acting)
    return step.show()


@router.post("/completion", status_code=202)
def complete(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Complete the participation: freeze, keep the evidence, remove, certify."""
    exit.end(
        step.case_id,
        action=Action.COMPLETE,
        reasons=body.reasons,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/omissions")
def go_on_without_what_is_owed(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Record what the provider, or another authority, owes and did not give in time, so that the case can
    close without it: the complete report or the closure of an incident, the outcomes of a test.
    """
    omissions.go_on(
        step.case_id,
        body.reasons,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/revocation")
def revoke_admission(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Take the admission back before the test began, with reasons; its GPUs are free."""
    revoke.revoke(
        step.case_id,
        body.reasons,
        **step.acting,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/termination", status_code=202)
def terminate(body: SuspensionBody, step: Step, parts: Parts) -> CaseView:
    """Terminate the participation on a ground of the list, with a D14 (Art. 57(11))."""
    exit.end(
        step.case_id,
        action=Action.TERMINATE,
        reasons=body.reasons,
        ground=body.ground,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()
