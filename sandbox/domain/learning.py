"""What sandboxes teach, across cases, without telling of whom (Art. 57(9), 58(2)(e); rulebook 1).

A published number is the number of participants, rounded down to a multiple of K. So no sum and no
difference of published numbers lies between 0 and K, and who joins or leaves is not seen.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sandbox.domain.application import Application
from sandbox.domain.high_risk import ANNEX_I
from sandbox.domain.outcome import Objective
from sandbox.domain.size import SizeClass

K = 5  # X: the law names no number of participants behind which one is hidden
TEXTS_MAX = 200  # of a cell; the others are in the register for authorities
OTHER = "other"
AREAS = {
    "III-1": "biometrics",
    "III-2": "critical infrastructure",
    "III-3": "education",
    "III-4": "employment",
    "III-5": "essential services",
    "III-6": "law enforcement",
    "III-7": "migration, asylum and borders",
    "III-8": "justice and democratic processes",
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of a case; it counts when an authority has confirmed it.

    `wording_is_public` says that an authority read its text and found nobody recognisable in it.
    """

    number: int
    topic: str
    text: str
    article: str
    objective: Objective
    sector: str
    size: SizeClass
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    wording_is_public: bool = False


@dataclass(frozen=True, slots=True)
class Learned:
    """A confirmed lesson and, for counting only, whose it was."""

    provider: str
    lesson: Lesson

    @property
    def cell(self) -> "Cell":
        return Cell(self.lesson.sector, self.lesson.article, self.lesson.size.value)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A combination that could single somebody out."""

    sector: str
    article: str
    size: str


MERGED = Cell(OTHER, OTHER, OTHER)


@dataclass(frozen=True, slots=True)
class Published:
    """A cell as the public sees it: at least so many participants, and what they taught."""

    cell: Cell
    participants_at_least: int
    lessons: tuple[tuple[str, str], ...]  # topic and text


def sector(application: Application) -> str:
    """The area of Annex III, or the product of Annex I, that a system is for first."""
    for code in application.annex_iii:
        return AREAS.get(code.rstrip("abcde"), OTHER)
    for code in application.annex_i:
        return ANNEX_I.get(code, OTHER)
    return OTHER


def published(learned: Iterable[Learned], k: int = K) -> tuple[Published, ...]:
    """Every cell with k participants or more; the smaller ones as one, when they reach it together."""
    cells: dict[Cell, list[Learned]] = defaultdict(list)
    for found in learned:
        cells[found.cell].append(found)
    small = [cell for cell, taught in cells.items() if _participants(taught) < k]
    merged = [found for cell in small for found in cells.pop(cell)]
    if _participants(merged) >= k:
        cells[MERGED] = merged
    return tuple(_published(cell, cells[cell], k) for cell in sorted(cells))


def _participants(taught: Iterable[Learned]) -> int:
    return len({found.provider for found in taught})


def _published(cell: Cell, taught: list[Learned], k: int) -> Published:
    """The texts stand in the order of the alphabet: that of time would tell who came when."""
    texts = {(t.lesson.topic, t.lesson.text) for t in taught if t.lesson.wording_is_public}
    return Published(cell, _participants(taught) // k * k, tuple(sorted(texts)[:TEXTS_MAX]))
