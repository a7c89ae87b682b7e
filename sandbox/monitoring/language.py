"""What documents say in which language: labels and fixed sentences, never what a person wrote.

The structure holds the 24 official languages of the Union (Regulation No 1/1958); a catalogue
(gettext PO) is a file in `languages`. A language without one is shown in English and says so.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from sandbox.domain.language import Language

FOLDER = Path(__file__).with_name("languages")

# Fields whose values are words of ours; every other text is somebody's own and stays as it is.
FIXED_VALUES = frozenset(
    {
        "synthetic_output",
        "status_before",
        "role",
        "prior_year",
        "market_status",
        "label",
        "depictions",
        "causal_link",
        "document",
        "effect",
        "ended_by",
        "followed",
        "evidence_hold",
        "ground",
        "immediate_response",
        "kept_series",
        "kind",
        "liability_for_damage",
        "meaning",
        "method",
        "not_covered",
        "number_means",
        "outcome",
        "protects",
        "section",
        "statement",
        "state",
        "verdict",
        "volumes",
    }
)


@cache
def words(language: str) -> Mapping[str, str]:
    """English -> a language; empty where there is no catalogue, and for English itself.

    ValueError for what is no official language.
    """
    path = FOLDER / f"{Language(language)}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def translated() -> tuple[str, ...]:
    """The languages that documents really speak."""
    return (Language.ENGLISH.value, *sorted(path.stem for path in FOLDER.glob("*.po")))


def label(name: str) -> str:
    """The English label of a field: `made_at` is `Made at`."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
