"""Routes of orders on a territory, of inspections, of information that is required of a provider, and of
requests between authorities (Art. 74-77).
"""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import (
    Body,
    CountryOrNone,
    Day,
    Line,
    MitigationBody,
    NoticeBody,
    Sha256,
    Text,
)
from sandbox.api.identity import Parts
from sandbox.api.shares import ConsultationBody
from sandbox.api.views import Step
from sandbox.domain.shares import Consultation
from sandbox.domain.supervision import EVERYWHERE, OrderGround, OrderKind, RequestKind
from sandbox.stages import inspect, orders, requests, requisitions

router = APIRouter(tags=["orders and inspections"], prefix="/cases/{case_id}")
Number = Annotated[int, Path(ge=1, le=10_000)]


class OrderBody(Body):
    """A decision on one territory; without a country it counts wherever the test runs."""

    kind: OrderKind
    ground: OrderGround
    country: CountryOrNone = EVERYWHERE
    reasons: Text
    required_changes: str = Field(default="", max_length=20_000)
    remedy: str = Field(
        default="",
        max_length=5000,
        description="how to challenge it (Art. 76(4)); empty: as the Member State has it. The AI "
        "Office says its own",
    )


class InspectionBody(Body):
    """An inspection; source code only with reasons, and when it is both necessary to assess conformity
    and the last resort (Art. 74(13)).
    """

    announced: bool
    scope: Text
    purpose: Text
    powers: Line
    source_code_reasons: str = Field(default="", max_length=20_000)
    necessary_for_conformity: bool = False
    other_means_exhausted: bool = False


class FindingsBody(Body):
    findings: Text
    evidence_sha256: list[Sha256] = Field(default=[], max_length=200)


class RequisitionBody(Body):
    """What a provider is to tell, and the last day to do so."""

    required: Text
    until: Day


class InformationBody(Body):
    """What was required; files that are handed over outside this service are named by their hash."""

    information: Text
    evidence_sha256: list[Sha256] = Field(default=[], max_length=200)


class RequestBody(Body):
    kind: RequestKind
    reasons: Text


class ReplyBody(Body):
    """An answer, and the sealed documents that its asker may read from now on, as `exit-report-1`."""

    answer: Text
    documents: list[Annotated[str, Field(pattern=r"^[a-z-]+-[0-9]{1,9}$")]] = Field(
        default=[], max_length=100
    )
    consultations: list[ConsultationBody] = Field(
        default=[],
        max_length=50,
        description="needed with documents for Annex III 1, 6 and 7 in law enforcement, migration and asylum",
    )


@router.post("/orders", status_code=202)
def give(body: OrderBody, step: Step, parts: Parts) -> CaseView:
    """Suspend, terminate or require changes on one's own territory (Art. 76(3))."""
    orders.give(
        step.case_id,
        kind=body.kind,
        ground=body.ground,
        country=body.country,
        reasons=body.reasons,
        required_changes=body.required_changes,
        remedy=body.remedy,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        union=parts.union,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/orders/{number}/confirmation")
def confirm(number: Number, step: Step) -> CaseView:
    """Confirm that an order is carried out on its territory."""
    orders.confirm(step.case_id, number, **step.acting)
    return step.show()


@router.post("/orders/{number}/mitigation")
def mitigate(number: Number, body: MitigationBody, step: Step) -> CaseView:
    """Record what was changed so that the ground of an order is gone."""
    orders.mitigate(step.case_id, number, body.measures, **step.acting)
    return step.show()


@router.post("/orders/{number}/lifting")
def lift(number: Number, step: Step, parts: Parts) -> CaseView:
    """Lift an order after mitigation, as a second person of the authority that gave it."""
    orders.lift(step.case_id, number, **step.acting, authority=parts.authority, nudge=parts.nudge)
    return step.show()


@router.post("/orders/{number}/notice")
def tell(number: Number, body: NoticeBody, step: Step, parts: Parts) -> CaseView:
    """Record that other authorities know the grounds (Art. 76(5)); DL-26 is met."""
    orders.tell_other_authorities(
        step.case_id, number, body.reference, **step.acting, authority=parts.authority
    )
    return step.show()


@router.post("/inspections", status_code=201)
def open_inspection(body: InspectionBody, step: Step, parts: Parts) -> CaseView:
    """Begin an inspection; an unannounced one is unknown to the provider until it is closed.

    While it is open inspectors of the authority read the test and the system, and nothing else. Whatever
    they ask for is written down first, and D18 lists it.
    """
    inspect.open_inspection(
        step.case_id,
        announced=body.announced,
        scope=body.scope,
        purpose=body.purpose,
        powers=body.powers,
        source_code_reasons=body.source_code_reasons,
        necessary_for_conformity=body.necessary_for_conformity,
        other_means_exhausted=body.other_means_exhausted,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/inspections/{number}/closure", status_code=202)
def close_inspection(number: Number, body: FindingsBody, step: Step, parts: Parts) -> CaseView:
    """Close an inspection with its findings (document D18)."""
    inspect.close_inspection(
        step.case_id,
        number,
        findings=body.findings,
        evidence_sha256=tuple(body.evidence_sha256),
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/requisitions", status_code=201)
def require(body: RequisitionBody, step: Step, parts: Parts) -> CaseView:
    """Require information of the provider (Art. 60(6), 74(12)), also for a body for fundamental rights
    that asked for what only the provider has (Art. 77).
    """
    requisitions.require(
        step.case_id,
        body.required,
        body.until,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/requisitions/{number}/information", status_code=202)
def supply(number: Number, body: InformationBody, step: Step, parts: Parts) -> CaseView:
    """Supply what was required; it is sealed, and can be given along with the reply to a request."""
    requisitions.supply(
        step.case_id,
        number,
        body.information,
        tuple(body.evidence_sha256),
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/requests", status_code=201)
def ask(body: RequestBody, step: Step, parts: Parts) -> CaseView:
    """Ask another authority (Art. 75(2a), 75(3), 77)."""
    requests.ask(
        step.case_id, kind=body.kind, reasons=body.reasons, **step.acting, authority=parts.authority
    )
    return step.show()


@router.post("/requests/{number}/reply")
def reply(number: Number, body: ReplyBody, step: Step) -> CaseView:
    """Answer; the clock of the request is met."""
    requests.answer(
        step.case_id,
        number,
        body.answer,
        given=tuple(body.documents),
        consultations=tuple(Consultation(**c.model_dump()) for c in body.consultations),
        **step.acting,
    )
    return step.show()
