"""The public register of lessons: nobody is singled out, not by subtraction, not by watching it."""

import itertools
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.application import Application
from sandbox.domain.high_risk import ANNEX_III
from sandbox.domain.learning import (
    AREAS,
    MERGED,
    OTHER,
    TEXTS_MAX,
    K,
    Learned,
    Lesson,
    Published,
    published,
    sector,
)
from sandbox.domain.outcome import Objective
from sandbox.domain.size import SizeClass
from tests.factories import APPLICATION
from tests.fakes import NOON


def learned(
    provider: str,
    article: str = "Art. 10",
    area: str = "education",
    size: SizeClass = SizeClass.SMALL,
    text: str = "groups differ",
    public: bool = True,
) -> Learned:
    lesson = Lesson(
        *(1, "bias", text, article, Objective.EVIDENCE_BASED_LEARNING, area, size, provider, NOON),
        wording_is_public=public,
    )
    return Learned(provider, lesson)


TAUGHT = st.builds(
    learned,
    st.sampled_from([f"provider {n}" for n in range(30)]),
    st.sampled_from(["Art. 9", "Art. 10", "Art. 15"]),
    st.sampled_from(["education", "employment"]),
    st.sampled_from([SizeClass.SMALL, SizeClass.LARGE]),
    st.sampled_from(["one", "two", "three"]),
    st.booleans(),
)
REGISTERS = st.lists(TAUGHT, max_size=120)


def shared_by(register: list[Learned], found: Published) -> set[str]:
    """Whose lessons a published cell holds."""
    cells: dict[object, set[str]] = defaultdict(set)
    for one in register:
        cells[one.cell].add(one.provider)
    small = [providers for providers in cells.values() if len(providers) < K]
    return set().union(*small) if found.cell == MERGED else cells[found.cell]


@given(REGISTERS)
def test_behind_every_published_cell_stand_k_participants(register: list[Learned]) -> None:
    for found in published(register):
        assert len(shared_by(register, found)) >= found.participants_at_least >= K


@given(REGISTERS)
def test_no_sum_or_difference_of_published_numbers_singles_anybody_out(
    register: list[Learned],
) -> None:
    numbers = [found.participants_at_least for found in published(register)]
    for some in itertools.combinations(numbers, min(3, len(numbers))):
        for signs in itertools.product((-1, 0, 1), repeat=len(some)):
            result = abs(sum(sign * number for sign, number in zip(signs, some, strict=True)))
            assert result == 0 or result >= K


@given(REGISTERS, TAUGHT)
def test_who_joins_is_not_seen_by_comparing_before_and_after(
    register: list[Learned], one_more: Learned
) -> None:
    before = {f.cell: f.participants_at_least for f in published(register)}
    after = {f.cell: f.participants_at_least for f in published([*register, one_more])}

    for cell in before.keys() | after.keys():
        assert (after.get(cell, 0) - before.get(cell, 0)) % K == 0


@given(REGISTERS)
def test_a_wording_is_shown_only_when_an_authority_found_it_public(
    register: list[Learned],
) -> None:
    public = {(t.lesson.topic, t.lesson.text) for t in register if t.lesson.wording_is_public}

    for found in published(register):
        assert set(found.lessons) <= public
        assert list(found.lessons) == sorted(found.lessons)


def test_many_cases_of_one_participant_count_once() -> None:
    assert published([learned("one")] * 10) == ()


def test_small_cells_are_shown_together_when_they_hide_each_other() -> None:
    few = [learned(f"p{n}", article=f"Art. {n}") for n in range(K)]

    assert published(few[1:]) == ()
    (together,) = published(few)
    assert (together.cell, together.participants_at_least) == (MERGED, K)


def test_a_cell_shows_no_more_texts_than_anybody_reads() -> None:
    register = [learned(f"p{n}", text=f"text {n}") for n in range(TEXTS_MAX + 1)]

    assert len(published(register)[0].lessons) == TEXTS_MAX


@pytest.mark.parametrize(
    ("count", "shown"), [(K - 1, []), (K, [K]), (2 * K - 1, [K]), (2 * K, [2 * K])]
)
def test_a_number_is_rounded_down(count: int, shown: list[int]) -> None:
    register = [learned(f"p{n}") for n in range(count)]

    assert [found.participants_at_least for found in published(register)] == shown


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"annex_iii": ("III-5b", "III-1a")}, "essential services"),
        ({"annex_iii": (), "annex_i": ("I-A2",)}, "toys"),
        ({"annex_iii": ()}, OTHER),
    ],
)
def test_a_sector_is_read_from_the_application(changes: dict[str, object], name: str) -> None:
    application: Application = replace(APPLICATION, **changes)  # type: ignore[arg-type]  # fields by name

    assert sector(application) == name


def test_every_code_of_annex_iii_has_a_sector() -> None:
    found = {sector(replace(APPLICATION, annex_iii=(code,))) for code in ANNEX_III}

    assert found == set(AREAS.values())
