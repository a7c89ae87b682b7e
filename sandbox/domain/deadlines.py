"""The clocks that run on a case: each a deadline of the law and the event that set it running.

How a length is counted is in `periods`; days are dates of the recipient authority.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sandbox.domain.deadline_rules import BY_NAME, Counting, Name
from sandbox.domain.periods import (
    WorkingCalendar,
    cap_end,
    last_day,
    last_day_before,
    last_moment,
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of one case: what set it running, its last day, and when it was met.

    `subject` tells clocks of one name apart, for example `incident 2` or `DE`. A clock in hours
    has `due_at`, the end to the moment, and `due`, the day of it in UTC.
    """

    name: Name
    started_on: date
    due: date
    met_at: datetime | None = None
    subject: str = ""
    due_at: datetime | None = None

    @property
    def target(self) -> date:
        """The plain date to aim at; `due` is the legal latest (rulebook 9.1, rule 9)."""
        rule = BY_NAME[self.name]
        is_plain = rule.counting is Counting.FORWARD and not rule.period.working_days
        return min(cap_end(self.started_on, rule.period), self.due) if is_plain else self.due

    def overdue(self, today: date) -> bool:
        return self.met_at is None and today > self.due

    def is_over(self, at: datetime, today: date) -> bool:
        """Whether time is up and nobody acted: to the moment for hours, else after the last day."""
        if self.due_at is not None:
            return self.met_at is None and at > self.due_at
        return self.overdue(today)


def start(name: Name, event: date, calendar: WorkingCalendar, *, subject: str = "") -> Deadline:
    """The clock that an event sets running; ValueError for one that is counted in hours."""
    rule = BY_NAME[name]
    match rule.counting:
        case Counting.FORWARD:
            due = last_day(event, rule.period, calendar)
        case Counting.CAP:
            due = cap_end(event, rule.period)
        case Counting.BACKWARD:
            due = last_day_before(event, rule.period)
        case Counting.HOURS:
            raise ValueError(f"{name} is counted in hours, from a moment and not from a day")
    return Deadline(name, event, due, subject=subject)


def start_at(name: Name, event: datetime, *, subject: str = "") -> Deadline:
    """The clock in hours that an event sets running; ValueError for one counted in days."""
    rule = BY_NAME[name]
    if rule.counting is not Counting.HOURS:
        raise ValueError(f"{name} is counted in days, from a day and not from a moment")
    end = last_moment(event, rule.period)
    return Deadline(name, event.astimezone(UTC).date(), end.date(), subject=subject, due_at=end)


def meet(
    deadlines: tuple[Deadline, ...], name: Name, at: datetime, *, subject: str | None = None
) -> tuple[Deadline, ...]:
    """The same clocks, those of a name (and a subject, when one is given) that were still open met
    at a moment.
    """
    return tuple(
        replace(clock, met_at=at)
        if clock.name is name and clock.met_at is None and subject in {None, clock.subject}
        else clock
        for clock in deadlines
    )
