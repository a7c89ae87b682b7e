"""Routes of the learning register: lessons of a case, for authorities, for everybody (Art. 57(9))."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from sandbox.api.bodies import Body, Line, Storable, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain.learning import K, Lesson, Published
from sandbox.domain.outcome import Objective
from sandbox.domain.size import SizeClass
from sandbox.stages import learning

router = APIRouter(tags=["learning"])
ROWS = 100
ROWS_MAX = 500
OFFSET_MAX = 100_000
Number = Annotated[int, Path(ge=1, le=10_000)]


class LessonBody(Body):
    """A lesson, the provision it is about, and the objective of Art. 57(9) it serves."""

    topic: Line
    text: Text
    article: str = Field(pattern=r"^(Art\. \d+[a-z]?|Annex [IVX]+)(\(\w+\))*$", max_length=40)
    objective: Objective
    wording_is_public: bool = False


class WordingBody(Body):
    """Whether a text may be public: an authority found nobody recognisable in it."""

    wording_is_public: bool


class CaseLessonView(BaseModel):
    """A lesson in its own case."""

    number: int
    topic: str
    text: str
    article: str
    objective: Objective
    proposed_by: str
    confirmed_by: str
    confirmed_at: datetime | None
    wording_is_public: bool

    @classmethod
    def of(cls, lesson: Lesson) -> Self:
        return cls.model_validate(lesson, from_attributes=True)


class LessonView(BaseModel):
    """A lesson without its case and its people."""

    topic: str
    text: str
    article: str
    objective: Objective
    sector: str
    size: SizeClass

    @classmethod
    def of(cls, lesson: Lesson) -> Self:
        return cls.model_validate(lesson, from_attributes=True)


class TaughtView(BaseModel):
    topic: str
    text: str


class CellView(BaseModel):
    """A cell that hides everybody in it."""

    sector: str
    article: str
    size: str
    participants_at_least: int = Field(description=f"rounded down to a multiple of {K}")
    lessons: list[TaughtView]

    @classmethod
    def of(cls, found: Published) -> Self:
        return cls(
            sector=found.cell.sector,
            article=found.cell.article,
            size=found.cell.size,
            participants_at_least=found.participants_at_least,
            lessons=[TaughtView(topic=topic, text=text) for topic, text in found.lessons],
        )


class PublicLearning(BaseModel):
    """What sandboxes taught; what fewer participants share than the smallest number is not shown."""

    smallest_number: int
    cells: list[CellView]


@router.post("/cases/{case_id}/lessons", status_code=201)
def propose(body: LessonBody, step: Step) -> CaseLessonView:
    """Record a lesson; that of a provider counts when the authority has confirmed it."""
    lesson = learning.propose(step.case_id, **dict(body), **step.acting)
    return CaseLessonView.of(lesson)


@router.get("/cases/{case_id}/lessons")
def of_case(case_id: KnownCase, who: Who, parts: Parts) -> list[CaseLessonView]:
    """The lessons of a case."""
    found = learning.of_case(case_id, by=who, sessions=parts.sessions)
    return [CaseLessonView.of(lesson) for lesson in found]


@router.post("/cases/{case_id}/lessons/{number}/confirmation", status_code=204)
def confirm(number: Number, body: WordingBody, step: Step) -> None:
    """Let a lesson count."""
    learning.confirm(step.case_id, number, wording_is_public=body.wording_is_public, **step.acting)


@router.get("/learning")
def everything(
    who: Who,
    parts: Parts,
    article: Annotated[Annotated[str, Storable] | None, Query(max_length=40)] = None,
    sector: Annotated[Annotated[str, Storable] | None, Query(max_length=64)] = None,
    objective: Objective | None = None,
    offset: Annotated[int, Query(ge=0, le=OFFSET_MAX)] = 0,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
) -> list[LessonView]:
    """Confirmed lessons of all cases, for authorities; of which case is not told."""
    found = learning.everything(
        article=article,
        sector=sector,
        objective=objective,
        offset=offset,
        limit=limit,
        by=who,
        sessions=parts.sessions,
    )
    return [LessonView.of(lesson) for lesson in found]


@router.get("/public/learning")
def public(parts: Parts) -> PublicLearning:
    """What anybody may learn: counted so that no participant can be singled out."""
    cells = [CellView.of(found) for found in learning.public(sessions=parts.sessions)]
    return PublicLearning(smallest_number=K, cells=cells)
