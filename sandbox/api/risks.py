"""Routes of the risk register (Art. 57(6), (11))."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Line, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
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
    due: date | None = None


class WeightBody(Body):
    weight: Weight
    reasons: Text
    due: date | None = None


class RiskMitigationBody(Body):
    """What was done, and what shows that it works."""

    measures: Text
    evidence: str = Field(default="", max_length=20_000)
    evidence_report: Report = 0


class JudgementBody(Body):
    """Effective, open again (due by a day), or unmitigable."""

    state: RiskState
    reasons: Text
    due: date | None = None


@router.post("", status_code=201)
def add(
    case_id: KnownCase,
    body: RiskBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Add a risk to rights, health or safety."""
    risks.add(
        case_id,
        **dict(body),
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        regime=parts.regime,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.put("/{number}/weight")
def grade(
    case_id: KnownCase,
    number: Number,
    body: WeightBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Say how heavy a risk is; a significant one must be mitigated (Art. 57(11))."""
    risks.grade(
        case_id,
        number,
        **dict(body),
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        regime=parts.regime,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/{number}/mitigation")
def mitigate(
    case_id: KnownCase,
    number: Number,
    body: RiskMitigationBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Record what was done about a risk, with its evidence."""
    risks.mitigate(
        case_id,
        number,
        **dict(body),
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/{number}/judgement")
def judge(
    case_id: KnownCase,
    number: Number,
    body: JudgementBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Judge a mitigation; a significant risk that cannot be mitigated proposes suspension."""
    risks.judge(
        case_id,
        number,
        **dict(body),
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        regime=parts.regime,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)
