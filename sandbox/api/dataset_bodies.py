"""Bodies of the processing of personal data (Art. 59, 4a)."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from sandbox.api.bodies import Body, Day, Line, Long, Moment, Sha256, Text, ThresholdBody
from sandbox.domain.access_log import BATCH_MAX, Access, LoggedAccess
from sandbox.domain.application import PublicInterestArea
from sandbox.domain.case import Case
from sandbox.domain.dataset import NAMED_MAX, DatasetKind, Deletion, NewDataset, Requirement
from sandbox.domain.experiment import Experiment, ExperimentKind
from sandbox.domain.export import Export, ExportClass, ExportState
from sandbox.domain.plan import Threshold
from sandbox.domain.processing import Interest, Right, Safeguards
from sandbox.stages.experiments import TechnicalDocumentation

Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
DatasetNumber = Annotated[int, Field(ge=1, le=10_000)]
Commit = Annotated[str, Field(pattern=r"^[0-9a-f]{7,64}$")]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class InterestBody(Body):
    """Art. 59(1)(a): the area, and why the system serves it."""

    area: PublicInterestArea
    reasons: Text


class SafeguardsBody(Body):
    """Art. 59(1)(a), (c), (f), (i) and 59(2), as far as the whole case goes."""

    interest: InterestBody | None = None
    dpia_reference: str = Field(default="", max_length=300)
    alerts: list[ThresholdBody] = Field(default=[], max_length=20)
    response: Long = ""
    no_effect: Long = Field(default="", description="why nothing here affects data subjects")
    sinks: list[Line] = Field(default=[], max_length=50, description="where outputs may go")
    rights_contact: str = Field(default="", max_length=300)
    process: Long = Field(default="", description="training, testing, validation, and why so")
    law_enforcement_basis: str = Field(default="", max_length=300)

    def to_domain(self) -> tuple[Safeguards, Interest | None]:
        """ValueError when two alerts are on one metric."""
        said = self.model_dump(exclude={"interest", "alerts", "sinks"})
        alerts = tuple(Threshold(**alert.model_dump()) for alert in self.alerts)
        interest = Interest(self.interest.area, self.interest.reasons) if self.interest else None
        return Safeguards(**said, alerts=alerts, sinks=tuple(self.sinks)), interest


class SummaryBody(Body):
    """Document D11, word for word as it is published."""

    project: Annotated[str, Field(min_length=1, max_length=2000)]
    objectives: Annotated[str, Field(min_length=1, max_length=2000)]
    expected_results: Annotated[str, Field(min_length=1, max_length=2000)]


class DatasetBody(Body):
    """A dataset; what is not said yet is asked when it is to be let in."""

    name: Line
    kind: DatasetKind
    source: Text
    lawful_collection: Text
    purpose: Text
    volume: Line
    content_sha256: Sha256
    retention_until: Day | None = None
    requirement: Requirement | None = None
    alternatives: Long = ""
    why_insufficient: Long = ""
    other_basis: str = Field(default="", max_length=300, description="Art. 59(3)")
    forbidden_by: str = Field(default="", max_length=300, description="Art. 59(3)")
    strictly_necessary: Long = Field(default="", description="Art. 4a")
    security: Long = Field(default="", description="Art. 4a: state of the art, pseudonymised")
    named_persons: list[Short] = Field(default=[], max_length=NAMED_MAX)

    def to_domain(self) -> NewDataset:
        said = self.model_dump(exclude={"named_persons"})
        return NewDataset(**said, named_persons=tuple(self.named_persons))


class NamingBody(Body):
    """Who may work with a dataset from now on, and who no longer."""

    added: set[Short] = Field(default=set(), max_length=NAMED_MAX)
    taken_off: set[Short] = Field(default=set(), max_length=NAMED_MAX)


class ViewBody(Body):
    words: Text
    objects: bool


class AssessmentBody(Body):
    personal: bool
    reasons: Text


class DeletionBody(Body):
    """What document D12 says of a deletion."""

    method: Text
    covered: list[Line] = Field(
        min_length=1, max_length=100, description="volumes, snapshots, backups, keys"
    )
    began_at: Moment
    ended_at: Moment
    exceptions: Long = ""
    exceptions_basis: str = Field(default="", max_length=300)

    def to_domain(self, by: str, reported_at: datetime) -> Deletion:
        """ValueError when it cannot have been so."""
        said = self.model_dump(exclude={"covered"})
        return Deletion(**said, covered=tuple(self.covered), by=by, reported_at=reported_at)


class HoldBody(Body):
    """A hold on one dataset, or without one on the whole case."""

    dataset: DatasetNumber | None = None
    ground: Text
    legal_basis: Line


class ExportBody(Body):
    """What is to leave, what it holds of which dataset, and to whom it goes."""

    what: Text
    contains: list[DatasetNumber] = Field(default=[], max_length=100)
    classified: ExportClass
    recipient: Line
    legal_basis: str = Field(default="", max_length=300)
    content_sha256: Sha256


class ExportDecisionBody(Body):
    release: bool
    classified: ExportClass | None = None
    reasons: Text


class ExportView(BaseModel):
    number: int
    state: ExportState
    classified: ExportClass
    reasons: str

    @classmethod
    def of(cls, export: Export) -> Self:
        return cls.model_validate(export, from_attributes=True)


class ExportCount(BaseModel):
    classified: str
    state: str
    requests: int


class AccessBody(Body):
    """One access; `key` is your own name for it, so that sending it twice counts once."""

    key: Annotated[str, Field(min_length=1, max_length=64)]
    at: Moment
    who: Short
    dataset: DatasetNumber
    purpose: Annotated[str, Field(min_length=1, max_length=500)]
    job: str = Field(default="", max_length=200)


class AccessBatch(Body):
    accesses: list[AccessBody] = Field(min_length=1, max_length=BATCH_MAX)

    def to_domain(self) -> list[Access]:
        return [Access(**access.model_dump()) for access in self.accesses]


class LoggedView(BaseModel):
    added: int
    known: int
    unauthorised: int
    seal: str


class AccessLine(BaseModel):
    number: int
    key: str
    at: Moment
    who: str
    dataset: int
    purpose: str
    job: str
    authorised: bool
    seal: str

    @classmethod
    def of(cls, line: LoggedAccess) -> Self:
        made = line.access
        return cls(
            number=line.number,
            key=made.key,
            at=made.at,
            who=made.who,
            dataset=made.dataset,
            purpose=made.purpose,
            job=made.job,
            authorised=line.authorised,
            seal=line.seal,
        )


class AccessPage(BaseModel):
    """A page of the log, oldest first; `next` continues it and is null at the end."""

    accesses: list[AccessLine]
    next: int | None


class ExperimentBody(Body):
    """One run, with what anybody needs to repeat it."""

    kind: ExperimentKind
    code_commit: Commit
    image_digest: Digest
    data_sha256: Sha256
    datasets: list[DatasetNumber] = Field(default=[], max_length=100)
    parameters: dict[Short, Short] = Field(default={}, max_length=200)
    metrics: dict[Short, Finite] = Field(default={}, max_length=200)
    rationale: Text


class ExperimentPage(BaseModel):
    experiments: list[Experiment]
    next: int | None


class Numbered(BaseModel):
    number: int


class DocumentationDataset(BaseModel):
    """A dataset as the technical documentation tells of it."""

    number: int
    name: str
    kind: DatasetKind
    source: str
    lawful_collection: str
    purpose: str
    requirement: Requirement | None
    volume: str
    content_sha256: str


class DocumentationView(BaseModel):
    """For the technical documentation (Annex IV): the process, its data and every recorded run."""

    case: str
    system: str
    process: str
    datasets: list[DocumentationDataset]
    experiments: list[Experiment]

    @classmethod
    def of(cls, found: TechnicalDocumentation) -> Self:
        case: Case = found.case
        return cls(
            case=case.id,
            system=found.system,
            process=case.processing.safeguards.process,
            datasets=[
                DocumentationDataset.model_validate(dataset, from_attributes=True)
                for dataset in case.processing.datasets
            ],
            experiments=list(found.experiments),
        )


class RightsRequestBody(Body):
    right: Right
    subject: Annotated[str, Field(min_length=1, max_length=100, description="a pseudonym")]
    received_on: Day


class AnswerBody(Body):
    answer: Text
