"""Routes of exceptional costs: told with every item, acknowledged before the test starts."""

from typing import Annotated

from fastapi import APIRouter, Path

from sandbox.api.answers import CaseView
from sandbox.api.identity import Parts
from sandbox.api.review_bodies import CostBody
from sandbox.api.views import Step
from sandbox.stages import cost

router = APIRouter(tags=["costs"], prefix="/cases/{case_id}/costs")
NUMBER_MAX = 2**31 - 1


@router.post("", status_code=201)
def warn(body: CostBody, step: Step) -> CaseView:
    """Warn the provider of an exceptional cost, item by item (draft act Art. 2(2))."""
    cost.warn(step.case_id, body.to_items(), body.reasons, **step.acting)
    return step.show()


@router.post("/{number}/acknowledgement")
def acknowledge(
    number: Annotated[int, Path(ge=1, le=NUMBER_MAX)], step: Step, parts: Parts
) -> CaseView:
    """Acknowledge an exceptional cost; without that the test does not start."""
    cost.acknowledge(step.case_id, number, **step.acting, nudge=parts.nudge)
    return step.show()
