"""Scores, weights and calls, by properties and tables."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.application import PublicInterestArea
from sandbox.domain.call import Call, Fee, Focus
from sandbox.domain.criteria import Criterion, Score, Weights, averages, weighted_total
from sandbox.domain.fees import CostItem, ExceptionalCost, FeeOffer, fee_for
from sandbox.domain.size import Size, SizeClass
from sandbox.errors import FieldRefused
from tests.factories import APPLICATION
from tests.fakes import NOON

POINTS = st.integers(1, 5)
SHEETS = st.lists(st.tuples(POINTS, POINTS, POINTS, POINTS, POINTS), min_size=1, max_size=4)
WEIGHTS = st.lists(st.integers(0, 9), min_size=5, max_size=5).filter(any).map(lambda w: Weights(*w))
SME, SMC, LARGE = Size(12, 1, 1), Size(500, 100_000_000, 1), Size(5000, 10**10, 10**10)
CALL = Call("spring", "Spring", date(2026, 11, 1), date(2026, 11, 30))


def scores(sheets: list[tuple[int, ...]]) -> tuple[Score, ...]:
    return tuple(Score(c, p) for sheet in sheets for c, p in zip(Criterion, sheet, strict=True))


@pytest.mark.rule("R58-D07")
@given(SHEETS, WEIGHTS)
def test_a_weighted_total_lies_between_the_worst_and_the_best_score(
    sheets: list[tuple[int, ...]], weights: Weights
) -> None:
    total = weighted_total(scores(sheets), weights)

    counted = [s.points for s in scores(sheets) if weights.of(s.criterion)]
    assert total is not None
    assert min(counted) <= total <= max(counted)


@given(SHEETS, WEIGHTS, st.sampled_from(Criterion), st.data())
def test_a_better_score_never_lowers_the_total(
    sheets: list[tuple[int, ...]], weights: Weights, criterion: Criterion, data: st.DataObject
) -> None:
    before = scores(sheets)
    raised = data.draw(st.sampled_from([s for s in before if s.criterion is criterion]))
    better = replace(raised, points=data.draw(st.integers(raised.points, 5)))
    after = tuple(better if score is raised else score for score in before)

    old, new = weighted_total(before, weights), weighted_total(after, weights)

    assert old is not None
    assert new is not None
    assert new >= old


@given(st.lists(POINTS, min_size=5, max_size=5), WEIGHTS, st.integers(1, 4))
def test_reviewers_who_agree_count_as_one(
    sheet: list[int], weights: Weights, reviewers: int
) -> None:
    once = scores([tuple(sheet)])

    assert weighted_total(once * reviewers, weights) == weighted_total(once, weights)


@given(WEIGHTS, st.sets(st.sampled_from(Criterion)))
def test_there_is_a_total_exactly_when_all_that_counts_is_scored(
    weights: Weights, scored: set[Criterion]
) -> None:
    total = weighted_total([Score(c, 3) for c in scored], weights)

    assert (total is not None) == (set(weights.counting) <= scored)


def test_the_weighted_mean_of_two_reviewers_is_computed_as_by_hand() -> None:
    weights = Weights(need=2, learning=1, public_interest=1, maturity=0, innovation=1)
    judged = scores([(5, 4, 3, 1, 2), (4, 4, 3, 1, 3)])

    assert averages(judged)[Criterion.NEED] == 4.5
    assert weighted_total(judged, weights) == 3.7  # (2 * 4.5 + 4 + 3 + 2.5) / 5


@pytest.mark.parametrize("weights", [(0, 0, 0, 0, 0), (1, 1, 1, 1, -1)])
def test_weights_that_cannot_be_right_do_not_exist(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Weights(*weights)


@pytest.mark.parametrize("points", [0, 6])
def test_a_score_off_the_scale_does_not_exist(points: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        Score(Criterion.NEED, points)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 11, 30), True),
        (date(2026, 12, 1), False),
    ],
)
def test_a_call_is_open_from_its_first_day_to_its_last(day: date, is_open: bool) -> None:
    assert CALL.is_open(day) is is_open
    if not is_open:
        with pytest.raises(FieldRefused, match="2026-11-01 until 2026-11-30"):
            CALL.refuse_unless_open(day)


def test_rolling_intake_never_closes() -> None:
    assert replace(CALL, closes_on=None).is_open(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "Spring!"}, "no id"),
        ({"closes_on": date(2026, 10, 1)}, "before it opens"),
        ({"merit_threshold": 5.5}, "not on the scale"),
        ({"focus": (Focus(2026, ("III-5",)), Focus(2026, ("III-1",)))}, "one focus"),
        ({"fees": (Fee(SizeClass.LARGE, 1, "x"), Fee(SizeClass.LARGE, 2, "x"))}, "one fee"),
    ],
)
def test_a_call_that_cannot_be_right_does_not_exist(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(CALL, **change)  # type: ignore[arg-type]  # fields by name


@pytest.mark.rule("R58-D08")
@pytest.mark.parametrize(
    ("sectors", "year", "favoured"),
    [
        (("III-5",), 2026, True),
        (("III-5b",), 2026, True),
        (("III-1",), 2026, False),
        (("III-5",), 2027, False),
        (("PI_HEALTH_SAFETY",), 2026, True),
        ((), 2026, False),
    ],
)
def test_a_sector_is_favoured_for_one_year(
    sectors: tuple[str, ...], year: int, favoured: bool
) -> None:
    application = replace(APPLICATION, public_interest_area=PublicInterestArea.HEALTH_SAFETY)
    call = replace(CALL, focus=(Focus(2026, sectors),))

    assert call.favours(application, year) is favoured


@pytest.mark.rule("R58-02d")
@pytest.mark.rule("R58-D02")
@pytest.mark.parametrize(
    ("size", "in_union", "listed", "eur"),
    [
        (SME, True, True, 0),
        (SME, False, True, None),
        (SMC, True, True, 4000),
        (LARGE, True, True, 9000),
        (LARGE, False, True, 9000),
        (LARGE, True, False, 0),
    ],
)
def test_smes_pay_nothing_and_others_what_was_published(
    size: Size, in_union: bool, listed: bool, eur: int | None
) -> None:
    fees = (Fee(SizeClass.SMALL_MID_CAP, 4000, "hours"), Fee(SizeClass.LARGE, 9000, "hours"))
    application = replace(APPLICATION, size=size, eu_establishment=in_union)

    offer = fee_for(application, replace(CALL, fees=fees) if listed else CALL)

    assert offer.eur == eur
    assert fee_for(application, None).eur == (0 if in_union else None)


@pytest.mark.rule("R58-D03")
def test_only_where_no_list_names_a_fee_the_authority_says_it() -> None:
    listed, open_question = FeeOffer(4000, "hours"), FeeOffer(None, "a fee is due")

    assert (listed.settled(None), open_question.settled(None)) == (4000, None)
    assert open_question.settled(0) == 0
    with pytest.raises(FieldRefused, match="another fee than 4000: hours"):
        listed.settled(1)


@pytest.mark.parametrize("size_class", [SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM])
def test_no_call_can_ask_a_fee_of_an_sme(size_class: SizeClass) -> None:
    with pytest.raises(ValueError, match="free of charge"):
        Fee(size_class, 1, "hours")


@pytest.mark.parametrize(("what", "eur"), [("", 1), ("GPU hours", 0), ("GPU hours", -1)])
def test_an_item_says_what_it_is_and_costs_something(what: str, eur: int) -> None:
    with pytest.raises(ValueError, match="item"):
        CostItem(what, eur)


def test_an_exceptional_cost_is_the_sum_of_its_items_and_has_some() -> None:
    items = (CostItem("GPU hours", 300), CostItem("audit", 200))

    assert ExceptionalCost(1, items, "more runs", "Sue", NOON).eur == 500
    with pytest.raises(ValueError, match="itemised"):
        ExceptionalCost(1, (), "more runs", "Sue", NOON)
