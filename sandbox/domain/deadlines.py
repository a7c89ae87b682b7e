"""The clocks that run on a case: each a deadline of the law and the event that set it running.

How a length is counted is in `periods`; days are dates of the recipient authority.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sandbox.domain.deadline_rules import BY_NAME, Counting, Name
from sandbox.domain.periods import WorkingCalendar, cap_end, last_day, last_day_before


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of one case: what set it running, its last day, and when it was met."""

    name: Name
    started_on: date
    due: date
    met_at: datetime | None = None

    @property
    def target(self) -> date:
        """The plain date to aim at; `due` is the legal latest (rulebook 9.1, rule 9)."""
        rule = BY_NAME[self.name]
        is_plain = rule.counting is Counting.FORWARD and not rule.period.working_days
        return min(cap_end(self.started_on, rule.period), self.due) if is_plain else self.due

    def overdue(self, today: date) -> bool:
        return self.met_at is None and today > self.due


def start(name: Name, event: date, calendar: WorkingCalendar) -> Deadline:
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
    return Deadline(name, event, due)


def meet(deadlines: tuple[Deadline, ...], name: Name, at: datetime) -> tuple[Deadline, ...]:
    """The same clocks, those of a name that were still open met at a moment."""
    return tuple(
        replace(clock, met_at=at) if clock.name is name and clock.met_at is None else clock
        for clock in deadlines
    )
