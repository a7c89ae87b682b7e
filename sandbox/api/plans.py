"""Routes of an agreed plan: its versions and their differences, amendments, extension, terms."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, TypeAdapter

from sandbox.api.answers import CaseView
from sandbox.api.bodies import AgreementBody, Body, Day, Line, PlanBody, ReasonsBody, Sha256, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain.action import Action
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.plan_diff import Change
from sandbox.domain.terms import SignatureMethod
from sandbox.errors import FieldRefused
from sandbox.stages import amend, plan_versions, terms

router = APIRouter(tags=["plan"], prefix="/cases/{case_id}")
PLAN = TypeAdapter(SandboxPlan)
Number = Annotated[int, Query(ge=1, le=100_000)]


class AmendmentBody(Body):
    """A changed plan, whole, and why."""

    plan: PlanBody
    reasons: Text


class PlanExtensionBody(Body):
    """A later end of the participation, and why (draft act Art. 8(1))."""

    last_day: Day
    reasons: Text


class AcceptanceBody(Body):
    """A named person accepts the terms that it read, by their hash."""

    terms_sha256: Sha256
    signatory: Line
    function: Line
    insurance: Line = Field(description="the policy for damage to third parties, or none")
    method: SignatureMethod = SignatureMethod.SIMPLE
    signature_reference: str = Field(default="", max_length=300)


class ClauseView(BaseModel):
    heading: str
    text: str


class AcceptedView(BaseModel):
    version: str
    signatory: str
    function: str
    insurance: str
    method: str
    by: str
    at: datetime


class TermsView(BaseModel):
    """The terms in force, and who accepted which version when."""

    version: str
    sha256: str
    clauses: list[ClauseView]
    accepted: list[AcceptedView]


class VersionView(BaseModel):
    """One version as it was stored; `intact`: its document still has the hash that was signed."""

    version: int
    sha256: str
    proposed_by: str
    proposed_at: datetime
    intact: bool
    plan: dict[str, Any] = Field(description="the plan, with today's fields")


class ChangeView(BaseModel):
    field: str
    before: str
    after: str
    sentence: str


class DiffView(BaseModel):
    """What changed between two versions of the plan, or two documents of a kind."""

    from_version: int
    to_version: int
    changes: list[ChangeView]

    @classmethod
    def of(cls, before: int, after: int, found: tuple[Change, ...]) -> Self:
        changes = [
            ChangeView(field=c.field, before=c.before, after=c.after, sentence=str(c))
            for c in found
        ]
        return cls(from_version=before, to_version=after, changes=changes)


@router.get("/plan/versions")
def versions(case_id: KnownCase, who: Who, parts: Parts) -> list[VersionView]:
    """Every version of the plan that was ever proposed."""
    found = plan_versions.of_case(case_id, by=who, sessions=parts.sessions)
    return [
        VersionView(
            version=v.plan.version,
            sha256=v.sha256,
            proposed_by=v.proposed_by,
            proposed_at=v.proposed_at,
            intact=v.intact,
            plan=PLAN.dump_python(v.plan, mode="json"),
        )
        for v in found
    ]


@router.get("/plan/diff")
def diff(
    case_id: KnownCase,
    who: Who,
    parts: Parts,
    before: Annotated[Number, Query(alias="from")],
    after: Annotated[Number, Query(alias="to")],
) -> DiffView:
    """What changed from one version of the plan to another."""
    found = plan_versions.difference(case_id, before, after, by=who, sessions=parts.sessions)
    return DiffView.of(before, after, found)


@router.post("/plan/amendment")
def propose_amendment(body: AmendmentBody, step: Step, parts: Parts) -> CaseView:
    """Propose to change the agreed plan; it stays in force until the other party agrees."""
    try:
        plan = body.plan.to_domain()
    except ValueError as error:
        raise FieldRefused("plan", str(error)) from error
    amend.propose(
        step.case_id,
        plan,
        body.reasons,
        **step.acting,
        authority=parts.authority,
        catalogue=parts.catalogue,
        nudge=parts.nudge,
        terms=parts.terms,
    )
    return step.show()


@router.post("/plan/extension")
def ask_for_extension(body: PlanExtensionBody, step: Step, parts: Parts) -> CaseView:
    """Ask for a later end; agreed like any amendment, until 30 days before the planned end."""
    amend.extend(
        step.case_id,
        body.last_day,
        body.reasons,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
        terms=parts.terms,
    )
    return step.show()


@router.post("/plan/amendment/agreement", status_code=202)
def agree_amendment(body: AgreementBody, step: Step, parts: Parts) -> CaseView:
    """Agree on what the other party proposed, by its hash; the environment follows."""
    amend.agree(
        step.case_id,
        body.plan_sha256,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
        terms=parts.terms,
    )
    return step.show()


@router.post("/plan/amendment/refusal")
def decline_amendment(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Decline what the other party proposed; the plan in force stays."""
    return _refuse(Action.DECLINE_AMENDMENT, body, step, parts)


@router.post("/plan/amendment/withdrawal")
def take_back_amendment(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Take back what you proposed; the plan in force stays."""
    return _refuse(Action.TAKE_BACK_AMENDMENT, body, step, parts)


@router.get("/terms")
def read_terms(case_id: KnownCase, who: Who, parts: Parts) -> TermsView:
    """The terms and conditions in force, and who accepted which version."""
    case = terms.of_case(case_id, by=who, sessions=parts.sessions)
    given = parts.terms
    return TermsView(
        version=given.version,
        sha256=given.sha256,
        clauses=[ClauseView(heading=c.heading, text=c.text) for c in given.clauses],
        accepted=[
            AcceptedView.model_validate(accepted, from_attributes=True)
            for accepted in case.terms_accepted
        ],
    )


@router.post("/terms/acceptance")
def accept_terms(body: AcceptanceBody, step: Step, parts: Parts) -> CaseView:
    """Accept the terms in force for the provider; a new version needs a new acceptance."""
    terms.accept(
        step.case_id,
        terms.Signing(**body.model_dump()),
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
        terms=parts.terms,
    )
    return step.show()


def _refuse(action: Action, body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    amend.refuse(step.case_id, action, body.reasons, **step.acting, authority=parts.authority)
    return step.show()
