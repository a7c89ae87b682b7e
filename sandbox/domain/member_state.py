"""What differs from one Member State to the next (rulebook 9.1 and 12): days, tacit approval,
frameworks, remedies. What nobody has told counts as its safe default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sandbox.domain.periods import Period, WorkingCalendar
from sandbox.errors import FieldRefused

UNION_BODIES = "EU"  # reserved in ISO 3166-1
SEAT_OF_THE_AI_OFFICE = "BE"
TIME_ZONES = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}


class Answer(StrEnum):
    """Unknown counts as no wherever something would follow from a yes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Framework:
    """A national framework for tests of Annex I Section B products, notified first (Art. 60a)."""

    reference: str
    notified_on: date

    def __post_init__(self) -> None:
        if not self.reference.strip():
            raise ValueError("a framework has a reference, which names its tests (Art. 60a)")


@dataclass(frozen=True, slots=True)
class MemberState:
    """One Member State as configured; `appeal` is the national period to challenge a decision,
    `device_incidents_to` the addressee it chose for incidents of medical devices (Art. 73(10)).
    """

    country: str
    time_zone: str
    calendar: WorkingCalendar
    tacit_approval: Answer = Answer.UNKNOWN
    framework_60a: Framework | None = None
    appeal: Period | None = None
    appeal_suspends: Answer = Answer.UNKNOWN
    remedy: str = ""
    device_incidents_to: str = ""

    def day(self, at: datetime) -> date:
        """The date of a moment there."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True, slots=True)
class Union:
    """All Member States by their code (ISO 3166-1; Greece is GR)."""

    states: Mapping[str, MemberState]

    def of(self, country: str, *, field: str = "country") -> MemberState:
        """A Member State; FieldRefused for what is none."""
        found = self.states.get(country)
        if found is None:
            raise FieldRefused(field, f"{country} is not a Member State: {', '.join(self.states)}")
        return found

    def find(self, place: str) -> MemberState | None:
        """The same as `receiving`; None for what it does not know."""
        known = SEAT_OF_THE_AI_OFFICE if place == UNION_BODIES else place
        return self.receiving(place) if known in self.states else None

    def receiving(self, place: str) -> MemberState:
        """Where a report arrives: a Member State, or the Union's own office. The holidays of the
        institutions are taken to be those of their seat (X).
        """
        if place != UNION_BODIES:
            return self.of(place)
        there = self.of(SEAT_OF_THE_AI_OFFICE)
        calendar = replace(there.calendar, country=UNION_BODIES)
        return replace(there, country=UNION_BODIES, calendar=calendar)
