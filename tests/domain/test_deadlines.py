"""The catalogue of deadlines: each line against the rulebook (9.2)."""

from datetime import date

import pytest

from sandbox.domain.deadline_rules import BY_NAME, Counting, Name
from sandbox.domain.deadlines import meet, start
from sandbox.domain.periods import WorkingCalendar
from tests.factories import CALENDAR
from tests.fakes import NOON

TUESDAY = date(2026, 11, 24)
CLOCKS = [
    (Name.DL_01, TUESDAY, date(2027, 2, 24)),
    (Name.DL_02, date(2026, 11, 5), date(2026, 12, 7)),
    (Name.DL_03, date(2026, 12, 1), date(2027, 6, 1)),
    (Name.DL_04, date(2026, 12, 1), date(2027, 12, 1)),
    (Name.DL_05, date(2026, 12, 29), date(2026, 11, 29)),
    (Name.DL_06, TUESDAY, date(2027, 1, 25)),
    (Name.DL_07, TUESDAY, date(2026, 12, 22)),
    (Name.DL_08, date(2026, 11, 27), date(2026, 11, 30)),
    (Name.DL_09, TUESDAY, date(2027, 11, 24)),
    (Name.DL_10, date(2026, 11, 6), date(2026, 11, 23)),
    (Name.DL_11, date(2026, 11, 21), date(2026, 11, 24)),
    (Name.DL_12, date(2026, 11, 11), date(2026, 11, 23)),
    (Name.DL_13, TUESDAY, date(2026, 12, 1)),
    (Name.DL_14, TUESDAY, date(2026, 11, 25)),
    (Name.DL_15, TUESDAY, date(2026, 11, 25)),
    (Name.DL_18, TUESDAY, date(2026, 11, 25)),
    (Name.DL_19, TUESDAY, date(2026, 12, 24)),
    (Name.DL_21, date(2026, 11, 11), date(2026, 11, 25)),
    (Name.DL_22, TUESDAY, date(2027, 3, 24)),
    (Name.DL_23, date(2026, 11, 2), date(2026, 12, 2)),
    (Name.DL_26, TUESDAY, date(2026, 11, 25)),
]


@pytest.mark.parametrize(
    ("name", "event", "due"),
    [pytest.param(*clock, marks=pytest.mark.rule(clock[0].value)) for clock in CLOCKS],
)
def test_each_clock_ends_as_the_rulebook_says(name: Name, event: date, due: date) -> None:
    assert start(name, event, CALENDAR).due == due


def test_every_clock_of_the_catalogue_is_tried_here_or_counted_in_hours() -> None:
    in_hours = {n for n, rule in BY_NAME.items() if rule.counting is Counting.HOURS}

    assert {name for name, _, _ in CLOCKS} | in_hours == set(Name) == set(BY_NAME)
    for name in in_hours:
        with pytest.raises(ValueError, match="hours"):
            start(name, TUESDAY, CALENDAR)


def test_the_target_is_the_plain_date_and_the_legal_latest_may_lie_behind_it() -> None:
    incident = start(Name.DL_10, date(2026, 11, 6), CALENDAR)

    assert incident.target == date(2026, 11, 21)
    assert incident.due == date(2026, 11, 23)


@pytest.mark.parametrize("name", [Name.DL_03, Name.DL_04, Name.DL_05, Name.DL_08])
def test_a_limit_that_no_weekend_moves_has_one_date(name: Name) -> None:
    clock = start(name, TUESDAY, CALENDAR)

    assert clock.target == clock.due


def test_holidays_of_the_authority_that_must_act_move_its_clock() -> None:
    closed = WorkingCalendar("XX", frozenset({date(2027, 2, 24)}))

    assert start(Name.DL_01, TUESDAY, closed).due == date(2027, 2, 25)


def test_a_clock_that_was_met_is_never_overdue() -> None:
    clock = start(Name.DL_01, date(2026, 1, 5), CALENDAR)

    (met,) = meet((clock,), Name.DL_01, NOON)

    assert clock.overdue(date(2026, 12, 1))
    assert not met.overdue(date(2026, 12, 1))
