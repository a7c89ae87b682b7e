"""Routes of datasets, of their deletion and of legal holds (Art. 4a, 59(1)(b), (d), (g))."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from sandbox.api.answers import CaseView
from sandbox.api.bodies import ReasonsBody
from sandbox.api.dataset_bodies import (
    AssessmentBody,
    DatasetBody,
    DeletionBody,
    HoldBody,
    ViewBody,
)
from sandbox.api.identity import Parts, Who
from sandbox.api.problems import StandingReason
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.articles import article
from sandbox.errors import FieldRefused
from sandbox.stages import datasets, deletion

router = APIRouter(tags=["personal data"], prefix="/cases/{case_id}")
Number = Annotated[int, Path(ge=1, le=10_000)]


@router.post("/datasets", status_code=201)
def declare(
    case_id: KnownCase,
    body: DatasetBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Declare a dataset."""
    datasets.declare(
        case_id,
        body.to_domain(),
        by=who,
        version=version,
        sessions=parts.sessions,
        regime=parts.regime,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.get("/datasets/{number}/conditions")
def conditions(case_id: KnownCase, number: Number, who: Who, parts: Parts) -> list[StandingReason]:
    """Every condition of Art. 59(1) or 4a that a dataset does not meet now; none: it may be let in."""
    found = datasets.obstacles(case_id, number, by=who, sessions=parts.sessions, clock=parts.clock)
    return [
        StandingReason(rule=r.rule, article=article(r.rule), sentence=r.sentence) for r in found
    ]


@router.post("/datasets/{number}/view")
def comment(
    case_id: KnownCase,
    number: Number,
    body: ViewBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """The data protection authority gives its view; an objection keeps the dataset out."""
    datasets.comment(
        case_id,
        number,
        words=body.words,
        objects=body.objects,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/datasets/{number}/release")
def release(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Let a dataset in; refused with every condition that is not met."""
    datasets.release(
        case_id, number, by=who, version=version, sessions=parts.sessions, clock=parts.clock
    )
    return show(case_id, who, parts, response)


@router.post("/datasets/{number}/assessment")
def assess(
    case_id: KnownCase,
    number: Number,
    body: AssessmentBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Say whether the weights of a model hold personal data."""
    datasets.assess_weights(
        case_id,
        number,
        personal=body.personal,
        reasons=body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/datasets/{number}/bias-correction")
def correct_bias(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """The bias is corrected, so its special categories are deleted (Art. 4a); DL-19 starts."""
    datasets.correct_bias(
        case_id,
        number,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/datasets/{number}/deletion")
def delete(
    case_id: KnownCase,
    number: Number,
    body: DeletionBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Report that a dataset is gone; DL-19 is met. Refused while a legal hold stands."""
    try:
        reported = body.to_domain(str(who), parts.clock())
    except ValueError as error:
        raise FieldRefused("deletion", str(error)) from error
    deletion.delete(
        case_id,
        number,
        reported,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/datasets/{number}/deletion/verification", status_code=202)
def verify(
    case_id: KnownCase,
    number: Number,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Verify that a dataset is gone; the certificate (D12) is issued."""
    deletion.verify(
        case_id,
        number,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/holds", status_code=201)
def hold(
    case_id: KnownCase,
    body: HoldBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Place a legal hold on a dataset or on the whole case: nothing of it is deleted."""
    deletion.hold(
        case_id,
        body.dataset,
        ground=body.ground,
        legal_basis=body.legal_basis,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/holds/{number}/lifting")
def lift(
    case_id: KnownCase,
    number: Number,
    body: ReasonsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Lift a legal hold; what was due is due again."""
    deletion.lift(
        case_id,
        number,
        body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)
