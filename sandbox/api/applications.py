"""Routes of the provider: apply, answer, propose and sign a plan, mitigate, withdraw."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from sandbox.api.answers import CaseLine, CasePage, CaseView, SelfCheckView
from sandbox.api.application_bodies import AnswerBody, ApplicationBody, SelfCheckBody
from sandbox.api.bodies import (
    AgreementBody,
    MitigationBody,
    PlanBody,
    ReasonsBody,
)
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step, show
from sandbox.domain import naming, self_check
from sandbox.domain.lifecycle import Role, Stage
from sandbox.errors import FieldRefused, NotFound
from sandbox.stages import agree, apply, decide, overview, place, suspend

router = APIRouter(tags=["applications"])
ROWS = 50


@router.post("/self-check")
def check_yourself(body: SelfCheckBody, parts: Parts) -> SelfCheckView:
    """What screening would say, without an account: outcome, reasons, what would change it, the
    papers needed and the dates to expect. It is no decision, and nothing is kept. It is refused, as
    an application is, once the sandbox has ended.
    """
    today = parts.authority.day(parts.clock())
    parts.regime.sandbox.refuse_if_ended(today)
    found = self_check.check(body.to_domain(), today, parts.authority, parts.regime)
    return SelfCheckView.of(found)


@router.post("/applications", status_code=201)
def hand_in(
    body: ApplicationBody,
    who: Who,
    parts: Parts,
    response: Response,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> CaseView:
    """Hand in an application. The clock of DL-01 starts: a decision within three months.

    Send an `Idempotency-Key` to be able to try again without making a second case.
    """
    if who.role is not Role.PROVIDER:
        raise NotFound("applications are handed in by providers")
    case = apply.apply(
        body.to_domain(),
        key=idempotency_key or str(uuid.uuid4()),
        by=who,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
        regime=parts.regime,
    )
    response.headers["Location"] = f"/cases/{case.id}"
    return show(case.id, who, parts, response)


@router.get("/cases")
def queue(
    who: Who,
    parts: Parts,
    stage: Stage | None = None,
    after: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = ROWS,
) -> CasePage:
    """The cases you may know about, the one with the nearest deadline first."""
    try:
        continued = naming.case_id(after) if after else None
    except ValueError as error:
        raise FieldRefused("after", str(error)) from error
    found = overview.queue(
        by=who, stage=stage, after=continued, limit=limit, sessions=parts.sessions
    )
    kind = parts.regime.sandbox.kind
    return CasePage(cases=[CaseLine.of(case, who, kind) for case in found.cases], next=found.next)


@router.get("/cases/{case_id}")
def view(case_id: KnownCase, who: Who, parts: Parts, response: Response) -> CaseView:
    """Where a case stands, why, until when somebody must act, and what you may do."""
    return show(case_id, who, parts, response)


@router.post("/cases/{case_id}/answer")
def answer(body: AnswerBody, step: Step, parts: Parts) -> CaseView:
    """Answer an information request, with the application mended where needed."""
    amended = body.application.to_domain() if body.application else None
    decide.answer(
        step.case_id,
        body.answer,
        amended,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
        regime=parts.regime,
    )
    return step.show()


@router.put("/cases/{case_id}/plan")
def propose_plan(body: PlanBody, step: Step, parts: Parts) -> CaseView:
    """Put a version of the plan on the table; its blueprint is previewed in the background."""
    try:
        plan = body.to_domain()
    except ValueError as error:
        raise FieldRefused("plan", str(error)) from error
    agree.propose(
        step.case_id,
        plan,
        **step.acting,
        authority=parts.authority,
        catalogue=parts.catalogue,
        nudge=parts.nudge,
        terms=parts.terms,
    )
    return step.show()


@router.post("/cases/{case_id}/plan/signature")
def sign_plan(body: AgreementBody, step: Step) -> CaseView:
    """Sign the version of the plan that you read, by its hash."""
    agree.sign(step.case_id, body.plan_sha256, **step.acting)
    return step.show()


@router.post("/cases/{case_id}/stop-requests", status_code=201)
def ask_to_stop(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Ask, with reasons, that the participation stops; the authority decides (R58-D21)."""
    suspend.ask(step.case_id, body.reasons, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/cases/{case_id}/mitigation")
def mitigate(body: MitigationBody, step: Step, parts: Parts) -> CaseView:
    """Record what was changed so that the risk is gone."""
    suspend.record_mitigation(step.case_id, body.measures, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/cases/{case_id}/withdrawal")
def withdraw(step: Step, parts: Parts) -> CaseView:
    """Withdraw before the test begins."""
    place.withdraw(step.case_id, **step.acting, authority=parts.authority, nudge=parts.nudge)
    return step.show()


@router.get("/cases/{case_id}/kubeconfig")
def kubeconfig(case_id: KnownCase, who: Who, parts: Parts) -> Response:
    """A kubeconfig for your own namespace; short-lived, and only while the test runs."""
    seen = overview.of_case(
        case_id, by=who, sessions=parts.sessions, authority=parts.authority, clock=parts.clock
    )
    if who.role is not Role.PROVIDER or seen.case.stage is not Stage.ACTIVE:
        raise NotFound("there is a kubeconfig for the provider while the test is active")
    text = parts.cluster.kubeconfig(naming.namespace(case_id))
    return Response(text, media_type="application/yaml")
