"""Request bodies: what comes in is checked here."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from holidays import registry
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    field_validator,
)

from sandbox.domain.labels import NOT_TAKEN, Label
from sandbox.domain.plan import Bound, ExecutionSite, SandboxPlan
from sandbox.domain.suspension import SuspensionGround


def _storable(text: str) -> str:
    """PostgreSQL keeps every text but one with a NUL in it."""
    if "\0" in text:
        raise ValueError("a text has no NUL character")
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("a text says something: blanks alone do not")
    return text


def texts(value: object) -> Iterator[str]:
    """The texts in a JSON value, keys among them; a Body within sees to its own."""
    match value:
        case str():
            yield value
        case dict():
            for pair in value.items():
                yield from texts(pair)
        case list() | tuple() | set() | frozenset():
            for item in value:
                yield from texts(item)


def _existing(country: str) -> str:
    if country and country not in COUNTRIES:
        right = NOT_OF_ISO.get(country)
        hint = f": in ISO 3166-1 it is {right}" if right else ""
        raise ValueError(f"{country} is no country of ISO 3166-1{hint}")
    return country


Storable = AfterValidator(_storable)  # for what is no field of a Body, which sees to it itself
Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_said)]
Text = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_said)]
Long = Annotated[str, Field(max_length=20_000)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

# At the edges of the calendar a moment has no date in every time zone and a period no end.
Day = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2100, 1, 1))]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
]

# Alpha-2 codes; among them XK, which the Union uses for Kosovo and ISO 3166-1 leaves to its users.
COUNTRIES = frozenset(codes[1] for codes in registry.COUNTRIES.values())
NOT_OF_ISO = {"EL": "GR", "UK": "GB"}  # what the Union writes instead
Country = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    AfterValidator(_existing),
    Field(description="ISO 3166-1"),
]
CountryOrNone = Annotated[
    str,
    StringConstraints(pattern=r"^([A-Z]{2})?$"),
    AfterValidator(_existing),
    Field(description="ISO 3166-1"),
]

EUR_MAX = 10**9
PLAN = TypeAdapter(SandboxPlan)


class Body(BaseModel):
    """A request body; a field that is not known is a mistake, not noise, and every text in it can
    be kept.
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def storable(cls, value: object) -> object:
        for text in texts(value):
            _storable(text)
        return value


class ThresholdBody(Body):
    """A bar agreed before the run."""

    metric: Line
    bound: Bound
    value: float = Field(allow_inf_nan=False)
    requirement: Line
    completeness_min: float = Field(default=0.9, gt=0, le=1)
    stop: bool = False


class ResourcesBody(Body):
    """What the environment may use at most."""

    gpus: int = Field(default=0, ge=0)
    gpu_product: str = Field(default="", max_length=200)
    cpus: int = Field(default=4, ge=1, le=1000)
    memory_gib: int = Field(default=8, ge=1, le=10_000)
    storage_gib: int = Field(default=10, ge=1, le=100_000)
    pods: int = Field(default=20, ge=1)


class MilestoneBody(Body):
    """What is reached by the end of a week of the plan."""

    week: int = Field(ge=1, le=520)
    what: Line


class DurationBody(Body):
    """Why the plan takes this long (draft act Art. 4(3))."""

    capacity: str = Field(default="", max_length=5000)
    conformity_assessment: str = Field(default="", max_length=5000)
    complexity: str = Field(default="", max_length=5000)


class PlanBody(Body):
    """Document D2; the version is given by the service. What is still empty stands against the
    agreement, not against the proposal.
    """

    objectives: Text
    conditions: Text
    methodology: Text
    requirements: list[Line] = Field(min_length=1, max_length=50)
    safeguards: Text
    incident_procedure: Text
    exit_criteria: Text
    first_day: Day
    last_day: Day
    personal_data: bool
    confidentiality_reviewed: bool
    resources: ResourcesBody
    thresholds: list[ThresholdBody] = Field(max_length=50)
    egress: list[Line] = Field(default=[], max_length=100)
    settling_seconds: int = Field(default=30, ge=0, le=86_400)
    real_world_plan: str = Field(default="", max_length=20_000)
    extra_terms: list[Text] = Field(default=[], max_length=50)
    scope: str = Field(default="", max_length=20_000)
    milestones: list[MilestoneBody] = Field(default=[], max_length=100)
    laws_supervised: list[Line] = Field(default=[], max_length=50)
    reporting_cadence: str = Field(default="", max_length=5000)
    duration: DurationBody = DurationBody()
    execution_site: ExecutionSite = ExecutionSite.OWN_CLUSTER
    facility: str = Field(default="", max_length=300)
    confidential: list[Line] = Field(
        default=[], max_length=50, description="fields of this plan to be kept secret"
    )

    def to_domain(self) -> SandboxPlan:
        return PLAN.validate_python({**self.model_dump(), "version": 1}, strict=False)


class DecisionBody(Body):
    """Document D4."""

    outcome: Literal["admit", "reject"]
    reasons: Text
    conditions: str = Field(default="", max_length=20_000)
    fee_eur: int | None = Field(
        default=None, ge=0, le=EUR_MAX, description="where no list names it (draft act Art. 2(4))"
    )


class QuestionBody(Body):
    question: Text


class ReviewerBody(Body):
    reviewer: Line


class AgreementBody(Body):
    """Which plan is signed: the hash of the version that the signatory read."""

    plan_sha256: Sha256


class SuspensionBody(Body):
    ground: SuspensionGround
    reasons: Text


class ReasonsBody(Body):
    reasons: Text


class MitigationBody(Body):
    measures: Text


class NoticeBody(Body):
    reference: Line


class MarkBody(Body):
    """How confidential a field of this form is, and why; it never loosens a label."""

    field: Line
    label: Label
    reason: str = Field(default="", max_length=2000)

    @field_validator("label")
    @classmethod
    def not_classified(cls, label: Label) -> Label:
        if label is Label.CLASSIFIED:
            raise ValueError(NOT_TAKEN)
        return label
