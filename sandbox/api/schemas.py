"""Request and response bodies: what comes in is checked here, what goes out is shaped here."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from sandbox.domain import deadline_rules, deadlines, environment, screening
from sandbox.domain.case import Application, Case, MarketStatus, SuspensionGround
from sandbox.domain.lifecycle import Action, Stage
from sandbox.domain.plan import Bound, SandboxPlan
from sandbox.stages.overview import CaseOverview
from sandbox.store.documents import Document

Line = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

APPLICATION = TypeAdapter(Application)
PLAN = TypeAdapter(SandboxPlan)
CASE = TypeAdapter(Case)


class Body(BaseModel):
    """A request body; a field that is not known is a mistake, not noise."""

    model_config = ConfigDict(extra="forbid")


class SizeBody(Body):
    """Figures of the last approved accounts (rulebook 1.1)."""

    headcount_awu: float = Field(ge=0, le=10_000_000)
    turnover_eur: int = Field(ge=0, le=10**15)
    balance_sheet_eur: int = Field(ge=0, le=10**15)


class ApplicationBody(Body):
    """Document D1."""

    applicant: Line
    registration_number: Line
    country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1")
    eu_establishment: bool
    authorised_representative: str = Field(default="", max_length=300)
    size: SizeBody
    system_name: Line
    system_version: Line
    intended_purpose: Text
    novelty: Text
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
    gpus: int = Field(default=0, ge=0, le=64)
    gpu_product: str = Field(default="", max_length=200)
    declared_true_by: Line

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


class ReasonView(BaseModel):
    rule: str
    sentence: str


class ActionView(BaseModel):
    """Something this person may do at this stage; with reasons, it would be refused now."""

    action: Action
    possible: bool
    reasons: list[ReasonView]


class DeadlineView(BaseModel):
    name: str
    title: str
    article: str
    who: str
    started_on: date
    target: date
    due: date
    days_left: int
    overdue: bool
    met_at: datetime | None
    at_expiry: str

    @classmethod
    def of(cls, clock: deadlines.Deadline, today: date) -> Self:
        rule = deadline_rules.BY_NAME[clock.name]
        return cls(
            name=clock.name.value,
            title=rule.title,
            article=rule.article,
            who=rule.who,
            started_on=clock.started_on,
            target=clock.target,
            due=clock.due,
            days_left=(clock.due - today).days,
            overdue=clock.overdue(today),
            met_at=clock.met_at,
            at_expiry=rule.at_expiry,
        )


class EnvironmentView(BaseModel):
    status: str
    wanted: str
    phase: str
    wanted_generation: int
    applied_generation: int
    waiting_for: str

    @classmethod
    def of(cls, found: environment.Environment) -> Self:
        return cls(
            status=environment.public_status(found),
            wanted=found.wanted.value,
            phase=found.phase.value,
            wanted_generation=found.wanted_generation,
            applied_generation=found.applied_generation,
            waiting_for=found.waiting_for,
        )


class DocumentView(BaseModel):
    kind: str
    number: int
    state: str
    verdict: str
    waiting_for: str
    wanted_at: datetime
    sealed_at: datetime | None
    sha256: str | None

    @classmethod
    def of(cls, document: Document) -> Self:
        return cls(
            kind=document.kind,
            number=document.number,
            state=document.state,
            verdict=document.verdict,
            waiting_for=document.waiting_for,
            wanted_at=document.wanted_at,
            sealed_at=document.sealed_at,
            sha256=document.sha256,
        )


class CaseLine(BaseModel):
    """A case in a list."""

    id: str
    stage: Stage
    provider: str
    system: str
    received_at: datetime
    next_due: date | None

    @classmethod
    def of(cls, case: Case) -> Self:
        open_clocks = [clock.due for clock in case.deadlines if clock.met_at is None]
        return cls(
            id=case.id,
            stage=case.stage,
            provider=case.provider,
            system=case.application.system_name,
            received_at=case.received_at,
            next_due=min(open_clocks, default=None),
        )


class CasePage(BaseModel):
    """A page of cases; `next` continues it and is null at the end."""

    cases: list[CaseLine]
    next: str | None


class CaseView(BaseModel):
    """A case as its reader may see it: where it stands, why, until when, and what may be done."""

    id: str
    stage: Stage
    version: int
    waiting_for: str
    actions: list[ActionView]
    deadlines: list[DeadlineView]
    environment: EnvironmentView | None
    preview: list[dict[str, str]] | None
    alarms: list[tuple[str, str]]
    documents: list[DocumentView]
    facts: dict[str, Any] = Field(description="everything recorded of the case, as JSON")

    @classmethod
    def of(cls, seen: CaseOverview) -> Self:
        case = seen.case
        facts: dict[str, Any] = CASE.dump_python(case, mode="json")
        for known in ("id", "stage", "version", "deadlines"):
            facts.pop(known)
        return cls(
            id=case.id,
            stage=case.stage,
            version=case.version,
            waiting_for=seen.environment.waiting_for if seen.environment else "",
            actions=[
                ActionView(
                    action=action,
                    possible=not reasons,
                    reasons=[ReasonView(rule=r.rule, sentence=r.sentence) for r in reasons],
                )
                for action, reasons in seen.possible.items()
            ],
            deadlines=[DeadlineView.of(clock, seen.today) for clock in case.deadlines],
            environment=EnvironmentView.of(seen.environment) if seen.environment else None,
            preview=None
            if seen.preview is None
            else [{"operation": o.operation, "resource": o.resource} for o in seen.preview],
            alarms=list(seen.alarms),
            documents=[DocumentView.of(document) for document in seen.documents],
            facts=facts,
        )


class Asked(BaseModel):
    """A document was asked for; its state is at the address of `Location`."""

    kind: str
    number: int
