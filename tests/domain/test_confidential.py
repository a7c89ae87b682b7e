"""What a provider marked is kept out of public texts, and nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.domain.confidential import BLOT, blotted, marked, told_in
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
