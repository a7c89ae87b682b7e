"""How long is long enough: Regulation (EEC, Euratom) 1182/71, rulebook 9.1.

Days are dates of the recipient authority; hours are counted in UTC, so a change of the clocks
neither gives nor takes one. No clock is read here.
"""

import calendar as month_table
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Self

ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
SATURDAY = 5
DAYS_OF_A_PART_MONTH = 30
WORKING_DAYS_MIN = 2  # Art. 3(5): a period of two days or more holds at least two working days


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The holidays of the authority that must act (rule 7)."""

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

    def holidays_between(self, after: date, through: date) -> tuple[date, ...]:
        """The holidays in a stretch that would have been working days, in order."""
        return tuple(
            sorted(d for d in self.holidays if after < d <= through and d.weekday() < SATURDAY)
        )

    def plus_working_days(self, event: date, count: int) -> date:
        """The last day of a period counted in working days."""
        day = event
        for _ in range(count):
            day = self.on_or_after(day + ONE_DAY)
        return day


@dataclass(frozen=True, slots=True)
class Period:
    """A length as the law writes it: months, weeks and days, or working days, or hours."""

    months: int = 0
    weeks: int = 0
    days: int = 0
    working_days: int = 0
    hours: int = 0

    def __post_init__(self) -> None:
        units = (self.months or self.weeks or self.days, self.working_days, self.hours)
        if sum(bool(unit) for unit in units) != 1 or min(units) < 0:
            raise ValueError(f"a period is counted in one way: {self}")

    @classmethod
    def of_months(cls, months: Fraction) -> Self:
        """A length with a part of a month, which has thirty days (Art. 3(2)(c), rule 3)."""
        whole, part = divmod(months, 1)
        return cls(months=int(whole), days=ceil(part * DAYS_OF_A_PART_MONTH))

    def __str__(self) -> str:
        words = ("months", "weeks", "days", "working_days", "hours")
        counted = [(getattr(self, word), word.replace("_", " ")) for word in words]
        return " and ".join(
            f"{count} {word if count > 1 else word.removesuffix('s')}"
            for count, word in counted
            if count
        )


def same_day_months_later(event: date, months: int) -> date:
    """The same date some months on; the month's last day where that date does not exist (rule 3)."""
    year, month = divmod(event.month - 1 + months, 12)
    year, month = event.year + year, month + 1
    return date(year, month, min(event.day, month_table.monthrange(year, month)[1]))


def cap_end(first_day: date, period: Period) -> date:
    """The last day of a cap on duration: a safety limit, never stretched (rule 8)."""
    later = same_day_months_later(first_day, period.months)
    return later + timedelta(weeks=period.weeks, days=period.days)


def last_day(event: date, period: Period, calendar: WorkingCalendar) -> date:
    """The last day of a period that an event set running, the event's own day not counted
    (rules 1-7).
    """
    if period.working_days:
        return calendar.plus_working_days(event, period.working_days)
    plain = cap_end(event, period)
    end = calendar.on_or_after(plain)
    if (plain - event).days < WORKING_DAYS_MIN:
        return end
    while calendar.working_days(after=event, through=end) < WORKING_DAYS_MIN:
        end = calendar.on_or_after(end + ONE_DAY)
    return end


def last_day_before(future: date, period: Period) -> date:
    """The last day to act, counted backwards from a day to come: never moved (rule 5)."""
    earlier = same_day_months_later(future, -period.months)
    return earlier - timedelta(weeks=period.weeks, days=period.days)


def last_moment(event: datetime, period: Period) -> datetime:
    """When a period in hours is over: the hour of the event is not counted, and no weekend moves
    its end (rules 1 and 5).
    """
    hour = event.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour + ONE_HOUR * (period.hours + 1)
