"""The approval of a territory: every state and event, and silence that never counts too early."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain import deadlines
from sandbox.domain.deadline_rules import Name
from sandbox.domain.periods import ONE_DAY, WorkingCalendar
from sandbox.domain.territory import (
    AuthorityAnswer,
    Territory,
    TerritoryEvent,
    TerritoryState,
    lapsed,
    moved,
)
from sandbox.domain.testing_basis import Basis, Footing
from sandbox.errors import RuleBroken
from tests.fakes import NOON

MOVES = """
plan_draft submit submitted
submitted question awaiting_authorisation
submitted approve approved_express
submitted object objected
submitted lapse_tacit approved_tacit
submitted lapse awaiting_authorisation
awaiting_authorisation question awaiting_authorisation
awaiting_authorisation approve approved_express
awaiting_authorisation object objected
plan_draft redraft plan_draft
submitted redraft plan_draft
approved_express redraft plan_draft
approved_tacit redraft plan_draft
objected redraft plan_draft
awaiting_authorisation redraft plan_draft
"""
TABLE = {(s, e): t for s, e, t in (line.split() for line in MOVES.strip().splitlines())}
TACIT = Footing(Basis.ART_60, "R60-1", "r", registration=True, tacit_approval=True)
EXPRESS = replace(TACIT, tacit_approval=False)
MONDAY = date(2026, 11, 2)
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def submitted(on: date, footing: Footing = TACIT) -> Territory:
    draft = Territory("DE", footing)
    return moved(draft, TerritoryEvent.SUBMIT, plan_version=1, submitted_on=on)


@pytest.mark.rule("R60-4a")
@pytest.mark.parametrize(
    ("state", "event"), list(itertools.product(TerritoryState, TerritoryEvent))
)
def test_a_territory_moves_exactly_as_the_table_says(
    state: TerritoryState, event: TerritoryEvent
) -> None:
    territory = Territory("DE", TACIT, state)
    target = TABLE.get((state.value, event.value))

    if target is None:
        with pytest.raises(RuleBroken, match=f"{event} is not possible while DE is {state}"):
            moved(territory, event)
    else:
        assert moved(territory, event).state.value == target


@pytest.mark.rule("DL-02")
@pytest.mark.rule("R60-4b")
@pytest.mark.parametrize(
    ("event", "last", "counts_from"),
    [
        (date(2026, 11, 2), date(2026, 12, 2), date(2026, 12, 3)),
        (date(2026, 11, 5), date(2026, 12, 7), date(2026, 12, 8)),
    ],
)
def test_silence_counts_from_the_day_after_the_thirty_days(
    event: date, last: date, counts_from: date
) -> None:
    clock = deadlines.start(Name.DL_02, event, WorkingCalendar("DE", frozenset()), subject="DE")

    approved = lapsed(submitted(event), clock, last + ONE_DAY)

    assert clock.due == last
    assert lapsed(submitted(event), clock, last) is None
    assert approved is not None
    assert approved.state is TerritoryState.APPROVED_TACIT
    assert approved.effective_on == counts_from


@pytest.mark.rule("R60-4b")
@given(event=DAYS, holidays=st.frozensets(DAYS, max_size=40), later=st.integers(0, 60))
def test_tacit_approval_is_never_early(event: date, holidays: frozenset[date], later: int) -> None:
    around = frozenset(event + timedelta(days=25 + n % 15) for n in range(len(holidays)))
    calendar = WorkingCalendar("DE", holidays | around)
    clock = deadlines.start(Name.DL_02, event, calendar, subject="DE")
    today = event + timedelta(days=later)

    found = lapsed(submitted(event), clock, today)

    assert clock.due >= event + timedelta(days=30)
    assert calendar.is_working_day(clock.due)
    if today <= clock.due:
        assert found is None
    else:
        assert found is not None
        assert found.effective_on == clock.due + ONE_DAY
        assert today >= found.effective_on > event + timedelta(days=30)


@pytest.mark.rule("R60-4b")
@given(event=DAYS, later=st.integers(31, 3000))
def test_without_tacit_approval_silence_never_approves(event: date, later: int) -> None:
    calendar = WorkingCalendar("DE", frozenset())
    clock = deadlines.start(Name.DL_02, event, calendar, subject="DE")

    found = lapsed(submitted(event, EXPRESS), clock, event + timedelta(days=later))

    assert found is None or found.state is TerritoryState.AWAITING_AUTHORISATION


@pytest.mark.rule("R60-4b")
@pytest.mark.parametrize(
    "event", [TerritoryEvent.QUESTION, TerritoryEvent.APPROVE, TerritoryEvent.OBJECT]
)
def test_an_answer_of_any_kind_ends_the_chance_of_tacit_approval(event: TerritoryEvent) -> None:
    clock = deadlines.start(Name.DL_02, MONDAY, WorkingCalendar("DE", frozenset()), subject="DE")
    said = AuthorityAnswer(event, "why", "r", "Dora", "DE", NOON)

    answered = moved(submitted(MONDAY), event, answers=(said,))

    assert lapsed(answered, clock, date(2027, 12, 1)) is None
    assert lapsed(replace(submitted(MONDAY), answers=(said,)), clock, date(2027, 12, 1)) is None
