"""Routes of appeals: lodged or withdrawn by the provider, ruled on by a second person."""

from fastapi import APIRouter

from sandbox.api.answers import CaseView
from sandbox.api.identity import Parts
from sandbox.api.review_bodies import AppealBody, RulingBody
from sandbox.api.views import Step
from sandbox.stages import appeal

router = APIRouter(tags=["appeals"], prefix="/cases/{case_id}/appeal")


@router.post("", status_code=201)
def lodge(body: AppealBody, step: Step, parts: Parts) -> CaseView:
    """Challenge a rejection or the conditions of an admission, within the national period."""
    appeal.lodge(
        step.case_id, body.grounds, **step.acting, authority=parts.authority, nudge=parts.nudge
    )
    return step.show()


@router.post("/ruling")
def rule(body: RulingBody, step: Step, parts: Parts) -> CaseView:
    """Uphold or dismiss; whoever took the decision may not. Upheld, a rejection is annulled."""
    appeal.rule(
        step.case_id,
        upheld=body.upheld,
        reasons=body.reasons,
        conditions=body.conditions,
        fee_eur=body.fee_eur,
        **step.acting,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/withdrawal")
def withdraw(step: Step, parts: Parts) -> CaseView:
    """Take your appeal back; the authority is told."""
    appeal.withdraw(step.case_id, **step.acting, nudge=parts.nudge)
    return step.show()
