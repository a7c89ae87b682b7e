"""Routes of the plan of a real-world test: drafted, submitted, answered in each Member State."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from sandbox.api.answers import CaseView
from sandbox.api.identity import Parts, Who
from sandbox.api.real_world_bodies import (
    PlanAnswerBody,
    RealWorldPlanBody,
    TermsBody,
    WaiverBody,
)
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.errors import FieldRefused
from sandbox.stages import testing_plan

router = APIRouter(tags=["real-world tests"], prefix="/cases/{case_id}/test")
Country = Annotated[str, Path(pattern=r"^[A-Z]{2}$")]


@router.put("/plan")
def draft(
    case_id: KnownCase,
    body: RealWorldPlanBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Write the testing plan, or its next version; every Member State approves anew."""
    try:
        plan = body.to_domain()
    except ValueError as error:
        raise FieldRefused("plan", str(error)) from error
    testing_plan.draft(
        case_id,
        plan,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/territories/{country}/submission", status_code=202)
def submit(
    case_id: KnownCase,
    country: Country,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Submit the plan in a Member State; its 30 days begin (Art. 60(4)(b))."""
    testing_plan.submit(
        case_id,
        country,
        authority=parts.authority,
        union=parts.union,
        nudge=parts.nudge,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/territories/{country}/answer")
def answer(
    case_id: KnownCase,
    country: Country,
    body: PlanAnswerBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Ask, approve or object, for your own territory; any answer ends tacit approval."""
    testing_plan.answer(
        case_id,
        country,
        body.answer,
        body.reasons,
        authority=parts.authority,
        union=parts.union,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/territories/{country}/waivers")
def waive(
    case_id: KnownCase,
    country: Country,
    body: WaiverBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Waive a condition inside a sandbox, with reasons (Art. 76(2))."""
    testing_plan.waive(
        case_id,
        country,
        body.condition,
        body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.put("/terms")
def propose_terms(
    case_id: KnownCase,
    body: TermsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Propose terms and safeguards for a test inside the sandbox (Art. 58(4))."""
    testing_plan.propose_terms(
        case_id,
        body.terms,
        body.safeguards,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/terms/acceptance")
def accept_terms(
    case_id: KnownCase,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Accept the terms that the authority proposed."""
    testing_plan.accept_terms(
        case_id,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)
