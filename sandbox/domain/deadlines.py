"""The clocks that run on a case: each a deadline of the law and the event that set it running.

How a length is counted is in `periods`; days are dates of the recipient authority.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sandbox.domain.deadline_rules import Counting, Name, Rule
from sandbox.domain.deadline_subjects import rule_of
from sandbox.domain.periods import (
    Period,
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
    has `started_at`, the moment of its event, and `due_at`, the end to the moment; `due` is the day
    of that in UTC. `country` is whose calendar counted, `holidays` are those that moved the end:
    with them anybody computes the same day again.
    """

    name: Name
    started_on: date
    due: date
    met_at: datetime | None = None
    subject: str = ""
    due_at: datetime | None = None
    started_at: datetime | None = None
    country: str = ""
    holidays: tuple[date, ...] = ()

    @property
    def key(self) -> tuple[Name, str, date]:
        """What tells a clock from every other one of its case."""
        return self.name, self.subject, self.started_on

    @property
    def rule(self) -> Rule:
        return rule_of(self.name, self.subject)

    @property
    def target(self) -> date:
        """The plain date to aim at; `due` is the legal latest (rulebook 9.1, rule 9)."""
        rule = self.rule
        if rule.counting is not Counting.FORWARD or rule.period is None or rule.period.working_days:
            return self.due
        return min(cap_end(self.started_on, rule.period), self.due)

    def overdue(self, today: date) -> bool:
        return self.met_at is None and today > self.due

    def is_over(self, at: datetime, today: date) -> bool:
        """Whether time is up and nobody acted: to the moment for hours, else after the last day."""
        if self.due_at is not None:
            return self.met_at is None and at > self.due_at
        return self.overdue(today)


def start(name: Name, event: date, calendar: WorkingCalendar, *, subject: str = "") -> Deadline:
    """The clock that an event sets running; ValueError for one that is not counted in days."""
    return _start(rule_of(name, subject), event, calendar, subject)


def to_appeal(served_on: date, length: Period, calendar: WorkingCalendar) -> Deadline:
    """The period to challenge a decision (DL-25), whose length is national law's."""
    return _start(_of_length(rule_of(Name.DL_25, ""), length), served_on, calendar, "")


def _of_length(rule: Rule, length: Period) -> Rule:
    """A national period is counted as if Regulation 1182/71 held for it (X)."""
    counting = Counting.FORWARD if rule.counting is Counting.NATIONAL else rule.counting
    return replace(rule, period=length, counting=counting)


def _start(rule: Rule, event: date, calendar: WorkingCalendar, subject: str) -> Deadline:
    due = _due(rule, event, calendar)
    plain = _due(rule, event, WorkingCalendar(calendar.country, frozenset()))
    moved_by = calendar.holidays_between(event, due) if due != plain else ()
    return Deadline(
        rule.name, event, due, subject=subject, country=calendar.country, holidays=moved_by
    )


def _due(rule: Rule, event: date, calendar: WorkingCalendar) -> date:
    period = _period(rule)
    match rule.counting:
        case Counting.FORWARD:
            return last_day(event, period, calendar)
        case Counting.CAP:
            return cap_end(event, period)
        case Counting.BACKWARD:
            return last_day_before(event, period)
        case _:
            raise ValueError(f"{rule.name} is counted in {rule.counting}, not from a day")


def start_at(name: Name, event: datetime, *, subject: str = "") -> Deadline:
    """The clock in hours that an event sets running; ValueError for one counted in days."""
    return _start_at(rule_of(name, subject), event, subject)


def _start_at(rule: Rule, event: datetime, subject: str) -> Deadline:
    if rule.counting is not Counting.HOURS:
        raise ValueError(f"{rule.name} is counted in days, from a day and not from a moment")
    event = event.astimezone(UTC)
    end = last_moment(event, _period(rule))
    return Deadline(
        rule.name, event.date(), end.date(), None, subject, due_at=end, started_at=event
    )


def _period(rule: Rule) -> Period:
    if rule.period is None:
        raise ValueError(f"{rule.name} has no length of its own: {rule.length}")
    return rule.period


def recomputed(clock: Deadline, length: Period | None = None) -> Deadline:
    """The same clock counted again from its event and the holidays it names; with the `length` it was
    started with, which the catalogue of today need not have any more (R58-01).
    """
    rule = _of_length(clock.rule, length) if length else clock.rule
    if clock.started_at is not None:
        again = _start_at(rule, clock.started_at, clock.subject)
    else:
        calendar = WorkingCalendar(clock.country, frozenset(clock.holidays))
        again = _start(rule, clock.started_on, calendar, clock.subject)
    return replace(again, met_at=clock.met_at)


def with_started(
    deadlines: tuple[Deadline, ...], started: Iterable[Deadline]
) -> tuple[Deadline, ...]:
    """The same clocks and those that start now, which take the place of one of the same key."""
    new = tuple(started)
    keys = {clock.key for clock in new}
    return (*(clock for clock in deadlines if clock.key not in keys), *new)


def reopen(deadlines: tuple[Deadline, ...], name: Name, *, subject: str) -> tuple[Deadline, ...]:
    """The same clocks, that of a name and a subject as if it had not been met: what met it did not count."""
    return tuple(
        replace(clock, met_at=None) if clock.name is name and clock.subject == subject else clock
        for clock in deadlines
    )


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
