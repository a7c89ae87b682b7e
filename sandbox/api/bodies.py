"""Request bodies: what comes in is checked here."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator
from stdnum import lei as lei_number
from stdnum.eu import vat

from sandbox.domain import screening
from sandbox.domain.application import Application, MarketStatus
from sandbox.domain.case import SuspensionGround
from sandbox.domain.plan import Bound, SandboxPlan
from sandbox.domain.size import SizeClass

Line = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
EMAIL = r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

APPLICATION = TypeAdapter(Application)
PLAN = TypeAdapter(SandboxPlan)

UNASKED = (
    "applicant",
    "registration_number",
    "system_name",
    "system_version",
    "intended_purpose",
    "novelty",
    "gpu_product",
    "declared_true_by",
)


class Body(BaseModel):
    """A request body; a field that is not known is a mistake, not noise."""

    model_config = ConfigDict(extra="forbid")


class FiguresBody(Body):
    """Approved accounts of one year; money in EUR, headcount in annual work units."""

    headcount_awu: float = Field(ge=0, le=10_000_000)
    turnover_eur: int = Field(ge=0, le=10**15)
    balance_sheet_eur: int = Field(ge=0, le=10**15)


class PartnerBody(Body):
    """An enterprise that holds, or is held by, 25 to 50 percent; above that it is linked."""

    name: Line
    share_percent: float = Field(ge=25, le=50)
    figures: FiguresBody


class LinkedBody(Body):
    """An enterprise with a majority of votes or control, either way."""

    name: Line
    figures: FiguresBody


class SizeBody(FiguresBody):
    """The own figures of the last approved accounts, and whose else count (rulebook 1.1)."""

    partners: list[PartnerBody] = Field(default=[], max_length=50)
    linked: list[LinkedBody] = Field(default=[], max_length=50)
    public_body_share_percent: float = Field(default=0, ge=0, le=100)
    prior_year: SizeClass | None = Field(
        default=None, description="the class that the figures of the year before give"
    )
    status_before: SizeClass | None = Field(
        default=None, description="the class that the enterprise had until then"
    )


class QuestionnaireBody(Body):
    """What decides whether a system may enter, and what it will need."""

    country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1")
    eu_establishment: bool
    authorised_representative: str = Field(default="", max_length=300)
    size: SizeBody
    regulatory_questions: str = Field(default="", max_length=20_000)
    market_status: MarketStatus
    annex_iii: list[str] = Field(default=[], max_length=30, description="codes of Annex III")
    prohibited: list[str] = Field(default=[], max_length=10, description="codes of Art. 5")
    profiles_persons: bool
    personal_data: bool
    public_interest_area: str = Field(default="", max_length=300)
    real_world_test: bool = False
    requested_start: date
    weeks: int = Field(ge=1, le=104)

    @field_validator("annex_iii")
    @classmethod
    def known_areas(cls, codes: list[str]) -> list[str]:
        unknown = [code for code in codes if code not in screening.ANNEX_III]
        if unknown:
            raise ValueError(f"not a code of Annex III: {', '.join(unknown)}")
        return codes

    @field_validator("prohibited")
    @classmethod
    def known_practices(cls, codes: list[str]) -> list[str]:
        unknown = [code for code in codes if code not in screening.PROHIBITED]
        if unknown:
            raise ValueError(f"not a practice of Art. 5: {', '.join(unknown)}")
        return codes


class SelfCheckBody(QuestionnaireBody):
    """The questionnaire alone: no name, no account, nothing kept."""

    def to_domain(self) -> Application:
        unasked = dict.fromkeys(UNASKED, "") | {"gpus": 0}
        return APPLICATION.validate_python(self.model_dump() | unasked, strict=False)


class ApplicationBody(QuestionnaireBody):
    """Document D1."""

    applicant: Line
    registration_number: Line
    system_name: Line
    system_version: Line
    intended_purpose: Text
    novelty: Text
    gpus: int = Field(default=0, ge=0, le=64)
    gpu_product: str = Field(default="", max_length=200)
    declared_true_by: Line
    vat_number: str = Field(default="", max_length=20, description="with its country, NL…")
    lei: str = Field(default="", max_length=30, description="ISO 17442")
    contact_email: str = Field(default="", max_length=254, pattern=EMAIL)
    call: str = Field(default="", max_length=40, description="id of a call; empty: rolling intake")

    @field_validator("vat_number")
    @classmethod
    def vat_number_of_a_member_state(cls, number: str) -> str:
        if number and not vat.is_valid(number):
            raise ValueError("not a VAT number of a Member State: form or check digits are wrong")
        return vat.compact(number) if number else ""

    @field_validator("lei")
    @classmethod
    def legal_entity_identifier(cls, identifier: str) -> str:
        if identifier and not lei_number.is_valid(identifier):
            raise ValueError("not a legal entity identifier: form or check digits are wrong")
        return lei_number.compact(identifier) if identifier else ""

    def to_domain(self) -> Application:
        return APPLICATION.validate_python(self.model_dump(), strict=False)


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


class PlanBody(Body):
    """Document D2; the version is given by the service."""

    objectives: Text
    conditions: Text
    methodology: Text
    requirements: list[Line] = Field(min_length=1, max_length=50)
    safeguards: Text
    incident_procedure: Text
    exit_criteria: Text
    first_day: date
    last_day: date
    personal_data: bool
    confidentiality_reviewed: bool
    resources: ResourcesBody
    thresholds: list[ThresholdBody] = Field(max_length=50)
    egress: list[Line] = Field(default=[], max_length=100)
    settling_seconds: int = Field(default=30, ge=0, le=86_400)
    real_world_plan: str = Field(default="", max_length=20_000)
    extra_terms: list[Text] = Field(default=[], max_length=50)

    def to_domain(self) -> SandboxPlan:
        return PLAN.validate_python({**self.model_dump(), "version": 1}, strict=False)


class DecisionBody(Body):
    """Document D4."""

    outcome: Literal["admit", "reject"]
    reasons: Text
    conditions: str = Field(default="", max_length=20_000)


class QuestionBody(Body):
    question: Text


class AnswerBody(Body):
    answer: Text
    application: ApplicationBody | None = None


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


class ExitReportBody(Body):
    learning_outcomes: Text
    key_issues: Text
    recommendations: Text
