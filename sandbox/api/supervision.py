"""Routes of the authority: ask, decide, agree, stop, resume, end."""

from fastapi import APIRouter, Response

from sandbox.api.answers import CaseView
from sandbox.api.bodies import (
    AgreementBody,
    DecisionBody,
    NoticeBody,
    QuestionBody,
    ReasonsBody,
    ReviewerBody,
    SuspensionBody,
)
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.action import Action
from sandbox.stages import agree, decide, exit, suspend  # noqa: A004 - a stage of the path

router = APIRouter(tags=["supervision"], prefix="/cases/{case_id}")


@router.post("/question")
def question(
    case_id: KnownCase,
    body: QuestionBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Ask the provider for information; the clock of DL-01 runs on."""
    decide.ask(
        case_id,
        body.question,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/dpa")
def associate(
    case_id: KnownCase,
    body: ReviewerBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Associate the data protection authority (Art. 57(10))."""
    decide.associate_dpa(
        case_id,
        body.reviewer,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/decision")
def decision(
    case_id: KnownCase,
    body: DecisionBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Admit or reject, with reasons; the remedy is added (draft act Art. 3(7)).

    Where four eyes are asked for it is proposed only: a second person confirms.
    """
    decide.decide(
        case_id,
        admitted=body.outcome == "admit",
        reasons=body.reasons,
        conditions=body.conditions,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        union=parts.union,
        regime=parts.regime,
        four_eyes=parts.four_eyes,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/plan/agreement", status_code=202)
def agree_plan(
    case_id: KnownCase,
    body: AgreementBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Agree on the plan that the provider signed; the environment is built from now on."""
    agree.agree(
        case_id,
        body.plan_sha256,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
        terms=parts.terms,
    )
    return show(case_id, who, parts, response)


@router.post("/suspension", status_code=202)
def suspend_test(
    case_id: KnownCase,
    body: SuspensionBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Stop a running test at once; nothing is deleted (Art. 57(11))."""
    suspend.suspend(
        case_id,
        ground=body.ground,
        reasons=body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        cluster=parts.cluster,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/resumption", status_code=202)
def resume_test(
    case_id: KnownCase,
    body: ReasonsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Let a suspended test go on: after mitigation, by a second person."""
    suspend.resume(
        case_id,
        reasons=body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/notices/ai-office")
def notify_ai_office(
    case_id: KnownCase,
    body: NoticeBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Record that the AI Office was informed; DL-08 is met."""
    suspend.notify_ai_office(
        case_id,
        body.reference,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/completion", status_code=202)
def complete(
    case_id: KnownCase,
    body: ReasonsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Complete the participation: freeze, keep the evidence, remove, certify."""
    exit.end(
        case_id,
        action=Action.COMPLETE,
        reasons=body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        cluster=parts.cluster,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/termination", status_code=202)
def terminate(
    case_id: KnownCase,
    body: ReasonsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Terminate the participation (Art. 57(11))."""
    exit.end(
        case_id,
        action=Action.TERMINATE,
        reasons=body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        cluster=parts.cluster,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)
