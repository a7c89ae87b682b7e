"""Routes of the risk register (Art. 57(6), (11))."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Day, Line, Text
from sandbox.api.identity import Parts
from sandbox.api.views import Step
from sandbox.domain.risk import Concern, RiskState, Weight
from sandbox.stages import risks

router = APIRouter(tags=["risks"], prefix="/cases/{case_id}/risks")
Number = Annotated[int, Path(ge=1, le=10_000)]
Report = Annotated[int, Field(ge=0, le=10_000, description="a sealed test report; 0: none")]


class RiskBody(Body):
    """A risk and the test that showed it; without a day, a significant one gets that of the regime."""

    description: Text
    concern: Concern
    weight: Weight
    shown_by: Line
    shown_in_report: Report = 0
    due: Day | None = None


class WeightBody(Body):
    weight: Weight
    reasons: Text
    due: Day | None = None


class RiskMitigationBody(Body):
    """What was done, and what shows that it works."""

    measures: Text
    evidence: str = Field(default="", max_length=20_000)
    evidence_report: Report = 0


class JudgementBody(Body):
    """Effective, open again (due by a day), or unmitigable."""

    state: RiskState
    reasons: Text
    due: Day | None = None


@router.post("", status_code=201)
def add(body: RiskBody, step: Step, parts: Parts) -> CaseView:
    """Add a risk to rights, health or safety."""
    risks.add(
        step.case_id,
        **dict(body),
        **step.acting,
        authority=parts.authority,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.show()


@router.put("/{number}/weight")
def grade(number: Number, body: WeightBody, step: Step, parts: Parts) -> CaseView:
    """Say how heavy a risk is; a significant one must be mitigated (Art. 57(11))."""
    risks.grade(
        step.case_id,
        number,
        **dict(body),
        **step.acting,
        authority=parts.authority,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/{number}/mitigation")
def mitigate(number: Number, body: RiskMitigationBody, step: Step) -> CaseView:
    """Record what was done about a risk, with its evidence."""
    risks.mitigate(step.case_id, number, **dict(body), **step.acting)
    return step.show()


@router.post("/{number}/judgement")
def judge(number: Number, body: JudgementBody, step: Step, parts: Parts) -> CaseView:
    """Judge a mitigation; a significant risk that cannot be mitigated proposes suspension."""
    risks.judge(
        step.case_id,
        number,
        **dict(body),
        **step.acting,
        authority=parts.authority,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.show()
