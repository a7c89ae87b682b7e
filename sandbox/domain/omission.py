"""A duty that the provider had not met when its last day was over: the case may close without it, and
keeps saying so. Else whoever breaks the law longest would decide when a file closes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Owed(StrEnum):
    """What a provider owes before its case closes."""

    COMPLETE_REPORT = "complete_report"  # Art. 73(5)
    OUTCOMES = "outcomes"  # Art. 60(8)


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed, of which incident (0: of the test), and its last day; None when no clock says one."""

    owed: Owed
    incident: int
    last_day: date | None

    @property
    def rule(self) -> str:
        return {Owed.COMPLETE_REPORT: "R73-05", Owed.OUTCOMES: "R60-8"}[self.owed]

    @property
    def what(self) -> str:
        if self.owed is Owed.OUTCOMES:
            return "the final outcomes of the real-world test"
        return f"the complete report of incident {self.incident}"

    def still_owed(self, today: date) -> str:
        """Why the authority may not yet go on without it; empty when its last day is over."""
        if self.last_day is None:
            return f"{self.what}: no clock says until when it is owed"
        return f"{self.what}: owed until {self.last_day}" if today <= self.last_day else ""


@dataclass(frozen=True, slots=True)
class Omission:
    """That a debt was not paid, as the authority recorded it with its reasons."""

    owed: Owed
    incident: int
    last_day: date
    reasons: str
    by: str
    at: datetime

    @property
    def what(self) -> str:
        return Debt(self.owed, self.incident, self.last_day).what


def is_recorded(omissions: Iterable[Omission], owed: Owed, incident: int = 0) -> bool:
    """Whether the authority goes on without something."""
    return any((o.owed, o.incident) == (owed, incident) for o in omissions)
