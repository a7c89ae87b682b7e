"""Routes of real-world tests: evidence, registration, start, stop, outcomes (Art. 60(4)-(8))."""

from fastapi import APIRouter

from sandbox.api.answers import CaseView
from sandbox.api.bodies import NoticeBody, ReasonsBody
from sandbox.api.identity import Parts, Who
from sandbox.api.real_world_bodies import (
    AgreementSignatureBody,
    AgreementView,
    AnnexIXBody,
    DutyBody,
    DutyView,
    EndBody,
    EvidenceBody,
    ExtensionBody,
    OutcomesBody,
    RegistrationBody,
)
from sandbox.api.views import KnownCase, Step
from sandbox.domain.action import Action
from sandbox.stages import real_world, testing_evidence

router = APIRouter(tags=["real-world tests"], prefix="/cases/{case_id}/test")


@router.put("/evidence")
def show_evidence(body: EvidenceBody, step: Step, parts: Parts) -> CaseView:
    """Show the evidence for the conditions of Art. 60(4)(d)-(k), as it is: a test under way stops
    when one of them is not met any more. Where the plan was submitted its authority is told (D5).
    """
    testing_evidence.show(
        step.case_id,
        body.to_domain(),
        answer=body.answer,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/agreements")
def sign_agreement(body: AgreementSignatureBody, step: Step, parts: Parts) -> AgreementView:
    """Sign the agreement with a deployer (D15): the provider first, then the deployer itself."""
    signed = testing_evidence.sign_agreement(
        step.case_id,
        body.to_domain(),
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return AgreementView(deployer=signed.deployer, signed_by_both=signed.is_signed)


@router.post("/duty")
def report_for_duty(case_id: KnownCase, body: DutyBody, who: Who, parts: Parts) -> DutyView:
    """Say that an overseer is on duty; after an hour of silence the test stops by itself."""
    duty = testing_evidence.report_for_duty(
        case_id, body.overseer, by=who, sessions=parts.sessions, clock=parts.clock
    )
    return DutyView(overseer=duty.overseer, at=duty.at.isoformat())


@router.put("/registration")
def register(body: RegistrationBody, step: Step, parts: Parts) -> CaseView:
    """Register the test (D13), or record that its register did not take it."""
    testing_evidence.register(
        step.case_id,
        body.items(),
        number=body.number,
        proof_of_attempt=body.proof_of_attempt,
        public=body.public,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/registration/update")
def update_registration(body: AnnexIXBody, step: Step, parts: Parts) -> CaseView:
    """Keep the registration up to date, under the same number; D13 is issued again."""
    testing_evidence.update_registration(
        step.case_id,
        body.items(),
        public=body.public,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/consent")
def open_consent(step: Step) -> CaseView:
    """Ask subjects from now on: approval, number and form are there (Art. 61(1)(e))."""
    real_world.open_consent(step.case_id, **step.acting)
    return step.show()


@router.post("/start", status_code=202)
def start(step: Step, parts: Parts) -> CaseView:
    """Start the test; every condition that is not met is told at once."""
    real_world.start(step.case_id, **step.acting, authority=parts.authority)
    return step.show()


@router.post("/extension")
def extend(body: ExtensionBody, step: Step, parts: Parts) -> CaseView:
    """Notify the one extension, before the first end (Art. 60(4)(f))."""
    real_world.extend(
        step.case_id,
        body.new_last_day,
        body.reasons,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/suspension", status_code=202)
def suspend(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Stop your test at once; the environment is frozen."""
    real_world.suspend(
        step.case_id,
        body.reasons,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/resumption")
def resume(step: Step, parts: Parts) -> CaseView:
    """Go on, when the case goes on and every condition is met."""
    real_world.resume(step.case_id, **step.acting, authority=parts.authority, nudge=parts.nudge)
    return step.show()


@router.post("/end", status_code=202)
def end(body: EndBody, step: Step, parts: Parts) -> CaseView:
    """End or terminate your test; no consent counts from now on."""
    real_world.end(
        step.case_id,
        Action.TERMINATE_TEST if body.terminated else Action.END_TEST,
        body.reasons,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/notice")
def tell_of_stop(body: NoticeBody, step: Step) -> CaseView:
    """Record that the authorities were told of a stop; DL-18 is met."""
    real_world.tell_of_stop(step.case_id, body.reference, **step.acting)
    return step.show()


@router.post("/outcomes")
def notify_outcomes(body: OutcomesBody, step: Step) -> CaseView:
    """Notify the final outcomes (Art. 60(8))."""
    real_world.notify_outcomes(step.case_id, body.outcomes, **step.acting)
    return step.show()
