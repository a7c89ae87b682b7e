"""The authority that runs the sandbox: its name, its days and its remedies."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sandbox.domain import deadlines
from sandbox.domain.deadline_rules import BY_NAME, Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.member_state import Union
from sandbox.domain.periods import Period, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides, in whose calendar and time zone a day begins and ends (rulebook 9.1, rule 7).

    `remedy` and `appeal` are the national text and period to challenge a decision, which every one
    must carry (draft act Art. 3(7)); a Member State that has its own goes before them.
    `language` is what its documents are written in (ISO 639-1); `union` says how days are counted
    in the territories of a test, which are not always its own.
    """

    name: str
    time_zone: str
    calendar: WorkingCalendar
    remedy: str
    language: str = "en"
    appeal: Period | None = None
    union: Union = field(default=Union({}), compare=False, repr=False)

    def day(self, at: datetime) -> date:
        """The date of a moment where the authority sits."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def day_in(self, country: str, at: datetime) -> date:
        """The date of a moment on a territory or at the bodies of the Union; its own where it does not
        know that one.
        """
        state = self.union.find(country)
        return state.day(at) if state else self.day(at)

    def calendar_of(self, country: str) -> WorkingCalendar:
        """The working calendar there; its own where it does not know that one."""
        state = self.union.find(country)
        return state.calendar if state else self.calendar

    def start(
        self, name: Name, event: datetime, *, country: str = "", subject: str = ""
    ) -> Deadline:
        """The clock in days that an event sets running, counted where what it asks for is received:
        with the Union where the catalogue says so, else in a country (rulebook 9.1, rule 7).
        """
        place = BY_NAME[name].recipient or country
        day, calendar = self.day_in(place, event), self.calendar_of(place)
        return deadlines.start(name, day, calendar, subject=subject)
