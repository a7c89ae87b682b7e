"""Routes of the authority about screening: judge a practice, replay under other rules."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from sandbox.api.answers import CaseView, FindingView
from sandbox.api.bodies import Body, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.stages import screen

router = APIRouter(tags=["review"], prefix="/cases/{case_id}")


class PracticeBody(Body):
    """What a supervisor says of a practice of Art. 5 that was declared or is suspected."""

    confirmed: bool
    reasons: Text


class SizeCheckBody(Body):
    """What showed the size class that follows from the figures as they stand (rulebook 1.1)."""

    seen: Text


class ReplayView(BaseModel):
    """What other rules would say of a case; nothing of it is kept."""

    rules_version: str
    effective_on: date
    source: str
    outcome: str
    findings: list[FindingView]
    added: list[str]
    removed: list[str]


@router.post("/practices/{code}")
def judge_practice(
    code: Annotated[str, Path(max_length=10)], body: PracticeBody, step: Step, parts: Parts
) -> CaseView:
    """Confirm that a practice is prohibited, or clear it; the case is screened again at once."""
    screen.review_practice(
        step.case_id,
        code,
        confirmed=body.confirmed,
        reasons=body.reasons,
        **step.acting,
        authority=parts.authority,
        regime=parts.regime,
    )
    return step.show()


@router.post("/size-check")
def confirm_size(body: SizeCheckBody, step: Step) -> CaseView:
    """Confirm the size class on which fee and priority rest; other figures need it again."""
    screen.confirm_size(step.case_id, body.seen, **step.acting)
    return step.show()


@router.get("/screening")
def replay(
    case_id: KnownCase,
    who: Who,
    parts: Parts,
    version: Annotated[str, Query(max_length=20, description="a rule version, as 2026-12-02")],
) -> ReplayView:
    """What the findings would be under another version of the rules."""
    found = screen.replay(
        case_id,
        version,
        by=who,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        regime=parts.regime,
    )
    return ReplayView(
        rules_version=found.rules.name,
        effective_on=found.rules.effective_on,
        source=found.rules.source,
        outcome=found.outcome,
        findings=[FindingView.model_validate(f, from_attributes=True) for f in found.findings],
        added=list(found.added),
        removed=list(found.removed),
    )
