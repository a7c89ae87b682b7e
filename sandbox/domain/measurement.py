"""A number with its window and completeness, and its verdict against an agreed threshold.

Missing data is missing: never zero, never a pass (rulebook 10.1).
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.plan import Bound, Threshold


class Verdict(StrEnum):
    """What a measurement says about a threshold."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Point:
    """One sample: seconds since the epoch, and the value."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """What a range query answered: one value or none for each step of the window.

    `failure` says why nothing could be asked (Prometheus down); empty when it answered.
    """

    query: str
    start: datetime
    end: datetime
    step_seconds: float
    points: tuple[Point, ...]
    failure: str = ""

    @property
    def expected(self) -> int:
        """How many samples a complete window has: both ends count, as in `query_range`."""
        return math.floor((self.end - self.start).total_seconds() / self.step_seconds + 1e-9) + 1

    @property
    def completeness(self) -> float:
        """The share of expected samples that are there and are numbers, 0 to 1."""
        return min(1.0, len(self.numbers) / self.expected)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values that are numbers; NaN and infinities are no data."""
        return tuple(point.value for point in self.points if math.isfinite(point.value))

    @property
    def raw(self) -> bytes:
        """The series as text: one `time value` line each, shortest round-trip form."""
        return "".join(f"{point.at!r} {point.value!r}\n" for point in self.points).encode()

    @property
    def sha256(self) -> str:
        """The hash of the raw series."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Measurement:
    """A series judged: the worst value in the window against the threshold agreed before."""

    threshold: Threshold
    series: Series
    unit: str
    meaning: str

    @property
    def value(self) -> float | None:
        """The worst value in the window for this threshold, None without data."""
        numbers = self.series.numbers
        if not numbers:
            return None
        return max(numbers) if self.threshold.bound is Bound.AT_MOST else min(numbers)

    @property
    def verdict(self) -> Verdict:
        """FAIL as soon as one sample breaks the bar; NO_DATA when too many are missing to pass."""
        if self.value is None:
            return Verdict.NO_DATA
        if self.breaks(self.value):
            return Verdict.FAIL
        if self.series.completeness < self.threshold.completeness_min:
            return Verdict.NO_DATA
        return Verdict.PASS

    def breaks(self, value: float) -> bool:
        """Whether a value is on the wrong side of the bar; the bar itself is on the right one."""
        if self.threshold.bound is Bound.AT_MOST:
            return value > self.threshold.value
        return value < self.threshold.value


def overall(verdicts: tuple[Verdict, ...]) -> Verdict:
    """One word for several: a failure outweighs missing data, which outweighs a pass."""
    if Verdict.FAIL in verdicts:
        return Verdict.FAIL
    if Verdict.NO_DATA in verdicts or not verdicts:
        return Verdict.NO_DATA
    return Verdict.PASS
