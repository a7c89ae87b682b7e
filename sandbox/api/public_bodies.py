"""What the public register says: a stable schema for people, portals and the single interface."""

from datetime import date
from typing import Any, Self

from pydantic import BaseModel, Field

from sandbox.domain.call import ROLLING, RollingIntake
from sandbox.domain.criteria import Criterion
from sandbox.domain.regime import SandboxKind, SandboxStatus
from sandbox.stages.register import KnownSandbox

SCHEMA = "ai-sandbox.eu/public-register/1"


class MemberView(BaseModel):
    country: str
    contact: str


class OpenCallView(BaseModel):
    """A call that takes applications today; `/calls` has its criteria and fees."""

    id: str
    title: str
    opens_on: date
    closes_on: date | None


class CriterionView(BaseModel):
    criterion: str = Field(description="its number on the score sheet and what it means")
    weight: int


class RollingIntakeView(BaseModel):
    """What an application that names no call is judged by (Art. 58(2)(a)); every call has its own."""

    criteria: list[CriterionView]
    merit_threshold: float = Field(description="the weighted mean of the scores, 1 to 5, to reach")
    fee: str

    @classmethod
    def of(cls, rolling: RollingIntake) -> Self:
        return cls(
            criteria=[
                CriterionView(criterion=c.sentence, weight=rolling.weights.of(c)) for c in Criterion
            ],
            merit_threshold=rolling.merit_threshold,
            fee=rolling.fee,
        )


class SandboxView(BaseModel):
    """A sandbox of this installation, planned or existing (Art. 57(15))."""

    authority: str
    kind: SandboxKind
    status: SandboxStatus
    member_states: list[str]
    members: list[MemberView]
    lead_authority: str
    established_on: date | None
    ended_on: date | None
    calls: list[OpenCallView]
    rolling_intake: RollingIntakeView

    @classmethod
    def of(cls, known: KnownSandbox) -> Self:
        sandbox, authority = known.sandbox, known.authority
        return cls(
            authority=authority.name,
            kind=sandbox.kind,
            status=sandbox.status(known.today),
            member_states=list(sandbox.territories(authority.calendar.country)),
            members=[MemberView(country=m.country, contact=m.contact) for m in sandbox.members],
            lead_authority=sandbox.lead_authority or authority.name,
            established_on=sandbox.established_on,
            ended_on=sandbox.ended_on,
            calls=[OpenCallView.model_validate(c, from_attributes=True) for c in known.calls],
            rolling_intake=RollingIntakeView.of(ROLLING),
        )


class SandboxPage(BaseModel):
    """Sandboxes; `next` continues the list and is null at the end."""

    sandboxes: list[SandboxView]
    next: str | None


class PublishedView(BaseModel):
    """What is public of a case; provider and system are named when its exit report is public."""

    id: str
    document: str
    provider: str | None
    system: str | None
    made_at: str | None
    sealed_sha256: str | None

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:  # Any: a JSON document
        return cls(
            id=told["case"],
            document=told["document"],
            provider=told.get("provider"),
            system=told.get("system"),
            made_at=told.get("made_at"),
            sealed_sha256=told["sealed_sha256"],
        )


class PublishedPage(BaseModel):
    """A page of what is public of cases; `next` continues it and is null at the end."""

    exit_reports: list[PublishedView]
    next: str | None


class AbstractView(BaseModel):
    """The public part of an annual or the final report; small cells are suppressed."""

    document: str
    authority: str
    member_states: list[str]
    year: int
    period: list[date]
    abstract: str
    figures: dict[str, Any] = Field(description="counts; a text where a number could tell too much")
    made_at: str
    sealed_sha256: str


class AbstractList(BaseModel):
    annual_reports: list[AbstractView]


class RegisterView(BaseModel):
    """The whole register in one document, for the single interface (Art. 57(17)). `schema` changes
    when a field changes its meaning or goes; `next` continues its exit reports at
    `/public/exit-reports`.
    """

    document: str = "public register"
    schema_: str = Field(default=SCHEMA, alias="schema", serialization_alias="schema")
    case: str
    authority: str
    sandboxes: list[SandboxView]
    exit_reports: list[PublishedView]
    annual_reports: list[AbstractView]
    next: str | None
