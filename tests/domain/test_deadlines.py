"""The catalogue of deadlines: each line against the rulebook (9.2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.deadline_rules import BY_NAME, RUNNING, Counting, Name
from sandbox.domain.deadlines import meet, recomputed, start, start_at
from sandbox.domain.periods import Period, WorkingCalendar
from tests.factories import AUTHORITY, CALENDAR
from tests.fakes import NOON

TUESDAY = date(2026, 11, 24)
CLOCKS = [
    (Name.DL_01, TUESDAY, date(2027, 2, 24)),
    (Name.DL_02, date(2026, 11, 5), date(2026, 12, 7)),
    (Name.DL_03, date(2026, 12, 1), date(2027, 6, 1)),
    (Name.DL_04, date(2027, 6, 1), date(2027, 12, 1)),
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


HOURS = [
    (
        Name.DL_16,
        datetime(2026, 11, 24, 12, 20, tzinfo=UTC),
        datetime(2026, 11, 24, 14, tzinfo=UTC),
    ),
    (Name.DL_17, datetime(2026, 11, 27, 9, 20, tzinfo=UTC), datetime(2026, 11, 30, 10, tzinfo=UTC)),
    (Name.DL_24, datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)),
]


@pytest.mark.parametrize(("name", "event", "end"), HOURS)
def test_each_clock_in_hours_ends_to_the_moment(name: Name, event: datetime, end: datetime) -> None:
    clock = start_at(name, event)

    assert (clock.due_at, clock.due) == (end, end.date())
    assert not clock.is_over(end, end.date())
    assert clock.is_over(end + timedelta(seconds=1), end.date())


@pytest.mark.parametrize("name", [Name.DL_20, Name.DL_25])
def test_a_period_without_a_length_is_in_the_catalogue_and_never_runs(name: Name) -> None:
    rule = BY_NAME[name]

    assert rule.period is None
    assert rule.length in {"as long as the participation", "as national law says"}
    assert name not in RUNNING
    with pytest.raises(ValueError, match=r"length|counted"):
        start(name, TUESDAY, CALENDAR)
    with pytest.raises(ValueError, match="days"):
        start_at(name, NOON)


@pytest.mark.parametrize(
    ("period", "counting"),
    [(None, Counting.FORWARD), (Period(days=1), Counting.NATIONAL)],
)
def test_a_length_and_its_counting_go_together(period: Period | None, counting: Counting) -> None:
    with pytest.raises(ValueError, match="does not go with"):
        replace(BY_NAME[Name.DL_01], period=period, counting=counting)


def test_every_clock_of_the_catalogue_is_tried_here_or_never_runs() -> None:
    in_hours = {name for name, _, _ in HOURS}

    assert {n for n, rule in BY_NAME.items() if rule.counting is Counting.HOURS} == in_hours
    assert {name for name, _, _ in CLOCKS} | in_hours == set(RUNNING)
    assert set(RUNNING) | {Name.DL_20, Name.DL_25} == set(Name) == set(BY_NAME)
    for name in in_hours:
        with pytest.raises(ValueError, match="hours"):
            start(name, TUESDAY, CALENDAR)


@given(
    name=st.sampled_from([name for name, _, _ in CLOCKS]),
    event=st.dates(date(2024, 1, 1), date(2040, 12, 31)),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=40),
)
def test_a_clock_can_be_counted_again_from_what_it_keeps(
    name: Name, event: date, holidays: frozenset[date]
) -> None:
    clock = start(name, event, WorkingCalendar("DE", holidays), subject="x")

    assert recomputed(clock) == clock
    assert set(clock.holidays) <= holidays
    assert clock.country == "DE"


def test_only_holidays_that_moved_the_end_are_kept() -> None:
    before_the_end = WorkingCalendar("NL", frozenset({date(2026, 12, 25)}))
    at_the_end = WorkingCalendar("NL", frozenset({date(2026, 12, 25), date(2027, 2, 24)}))

    assert start(Name.DL_01, TUESDAY, before_the_end).holidays == ()
    assert start(Name.DL_01, TUESDAY, at_the_end).holidays == (
        date(2026, 12, 25),
        date(2027, 2, 24),
    )


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


@pytest.mark.parametrize("name", [n for n in RUNNING if BY_NAME[n].counting != Counting.HOURS])
def test_a_clock_is_counted_where_the_catalogue_says_its_act_is_received(name: Name) -> None:
    dutch = replace(AUTHORITY, calendar=WorkingCalendar("NL", frozenset({date(2026, 11, 25)})))
    at_home, abroad = dutch.start(name, NOON), dutch.start(name, NOON, country="XX")

    to_the_union = {Name.DL_08, Name.DL_09, Name.DL_14, Name.DL_21}
    assert (at_home.country == "EU") is (name in to_the_union)
    assert at_home == abroad
    assert recomputed(at_home) == at_home
