"""Routes of what comes after the test: written proof, permissions, key findings, questionnaires."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from sandbox.api.answers import Asked, CaseView
from sandbox.api.exit_bodies import (
    AnswersBody,
    FindingsTextBody,
    PermissionBody,
    ProofBody,
    QuestionsBody,
)
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.papers import Paper
from sandbox.domain.publication import Permission
from sandbox.stages import follow_up, proof, publication

router = APIRouter(tags=["after the test"], prefix="/cases/{case_id}")
NUMBER_MAX = 10_000
Number = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@router.post("/proof-requests", status_code=201)
def ask_for_proof(
    case_id: KnownCase, who: Who, parts: Parts, response: Response, version: IfMatch
) -> CaseView:
    """Ask for a written proof of what was done (Art. 57(7)); DL-07 starts."""
    proof.ask(
        case_id,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/proofs", status_code=202)
def issue_proof(
    case_id: KnownCase,
    body: ProofBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> Asked:
    """Issue the proof that was asked for; DL-07 is met when it is sealed."""
    number = proof.issue(
        case_id,
        tuple(activity.to_domain() for activity in body.activities),
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    response.headers["Location"] = f"/cases/{case_id}/documents/{Paper.WRITTEN_PROOF}/{number}"
    return Asked(kind=Paper.WRITTEN_PROOF, number=number)


@router.post("/permissions", status_code=201)
def give_permission(
    case_id: KnownCase,
    body: PermissionBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Allow the Commission and the Board to read the exit report, or agree to its publication."""
    publication.give(
        case_id,
        body.permission,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.delete("/permissions/{permission}")
def withdraw_permission(
    case_id: KnownCase,
    permission: Permission,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Take a permission back; it ends at once."""
    publication.withdraw(
        case_id,
        permission,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/key-findings", status_code=201)
def publish_findings(
    case_id: KnownCase,
    body: FindingsTextBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Publish key findings; refused when they tell what is marked confidential."""
    publication.publish_findings(
        case_id,
        body.text,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/questionnaires", status_code=201)
def send_questionnaire(
    case_id: KnownCase,
    body: QuestionsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Ask a participant who left; answering is voluntary."""
    follow_up.send(
        case_id,
        tuple(body.questions),
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/questionnaires/{number}/answers")
def answer_questionnaire(
    case_id: KnownCase,
    number: Number,
    body: AnswersBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Answer a questionnaire, once and whole."""
    follow_up.answer(
        case_id,
        number,
        tuple(body.answers),
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)
