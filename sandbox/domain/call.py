"""A call for applications: when it is open, what it favours, how it weighs and what it costs.

Rolling intake is a call without an end; an application need not name a call at all.
"""

import re
from dataclasses import dataclass
from datetime import date

from sandbox.domain.application import Application
from sandbox.domain.criteria import EQUAL, POINTS_MAX, POINTS_MIN, Weights
from sandbox.domain.size import SMES, SizeClass
from sandbox.errors import FieldRefused

CALL_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
MERIT_THRESHOLD = 3.0  # ours: the middle of the scale; neither the act nor the draft has a number


@dataclass(frozen=True, slots=True)
class RollingIntake:
    """What an application that names no call is judged by, as public as a call (R58-02a)."""

    weights: Weights = EQUAL
    merit_threshold: float = MERIT_THRESHOLD
    fee: str = "nothing; without an office in the Union a fee may be due (draft act Art. 2(4))"


ROLLING = RollingIntake()


@dataclass(frozen=True, slots=True)
class Fee:
    """What enterprises of one size class pay to take part, and for what (R58-D02)."""

    size_class: SizeClass
    eur: int
    purpose: str

    def __post_init__(self) -> None:
        if self.size_class in SMES:
            raise ValueError(f"{self.size_class}: free of charge (Art. 58(2)(d))")
        if self.eur < 0:
            raise ValueError(f"a fee is not negative: {self.eur}")


@dataclass(frozen=True, slots=True)
class Focus:
    """The sectors of one year: areas of Annex III (`III-5`) or of Art. 59(1)(a) (R58-D08)."""

    year: int
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """What applicants may rely on; published once and never changed.

    `guidance` names the templates and guidance of the Board that were taken into account
    (Art. 66(d), R58-D09).
    """

    id: str
    title: str
    opens_on: date
    closes_on: date | None = None
    focus: tuple[Focus, ...] = ()
    weights: Weights = EQUAL
    merit_threshold: float = MERIT_THRESHOLD
    fees: tuple[Fee, ...] = ()
    guidance: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not CALL_ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no id of a call: small letters, digits and hyphens")
        if self.closes_on is not None and self.closes_on < self.opens_on:
            raise ValueError(f"it closes on {self.closes_on}, before it opens on {self.opens_on}")
        if not POINTS_MIN <= self.merit_threshold <= POINTS_MAX:
            raise ValueError(f"a threshold of {self.merit_threshold} is not on the scale")
        if len({fee.size_class for fee in self.fees}) != len(self.fees):
            raise ValueError("one fee for each size class")
        if len({focus.year for focus in self.focus}) != len(self.focus):
            raise ValueError("one focus for each year")

    def is_open(self, day: date) -> bool:
        return self.opens_on <= day and (self.closes_on is None or day <= self.closes_on)

    def refuse_unless_open(self, day: date) -> None:
        """FieldRefused with the dates, or nothing."""
        if not self.is_open(day):
            until = f"until {self.closes_on}" if self.closes_on else "without an end"
            raise FieldRefused(
                "call", f"call {self.id} takes applications from {self.opens_on} {until}"
            )

    def favours(self, application: Application, year: int) -> bool:
        """Whether an application lies in the focus of a year; it never keeps another one out."""
        sectors = [s for focus in self.focus if focus.year == year for s in focus.sectors]
        return any(
            application.public_interest_area == sector
            or any(area.startswith(sector) for area in application.annex_iii)
            for sector in sectors
        )
