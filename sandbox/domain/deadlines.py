"""The legal clock: Regulation (EEC, Euratom) 1182/71 and the deadlines that run on a case.

Rulebook section 9. Days are dates of the recipient authority; no clock is read here.
"""

import calendar as month_table
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The holidays of the authority that must act (rulebook 9.1, rule 7)."""

    country: str
    holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The first working day that is not before this one."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def working_days(self, *, after: date, through: date) -> int:
        """How many working days lie after one day, up to and including another."""
        return sum(
            self.is_working_day(after + n * ONE_DAY) for n in range(1, (through - after).days + 1)
        )

    def plus_working_days(self, event: date, count: int) -> date:
        """The last day of a period counted in working days."""
        day = event
        for _ in range(count):
            day = self.on_or_after(day + ONE_DAY)
        return day


def same_day_months_later(event: date, months: int) -> date:
    """The same date some months on; the month's last day where that date does not exist."""
    year, month = divmod(event.month - 1 + months, 12)
    year, month = event.year + year, month + 1
    return date(year, month, min(event.day, month_table.monthrange(year, month)[1]))


def period_end(event: date, calendar: WorkingCalendar, *, months: int = 0, days: int = 0) -> date:
    """The last day of a period that an event set running (Art. 3(1)-(5))."""
    end = calendar.on_or_after(same_day_months_later(event, months) + days * ONE_DAY)
    # Art. 3(5): a period of two days or more holds at least two working days.
    while calendar.working_days(after=event, through=end) < 2:  # noqa: PLR2004 - the "two" of Art. 3(5)
        end = calendar.on_or_after(end + ONE_DAY)
    return end


class Name(StrEnum):
    """The deadlines of rulebook 9.2 that this version runs; the rest comes with its issue."""

    DL_01 = "DL-01"
    DL_06 = "DL-06"
    DL_08 = "DL-08"
    DL_19 = "DL-19"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the catalogue: how long, counted how, who acts, and what expiry means."""

    name: Name
    title: str
    article: str
    who: str
    at_expiry: str
    months: int = 0
    days: int = 0
    working_days: int = 0


CATALOGUE: tuple[Rule, ...] = (
    Rule(
        Name.DL_01,
        "admission decision",
        "Art. 58(2)(a)",
        "authority",
        "no tacit admission: escalate to the head of the authority, shown overdue to the applicant",
        months=3,
    ),
    Rule(
        Name.DL_06,
        "exit report",
        "Art. 57(7); draft act Art. 6(4)",
        "authority",
        "escalate",
        months=2,
    ),
    Rule(
        # "without undue delay" in law; one working day is our configurable default (X).
        Name.DL_08,
        "suspension notice to the AI Office",
        "Art. 57(11); draft act Art. 8(2)",
        "authority",
        "escalate",
        working_days=1,
    ),
    Rule(
        Name.DL_19,
        "deletion of personal data",
        "Art. 59(1)(g)",
        "provider and operator",
        "blocks the closure of the case",
        days=30,
    ),
)

BY_NAME = {rule.name: rule for rule in CATALOGUE}


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of one case: what set it running, its last day, and when it was met."""

    name: Name
    started_on: date
    due: date
    met_at: datetime | None = None

    def overdue(self, today: date) -> bool:
        return self.met_at is None and today > self.due


def start(name: Name, event: date, calendar: WorkingCalendar) -> Deadline:
    """The clock that an event sets running."""
    rule = BY_NAME[name]
    if rule.working_days:
        return Deadline(name, event, calendar.plus_working_days(event, rule.working_days))
    return Deadline(name, event, period_end(event, calendar, months=rule.months, days=rule.days))


def meet(deadlines: tuple[Deadline, ...], name: Name, at: datetime) -> tuple[Deadline, ...]:
    """The same clocks, those of a name that were still open met at a moment."""
    return tuple(
        replace(clock, met_at=at) if clock.name is name and clock.met_at is None else clock
        for clock in deadlines
    )
