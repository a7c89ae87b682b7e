"""What a provider marked is kept out of public texts, and nothing else is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.domain.application import AnnexIIIExit, MarketStatus, PublicInterestArea
from sandbox.domain.confidential import (
    BLOT,
    blotted,
    is_named,
    marked,
    quoted,
    remembered,
    told_among_all,
    told_in,
)
from sandbox.domain.high_risk import ANNEX_III
from sandbox.domain.labels import Label
from tests.factories import APPLICATION, PLAN, a_case

SECRET = "The gap is closed by reweighting. It costs 4711 GPU hours."


@pytest.mark.parametrize(
    "told",
    [
        SECRET,
        "We saw: the GAP is closed\nby  reweighting, as planned.",
        "it costs 4711 gpu hours",
    ],
)
def test_a_marked_sentence_is_found_however_it_is_written(told: str) -> None:
    case = a_case(application=replace(APPLICATION, novelty=SECRET, confidential=("novelty",)))

    assert told_in(case, told) == ("novelty",)
    assert told_in(case, blotted(case, told)) == ()
    assert BLOT in blotted(case, told)


def test_what_is_not_marked_is_presumed_disclosable() -> None:
    case = a_case(application=replace(APPLICATION, novelty=SECRET), plan=PLAN)

    assert marked(case) == {}
    assert blotted(case, [SECRET, {"a": PLAN.objectives}]) == [SECRET, {"a": PLAN.objectives}]


def test_the_plan_has_marks_of_its_own() -> None:
    plan = replace(PLAN, methodology="Score in batches of nine.", confidential=("methodology",))

    assert told_in(a_case(plan=plan), "They score in batches.") == ()
    assert told_in(a_case(plan=plan), "Method: score in batches of nine!") == ("methodology",)
    with pytest.raises(ValueError, match="the plan has no field nothing"):
        replace(PLAN, confidential=("nothing",))


@pytest.mark.rule("R58-D18")
@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("annex_iii", ("III-5b",), "Creditworthiness, fraud detection apart"),
        ("annex_i", ("I-A11", "I-A2"), "it is for medical devices"),
        ("annex_iii_exit", AnnexIIIExit.NARROW_TASK, "a narrow procedural task"),
        ("prohibited", ("A5-c",), "it looks like social scoring"),
        ("market_status", MarketStatus.NOT_ON_MARKET, "it is not on market yet"),
        ("public_interest_area", PublicInterestArea.ENERGY, "the area PI_ENERGY"),
    ],
)
def test_a_marked_code_is_kept_out_in_our_own_words_too(
    field: str, value: object, told: str
) -> None:
    changes: dict[str, Any] = {field: value}
    case = a_case(application=replace(APPLICATION, **changes, confidential=(field,)))
    rewritten = replace(case, application=APPLICATION, once_marked=remembered(case, a_case()))

    for marked_once in (case, rewritten):
        assert told_in(marked_once, told) == (field,)
        assert BLOT in blotted(marked_once, told)
        assert told_among_all(marked_once, told) == ()


@pytest.mark.rule("R78")
def test_a_document_that_says_what_a_marked_code_means_is_as_strict_as_the_mark() -> None:
    case = a_case(application=replace(APPLICATION, confidential=("annex_iii",)))

    assert quoted(case, {"finding": f"it is for {ANNEX_III['III-5b']}"}) is Label.CONFIDENTIAL
    assert quoted(a_case(), {"finding": f"it is for {ANNEX_III['III-5b']}"}) is Label.PUBLIC


@pytest.mark.rule("R58-D18")
@pytest.mark.rule("R78")
@pytest.mark.rule("R57-16")
def test_a_marked_applicant_is_kept_out_by_the_name_it_signs_in_with_too() -> None:
    case = a_case(application=replace(APPLICATION, confidential=("applicant",)))
    named = f"A tool of {case.provider.upper()} was tested."
    rewritten = replace(case, application=APPLICATION, once_marked=remembered(case, a_case()))

    for marked_once in (case, rewritten):
        assert told_in(marked_once, named) == ("applicant",)
        assert told_among_all(marked_once, named) == ("applicant",)
        assert blotted(marked_once, named) == f"A tool of {BLOT} was tested."
        assert told_in(marked_once, f"{case.provider}s are no names") == ()
    assert told_in(a_case(), named) == ()
    assert is_named(a_case(), named)
    assert not is_named(a_case(provider="ACT"), "The Act was applied.")


def test_a_word_inside_another_word_is_not_the_marked_one() -> None:
    case = a_case(
        application=replace(APPLICATION, system_name="Fair", confidential=("system_name",))
    )

    assert blotted(case, "Fair is unfairly fair.") == f"{BLOT} is unfairly {BLOT}."


@given(st.text(min_size=4).filter(str.strip), st.text(), st.text())
@example("!!!!", "", "")
def test_no_text_is_left_whole_once_it_is_marked(secret: str, before: str, after: str) -> None:
    application = replace(APPLICATION, novelty=secret, confidential=("novelty",))
    case = a_case(application=application)

    public = blotted(case, {"told": f"{before} {secret} {after}"})

    assert told_in(case, public["told"]) == ()
