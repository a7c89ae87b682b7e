"""What merit is judged by: five criteria, how they weigh, and the total of the scores (draft act
Art. 3(3), R58-D07).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

POINTS_MIN, POINTS_MAX = 1, 5


class Criterion(StrEnum):
    """Draft act Art. 3(3)(a) to (e)."""

    NEED = "need"
    LEARNING = "learning"
    PUBLIC_INTEREST = "public_interest"
    MATURITY = "maturity"
    INNOVATION = "innovation"

    @property
    def code(self) -> str:
        """Its number on the score sheet, `S1` to `S5`."""
        return f"S{list(Criterion).index(self) + 1}"

    @property
    def meaning(self) -> str:
        return MEANINGS[self]

    @property
    def sentence(self) -> str:
        """Its code and its meaning."""
        return f"{self.code} {self.meaning}"


MEANINGS = {
    Criterion.NEED: "need because of regulatory or practical challenges",
    Criterion.LEARNING: "potential and scalability of regulatory learning",
    Criterion.PUBLIC_INTEREST: "public interest and Union policy",
    Criterion.MATURITY: "maturity and economic viability",
    Criterion.INNOVATION: "novel technology or novel application",
}


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each criterion counts; one that weighs nothing is judged and leaves the total alone."""

    need: int = 1
    learning: int = 1
    public_interest: int = 1
    maturity: int = 1
    innovation: int = 1

    def __post_init__(self) -> None:
        found = [self.of(criterion) for criterion in Criterion]
        if min(found) < 0 or not any(found):
            raise ValueError(f"weights are not negative, and one of them counts: {found}")

    def of(self, criterion: Criterion) -> int:
        weight: int = getattr(self, criterion.value)
        return weight

    @property
    def counting(self) -> tuple[Criterion, ...]:
        """The criteria that the total is made of: those that weigh something."""
        return tuple(criterion for criterion in Criterion if self.of(criterion))


EQUAL = Weights()


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one reviewer for one criterion; without reasons it is a draft."""

    criterion: Criterion
    points: int
    reasons: str = ""

    def __post_init__(self) -> None:
        if not POINTS_MIN <= self.points <= POINTS_MAX:
            raise ValueError(f"{self.criterion}: {POINTS_MIN} to {POINTS_MAX}, not {self.points}")


def averages(scores: Iterable[Score]) -> dict[Criterion, Fraction]:
    """The mean of the points for each criterion that somebody scored."""
    points: dict[Criterion, list[int]] = {}
    for score in scores:
        points.setdefault(score.criterion, []).append(score.points)
    return {c: Fraction(sum(points[c]), len(points[c])) for c in Criterion if c in points}


def weighted_total(scores: Iterable[Score], weights: Weights) -> float | None:
    """The weighted mean, 1 to 5; None while a criterion that counts is not scored.

    It has two decimals, so that what is compared with a threshold is what a letter shows.
    """
    found = averages(scores)
    if any(criterion not in found for criterion in weights.counting):
        return None
    weighed = sum((weights.of(c) * found[c] for c in weights.counting), Fraction(0))
    return float(round(weighed / sum(weights.of(c) for c in weights.counting), 2))
