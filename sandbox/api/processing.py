"""Routes of stopping, of exports, of the log and of what is recorded (Art. 59(1)(c), (e), (f), (h), (i))."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from sandbox.api.answers import CaseView
from sandbox.api.bodies import MitigationBody, ReasonsBody
from sandbox.api.dataset_bodies import (
    AccessBatch,
    AccessLine,
    AccessPage,
    AnswerBody,
    DocumentationView,
    ExperimentBody,
    ExperimentPage,
    ExportBody,
    ExportCount,
    ExportDecisionBody,
    ExportView,
    LoggedView,
    Numbered,
    RightsRequestBody,
)
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain.experiment import Experiment
from sandbox.stages import access_log, experiments, exports, processing

router = APIRouter(tags=["personal data"], prefix="/cases/{case_id}")
ROWS = 100
ROWS_MAX = 500
ROW_MAX = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=10_000)]
After = Annotated[int, Query(ge=0, le=ROW_MAX)]
Limit = Annotated[int, Query(ge=1, le=ROWS_MAX)]


@router.post("/processing/stop", status_code=202)
def stop(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Stop the processing of personal data at once (Art. 59(1)(c)); again changes nothing."""
    processing.stop(
        step.case_id,
        body.reasons,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/processing/resumption")
def resume(body: MitigationBody, step: Step, parts: Parts) -> CaseView:
    """A second person lets processing go on after measures."""
    processing.resume(step.case_id, body.measures, **step.acting, nudge=parts.nudge)
    return step.show()


@router.post("/exports", status_code=201)
def ask_for_export(body: ExportBody, step: Step, parts: Parts) -> ExportView:
    """Ask to let something out; personal data created in the sandbox are blocked, always."""
    asked = exports.request(
        step.case_id,
        what=body.what,
        contains=tuple(body.contains),
        claimed=body.classified,
        recipient=body.recipient,
        legal_basis=body.legal_basis,
        content_sha256=body.content_sha256,
        **step.acting,
        regime=parts.regime,
        nudge=parts.nudge,
    )
    return ExportView.of(asked)


@router.post("/exports/{number}/decision")
def decide_export(number: Number, body: ExportDecisionBody, step: Step, parts: Parts) -> ExportView:
    """Let something out or not, after review."""
    decided = exports.decide(
        step.case_id,
        number,
        release=body.release,
        classified=body.classified,
        reasons=body.reasons,
        **step.acting,
        authority=parts.authority,
    )
    return ExportView.of(decided)


@router.get("/exports")
def count_exports(case_id: KnownCase, who: Who, parts: Parts) -> list[ExportCount]:
    """How many requests of each class came to what."""
    found = exports.counts(case_id, by=who, sessions=parts.sessions)
    return [
        ExportCount(classified=classified, state=state, requests=number)
        for (classified, state), number in sorted(found.items())
    ]


@router.post("/accesses", status_code=201)
def log(case_id: KnownCase, body: AccessBatch, who: Who, parts: Parts) -> LoggedView:
    """Add a batch of accesses to the log; the same batch again changes nothing."""
    logged = access_log.append(
        case_id,
        body.to_domain(),
        by=who,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return LoggedView.model_validate(logged, from_attributes=True)


@router.get("/accesses")
def read_log(
    case_id: KnownCase,
    who: Who,
    parts: Parts,
    after: After = 0,
    limit: Limit = ROWS,
    dataset: Annotated[int | None, Query(ge=1, le=10_000)] = None,
) -> AccessPage:
    """The log of the processing of personal data, oldest first (Art. 59(1)(h))."""
    found = access_log.page(
        case_id, after=after, limit=limit, dataset=dataset, by=who, sessions=parts.sessions
    )
    return AccessPage(
        accesses=[AccessLine.of(line) for line in found],
        next=found[-1].number if len(found) == limit else None,
    )


@router.post("/experiments", status_code=201)
def record_experiment(body: ExperimentBody, step: Step, parts: Parts) -> Numbered:
    """Record one training, testing or validation for the technical documentation."""
    said = body.model_dump(exclude={"datasets"})
    made = Experiment(
        **said, datasets=tuple(body.datasets), number=0, by=str(step.by), at=parts.clock()
    )
    number = experiments.add(step.case_id, made, **step.acting)
    return Numbered(number=number)


@router.get("/experiments")
def read_experiments(
    case_id: KnownCase, who: Who, parts: Parts, after: After = 0, limit: Limit = ROWS
) -> ExperimentPage:
    """What was recorded of training, testing and validation, oldest first."""
    found = experiments.page(case_id, after=after, limit=limit, by=who, sessions=parts.sessions)
    return ExperimentPage(experiments=found, next=found[-1].number if len(found) == limit else None)


@router.get("/technical-documentation")
def technical_documentation(case_id: KnownCase, who: Who, parts: Parts) -> DocumentationView:
    """The process, its data and its results in one piece, for the file of Annex IV."""
    found = experiments.technical_documentation(case_id, by=who, sessions=parts.sessions)
    return DocumentationView.of(found)


@router.post("/rights-requests", status_code=201)
def receive_request(body: RightsRequestBody, step: Step) -> CaseView:
    """Record that a data subject exercises a right (Art. 59(1)(f))."""
    experiments.receive_request(step.case_id, **body.model_dump(), **step.acting)
    return step.show()


@router.post("/rights-requests/{number}/answer")
def answer_request(number: Number, body: AnswerBody, step: Step) -> CaseView:
    """Record what was answered to a data subject."""
    experiments.answer_request(step.case_id, number, body.answer, **step.acting)
    return step.show()
