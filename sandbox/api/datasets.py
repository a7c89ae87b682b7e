"""Routes of datasets, of their deletion and of legal holds (Art. 4a, 59(1)(b), (d), (g))."""

from typing import Annotated

from fastapi import APIRouter, Path

from sandbox.api.answers import CaseView
from sandbox.api.bodies import ReasonsBody
from sandbox.api.dataset_bodies import (
    AssessmentBody,
    DatasetBody,
    DeletionBody,
    HoldBody,
    NamingBody,
    ViewBody,
)
from sandbox.api.identity import Parts, Who
from sandbox.api.problems import StandingReason
from sandbox.api.views import KnownCase, Step
from sandbox.domain.articles import article
from sandbox.errors import FieldRefused
from sandbox.stages import dataset_views, datasets, deletion, named_persons

router = APIRouter(tags=["personal data"], prefix="/cases/{case_id}")
Number = Annotated[int, Path(ge=1, le=10_000)]


@router.post("/datasets", status_code=201)
def declare(body: DatasetBody, step: Step, parts: Parts) -> CaseView:
    """Declare a dataset."""
    datasets.declare(
        step.case_id,
        body.to_domain(),
        **step.acting,
        cluster=parts.cluster,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return step.show()


@router.get("/datasets/{number}/conditions")
def conditions(case_id: KnownCase, number: Number, who: Who, parts: Parts) -> list[StandingReason]:
    """Every condition of Art. 59(1) or 4a that a dataset does not meet now; none: it may be let in."""
    found = datasets.obstacles(case_id, number, by=who, sessions=parts.sessions, clock=parts.clock)
    return [
        StandingReason(rule=r.rule, article=article(r.rule), sentence=r.sentence) for r in found
    ]


@router.post("/datasets/{number}/persons")
def name_persons(number: Number, body: NamingBody, step: Step) -> CaseView:
    """Name who may work with a dataset from now on, and take others off, also after it was let in."""
    named_persons.change(
        step.case_id,
        number,
        added=tuple(sorted(body.added)),
        taken_off=tuple(sorted(body.taken_off)),
        **step.acting,
    )
    return step.show()


@router.post("/datasets/{number}/view")
def comment(number: Number, body: ViewBody, step: Step, parts: Parts) -> CaseView:
    """The data protection authority gives its view; an objection keeps the dataset out, and processing that
    was stopped from going on, until a later view withdraws it.
    """
    dataset_views.comment(
        step.case_id,
        number,
        words=body.words,
        objects=body.objects,
        **step.acting,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/datasets/{number}/basis")
def confirm_basis(number: Number, body: ReasonsBody, step: Step) -> CaseView:
    """Confirm that the other law a dataset names allows its processing without Art. 59."""
    datasets.confirm_basis(step.case_id, number, body.reasons, **step.acting)
    return step.show()


@router.post("/datasets/{number}/release")
def release(number: Number, step: Step) -> CaseView:
    """Let a dataset in; refused with every condition that is not met."""
    datasets.release(step.case_id, number, **step.acting)
    return step.show()


@router.post("/datasets/{number}/assessment")
def assess(number: Number, body: AssessmentBody, step: Step) -> CaseView:
    """Say whether the weights of a model hold personal data."""
    datasets.assess_weights(
        step.case_id, number, personal=body.personal, reasons=body.reasons, **step.acting
    )
    return step.show()


@router.post("/datasets/{number}/bias-correction")
def correct_bias(number: Number, step: Step, parts: Parts) -> CaseView:
    """The bias is corrected, so its special categories are deleted (Art. 4a); DL-19 starts."""
    datasets.correct_bias(step.case_id, number, **step.acting, authority=parts.authority)
    return step.show()


@router.post("/datasets/{number}/deletion")
def delete(number: Number, body: DeletionBody, step: Step, parts: Parts) -> CaseView:
    """Report that a dataset is gone; DL-19 is met. Refused while a legal hold stands."""
    try:
        reported = body.to_domain(str(step.by), parts.clock())
    except ValueError as error:
        raise FieldRefused("deletion", str(error)) from error
    deletion.delete(
        step.case_id,
        number,
        reported,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/datasets/{number}/deletion/verification", status_code=202)
def verify(number: Number, step: Step, parts: Parts) -> CaseView:
    """Verify that a dataset is gone; the certificate (D12) is issued."""
    deletion.verify(
        step.case_id, number, **step.acting, authority=parts.authority, nudge=parts.nudge
    )
    return step.show()


@router.post("/datasets/{number}/deletion/refusal")
def refuse(number: Number, body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Refuse a report of deletion that is wrong; DL-19 runs on, and the provider reports again."""
    deletion.refuse(step.case_id, number, body.reasons, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/holds", status_code=201)
def hold(body: HoldBody, step: Step, parts: Parts) -> CaseView:
    """Place a legal hold on a dataset or on the whole case: nothing of it is deleted."""
    deletion.hold(
        step.case_id,
        body.dataset,
        ground=body.ground,
        legal_basis=body.legal_basis,
        **step.acting,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/holds/{number}/lifting")
def lift(number: Number, body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Lift a legal hold; what was due is due again."""
    deletion.lift(step.case_id, number, body.reasons, **step.acting, nudge=parts.nudge)
    return step.show()
