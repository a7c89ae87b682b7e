"""Routes of orders on a territory, of inspections, and of requests between authorities (Art. 74-77)."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Line, MitigationBody, NoticeBody, Sha256, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.supervision import EVERYWHERE, OrderGround, OrderKind, RequestKind
from sandbox.stages import inspect, orders

router = APIRouter(tags=["orders and inspections"], prefix="/cases/{case_id}")
Number = Annotated[int, Path(ge=1, le=10_000)]


class OrderBody(Body):
    """A decision on one territory; without a country it counts wherever the test runs."""

    kind: OrderKind
    ground: OrderGround
    country: str = Field(default=EVERYWHERE, pattern=r"^([A-Z]{2})?$")
    reasons: Text
    required_changes: str = Field(default="", max_length=20_000)


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


class RequestBody(Body):
    kind: RequestKind
    reasons: Text


class ReplyBody(Body):
    answer: Text


@router.post("/orders", status_code=202)
def give(
    case_id: KnownCase,
    body: OrderBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Suspend, terminate or require changes on one's own territory (Art. 76(3))."""
    orders.give(
        case_id,
        kind=body.kind,
        ground=body.ground,
        country=body.country,
        reasons=body.reasons,
        required_changes=body.required_changes,
        by=who,
        version=version,
        sessions=parts.sessions,
        cluster=parts.cluster,
        authority=parts.authority,
        union=parts.union,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/orders/{number}/confirmation")
def confirm(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Confirm that an order is carried out on its territory."""
    orders.confirm(
        case_id, number, by=who, version=version, sessions=parts.sessions, clock=parts.clock
    )
    return show(case_id, who, parts, response)


@router.post("/orders/{number}/mitigation")
def mitigate(
    case_id: KnownCase,
    number: Number,
    body: MitigationBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Record what was changed so that the ground of an order is gone."""
    orders.mitigate(
        case_id,
        number,
        body.measures,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/orders/{number}/lifting")
def lift(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Lift an order after mitigation, as a second person."""
    orders.lift(
        case_id, number, by=who, version=version, sessions=parts.sessions, clock=parts.clock
    )
    return show(case_id, who, parts, response)


@router.post("/orders/{number}/notice")
def tell(
    case_id: KnownCase,
    number: Number,
    body: NoticeBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Record that other authorities know the grounds (Art. 76(5)); DL-26 is met."""
    orders.tell_other_authorities(
        case_id,
        number,
        body.reference,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/inspections", status_code=201)
def open_inspection(
    case_id: KnownCase,
    body: InspectionBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Begin an inspection; an unannounced one is unknown to the provider until it is closed."""
    inspect.open_inspection(
        case_id,
        announced=body.announced,
        scope=body.scope,
        purpose=body.purpose,
        powers=body.powers,
        source_code_reasons=body.source_code_reasons,
        necessary_for_conformity=body.necessary_for_conformity,
        other_means_exhausted=body.other_means_exhausted,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/inspections/{number}/closure", status_code=202)
def close_inspection(
    case_id: KnownCase,
    number: Number,
    body: FindingsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Close an inspection with its findings (document D18)."""
    inspect.close_inspection(
        case_id,
        number,
        findings=body.findings,
        evidence_sha256=tuple(body.evidence_sha256),
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/requests", status_code=201)
def ask(
    case_id: KnownCase,
    body: RequestBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Ask another authority (Art. 75(2a), 75(3), 77)."""
    inspect.ask(
        case_id,
        kind=body.kind,
        reasons=body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/requests/{number}/reply")
def reply(
    case_id: KnownCase,
    number: Number,
    body: ReplyBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Record the answer; its clock is met."""
    inspect.answer(
        case_id,
        number,
        body.answer,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)
