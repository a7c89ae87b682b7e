"""How the authority judges merit: declarations of interests, assignments, verdicts and scores."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.application import Application
from sandbox.domain.criteria import Score

DECLARATION = (
    "Neither I nor anybody close to me has an interest in the applicant, its partners or its "
    "competitors, save those listed; I will say so at once if that changes."
)


class Section(StrEnum):
    """The parts of an application (D1) that get a verdict and a note of their own."""

    APPLICANT = "applicant"
    SIZE = "size"
    SYSTEM = "system"
    RISK = "risk"
    QUESTIONS = "questions"
    PERSONAL_DATA = "personal_data"
    REAL_WORLD = "real_world"
    RESOURCES = "resources"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


class SectionVerdict(StrEnum):
    """What a reviewer thinks of a section."""

    CONVINCING = "convincing"
    UNCLEAR = "unclear"
    NOT_CONVINCING = "not_convincing"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class SectionNote:
    """One reviewer's verdict on one section, and why."""

    section: Section
    verdict: SectionVerdict
    note: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """Interests as declared and signed by a reviewer for one case; none listed means none.

    `by` is the person as the ledger names it.
    """

    by: str
    name: str
    organisation: str
    email: str
    interests: tuple[str, ...]
    at: datetime
    statement: str = DECLARATION


@dataclass(frozen=True, slots=True)
class Assignment:
    """A reviewer of a case; `detected` are the conflicts found whatever was declared."""

    reviewer: str
    by: str
    at: datetime
    detected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """One reviewer's judgement; a later one of the same reviewer replaces it. `outdated`: the
    application was another one when it was read.
    """

    reviewer: str
    at: datetime
    scores: tuple[Score, ...]
    notes: tuple[SectionNote, ...] = ()
    outdated: bool = False

    def __post_init__(self) -> None:
        if len({score.criterion for score in self.scores}) != len(self.scores):
            raise ValueError("one score for each criterion")
        if len({note.section for note in self.notes}) != len(self.notes):
            raise ValueError("one verdict for each section")


def sections_of(application: Application) -> tuple[Section, ...]:
    """The parts of an application that there is something to say of."""
    personal_data = application.personal_data or application.reuses_personal_data
    left_out = {Section.PERSONAL_DATA: not personal_data}
    left_out[Section.REAL_WORLD] = not application.real_world_test
    return tuple(section for section in Section if not left_out.get(section))


def newest(declarations: tuple[Declaration, ...], reviewer: str) -> Declaration | None:
    """What somebody declared last."""
    return next((d for d in reversed(declarations) if d.by == reviewer), None)


def interests_of(declarations: tuple[Declaration, ...], person: str) -> tuple[str, ...]:
    """The interests that somebody declared last, as sentences."""
    declared = newest(declarations, person)
    interests = declared.interests if declared else ()
    return tuple(f"{person} has declared an interest: {interest}" for interest in interests)


def replaced(reviews: tuple[Review, ...], review: Review) -> tuple[Review, ...]:
    """The reviews with this one in the place of an earlier one of the same reviewer."""
    return (*(r for r in reviews if r.reviewer != review.reviewer), review)
