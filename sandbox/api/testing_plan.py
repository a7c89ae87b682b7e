"""Routes of the plan of a real-world test: drafted, submitted, answered in each Member State."""

from fastapi import APIRouter

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Country
from sandbox.api.identity import Parts
from sandbox.api.real_world_bodies import (
    PlanAnswerBody,
    RealWorldPlanBody,
    TermsBody,
    WaiverBody,
)
from sandbox.api.views import Step
from sandbox.errors import FieldRefused
from sandbox.stages import testing_plan, testing_terms

router = APIRouter(tags=["real-world tests"], prefix="/cases/{case_id}/test")


@router.put("/plan")
def draft(body: RealWorldPlanBody, step: Step, parts: Parts) -> CaseView:
    """Write the testing plan, or its next version; every Member State approves anew."""
    try:
        plan = body.to_domain()
    except ValueError as error:
        raise FieldRefused("plan", str(error)) from error
    testing_plan.draft(
        step.case_id,
        plan,
        **step.acting,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
    )
    return step.show()


@router.post("/territories/{country}/submission", status_code=202)
def submit(country: Country, step: Step, parts: Parts) -> CaseView:
    """Submit the plan in a Member State; its 30 days begin (Art. 60(4)(b))."""
    testing_plan.submit(
        step.case_id,
        country,
        **step.acting,
        authority=parts.authority,
        union=parts.union,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/territories/{country}/answer")
def answer(country: Country, body: PlanAnswerBody, step: Step, parts: Parts) -> CaseView:
    """Ask, approve or object, for your own territory; any answer ends tacit approval."""
    testing_plan.answer(
        step.case_id,
        country,
        body.answer,
        body.reasons,
        remedy=body.remedy,
        **step.acting,
        authority=parts.authority,
        union=parts.union,
    )
    return step.show()


@router.post("/territories/{country}/waivers")
def waive(country: Country, body: WaiverBody, step: Step) -> CaseView:
    """Waive a condition inside a sandbox, with reasons (Art. 76(2))."""
    testing_plan.waive(step.case_id, country, body.condition, body.reasons, **step.acting)
    return step.show()


@router.put("/terms")
def propose_terms(body: TermsBody, step: Step) -> CaseView:
    """Propose terms and safeguards for a test inside the sandbox (Art. 58(4))."""
    testing_terms.propose(step.case_id, body.terms, body.safeguards, **step.acting)
    return step.show()


@router.post("/terms/acceptance")
def accept_terms(step: Step) -> CaseView:
    """Accept the terms that the authority proposed."""
    testing_terms.accept(step.case_id, **step.acting)
    return step.show()
