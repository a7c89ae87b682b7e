"""Risks: which must be mitigated by when, who is told, and what they stand against."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.action import Action
from sandbox.domain.case import Case
from sandbox.domain.lifecycle import Stage
from sandbox.domain.passage import against
from sandbox.domain.risk import (
    Concern,
    Risk,
    RiskState,
    Telling,
    Weight,
    after_telling,
    next_notice_on,
    told_on,
)
from tests.factories import SUE, a_case
from tests.fakes import NOON

DUE = date(2026, 12, 8)
HEAVY = Risk(
    *(1, "wrong refusals", Concern.RIGHTS, Weight.SIGNIFICANT, "run 1", "Ada", NOON), due=DUE
)
LIGHT = Risk(2, "slow answers", Concern.SAFETY, Weight.MODERATE, "run 1", "Ada", NOON)
ONE_DAY = timedelta(days=1)


def standing(case: Case, action: Action) -> set[str]:
    rule = "R57-11a"
    return {reason.sentence for reason in against(case, action, SUE) if reason.rule == rule}


@pytest.mark.parametrize(
    ("weight", "due"), [(Weight.SIGNIFICANT, None), (Weight.MODERATE, DUE), (Weight.MINOR, DUE)]
)
def test_a_significant_risk_and_no_other_has_a_day(weight: Weight, due: date | None) -> None:
    with pytest.raises(ValueError, match="significant"):
        replace(HEAVY, weight=weight, due=due)


@pytest.mark.rule("R57-11a")
@pytest.mark.parametrize(
    ("state", "resumes", "ends_well"),
    [
        (RiskState.OPEN, False, False),
        (RiskState.MITIGATED, True, False),
        (RiskState.EFFECTIVE, True, True),
        (RiskState.UNMITIGABLE, False, False),
    ],
)
def test_what_a_significant_risk_stands_against(
    state: RiskState, resumes: bool, ends_well: bool
) -> None:
    """Inside its walls a test may show that a mitigation works; outside it must be known."""
    case = a_case(stage=Stage.SUSPENDED, risks=(replace(HEAVY, state=state), LIGHT))

    assert (standing(case, Action.RESUME) == set()) is resumes
    for action in (Action.COMPLETE, Action.START_TEST, Action.RESUME_TEST, Action.EXTEND_TEST):
        assert (standing(case, action) == set()) is ends_well
    assert standing(case, Action.TERMINATE) == set()
    starts = standing(replace(case, stage=Stage.PLAN_AGREED), Action.ACTIVATE)
    barred = any("cannot be mitigated" in sentence for sentence in starts)
    assert barred is (state is RiskState.UNMITIGABLE)


@pytest.mark.rule("R57-06")
@pytest.mark.parametrize(
    ("evidence", "report", "enough"),
    [("", 0, False), (" ", 0, False), ("x", 0, True), ("", 1, True)],
)
def test_a_mitigation_works_when_something_shows_it(
    evidence: str, report: int, enough: bool
) -> None:
    risk = replace(LIGHT, state=RiskState.EFFECTIVE, evidence=evidence, evidence_report=report)

    reasons = against(a_case(risks=(risk,)), Action.JUDGE_RISK, SUE)

    assert ([r.rule for r in reasons] == []) is enough


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (DUE - 2 * ONE_DAY, []),
        (DUE - ONE_DAY, [Telling.DUE]),
        (DUE, [Telling.DUE]),
        (DUE + ONE_DAY, [Telling.OVERDUE]),
    ],
)
def test_the_day_before_and_the_day_after_are_told_of(today: date, told: list[Telling]) -> None:
    assert [telling for _, telling in told_on((HEAVY, LIGHT), today)] == told


@given(st.lists(st.integers(-5, 5), max_size=12))
def test_each_notice_is_told_once_and_none_comes_after_the_overdue_one(days: list[int]) -> None:
    risk, told = HEAVY, []
    for day in sorted(days):
        for found, telling in told_on((risk,), DUE + timedelta(days=day)):
            told.append(telling)
            risk = after_telling(found, telling)

    assert told in ([], [Telling.DUE], [Telling.OVERDUE], [Telling.DUE, Telling.OVERDUE])
    assert (Telling.OVERDUE in told) == any(day > 0 for day in days)


@pytest.mark.parametrize("state", sorted({*RiskState} - {RiskState.OPEN}))
def test_nobody_is_told_of_a_risk_that_waits_for_no_provider(state: RiskState) -> None:
    assert next_notice_on((replace(HEAVY, state=state), LIGHT)) is None


def test_another_day_begins_the_notices_anew() -> None:
    told = after_telling(HEAVY, Telling.OVERDUE)

    assert next_notice_on((told,)) is None
    assert next_notice_on((told.graded(Weight.SIGNIFICANT, DUE + ONE_DAY),)) == DUE
    assert told.graded(Weight.SIGNIFICANT, DUE).told == told.told
    assert told.graded(Weight.MINOR, None).next_telling() is None


def test_a_case_without_risks_is_hindered_by_none() -> None:
    assert standing(a_case(), Action.COMPLETE) == set()
