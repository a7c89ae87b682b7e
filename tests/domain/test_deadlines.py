"""The legal clock against the rulebook's vectors (9.1) and by properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.deadlines import Name, WorkingCalendar, meet, period_end, start
from tests.factories import CALENDAR
from tests.fakes import NOON

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
HOLIDAYS = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=15)


@pytest.mark.parametrize(
    ("event", "months", "days", "end"),
    [
        (date(2026, 11, 2), 0, 30, date(2026, 12, 2)),
        (date(2026, 11, 5), 0, 30, date(2026, 12, 7)),
        (date(2026, 11, 6), 0, 15, date(2026, 11, 23)),
        (date(2026, 11, 23), 0, 2, date(2026, 11, 25)),
        (date(2026, 11, 19), 0, 2, date(2026, 11, 23)),
        (date(2026, 11, 21), 0, 2, date(2026, 11, 24)),
        (date(2026, 11, 24), 3, 0, date(2027, 2, 24)),
        (date(2026, 11, 30), 3, 0, date(2027, 3, 1)),
        (date(2026, 11, 11), 0, 14, date(2026, 11, 25)),
        (date(2027, 12, 31), 2, 0, date(2028, 2, 29)),
    ],
)
def test_periods_end_as_the_rulebook_says(event: date, months: int, days: int, end: date) -> None:
    assert period_end(event, CALENDAR, months=months, days=days) == end


@given(event=DAYS, days=st.integers(2, 400), holidays=HOLIDAYS)
def test_a_period_ends_on_a_working_day_after_at_least_two_of_them(
    event: date, days: int, holidays: frozenset[date]
) -> None:
    calendar = WorkingCalendar("XX", holidays)

    end = period_end(event, calendar, days=days)

    assert calendar.is_working_day(end)
    assert end >= event + timedelta(days=days)
    assert calendar.working_days(after=event, through=end) >= 2


@given(event=DAYS, months=st.integers(1, 24))
def test_a_later_event_never_ends_earlier(event: date, months: int) -> None:
    next_day = event + timedelta(days=1)

    assert period_end(event, CALENDAR, months=months) <= period_end(
        next_day, CALENDAR, months=months
    )


@pytest.mark.rule("DL-01")
def test_the_decision_is_due_three_months_after_the_application() -> None:
    assert start(Name.DL_01, date(2026, 11, 24), CALENDAR).due == date(2027, 2, 24)


@pytest.mark.rule("DL-06")
def test_the_exit_report_is_due_two_months_after_the_end() -> None:
    assert start(Name.DL_06, date(2026, 11, 24), CALENDAR).due == date(2027, 1, 25)


@pytest.mark.rule("DL-08")
def test_the_ai_office_is_told_by_the_next_working_day() -> None:
    assert start(Name.DL_08, date(2026, 11, 27), CALENDAR).due == date(2026, 11, 30)


@pytest.mark.rule("DL-19")
def test_personal_data_are_gone_thirty_days_after_the_end() -> None:
    assert start(Name.DL_19, date(2026, 11, 24), CALENDAR).due == date(2026, 12, 24)


def test_a_clock_that_was_met_is_never_overdue() -> None:
    clock = start(Name.DL_01, date(2026, 1, 5), CALENDAR)

    (met,) = meet((clock,), Name.DL_01, NOON)

    assert clock.overdue(date(2026, 12, 1))
    assert not met.overdue(date(2026, 12, 1))
