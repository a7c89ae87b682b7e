"""The authority that runs the sandbox: its name, its days and its remedies."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sandbox.domain.periods import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides, in whose calendar and time zone a day begins and ends (rulebook 9.1, rule 7).

    `remedy` is the national appeal text that every decision must carry (draft act Art. 3(7));
    `language` is what its documents are written in (ISO 639-1).
    """

    name: str
    time_zone: str
    calendar: WorkingCalendar
    remedy: str
    language: str = "en"

    def day(self, at: datetime) -> date:
        """The date of a moment where the authority sits."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()
