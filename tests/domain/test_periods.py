"""Regulation 1182/71 against the rulebook's vectors (9.1) and by properties."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.periods import (
    Period,
    WorkingCalendar,
    cap_end,
    last_day,
    last_day_before,
    last_moment,
    same_day_months_later,
)
from tests.factories import AUTHORITY, CALENDAR

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
HOLIDAYS = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=40)
EARLIEST, LATEST = datetime(2025, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001 - Hypothesis adds it
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LONG_HOLIDAYS = WorkingCalendar(
    "XX", frozenset(date(2026, 12, 21) + timedelta(days=n) for n in range(14))
)


# The vectors of rulebook 9.1, each as it is written there.
VECTORS = [
    (date(2026, 11, 2), Period(days=30), date(2026, 12, 2)),
    (date(2026, 11, 5), Period(days=30), date(2026, 12, 7)),
    (date(2026, 11, 6), Period(days=15), date(2026, 11, 23)),
    (date(2026, 11, 23), Period(days=2), date(2026, 11, 25)),
    (date(2026, 11, 19), Period(days=2), date(2026, 11, 23)),
    (date(2026, 11, 21), Period(days=2), date(2026, 11, 24)),
    (date(2026, 11, 24), Period(months=3), date(2027, 2, 24)),
    (date(2026, 11, 30), Period(months=3), date(2027, 3, 1)),
    (date(2026, 11, 11), Period(weeks=2), date(2026, 11, 25)),
]
OURS = [
    (date(2027, 12, 31), Period(months=2), date(2028, 2, 29)),  # a leap year
    (date(2028, 2, 29), Period(months=12), date(2029, 2, 28)),
    (date(2026, 12, 31), Period(days=1), date(2027, 1, 1)),  # a year ends
    (date(2026, 11, 20), Period(days=1), date(2026, 11, 23)),
    (date(2026, 11, 27), Period(working_days=1), date(2026, 11, 30)),
    (date(2026, 11, 2), Period.of_months(Fraction(3, 2)), date(2026, 12, 17)),
]


@pytest.mark.parametrize(("event", "period", "end"), [*VECTORS, *OURS])
def test_periods_end_as_the_rulebook_says(event: date, period: Period, end: date) -> None:
    assert last_day(event, period, CALENDAR) == end


@given(event=DAYS, days=st.integers(2, 400))
def test_rule_1_the_day_of_the_event_is_not_counted(event: date, days: int) -> None:
    plain = WorkingCalendar("XX", frozenset())

    assert (last_day(event, Period(days=days), plain) - event).days >= days
    assert (cap_end(event, Period(days=days)) - event).days == days


@given(event=DAYS, days=st.integers(2, 400), hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_rule_2_the_hour_of_a_day_does_not_change_its_last_day(
    event: date, days: int, hour: int, minute: int
) -> None:
    at = datetime(event.year, event.month, event.day, hour, minute, tzinfo=AMSTERDAM)
    ends = {
        last_day(AUTHORITY.day(m), Period(days=days), CALENDAR) for m in (at, at.astimezone(UTC))
    }

    assert ends == {last_day(event, Period(days=days), CALENDAR)}


@given(event=DAYS, weeks=st.integers(1, 60))
def test_rule_3_weeks_end_on_the_same_weekday(event: date, weeks: int) -> None:
    end = cap_end(event, Period(weeks=weeks))

    assert end.weekday() == event.weekday()
    assert (end - event).days == 7 * weeks


@given(months=st.fractions(Fraction(1, 30), 24, max_denominator=30))
def test_rule_3_a_part_of_a_month_is_counted_as_of_thirty_days(months: Fraction) -> None:
    period = Period.of_months(months)

    assert 0 <= period.months * 30 + period.days - months * 30 < 1
    assert period.days < 30


@given(event=DAYS, days=st.integers(2, 400), holidays=HOLIDAYS)
def test_rule_4_all_days_count_unless_the_text_says_working_days(
    event: date, days: int, holidays: frozenset[date]
) -> None:
    calendar = WorkingCalendar("XX", holidays)
    end = calendar.plus_working_days(event, days)

    assert calendar.working_days(after=event, through=end) == days
    assert end >= event + timedelta(days=days)


@given(event=DAYS, days=st.integers(1, 400), holidays=HOLIDAYS)
def test_rule_5_an_end_on_a_free_day_moves_to_the_next_working_day(
    event: date, days: int, holidays: frozenset[date]
) -> None:
    calendar = WorkingCalendar("XX", holidays)
    plain = event + timedelta(days=days)
    end = last_day(event, Period(days=days), calendar)

    assert calendar.is_working_day(end)
    if calendar.working_days(after=event, through=plain) >= 2:
        assert end == calendar.on_or_after(plain)


@given(future=DAYS, days=st.integers(1, 400))
def test_rule_5_a_period_counted_backwards_is_never_moved(future: date, days: int) -> None:
    assert (future - last_day_before(future, Period(days=days))).days == days


@given(event=DAYS, days=st.integers(2, 400), holidays=HOLIDAYS)
def test_rule_6_a_longer_period_has_two_working_days_and_not_one_day_more(
    event: date, days: int, holidays: frozenset[date]
) -> None:
    calendar = WorkingCalendar("XX", holidays)
    end = last_day(event, Period(days=days), calendar)
    earlier = [event + timedelta(days=n) for n in range(days, (end - event).days)]

    assert calendar.working_days(after=event, through=end) >= 2
    for day in earlier:
        enough = calendar.working_days(after=event, through=day) >= 2
        assert not (enough and calendar.is_working_day(day))


@given(event=DAYS, days=st.integers(2, 400), holidays=HOLIDAYS)
def test_rule_7_holidays_move_an_end_and_never_bring_it_nearer(
    event: date, days: int, holidays: frozenset[date]
) -> None:
    with_holidays = last_day(event, Period(days=days), WorkingCalendar("XX", holidays))

    assert with_holidays >= last_day(event, Period(days=days), CALENDAR)


@given(event=DAYS, months=st.integers(1, 24))
def test_rule_8_a_cap_ends_on_its_date_whatever_day_that_is(event: date, months: int) -> None:
    assert cap_end(event, Period(months=months)) == same_day_months_later(event, months)


@given(event=DAYS, days=st.integers(2, 60), holidays=HOLIDAYS)
def test_rule_9_the_target_is_plain_and_the_legal_latest_never_before_it(
    event: date, days: int, holidays: frozenset[date]
) -> None:
    plain = cap_end(event, Period(days=days))

    assert plain <= last_day(event, Period(days=days), WorkingCalendar("XX", holidays))


def test_a_long_holiday_moves_the_end_behind_it_and_two_working_days_are_left() -> None:
    assert last_day(date(2026, 12, 18), Period(days=2), LONG_HOLIDAYS) == date(2027, 1, 5)
    assert last_day(date(2026, 12, 18), Period(working_days=1), LONG_HOLIDAYS) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("months", "end"), [(6, date(2027, 6, 1)), (12, date(2027, 12, 1)), (1, date(2027, 1, 1))]
)
def test_a_cap_is_never_stretched(months: int, end: date) -> None:
    everything_is_closed = WorkingCalendar("XX", frozenset({end}))

    assert cap_end(date(2026, 12, 1), Period(months=months)) == end
    assert last_day(date(2026, 12, 1), Period(months=months), everything_is_closed) > end


def test_a_period_counted_backwards_may_end_on_a_sunday() -> None:
    assert last_day_before(date(2026, 12, 29), Period(days=30)) == date(2026, 11, 29)


@pytest.mark.parametrize(
    ("event", "hours", "end"),
    [
        # 72 hours over a weekend: the hour of the event does not count, the weekend does.
        (datetime(2026, 11, 27, 9, 20, tzinfo=UTC), 72, datetime(2026, 11, 30, 10, tzinfo=UTC)),
        # On 25 October 2026 clocks go back at 03:00: an hour stays an hour.
        (
            datetime(2026, 10, 24, 12, 30, tzinfo=AMSTERDAM),
            24,
            datetime(2026, 10, 25, 12, tzinfo=AMSTERDAM),
        ),
        # On 28 March 2027 they go forward: the day has 23 hours, the period has its 24.
        (
            datetime(2027, 3, 27, 12, 30, tzinfo=AMSTERDAM),
            24,
            datetime(2027, 3, 28, 14, tzinfo=AMSTERDAM),
        ),
        # Two hours are called half past two that night; they are an hour apart.
        (
            datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM, fold=1),
            1,
            datetime(2026, 10, 25, 3, tzinfo=UTC),
        ),
        (datetime(2027, 2, 28, 23, 59, tzinfo=UTC), 72, datetime(2027, 3, 4, tzinfo=UTC)),
        (datetime(2028, 2, 28, 23, 59, tzinfo=UTC), 24, datetime(2028, 3, 1, tzinfo=UTC)),
        (datetime(2026, 11, 24, 10, tzinfo=UTC), 1, datetime(2026, 11, 24, 12, tzinfo=UTC)),
    ],
)
def test_hours_are_counted_from_the_next_full_one(
    event: datetime, hours: int, end: datetime
) -> None:
    assert last_moment(event, Period(hours=hours)) == end


@given(
    event=st.datetimes(timezones=st.just(AMSTERDAM), min_value=EARLIEST, max_value=LATEST),
    hours=st.integers(1, 500),
)
def test_a_period_in_hours_is_never_shorter_and_less_than_an_hour_longer(
    event: datetime, hours: int
) -> None:
    length = last_moment(event, Period(hours=hours)) - event.astimezone(UTC)

    assert timedelta(hours=hours) < length <= timedelta(hours=hours + 1)


@given(event=DAYS, days=st.integers(2, 400), holidays=HOLIDAYS)
def test_a_period_ends_on_a_working_day_after_at_least_two_of_them(
    event: date, days: int, holidays: frozenset[date]
) -> None:
    calendar = WorkingCalendar("XX", holidays)

    end = last_day(event, Period(days=days), calendar)

    assert calendar.is_working_day(end)
    assert end >= event + timedelta(days=days)
    assert calendar.working_days(after=event, through=end) >= 2


@given(event=DAYS, months=st.integers(1, 24), holidays=HOLIDAYS)
def test_a_later_event_never_ends_earlier(
    event: date, months: int, holidays: frozenset[date]
) -> None:
    calendar, period = WorkingCalendar("XX", holidays), Period(months=months)

    assert last_day(event, period, calendar) <= last_day(
        event + timedelta(days=1), period, calendar
    )


@given(event=DAYS, months=st.integers(-36, 36))
def test_months_keep_the_date_or_end_the_month(event: date, months: int) -> None:
    later = same_day_months_later(event, months)

    assert (later.year * 12 + later.month) - (event.year * 12 + event.month) == months
    assert later.day == event.day or (later + timedelta(days=1)).day == 1


@pytest.mark.parametrize("units", [{}, {"days": 1, "hours": 1}, {"days": -1}])
def test_a_period_is_counted_in_one_way(units: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="one way"):
        Period(**units)
