"""Size in law: ceilings, partners and linked enterprises, two years, public bodies (R62-1)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.size import (
    CEILINGS,
    ORDER,
    SMES,
    Figures,
    Linked,
    Partner,
    Size,
    SizeClass,
    aggregated,
    benefits,
    class_of,
    size_class,
)

OWN = Size(9, 1_000_000, 1_000_000)
CLASSES = st.sampled_from(SizeClass)
FIGURES = st.builds(
    Figures,
    headcount_awu=st.integers(0, 1000),
    turnover_eur=st.integers(0, 200_000_000),
    balance_sheet_eur=st.integers(0, 200_000_000),
)


@pytest.mark.rule("R3-14a")
@pytest.mark.rule("R3-14b")
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Size(9, 2_000_000, 9_000_000), SizeClass.MICRO),
        (Size(10, 1, 1), SizeClass.SMALL),
        (Size(249, 60_000_000, 43_000_000), SizeClass.MEDIUM),
        (Size(250, 1, 1), SizeClass.SMALL_MID_CAP),
        (Size(10, 200_000_000, 200_000_000), SizeClass.LARGE),
        (Size(750, 1, 1), SizeClass.LARGE),
        (Size(49, 10_000_000, 10**9), SizeClass.SMALL),
        (Size(49, 10**9, 10_000_000), SizeClass.SMALL),
        (Size(249, 50_000_000, 10**9), SizeClass.MEDIUM),
        (Size(749, 150_000_000, 10**9), SizeClass.SMALL_MID_CAP),
        (Size(749, 10**9, 129_000_000), SizeClass.SMALL_MID_CAP),
        (Size(749, 150_000_001, 129_000_001), SizeClass.LARGE),
    ],
)
@pytest.mark.rule("R62-1")
def test_headcount_is_a_hard_limb_and_money_an_alternative(size: Size, expected: SizeClass) -> None:
    assert size_class(size) is expected


@pytest.mark.rule("R3-14a")
@pytest.mark.rule("R62-1")
def test_linked_enterprises_count_in_full_and_partners_pro_rata() -> None:
    parent = Linked("Parent", Figures(30, 5_000_000, 4_000_000))
    fund = Partner("Fund", 40, Figures(100, 10_000_000, 1_000_000))

    together = aggregated(replace(OWN, linked=(parent,), partners=(fund,)))

    assert together == Figures(79, 10_000_000, 5_400_000)


@pytest.mark.rule("R62-1")
def test_a_start_up_of_a_large_group_is_no_small_enterprise() -> None:
    group = Linked("Group", Figures(5000, 10**9, 10**9))

    assert size_class(OWN) is SizeClass.MICRO
    assert size_class(replace(OWN, linked=(group,))) is SizeClass.LARGE


@pytest.mark.rule("R3-14b")
@pytest.mark.rule("R62-1")
@given(now=FIGURES, prior=CLASSES, before=CLASSES)
def test_each_ceiling_is_lost_or_gained_only_when_two_years_agree(
    now: Figures, prior: SizeClass, before: SizeClass
) -> None:
    size = Size(now.headcount_awu, now.turnover_eur, now.balance_sheet_eur)

    found = size_class(replace(size, prior_year=prior, status_before=before))

    this_year = class_of(now)
    for ceiling, *_ in CEILINGS:
        years = {within(this_year, ceiling), within(prior, ceiling)}
        expected = years.pop() if len(years) == 1 else within(before, ceiling)
        assert within(found, ceiling) == expected


@pytest.mark.rule("R3-14a")
@pytest.mark.parametrize(
    ("size", "status"),
    [
        (Size(240, 40_000_000, 40_000_000), SizeClass.SMALL_MID_CAP),
        (Size(300, 60_000_000, 60_000_000), SizeClass.MEDIUM),
    ],
)
def test_a_status_is_not_lost_or_gained_in_the_one_year_that_is_known(
    size: Size, status: SizeClass
) -> None:
    assert size_class(size) is not status
    assert size_class(replace(size, status_before=status)) is status


def within(found: SizeClass, ceiling: SizeClass) -> bool:
    return ORDER.index(found) <= ORDER.index(ceiling)


@pytest.mark.rule("R62-1")
@given(now=FIGURES, other=FIGURES, share=st.floats(25, 50))
def test_another_enterprise_never_makes_one_smaller(
    now: Figures, other: Figures, share: float
) -> None:
    alone = Size(now.headcount_awu, now.turnover_eur, now.balance_sheet_eur)

    for more in (
        replace(alone, linked=(Linked("L", other),)),
        replace(alone, partners=(Partner("P", share, other),)),
    ):
        assert ORDER.index(size_class(more)) >= ORDER.index(size_class(alone))


@pytest.mark.rule("R62-1")
@pytest.mark.parametrize(("percent", "is_sme"), [(24.9, True), (25, False)])
def test_a_quarter_held_by_a_public_body_ends_the_status(percent: float, is_sme: bool) -> None:
    found = size_class(replace(OWN, public_body_share_percent=percent))

    assert (found in SMES) is is_sme


@pytest.mark.rule("R62-1")
@pytest.mark.rule("R63")
def test_benefits_follow_size_establishment_and_independence() -> None:
    def articles(size: Size, *, eu_establishment: bool = True) -> set[str]:
        return {b.article for b in benefits(size, eu_establishment=eu_establishment)}

    linked = replace(OWN, linked=(Linked("L", Figures(1, 1, 1)),))
    assert len(articles(OWN)) == 6
    assert articles(OWN) - articles(linked) == {"Art. 63(1)"}
    assert articles(OWN) - articles(OWN, eu_establishment=False) == {
        "Art. 62(1)(a)",
        "Art. 58(2)(d)",
    }
    assert articles(Size(300, 1, 1)) == {"Art. 57(3a)", "Art. 11(1)", "Art. 99(6), (6a)"}
    assert articles(Size(5000, 10**9, 10**9)) == set()
