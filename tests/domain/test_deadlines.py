"""The catalogue of deadlines: each line against the rulebook (9.2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.deadline_rules import BY_NAME, RUNNING, Counting, Name
from sandbox.domain.deadline_subjects import BY_SUBJECT, rule_of
from sandbox.domain.deadlines import meet, recomputed, start, start_at
from sandbox.domain.periods import Period, WorkingCalendar
from tests.factories import AUTHORITY, CALENDAR
from tests.fakes import NOON
from tests.rulebook_ids import line

rule = pytest.mark.rule
TUESDAY = date(2026, 11, 24)
# Rulebook 9.2, line by line: the first word of a subject, its length, how it is counted (9.1), who acts,
# and whose holidays count wherever the clock runs.
LINES = [
    line(rule("DL-01"), "", "3 months", "forward", "authority", ""),
    line(rule("DL-02"), "", "30 days", "forward", "market surveillance authority", ""),
    line(rule("DL-03"), "", "6 months", "cap", "provider", ""),
    line(rule("DL-04"), "", "6 months", "cap", "provider", ""),
    line(rule("DL-04"), "extension", "1 day", "backward", "provider", ""),
    line(rule("DL-04"), "end", "1 day", "backward", "provider", ""),
    line(rule("DL-05"), "", "30 days", "backward", "both", ""),
    line(rule("DL-06"), "", "2 months", "forward", "authority", ""),
    line(rule("DL-07"), "", "20 working days", "forward", "authority", ""),
    line(rule("DL-08"), "", "1 working day", "forward", "authority", "EU"),
    line(rule("DL-09"), "", "12 months", "forward", "authority", "EU"),
    line(rule("DL-10"), "", "15 days", "forward", "provider", ""),
    line(rule("DL-11"), "", "2 days", "forward", "provider", ""),
    line(rule("DL-12"), "", "10 days", "forward", "provider", ""),
    line(rule("DL-13"), "", "7 days", "forward", "market surveillance authority", ""),
    line(rule("DL-14"), "", "1 working day", "forward", "authority", "EU"),
    line(rule("DL-15"), "", "1 working day", "forward", "market surveillance authority", ""),
    line(rule("DL-16"), "", "1 hour", "hours", "provider", ""),
    line(rule("DL-17"), "", "72 hours", "hours", "provider", ""),
    line(rule("DL-17"), "subjects", "72 hours", "hours", "provider", ""),
    line(rule("DL-18"), "", "1 working day", "forward", "provider", ""),
    line(rule("DL-18"), "outcomes", "30 days", "forward", "provider", ""),
    line(rule("DL-19"), "", "30 days", "forward", "provider and operator", ""),
    line(rule("DL-20"), "", "as long as the participation", "participation", "operator", ""),
    line(rule("DL-21"), "", "2 weeks", "forward", "provider", "EU"),
    line(rule("DL-22"), "", "4 months", "forward", "AI Office", ""),
    line(rule("DL-23"), "", "30 days", "forward", "AI Office", ""),
    line(rule("DL-24"), "", "72 hours", "hours", "controller", ""),
    line(rule("DL-25"), "", "as national law says", "national", "applicant", ""),
    line(rule("DL-26"), "", "1 working day", "forward", "market surveillance authority", ""),
    line(rule("DL-26"), "authority's", "1 working day", "forward", "authority", ""),
]


@pytest.mark.parametrize(("name", "subject", "length", "counting", "who", "recipient"), LINES)
def test_each_clock_is_as_long_and_waits_for_whom_the_rulebook_says(
    name: str, subject: str, length: str, counting: str, who: str, recipient: str
) -> None:
    found = rule_of(Name(name), f"{subject} NL".strip())

    assert (found.length, found.counting, found.who) == (length, counting, who)
    assert found.recipient == recipient


# A start from which a day more or less ends elsewhere, and one whose plain end a weekend moves, or not.
CLOCKS = [
    line(rule("DL-01"), TUESDAY, date(2027, 2, 24)),
    line(rule("DL-01"), date(2026, 11, 30), date(2027, 3, 1)),
    line(rule("DL-02"), date(2026, 11, 2), date(2026, 12, 2)),
    line(rule("DL-02"), date(2026, 11, 5), date(2026, 12, 7)),
    line(rule("DL-03"), date(2026, 12, 1), date(2027, 6, 1)),
    line(rule("DL-03"), date(2026, 12, 5), date(2027, 6, 5)),
    line(rule("DL-04"), date(2027, 6, 1), date(2027, 12, 1)),
    line(rule("DL-04"), date(2027, 6, 5), date(2027, 12, 5)),
    line(rule("DL-05"), date(2026, 12, 29), date(2026, 11, 29)),
    line(rule("DL-06"), TUESDAY, date(2027, 1, 25)),
    line(rule("DL-07"), TUESDAY, date(2026, 12, 22)),
    line(rule("DL-08"), date(2026, 11, 27), date(2026, 11, 30)),
    line(rule("DL-09"), TUESDAY, date(2027, 11, 24)),
    line(rule("DL-09"), date(2026, 11, 27), date(2027, 11, 29)),
    line(rule("DL-10"), date(2026, 11, 9), date(2026, 11, 24)),
    line(rule("DL-10"), date(2026, 11, 6), date(2026, 11, 23)),
    line(rule("DL-11"), date(2026, 11, 23), date(2026, 11, 25)),
    line(rule("DL-11"), date(2026, 11, 19), date(2026, 11, 23)),
    line(rule("DL-11"), date(2026, 11, 21), date(2026, 11, 24)),
    line(rule("DL-12"), date(2026, 11, 16), date(2026, 11, 26)),
    line(rule("DL-12"), date(2026, 11, 11), date(2026, 11, 23)),
    line(rule("DL-13"), TUESDAY, date(2026, 12, 1)),
    line(rule("DL-13"), date(2026, 11, 28), date(2026, 12, 7)),
    line(rule("DL-14"), TUESDAY, date(2026, 11, 25)),
    line(rule("DL-15"), TUESDAY, date(2026, 11, 25)),
    line(rule("DL-18"), TUESDAY, date(2026, 11, 25)),
    line(rule("DL-19"), TUESDAY, date(2026, 12, 24)),
    line(rule("DL-19"), date(2026, 11, 26), date(2026, 12, 28)),
    line(rule("DL-21"), date(2026, 11, 11), date(2026, 11, 25)),
    line(rule("DL-21"), date(2026, 11, 14), date(2026, 11, 30)),
    line(rule("DL-22"), TUESDAY, date(2027, 3, 24)),
    line(rule("DL-22"), date(2026, 11, 28), date(2027, 3, 29)),
    line(rule("DL-23"), date(2026, 11, 2), date(2026, 12, 2)),
    line(rule("DL-23"), date(2026, 11, 5), date(2026, 12, 7)),
    line(rule("DL-26"), TUESDAY, date(2026, 11, 25)),
]


@pytest.mark.parametrize(("name", "event", "due"), CLOCKS)
def test_each_clock_ends_as_the_rulebook_says(name: str, event: date, due: date) -> None:
    assert start(Name(name), event, CALENDAR).due == due


IN_DAYS = sorted({Name(str(row.values[0])) for row in CLOCKS})
FRIDAY = datetime(2026, 11, 27, 9, 20, tzinfo=UTC)
HOURS = [
    line(rule("DL-16"), FRIDAY, datetime(2026, 11, 27, 11, tzinfo=UTC)),
    line(rule("DL-17"), FRIDAY, datetime(2026, 11, 30, 10, tzinfo=UTC)),
    line(
        rule("DL-24"),
        *(datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)),
    ),
]


@pytest.mark.parametrize(("name", "event", "end"), HOURS)
def test_each_clock_in_hours_ends_to_the_moment(name: str, event: datetime, end: datetime) -> None:
    clock = start_at(Name(name), event)

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
    in_days, in_hours = set(IN_DAYS), {Name(str(row.values[0])) for row in HOURS}

    assert {n for n, rule in BY_NAME.items() if rule.counting is Counting.HOURS} == in_hours
    assert in_days | in_hours == set(RUNNING)
    assert set(RUNNING) | {Name.DL_20, Name.DL_25} == set(Name) == set(BY_NAME)
    said = {(Name(str(row.values[0])), str(row.values[1])) for row in LINES}
    assert said == {(name, "") for name in Name} | BY_SUBJECT.keys()
    for name in in_hours:
        with pytest.raises(ValueError, match="hours"):
            start(name, TUESDAY, CALENDAR)


@given(
    name=st.sampled_from(IN_DAYS),
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


@pytest.mark.parametrize("name", IN_DAYS)
def test_a_clock_is_counted_where_the_catalogue_says_its_act_is_received(name: Name) -> None:
    dutch = replace(AUTHORITY, calendar=WorkingCalendar("NL", frozenset({date(2026, 11, 25)})))
    at_home, abroad = dutch.start(name, NOON), dutch.start(name, NOON, country="XX")

    to_the_union = {Name.DL_08, Name.DL_09, Name.DL_14, Name.DL_21}
    assert (at_home.country == "EU") is (name in to_the_union)
    assert at_home == abroad
    assert recomputed(at_home) == at_home
