"""Routes of reviewers and of who decides: interests, assignment, scores, links, confirmation."""

from fastapi import APIRouter, Response

from sandbox.api.answers import CaseView
from sandbox.api.identity import Parts, Who
from sandbox.api.review_bodies import (
    AssignmentBody,
    InterestsBody,
    LinkView,
    ReviewBody,
    StandingView,
)
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.fees import fee_for
from sandbox.domain.selection import standing
from sandbox.stages import decide, overview, review

router = APIRouter(tags=["review"], prefix="/cases/{case_id}")


@router.post("/interests")
def declare(
    case_id: KnownCase,
    body: InterestsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Sign your declaration of interests for this case: nobody reviews without one."""
    review.declare(
        case_id,
        email=body.email,
        interests=tuple(body.interests),
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/reviewers")
def assign(
    case_id: KnownCase,
    body: AssignmentBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Assign a reviewer; refused, with every reason, where an interest is declared or found."""
    review.assign(
        case_id,
        body.reviewer,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.put("/review")
def judge(
    case_id: KnownCase,
    body: ReviewBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Your judgement by criterion and section; a score without reasons is a draft."""
    review.review(
        case_id,
        scores=body.to_scores(),
        notes=body.to_notes(),
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.get("/standing")
def selection(case_id: KnownCase, who: Who, parts: Parts) -> StandingView:
    """Eligibility, weighted total and priority as they are now, and the fee."""
    case = overview.standing_of(case_id, by=who, sessions=parts.sessions)
    found = standing(case)
    fee = fee_for(case.application, case.call, parts.regime.non_eu_sme_fee)
    return StandingView(
        eligible=found.eligible,
        score=found.total,
        merit_threshold=found.threshold,
        meets_threshold=found.meets_threshold,
        priority=found.priority,
        in_focus=found.in_focus,
        fee_eur=fee.eur,
        fee_reason=fee.why,
    )


@router.get("/linked")
def linked(case_id: KnownCase, who: Who, parts: Parts) -> list[LinkView]:
    """Other cases that may come from the same applicant: numbers, domains, names alike."""
    found = review.linked(case_id, by=who, sessions=parts.sessions)
    return [LinkView(case=other, common=list(common)) for other, common in found.items()]


@router.post("/decision/confirmation")
def confirm(
    case_id: KnownCase, who: Who, parts: Parts, response: Response, version: IfMatch
) -> CaseView:
    """Let a proposed decision take effect, as a second person."""
    decide.confirm(
        case_id,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/acceptance")
def accept(
    case_id: KnownCase, who: Who, parts: Parts, response: Response, version: IfMatch
) -> CaseView:
    """Accept the place you were offered; proposing a plan does so too, to withdraw declines it."""
    decide.accept(case_id, by=who, version=version, sessions=parts.sessions, clock=parts.clock)
    return show(case_id, who, parts, response)
