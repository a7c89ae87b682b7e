"""Routes of reviewers and of who decides: interests, assignment, scores, links, confirmation."""

from fastapi import APIRouter

from sandbox.api.answers import CaseView
from sandbox.api.identity import Parts, Who
from sandbox.api.review_bodies import (
    AssignmentBody,
    InterestsBody,
    LinkView,
    ReviewBody,
    StandingView,
)
from sandbox.api.views import KnownCase, Step
from sandbox.domain.fees import fee_for
from sandbox.domain.selection import standing
from sandbox.stages import decide, overview, place, review

router = APIRouter(tags=["review"], prefix="/cases/{case_id}")


@router.post("/interests")
def declare(body: InterestsBody, step: Step) -> CaseView:
    """Sign your declaration of interests for this case: nobody reviews without one."""
    review.declare(step.case_id, email=body.email, interests=tuple(body.interests), **step.acting)
    return step.show()


@router.post("/reviewers")
def assign(body: AssignmentBody, step: Step) -> CaseView:
    """Assign a reviewer; refused, with every reason, where an interest is declared or found."""
    review.assign(step.case_id, body.reviewer, **step.acting)
    return step.show()


@router.put("/review")
def judge(body: ReviewBody, step: Step) -> CaseView:
    """Your judgement by criterion and section; a score without reasons is a draft."""
    review.review(step.case_id, scores=body.to_scores(), notes=body.to_notes(), **step.acting)
    return step.show()


@router.get("/standing")
def selection(case_id: KnownCase, who: Who, parts: Parts) -> StandingView:
    """Eligibility, weighted total and priority as they are now, and the fee."""
    case = overview.standing_of(case_id, by=who, sessions=parts.sessions)
    found = standing(case, parts.regime.sandbox.kind)
    fee = fee_for(case.application, case.call, parts.regime.non_eu_sme_fee)
    said = case.decision.fee_eur if case.decision else None
    return StandingView(
        eligible=found.eligible,
        score=found.total,
        merit_threshold=found.threshold,
        meets_threshold=found.meets_threshold,
        priority=found.priority,
        in_focus=found.in_focus,
        size_confirmed=case.size_is_confirmed,
        fee_eur=said if fee.eur is None else fee.eur,
        fee_reason=fee.why,
    )


@router.get("/linked")
def linked(case_id: KnownCase, who: Who, parts: Parts) -> list[LinkView]:
    """Other cases that may come from the same applicant: numbers, domains, names alike."""
    found = review.linked(case_id, by=who, sessions=parts.sessions)
    return [LinkView(case=other, common=list(common)) for other, common in found.items()]


@router.post("/decision/confirmation")
def confirm(step: Step, parts: Parts) -> CaseView:
    """Let a proposed decision take effect, as a second person."""
    decide.confirm(
        step.case_id,
        **step.acting,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/acceptance")
def accept(step: Step) -> CaseView:
    """Accept the place you were offered; proposing a plan does so too, to withdraw declines it."""
    place.accept(step.case_id, **step.acting)
    return step.show()
