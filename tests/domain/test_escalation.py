"""Who is told when a clock runs down: the ladder, moment by moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.case import Person
from sandbox.domain.clock_views import waits_for
from sandbox.domain.deadline_rules import BY_NAME, RUNNING, Counting, Name
from sandbox.domain.deadlines import Deadline, start, start_at
from sandbox.domain.escalation import (
    EFFECTS,
    MUST_ACT,
    Rung,
    addressees,
    due_steps,
    ladder,
    must_act,
    next_step_at,
    proposes_suspension,
)
from sandbox.domain.lifecycle import Role
from sandbox.domain.notice import kind_of, sentence_of
from sandbox.domain.periods import WorkingCalendar
from tests.factories import CALENDAR
from tests.fakes import NOON
from tests.rulebook_ids import line

TUESDAY = date(2026, 11, 24)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def a_clock(name: Name) -> Deadline:
    if BY_NAME[name].counting is Counting.HOURS:
        return start_at(name, NOON)
    return start(name, TUESDAY, CALENDAR)


rule = pytest.mark.rule
# The column "at expiry" of rulebook 9.2, and who is told once time is up: whoever must act, the authority,
# and whom that column names.
EXPIRED = [
    line(rule("DL-01"), "escalate inform", "authority provider"),
    line(rule("DL-02"), "tacit escalate", "market_surveillance authority"),
    line(rule("DL-03"), "stop_test", "provider authority"),
    line(rule("DL-04"), "stop_test", "provider authority"),
    line(rule("DL-05"), "inform lapse", "provider authority"),
    line(rule("DL-06"), "escalate", "authority"),
    line(rule("DL-07"), "remind", "authority"),
    line(rule("DL-08"), "escalate", "authority"),
    line(rule("DL-09"), "escalate", "authority"),
    line(rule("DL-10"), "inform propose_suspension", "provider authority market_surveillance"),
    line(
        rule("DL-11"),
        *("inform page propose_suspension", "provider authority market_surveillance on_call"),
    ),
    line(rule("DL-12"), "inform propose_suspension", "provider authority market_surveillance"),
    line(rule("DL-13"), "escalate", "market_surveillance authority"),
    line(rule("DL-14"), "escalate_at_once", "authority"),
    line(rule("DL-15"), "escalate", "market_surveillance authority"),
    line(rule("DL-16"), "suspend", "provider authority"),
    line(rule("DL-17"), "inform", "provider authority"),
    line(rule("DL-18"), "remind", "provider authority"),
    line(rule("DL-19"), "block_closure", "provider operator authority"),
    line(rule("DL-20"), "", ""),
    line(rule("DL-21"), "inform", "provider authority"),
    line(rule("DL-22"), "remind", "ai_office authority"),
    line(rule("DL-23"), "remind", "ai_office authority"),
    line(rule("DL-24"), "page", "provider authority on_call"),
    line(rule("DL-25"), "", ""),
    line(rule("DL-26"), "escalate", "market_surveillance authority"),
]


def test_every_line_of_the_catalogue_says_what_follows_and_whom_it_concerns() -> None:
    assert [row.values[0] for row in EXPIRED] == list(Name) == list(EFFECTS)
    assert {rule.who for rule in BY_NAME.values()} == set(MUST_ACT)


@pytest.mark.parametrize(("name", "effects", "told"), EXPIRED)
def test_what_follows_when_time_is_up_is_what_the_rulebook_says(
    name: str, effects: str, told: str
) -> None:
    assert EFFECTS[Name(name)] == tuple(effects.split())
    if not effects:
        return  # it never runs out

    last = {step.rung: step.told for step in ladder(a_clock(Name(name)), CALENDAR, AMSTERDAM)}

    assert last[Rung.OVERDUE] == tuple(told.split())
    assert (last.get(Rung.ESCALATED) == ("authority_head",)) is ("escalate" in effects)


def test_the_decision_on_admission_has_all_its_rungs_at_the_midnights_of_the_authority() -> None:
    steps = ladder(start(Name.DL_01, date(2026, 11, 30), CALENDAR), CALENDAR, AMSTERDAM)

    assert [(step.rung, step.at.isoformat(), step.told) for step in steps] == [
        ("week_before", "2027-02-21T00:00:00+01:00", ("authority",)),
        ("day_before", "2027-02-27T00:00:00+01:00", ("authority",)),
        ("on_target", "2027-02-28T00:00:00+01:00", ("authority",)),
        ("overdue", "2027-03-02T00:00:00+01:00", ("authority", "provider")),
        ("escalated", "2027-03-03T00:00:00+01:00", ("authority_head",)),
    ]


def test_a_weekend_does_not_count_before_the_head_is_told() -> None:
    friday = start(Name.DL_08, date(2026, 11, 26), CALENDAR)

    escalated = ladder(friday, CALENDAR, AMSTERDAM)[-1]

    assert friday.due == date(2026, 11, 27)
    assert escalated.at == datetime(2026, 12, 1, tzinfo=AMSTERDAM)


@pytest.mark.rule("DL-02")
@pytest.mark.rule("DL-14")
def test_what_an_authority_elsewhere_owes_is_brought_to_its_own_head() -> None:
    def head(name: Name, country: str) -> tuple[str, ...]:
        counted = WorkingCalendar(country, frozenset())
        clock = start(name, TUESDAY, counted)
        last = ladder(clock, counted, AMSTERDAM)[-1]
        return addressees(last, clock, "CreditCo", home="NL")

    assert head(Name.DL_02, "DE") == ("authority_head:DE",)
    assert head(Name.DL_13, "EU") == ("authority_head:EU",)
    assert head(Name.DL_02, "NL") == ("authority_head",)
    assert head(Name.DL_14, "EU") == (
        "authority_head",
    )  # ours to send, counted where it is received


@pytest.mark.rule("DL-14")
def test_the_notice_to_the_commission_is_escalated_on_the_day_it_is_overdue() -> None:
    friday = start(Name.DL_14, date(2026, 11, 6), CALENDAR)

    overdue, escalated = ladder(friday, CALENDAR, AMSTERDAM)[-2:]

    assert (overdue.rung, escalated.rung) == (Rung.OVERDUE, Rung.ESCALATED)
    assert overdue.at == escalated.at == datetime(2026, 11, 10, tzinfo=AMSTERDAM)
    assert escalated.told == ("authority_head",)


@pytest.mark.parametrize("name", [Name.DL_10, Name.DL_11, Name.DL_12])
def test_an_overdue_report_of_an_incident_is_told_to_market_surveillance(name: Name) -> None:
    clock = a_clock(name)
    overdue = ladder(clock, CALENDAR, AMSTERDAM)[-1]

    assert "market_surveillance:NL" in addressees(overdue, clock, "CreditCo")
    assert proposes_suspension(name, overdue.rung)
    assert "suspension is proposed" in BY_NAME[name].at_expiry


def test_a_short_clock_has_no_reminder_before_its_event() -> None:
    rungs = [step.rung for step in ladder(a_clock(Name.DL_08), CALENDAR, AMSTERDAM)]

    assert rungs == [Rung.ON_TARGET, Rung.OVERDUE, Rung.ESCALATED]


def test_a_clock_in_hours_reminds_at_half_time_and_pages_at_expiry() -> None:
    breach = start_at(Name.DL_24, datetime(2026, 11, 24, 10, tzinfo=UTC))

    half, over = ladder(breach, CALENDAR, AMSTERDAM)

    assert (half.rung, half.at) == (Rung.HALF_TIME, datetime(2026, 11, 25, 22, 30, tzinfo=UTC))
    assert (over.rung, over.at) == (Rung.OVERDUE, breach.due_at)
    assert over.told == ("provider", "authority", "on_call")


@given(
    name=st.sampled_from(RUNNING),
    looks=st.lists(st.integers(0, 24 * 500), max_size=8).map(sorted),
)
def test_however_often_one_looks_no_step_comes_twice_and_none_that_counts_is_lost(
    name: Name, looks: list[int]
) -> None:
    steps = ladder(a_clock(name), CALENDAR, AMSTERDAM)
    taken, since = [], None
    for hours in looks:
        now = NOON + timedelta(hours=hours)
        if since is not None and since > now:
            continue
        taken += list(due_steps(steps, now, since=since))
        since = next_step_at(steps, now)
        if since is None:
            break

    assert len(taken) == len(set(taken))
    if looks:
        last = NOON + timedelta(hours=looks[-1])
        must = {s for s in steps if s.at <= last and not s.rung.is_reminder}
        assert must <= set(taken)


def test_a_reminder_that_was_overtaken_is_not_sent() -> None:
    steps = ladder(a_clock(Name.DL_01), CALENDAR, AMSTERDAM)
    target, overdue = steps[2], steps[3]

    assert due_steps(steps, target.at, since=None) == (target,)
    assert due_steps(steps, overdue.at, since=None) == (overdue,)
    assert due_steps(steps, steps[-1].at, since=steps[0].at) == steps[-2:]
    assert next_step_at(steps, steps[-1].at) is None


def test_notices_go_to_the_provider_of_the_case_and_the_authority_of_the_country() -> None:
    clock = start(Name.DL_02, TUESDAY, CALENDAR)
    overdue = ladder(clock, CALENDAR, AMSTERDAM)[3]

    assert addressees(overdue, clock, "CreditCo") == ("market_surveillance:NL", "authority")
    late = ladder(a_clock(Name.DL_01), CALENDAR, AMSTERDAM)[3]
    assert addressees(late, a_clock(Name.DL_01), "CreditCo") == ("authority", "provider:CreditCo")


def test_a_clock_waits_for_a_role() -> None:
    assert must_act(Role.AUTHORITY, a_clock(Name.DL_01))
    assert not must_act(Role.PROVIDER, a_clock(Name.DL_01))
    assert must_act(Role.PROVIDER, a_clock(Name.DL_24))


@pytest.mark.rule("DL-02")
def test_a_clock_of_market_surveillance_waits_for_the_authority_of_its_own_member_state() -> None:
    clock = start(Name.DL_02, TUESDAY, CALENDAR, subject="NL")

    abroad = Person("Dora", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")

    assert waits_for(replace(abroad, country="NL"), clock)
    assert waits_for(replace(abroad, country=""), clock)
    assert not waits_for(abroad, clock)


@pytest.mark.rule("R76-1")
def test_a_clock_of_the_lead_does_not_wait_for_an_authority_of_another_member_state() -> None:
    bea = Person("Bea", Role.AUTHORITY, "BIPT", "BE")

    assert waits_for(replace(bea, country=""), a_clock(Name.DL_01))
    assert not waits_for(bea, a_clock(Name.DL_01))
    assert waits_for(bea, start(Name.DL_02, TUESDAY, WorkingCalendar("BE", frozenset())))


@pytest.mark.parametrize("rung", Rung)
def test_a_step_is_told_in_a_sentence_with_its_clock_and_its_day(rung: Rung) -> None:
    told = sentence_of(kind_of(rung), {"clock": "DL-01", "due": "2027-02-24"})

    assert "DL-01 admission decision (Art. 58(2)(a)" in told
    assert "legal latest 2027-02-24" in told


def test_another_notice_says_what_it_is_and_nothing_it_carries() -> None:
    assert (
        sentence_of("incident_report", {"x": "secret"})
        == "There is something new: incident report."
    )
