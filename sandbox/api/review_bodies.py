"""Bodies of calls, reviews, appeals and costs."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, TypeAdapter, model_validator

from sandbox.api.bodies import EUR_MAX, Body, Day, Line, Text
from sandbox.api.public_bodies import RollingIntakeView
from sandbox.domain.call import CALL_ID, MERIT_THRESHOLD, Call
from sandbox.domain.criteria import Criterion, Score, Weights
from sandbox.domain.fees import CostItem
from sandbox.domain.review import Section, SectionNote, SectionVerdict
from sandbox.domain.size import SMES, SizeClass

CALL = TypeAdapter(Call)
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class FeeBody(Body):
    """What enterprises of one size class pay; SMEs pay nothing."""

    size_class: SizeClass
    eur: int = Field(ge=0, le=EUR_MAX)
    purpose: Line

    @model_validator(mode="after")
    def no_fee_for_smes(self) -> Self:
        if self.size_class in SMES:
            raise ValueError("SMEs take part free of charge (Art. 58(2)(d))")
        return self


class FocusBody(Body):
    year: int = Field(ge=2026, le=2100)
    sectors: list[Line] = Field(min_length=1, max_length=30)


class WeightsBody(Body):
    """How much each criterion counts; one of weight 0 is judged, but leaves the total alone."""

    need: int = Field(default=1, ge=0, le=100)
    learning: int = Field(default=1, ge=0, le=100)
    public_interest: int = Field(default=1, ge=0, le=100)
    maturity: int = Field(default=1, ge=0, le=100)
    innovation: int = Field(default=1, ge=0, le=100)

    @model_validator(mode="after")
    def one_counts(self) -> Self:
        Weights(**self.model_dump())
        return self


class CallBody(Body):
    """A call; without a closing day it is rolling intake."""

    id: str = Field(pattern=f"^{CALL_ID.pattern}$")
    title: Line
    opens_on: Day
    closes_on: Day | None = None
    focus: list[FocusBody] = Field(default=[], max_length=10)
    weights: WeightsBody = WeightsBody()
    merit_threshold: float = Field(default=MERIT_THRESHOLD, ge=1, le=5)
    fees: list[FeeBody] = Field(default=[], max_length=2)
    guidance: list[Line] = Field(
        default=[], max_length=50, description="templates and guidance of the Board"
    )

    def to_domain(self) -> Call:
        return CALL.validate_python(self.model_dump(), strict=False)


class CallList(BaseModel):
    calls: list[Call]
    rolling_intake: RollingIntakeView


class InterestsBody(Body):
    """A declaration for this case, signed by whoever sends it; no interest is an empty list."""

    email: Email
    interests: list[Line] = Field(max_length=50)


class AssignmentBody(Body):
    """The reviewer as the ledger names a person, for example `Sue (Ministry)`."""

    reviewer: str = Field(min_length=1, max_length=400)


class ScoreBody(Body):
    criterion: Criterion
    points: int = Field(ge=1, le=5)
    reasons: str = Field(default="", max_length=20_000)


class NoteBody(Body):
    section: Section
    verdict: SectionVerdict
    note: Text


class ReviewBody(Body):
    """The whole judgement of one reviewer; sent again, it replaces the earlier one."""

    scores: list[ScoreBody] = Field(max_length=5)
    notes: list[NoteBody] = Field(default=[], max_length=8)

    @model_validator(mode="after")
    def each_once(self) -> Self:
        criteria = [score.criterion for score in self.scores]
        sections = [note.section for note in self.notes]
        if len({*criteria}) < len(criteria) or len({*sections}) < len(sections):
            raise ValueError("one score for each criterion, one note for each section")
        return self

    def to_scores(self) -> tuple[Score, ...]:
        return tuple(Score(**score.model_dump()) for score in self.scores)

    def to_notes(self) -> tuple[SectionNote, ...]:
        return tuple(SectionNote(**note.model_dump()) for note in self.notes)


class StandingView(BaseModel):
    """Where a case stands in the selection, and what taking part would cost."""

    eligible: bool
    score: float | None
    merit_threshold: float
    meets_threshold: bool
    priority: bool
    in_focus: bool
    size_confirmed: bool
    fee_eur: int | None
    fee_reason: str


class LinkView(BaseModel):
    """Another case and what it has in common with this one."""

    case: str
    common: list[str]


class AppealBody(Body):
    grounds: Text


class RulingBody(Body):
    """When the appeal against an admission is upheld `conditions` replace those of it (an empty text
    removes them), and `fee_eur` its fee; what is not said stays.
    """

    upheld: bool
    reasons: Text
    conditions: str | None = Field(default=None, max_length=20_000)
    fee_eur: int | None = Field(default=None, ge=0, le=EUR_MAX)


class ItemBody(Body):
    what: Line
    eur: int = Field(ge=1, le=EUR_MAX)


class CostBody(Body):
    """An exceptional cost, with every item."""

    items: list[ItemBody] = Field(min_length=1, max_length=50)
    reasons: Text

    def to_items(self) -> tuple[CostItem, ...]:
        return tuple(CostItem(item.what, item.eur) for item in self.items)
