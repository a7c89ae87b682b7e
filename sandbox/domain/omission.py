"""A duty that the provider, or an authority that got a report, had not met when its last day was over: the
case may close without it, and keeps saying so. Else whoever breaks the law longest would decide when a
file closes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Owed(StrEnum):
    """What is owed before a case closes: by the provider, but for a closure."""

    COMPLETE_REPORT = "complete_report"  # Art. 73(5)
    OUTCOMES = "outcomes"  # Art. 60(8)
    SUBJECT_DELETION = "subject_deletion"  # Art. 60(5), and (4)(i) of who was not asked
    CLOSURE = "closure"  # by the authority of a country that got the report (Art. 73(8))


RULES = {
    Owed.COMPLETE_REPORT: "R73-05",
    Owed.OUTCOMES: "R60-8",
    Owed.SUBJECT_DELETION: "R60-5",
    Owed.CLOSURE: "R73-08",
}


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed, of which incident (0: of the test), and its last day; None when no clock says one.
    `country` is that of the authority which owes it; empty: the provider does.
    """

    owed: Owed
    incident: int
    last_day: date | None
    country: str = ""

    @property
    def rule(self) -> str:
        return RULES[self.owed]

    @property
    def what(self) -> str:
        if self.owed is Owed.OUTCOMES:
            return "the final outcomes of the real-world test"
        if self.owed is Owed.SUBJECT_DELETION:
            return "the deletion of the data of subjects"
        if self.owed is Owed.CLOSURE:
            return f"the closure of incident {self.incident} by the authority of {self.country}"
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
    country: str = ""

    @property
    def what(self) -> str:
        return Debt(self.owed, self.incident, self.last_day, self.country).what


def is_recorded(
    omissions: Iterable[Omission],
    owed: Owed,
    incident: int = 0,
    country: str = "",
    *,
    until: date = date.min,
) -> bool:
    """Whether the authority goes on without something that was owed `until` a day or longer."""
    return any(
        (o.owed, o.incident, o.country) == (owed, incident, country) and o.last_day >= until
        for o in omissions
    )
