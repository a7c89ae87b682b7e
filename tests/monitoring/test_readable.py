"""What a reader sees of moments, days and numbers; the twin keeps them exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.language import Language
from sandbox.monitoring.readable import readable


@pytest.mark.parametrize(
    ("written", "language", "read"),
    [
        ("2026-11-28", "en", "28 November 2026"),
        ("2026-11-28T23:34:35.599360+00:00", "en", "28 November 2026 23:34:35 UTC"),
        ("2026-11-29T00:34:35+01:00", "nl", "28 november 2026 23:34:35 UTC"),
        ("2026-03-01T08:00:00Z", "de", "1. März 2026 08:00:00 UTC"),
        ("2026-11-28 / 2027-01-23", "fr", "28 novembre 2026 \N{EN DASH} 23 janvier 2027"),
        ("2026-13-45", "en", "2026-13-45"),
        ("0001-01-01T00:00:00+10:00", "en", "0001-01-01T00:00:00+10:00"),
        ("due 2026-11-28", "en", "due 2026-11-28"),
        ("yes / no", "en", "yes / no"),
        (0.37596302003081666, "en", "0.376"),
        (0.37596302003081666, "de", "0,376"),
        (12345.5, "nl", "12.345,5"),
        (0.5, "fr", "0,5"),
        (0.00001, "en", "0.00001"),
        (-0.00001, "de", "-0,00001"),
        (True, "en", True),
        (12, "en", 12),
        (None, "en", None),
    ],
)
def test_what_is_nothing_but_a_moment_a_day_or_a_number_is_written_for_its_reader(
    written: object, language: str, read: object
) -> None:
    assert readable({"facts": [written]}, language) == {"facts": [read]}


@pytest.mark.parametrize("language", Language)
def test_every_language_of_the_union_names_its_months(language: Language) -> None:
    assert readable("2026-11-28", language) != "2026-11-28"


@given(st.text())
def test_what_a_person_wrote_stays(text: str) -> None:
    assert readable(text, "en") == text
