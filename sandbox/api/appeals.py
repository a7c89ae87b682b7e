"""Routes of appeals: lodged or withdrawn by the provider, ruled on by a second person."""

from fastapi import APIRouter, Response

from sandbox.api.answers import CaseView
from sandbox.api.identity import Parts, Who
from sandbox.api.review_bodies import AppealBody, RulingBody
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.stages import appeal

router = APIRouter(tags=["appeals"], prefix="/cases/{case_id}/appeal")


@router.post("", status_code=201)
def lodge(
    case_id: KnownCase,
    body: AppealBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Challenge a rejection or the conditions of an admission, within the national period."""
    appeal.lodge(
        case_id,
        body.grounds,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/ruling")
def rule(
    case_id: KnownCase,
    body: RulingBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Uphold or dismiss; whoever took the decision may not. Upheld, a rejection is annulled."""
    appeal.rule(
        case_id,
        upheld=body.upheld,
        reasons=body.reasons,
        conditions=body.conditions,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        union=parts.union,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/withdrawal")
def withdraw(
    case_id: KnownCase, who: Who, parts: Parts, response: Response, version: IfMatch
) -> CaseView:
    """Take your appeal back."""
    appeal.withdraw(case_id, by=who, version=version, sessions=parts.sessions, clock=parts.clock)
    return show(case_id, who, parts, response)
