"""Before anything is admitted, each Member State of a test is told what the test would stand on there."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.authority import Authority
from sandbox.domain.finding import Finding
from sandbox.domain.high_risk import ANNEX_I, ANNEX_III
from sandbox.domain.member_state import Framework, Union
from sandbox.domain.prohibited import PRACTICES
from sandbox.domain.regime import AnnexIARegistration, Member, Regime, Sandbox, SandboxKind
from sandbox.domain.self_check import SelfCheck, check
from tests.factories import APPLICATION, AUTHORITY, CALENDAR, UNION

TODAY = date(2026, 11, 24)
VEHICLE: dict[str, Any] = {"annex_iii": (), "annex_i": ("I-B18",), "profiles_persons": False}
TOY: dict[str, Any] = VEHICLE | {"annex_i": ("I-A2",), "third_party_assessment": True}
HARMLESS: dict[str, Any] = {"annex_iii": (), "profiles_persons": False}
FRAMEWORK = Framework("Rahmen 7", date(2026, 11, 1))
LATER = Framework("Rahmen 8", date(2026, 12, 24))
REGIME = Regime()
JOINT = Regime(
    sandbox=Sandbox(SandboxKind.JOINT, (Member("NL", "a"), Member("DE", "b")), "Lead", "MoU")
)
NOT_FOR_PRODUCTS = Regime(annex_i_a_registration=AnnexIARegistration.NOT_REQUIRED)
INSIDE = "inside a sandbox: terms and safeguards must be agreed for it (Art. 58(4), 76(2))"
NO_FRAMEWORK = "no real-world test in DE: Annex I Section B, and DE has no framework (Art. 60a(1))"
PILOT = (
    "no real-world test in DE: not high-risk: Art. 60 is neither available nor needed; "
    "an ordinary pilot is"
)


def in_germany(**changes: Any) -> Authority:
    """The authority in NL, in a Union whose DE differs."""
    german = replace(UNION.of("DE"), **changes)
    return replace(AUTHORITY, union=Union({**UNION.states, "DE": german}))


def checked(
    *states: str, by: Authority = AUTHORITY, regime: Regime = REGIME, **answers: Any
) -> SelfCheck:
    facts: dict[str, Any] = {"real_world_test": True, "test_member_states": states} | answers
    return check(replace(APPLICATION, **facts), TODAY, by, regime)


def on_the_test(found: SelfCheck) -> list[Finding]:
    return [f for f in found.findings if "real-world test in " in f.sentence]


@pytest.mark.rule("R60-1")
@pytest.mark.rule("R60a-1")
@pytest.mark.rule("R58-04")
@pytest.mark.parametrize(
    ("answers", "framework", "told"),
    [
        ({}, None, ("R60-1", "real-world test in DE: outside a sandbox, Annex III (Art. 60(1))")),
        (
            TOY,
            None,
            (
                "R60-1",
                "real-world test in DE: outside a sandbox, a product of Annex I Section A (Art. 60(1))",
            ),
        ),
        (
            VEHICLE,
            FRAMEWORK,
            ("R60a-1", "real-world test in DE: Annex I Section B under Rahmen 7 (Art. 60a)"),
        ),
        (VEHICLE, None, ("R60a-1", NO_FRAMEWORK)),
        (
            VEHICLE,
            LATER,
            (
                "R60a-1",
                "no real-world test in DE: the framework Rahmen 8 is not notified yet (Art. 60a(3))",
            ),
        ),
        (HARMLESS, None, ("R60-1", PILOT)),
    ],
)
def test_each_member_state_of_a_test_is_told_its_row_of_the_law_with_its_article(
    answers: dict[str, Any], framework: Framework | None, told: tuple[str, str]
) -> None:
    found = checked("NL", "DE", by=in_germany(framework_60a=framework), **answers)

    home, germany = on_the_test(found)
    assert home.about == germany.about == "test_member_states"
    assert (home.rule, home.sentence) == ("R58-04", f"real-world test in NL: {INSIDE}")
    assert (germany.rule, germany.sentence) == told
    assert germany.article.startswith("Art. 60a" if told[0] == "R60a-1" else "Art. 60(1)")
    assert found.outcome == "eligible"


@pytest.mark.rule("R60-1")
def test_every_territory_of_a_joint_sandbox_is_inside_it_and_all_are_in_one_of_the_union() -> None:
    joint = on_the_test(checked("NL", "DE", "FR", regime=JOINT))
    union = on_the_test(checked("DE", regime=Regime(sandbox=Sandbox(SandboxKind.UNION))))

    assert [f.rule for f in joint] == ["R58-04", "R58-04", "R60-1"]
    assert [f.rule for f in union] == ["R58-04"]


@pytest.mark.rule("R58-04")
@pytest.mark.rule("R60-4a")
def test_where_no_member_state_is_named_the_law_inside_the_sandbox_is_told_and_that_none_is() -> (
    None
):
    found = checked()

    assert [f.rule for f in found.findings if "real-world test" in f.sentence] == [
        *("R58-04", "R60-4a"),
    ]
    assert not on_the_test(found)
    assert not [f for f in checked("DE").findings if "inside the sandbox needs" in f.sentence]


@pytest.mark.rule("A5-c")
def test_what_is_prohibited_is_told_once_and_not_for_each_member_state() -> None:
    assert not on_the_test(checked("NL", "DE", prohibited=("A5-c",)))


@pytest.mark.rule("R60-1")
@pytest.mark.parametrize(("answers", "barred"), [(VEHICLE, NO_FRAMEWORK), (HARMLESS, PILOT)])
def test_what_would_make_a_test_possible_that_is_not_available_is_told(
    answers: dict[str, Any], barred: str
) -> None:
    found = checked("NL", "DE", **answers)

    assert [(told.change, told.removes) for told in found.would_change] == [
        ("it is tested in the sandbox alone, not in real-world conditions", (barred,)),
        ("its real-world test runs inside the sandbox alone, in NL", (barred,)),
    ]
    assert checked("NL", **answers).would_change == checked("DE").would_change == ()


@pytest.mark.rule("R60-1")
def test_an_obstacle_goes_with_a_change_that_makes_the_test_unavailable() -> None:
    found = checked("DE", annex_iii=("III-1b",), very_large_platform=True, profiles_persons=False)

    removable = {sentence for told in found.would_change for sentence in told.removes}

    assert found.outcome == "excluded"
    assert {f.sentence for f in found.findings if f.severity.value == "excluded"} == removable


@pytest.mark.rule("R60-1")
def test_no_change_proposes_a_test_that_is_not_available() -> None:
    of_research: dict[str, Any] = {
        "annex_iii": (),
        "real_world_test": False,
        "research_only": True,
    }

    abroad = checked("DE", **of_research)
    inside = checked("NL", **of_research)

    tested = "it is tested in real-world conditions"
    assert tested not in {told.change for told in abroad.would_change}
    assert tested in {told.change for told in inside.would_change}


@pytest.mark.rule("R60-1")
@given(
    st.lists(st.sampled_from(sorted(UNION.states)), unique=True),
    st.lists(st.sampled_from(sorted(ANNEX_I)), max_size=2, unique=True),
    st.lists(st.sampled_from(sorted(ANNEX_III)), max_size=1),
    st.lists(st.sampled_from(sorted(PRACTICES)), max_size=1),
    st.booleans(),
)
def test_each_territory_where_a_test_is_not_available_has_a_change_that_would_remove_it(
    states: list[str],
    annex_i: list[str],
    annex_iii: list[str],
    prohibited: list[str],
    profiles: bool,
) -> None:
    answers: dict[str, Any] = {"annex_i": tuple(annex_i), "annex_iii": tuple(annex_iii)}
    found = checked(*states, **answers, prohibited=tuple(prohibited), profiles_persons=profiles)

    barred = {f.sentence for f in on_the_test(found) if f.sentence.startswith("no ")}
    stands = {f.sentence for f in found.findings if f.severity.value in {"excluded", "missing"}}
    removable = {sentence for told in found.would_change for sentence in told.removes}
    assert removable == barred | stands


@pytest.mark.rule("R60-4c")
@pytest.mark.parametrize(
    ("states", "answers", "framework", "regime", "papers"),
    [
        (("DE",), {}, None, REGIME, {"D5", "D13"}),
        (("NL",), VEHICLE, None, REGIME, {"D5", "D13"}),
        (("DE",), VEHICLE, FRAMEWORK, REGIME, {"D5"}),
        (("DE",), TOY, None, NOT_FOR_PRODUCTS, {"D5"}),
        (("NL", "DE"), VEHICLE, None, REGIME, {"D5", "D13"}),
        (("DE",), VEHICLE, None, REGIME, set()),
        (("DE",), HARMLESS, None, REGIME, set()),
        ((), VEHICLE, None, REGIME, {"D5", "D13"}),
    ],
)
def test_a_registration_is_listed_where_the_law_asks_for_it_and_no_paper_of_a_test_that_cannot_be(
    states: tuple[str, ...],
    answers: dict[str, Any],
    framework: Framework | None,
    regime: Regime,
    papers: set[str],
) -> None:
    found = checked(*states, by=in_germany(framework_60a=framework), regime=regime, **answers)

    assert {p.document for p in found.papers} & {"D5", "D13"} == papers


@pytest.mark.rule("DL-02")
def test_the_answer_on_a_plan_is_reckoned_by_the_calendar_of_each_member_state_that_owes_one() -> (
    None
):
    """DL-01 ends on 2027-02-24; thirty days later is a Friday, a holiday in DE alone."""
    germany = in_germany(
        calendar=replace(CALENDAR, country="DE", holidays=frozenset({date(2027, 3, 26)})),
        framework_60a=FRAMEWORK,
    )

    def answers(*states: str, **changes: Any) -> list[tuple[str, date]]:
        found = checked(*states, by=germany, **changes)
        return [(e.what, e.day) for e in found.expected if e.rule == "DL-02"]

    of_nl, of_de = answers("NL", "DE")
    assert of_nl == (
        "last day for the answer in NL on a testing plan that is submitted at admission",
        date(2027, 3, 26),
    )
    assert of_de == (
        "last day for the answer in DE on a testing plan that is submitted at admission",
        date(2027, 3, 29),
    )
    assert len(answers("NL", "DE", **VEHICLE)) == len(answers()) == 1
    assert answers("DE", **VEHICLE) == answers("DE", **HARMLESS) == []
    begins = {e.what: e.day for e in checked("NL", "DE", by=germany, weeks=2).expected}
    assert begins["end, if it begins on the last day for the answer on its testing plan"] == date(
        2027, 4, 12
    )


@pytest.mark.rule("DL-03")
def test_a_test_that_is_not_available_has_no_latest_end_and_one_under_a_framework_has() -> None:
    def rules(found: SelfCheck) -> set[str]:
        return {e.rule for e in found.expected} & {"DL-02", "DL-03", "DL-04"}

    assert rules(checked("DE", **VEHICLE)) == rules(checked("DE", **HARMLESS)) == set()
    assert rules(checked("DE", by=in_germany(framework_60a=FRAMEWORK), **VEHICLE)) == {
        *("DL-03", "DL-04"),
    }
