"""Response bodies: what goes out is shaped here."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from sandbox.domain import deadlines, environment
from sandbox.domain.action import Action
from sandbox.domain.articles import article
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Stage
from sandbox.domain.regime import SandboxKind
from sandbox.domain.selection import standing
from sandbox.domain.self_check import SelfCheck
from sandbox.domain.sight import sees
from sandbox.stages.overview import CaseOverview
from sandbox.store.documents import Document


class ReasonView(BaseModel):
    rule: str
    article: str
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
    subject: str
    country: str
    started_on: date
    target: date
    due: date
    due_at: datetime | None
    days_left: int
    overdue: bool
    met_at: datetime | None
    at_expiry: str

    @classmethod
    def of(cls, clock: deadlines.Deadline, now: datetime, authority: Authority) -> Self:
        rule, today = clock.rule, authority.day_in(clock.country, now)
        return cls(
            name=clock.name.value,
            title=rule.title,
            article=rule.article,
            who=rule.who,
            subject=clock.subject,
            country=clock.country,
            started_on=clock.started_on,
            target=clock.target,
            due=clock.due,
            due_at=clock.due_at,
            days_left=(clock.due - today).days,
            overdue=clock.is_over(now, today),
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
    attested_at: datetime | None
    deviation: str

    @classmethod
    def of(cls, found: environment.Environment) -> Self:
        return cls(
            status=environment.public_status(found),
            wanted=found.wanted.value,
            phase=found.phase.value,
            wanted_generation=found.wanted_generation,
            applied_generation=found.applied_generation,
            waiting_for=found.waiting_for,
            attested_at=found.attested_at,
            deviation=found.deviation,
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
    provider: str | None = Field(description="null for those who may not know it")
    system: str | None
    received_at: datetime | None
    next_due: date | None
    score: float | None = Field(description="weighted total of the reviews, for the authority")
    priority: bool = Field(
        description="eligible, reaches the threshold, and of a size that comes first"
    )

    @classmethod
    def of(cls, case: Case, who: Person, kind: SandboxKind) -> Self:
        found = standing(case, kind)
        open_clocks = [clock.due for clock in case.deadlines if clock.met_at is None]
        return cls(
            id=case.id,
            stage=case.stage,
            provider=case.provider if sees(case, who, "provider") else None,
            system=case.application.system_name
            if sees(case, who, "application.system_name")
            else None,
            received_at=case.received_at if sees(case, who, "received_at") else None,
            next_due=min(open_clocks, default=None),
            score=found.total,
            priority=found.priority,
        )


class CasePage(BaseModel):
    """A page of cases; `next` continues it, also when it is empty, and is null at the end."""

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
    facts: dict[str, Any] = Field(description="what you may see of what is recorded, as JSON")
    counted: dict[str, int] = Field(description="what you may count and not see")

    @classmethod
    def of(cls, seen: CaseOverview, authority: Authority) -> Self:
        case = seen.case
        shown_above = {"id", "stage", "version", "deadlines"}
        facts = {name: fact for name, fact in seen.facts.items() if name not in shown_above}
        if "information" in facts:
            facts["information_asked"] = case.information_asked
            facts["information_given"] = case.information_given
        return cls(
            id=case.id,
            stage=case.stage,
            version=case.version,
            waiting_for=seen.environment.waiting_for if seen.environment else "",
            actions=[
                ActionView(
                    action=action,
                    possible=not reasons,
                    reasons=[
                        ReasonView(rule=r.rule, article=article(r.rule), sentence=r.sentence)
                        for r in reasons
                    ],
                )
                for action, reasons in seen.possible.items()
            ],
            deadlines=[DeadlineView.of(clock, seen.at, authority) for clock in case.deadlines],
            environment=EnvironmentView.of(seen.environment) if seen.environment else None,
            preview=None
            if seen.preview is None
            else [{"operation": o.operation, "resource": o.resource} for o in seen.preview],
            alarms=list(seen.alarms),
            documents=[DocumentView.of(document) for document in seen.documents],
            facts=facts,
            counted=seen.counted,
        )


class Asked(BaseModel):
    """A document was asked for; its state is at the address of `Location`."""

    kind: str
    number: int


class FindingView(BaseModel):
    rule: str
    article: str
    severity: str
    sentence: str
    rules_version: str
    about: str = Field(default="", description="the field of the application that it gives away")


class BenefitView(BaseModel):
    """Something that the law gives to enterprises of this size."""

    title: str
    article: str


class ChangeView(BaseModel):
    """A change of the answers, and the findings it would remove."""

    change: str
    removes: list[str]


class PaperView(BaseModel):
    document: str
    title: str
    by: str
    why: str


class ExpectedView(BaseModel):
    """A date to reckon with, if the application were handed in today."""

    what: str
    day: date
    rule: str


class SelfCheckView(BaseModel):
    """What the screening would say today; not a decision, and nothing is kept."""

    outcome: str
    rules_version: str
    size_class: str
    is_high_risk: bool
    competent: str | None
    benefits: list[BenefitView]
    findings: list[FindingView]
    would_change: list[ChangeView]
    papers: list[PaperView]
    expected: list[ExpectedView]

    @classmethod
    def of(cls, found: SelfCheck) -> Self:
        return cls.model_validate(found, from_attributes=True)
