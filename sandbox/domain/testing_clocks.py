"""The clocks of a real-world test under way, on each territory where no order ended it: its cap (DL-03,
DL-04 once it is extended) and its last day, the last to notify its extension (DL-04; Art. 60(4)(f)).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sandbox.domain.authority import Authority
from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadline_subjects import LAST_DAY, TO_EXTEND
from sandbox.domain.deadlines import Deadline, meet, start
from sandbox.domain.periods import ONE_DAY
from sandbox.domain.real_world import STOP, RealWorldTest
from sandbox.domain.supervision import Order, is_terminated
from sandbox.domain.territory import Condition


def at_its_start(
    case: Case, test: RealWorldTest, days: Mapping[str, date], authority: Authority
) -> tuple[Deadline, ...]:
    """The clocks of a case whose test starts, on a day of each territory; no cap where it was waived."""
    caps = (
        _cap(Name.DL_03, days[territory.country], territory.country, authority)
        for territory in test.territories
        if not territory.has_waived(Condition.DURATION)
        and not is_terminated(case.orders, territory.country)
    )
    return (*case.deadlines, *caps, *_last_days(case, test, TO_EXTEND, authority))


def at_its_extension(
    case: Case, test: RealWorldTest, at: datetime, authority: Authority
) -> tuple[Deadline, ...]:
    """The clocks of a case whose test was just extended: the further six months run from its first end,
    and the new last day takes the place of the old one.
    """
    caps = [
        _cap(
            Name.DL_04,
            min(cap.due, test.extensions[-1].old_last_day),
            cap.subject.removeprefix(f"{STOP} "),
            authority,
        )
        for cap in case.deadlines
        if cap.name is Name.DL_03 and cap.met_at is None
    ]
    met = case.deadlines
    for name in (Name.DL_03, Name.DL_04):
        met = meet(met, name, at)
    return (*met, *caps, *_last_days(case, test, LAST_DAY, authority))


def left_by(case: Case, orders: tuple[Order, ...], at: datetime) -> tuple[Deadline, ...]:
    """The clocks of a case; where orders end its test no plan is answered and nothing of it runs any more."""
    left = case.deadlines
    for territory in case.test.territories if case.test else ():
        if is_terminated(orders, territory.country):
            left = meet(left, Name.DL_02, at, subject=territory.country)
            left = _ended_in(left, territory.country, at)
    return left


def _ended_in(clocks: tuple[Deadline, ...], country: str, at: datetime) -> tuple[Deadline, ...]:
    """The clocks with those of a test met that is over in one territory."""
    for subject in (TO_EXTEND, LAST_DAY):
        clocks = meet(clocks, Name.DL_04, at, subject=f"{subject} {country}")
    return uncapped(clocks, country, at)


def uncapped(clocks: tuple[Deadline, ...], country: str, at: datetime) -> tuple[Deadline, ...]:
    """The clocks with the caps of one territory met: they count there no more."""
    for name in (Name.DL_03, Name.DL_04):
        clocks = meet(clocks, name, at, subject=f"{STOP} {country}")
    return clocks


def _cap(name: Name, started_on: date, country: str, authority: Authority) -> Deadline:
    calendar = authority.calendar_of(country)
    return start(name, started_on, calendar, subject=f"{STOP} {country}")


def _last_days(
    case: Case, test: RealWorldTest, subject: str, authority: Authority
) -> Iterator[Deadline]:
    for territory in test.territories:
        if not is_terminated(case.orders, territory.country):
            calendar, its = (
                authority.calendar_of(territory.country),
                f"{subject} {territory.country}",
            )
            yield start(Name.DL_04, test.last_day + ONE_DAY, calendar, subject=its)
