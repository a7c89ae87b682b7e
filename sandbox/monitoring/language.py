"""What documents say in which language: labels and fixed sentences, never what a person wrote.

The structure holds the 24 official languages of the Union (Regulation No 1/1958); a catalogue
(gettext PO) is a file in `languages`. A language without one is shown in English and says so.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from sandbox.domain.language import Language
from sandbox.domain.terms import Heading

FOLDER = Path(__file__).with_name("languages")
CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
CODE_IN_TEXT = re.compile(rf"(?<![{{\w]){CODE.pattern}(?![}}\w])")  # not the place of a part

# Fields whose values are words of ours; every other text is somebody's own and stays as it is. A
# person's words may stand in some of them: no catalogue knows these, so they stay too.
FIXED_VALUES = frozenset(
    {
        *(
            "appeal_suspends",
            "applicant_role",
            "aware_party",
            "backups",
            "call",
            "causal_link",
            "confidentiality_label",
        ),
        *("corrective_action", "criterion", "decision_challenged", "decision_days_latest"),
        *("decision_days_median", "depictions", "document", "ended_by", "ethics_review"),
        *(
            "evidence_hold",
            "execution_site",
            "fee",
            "followed",
            "gpu_hours",
            "ground",
            "immediate_response",
        ),
        *(
            "investigation",
            "kept_as",
            "keys",
            "kind",
            "label",
            "laws_not_supervised",
        ),
        *("left", "liability_for_damage", "market_status", "meaning", "means", "method"),
        *("not_covered", "number_means", "outcome", "owed", "prior_year", "protects"),
        *("public_interest_area", "recall", "regime", "risk_assessment", "role"),
        *("section", "signature", "sme_share_percent", "state", "statement", "status_before"),
        *("synthetic_output", "territory", "trigger", "unit", "verdict", "verifier"),
        "withdrawn_by_means_of",
        *(heading.value for heading in Heading),  # the built-in terms; an authority's own stay
    }
)
# Values that end in a word of ours, after a code or a name and this sign.
ENDING = {"sectors": " ", "third_country_transfers": ": "}
LABELLED = frozenset({"classes", "metric", "objective"})  # values that are names, as fields are
BARS = frozenset({"measured_by", "stop_criteria", "threshold", "thresholds"})
# An office, alone or before the name or the country of whoever holds it.
WITH_ROLE = frozenset(
    {
        *("addressees", "authorities_involved", "created_by", "decided_by", "given_as"),
        *("recipients", "responded_by", "sent_by", "signed_by", "suspended_by"),
    }
)
# Fields that hold sentences of ours; their parts may be a person's, and stay.
SENTENCES = frozenset(
    {
        *(
            "alarms",
            "article",
            "changes",
            "deviation",
            "effect",
            "exceptions",
            "fee_reason",
            "finding",
        ),
        *("images", "infrastructure", "kept_series", "sector_permits", "volumes"),
        "refused_reports",
        *("stands_on", "suspension_or_termination", "update_history"),
    }
)
# A text is a sentence of ours where this field says that the service itself decided.
BY_THE_SERVICE = {
    "measures": "responded_by",
    "reasons": "decided_by",
    "suspension": "suspended_by",
}
# The service gives this reason for a provider who suspends over an incident.
GIVEN_FOR_A_PERSON = re.compile(r"incident \d+ could not be mitigated at once \(Art\. 60\(7\)\)")


class Words(dict[str, str]):
    """English -> a language, and the language it is: English where nothing is translated."""

    def __init__(self, said: Mapping[str, str], language: str = Language.ENGLISH) -> None:
        super().__init__(said)
        self.language = str(language)


@cache
def words(language: str) -> Words:
    """English -> a language; empty where there is no catalogue, and for English itself.

    ValueError for what is no official language.
    """
    path = FOLDER / f"{Language(language)}.po"
    if not path.exists():
        return Words({})
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    known = {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}
    return Words(known, language)


@cache
def plain() -> Words:
    """English -> English as it is read, for all that any catalogue knows: codes lose their underscores."""
    known = {english for path in FOLDER.glob("*.po") for english in words(path.stem)}
    return Words({e: CODE_IN_TEXT.sub(lambda code: code[0].replace("_", " "), e) for e in known})


def translated() -> tuple[str, ...]:
    """The languages that documents really speak."""
    return (Language.ENGLISH.value, *sorted(path.stem for path in FOLDER.glob("*.po")))


def label(name: str) -> str:
    """The English label of a field: `made_at` is `Made at`."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def word(text: str, say: Mapping[str, str]) -> str:
    """A word of ours in a language; a code that no catalogue knows is shown without underscores."""
    found = say.get(text, text)
    return found.replace("_", " ") if CODE.fullmatch(found) else found
