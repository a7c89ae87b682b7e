"""What a provider marked confidential, and how to keep it out of what the public reads.

Whatever is not marked is presumed disclosable (draft act Art. 6(6), R58-D18; Art. 78). A marked
field of the application or the plan is kept out sentence by sentence, whoever wrote it again.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.high_risk import ANNEX_I, ANNEX_III, EXITS
from sandbox.domain.labels import Label, MarkedText, stricter
from sandbox.domain.prohibited import PRACTICES
from sandbox.errors import Reason, RuleBroken

BLOT = "[confidential]"
SHORTEST = 3  # X: fewer letters are in every text
NAME_SHORTEST = 4  # X: shorter names are words of any text
TELLING_WORDS = 3  # X: as many in a row tell of one case among all
NAMES = frozenset(
    {
        *("applicant", "authorised_representative", "contact_email", "contact_name"),
        *("contact_phone", "lei", "registration_number", "system_name", "vat_number"),
    }
)
# Of codes, as we write it.
MEANINGS = ANNEX_III | ANNEX_I | PRACTICES | {str(code): why for code, why in EXITS.items()}
CODED = frozenset(  # what is said with words of the law tells of no case among all
    {
        *("annex_i", "annex_iii", "annex_iii_exit", "applicant_role", "depictions"),
        *("market_status", "prohibited", "public_interest_area", "synthetic_output"),
    }
)
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")


def marked(case: Case) -> dict[str, tuple[str, ...]]:
    """Every marked field with the sentences in it, the longest first, and those it had before; a code
    with what it means, and an applicant with the name it signs in by.
    """
    found: dict[str, tuple[str, ...]] = {}
    marks = (
        (case.application, case.application.secret),
        (case.plan, case.plan.confidential if case.plan else ()),
    )
    for document, names in marks:
        for name in names:
            also = (case.provider,) if name == "applicant" else ()
            said = (*_said(getattr(document, name)), *also)
            texts = {part.strip() for text in said for part in _parts(text)}
            kept = (text for text in texts if len("".join(_words(text))) >= SHORTEST)
            found[name] = (*found.get(name, ()), *sorted(kept, key=len, reverse=True))
    for former in case.once_marked:
        found[former.field] = (*found.get(former.field, ()), *_said(former.text))
    return found


def remembered(before: Case, after: Case) -> tuple[MarkedText, ...]:
    """What was ever marked in a case whose application or plan is written anew."""
    now = marked(after)
    gone = (
        MarkedText(name, text, _label(before, name))
        for name, texts in marked(before).items()
        for text in texts
        if text not in now.get(name, ())
    )
    return (*after.once_marked, *gone)


def _label(case: Case, field: str) -> Label:
    """How strict a marked field is; those of a plan have one label."""
    label = case.application.marked(field)
    return Label.CONFIDENTIAL if label is Label.PUBLIC else label


def told_in(case: Case, text: str) -> tuple[str, ...]:
    """The marked fields that a text tells something of."""
    return tuple(
        name for name, texts in marked(case).items() if any(_pattern(t).search(text) for t in texts)
    )


def told_among_all(case: Case, text: str) -> tuple[str, ...]:
    """The marked fields that a text about every case tells something of: some words in a row, or
    what names the case or its people. A shorter mark of one case stops no text about the others.
    """
    return tuple(
        name
        for name, texts in marked(case).items()
        if any(_tells_of_one(name, t) and _pattern(t).search(text) for t in texts)
    )


def _tells_of_one(field: str, text: str) -> bool:
    names_it = field in NAMES and len(text) >= NAME_SHORTEST
    return names_it or (len(_words(text)) >= TELLING_WORDS and field not in CODED)


def is_named(case: Case, text: str) -> bool:
    """Whether a text names the applicant of a case or its system, as whole words."""
    names = (case.application.applicant, case.provider, case.application.system_name)
    return any(len(name) >= NAME_SHORTEST and _pattern(name).search(text) for name in names)


def telling(case: Case, *texts: str) -> Iterator[str]:
    """What stands against publishing texts: a sentence for each marked field that they tell of."""
    for field in told_in(case, "\n".join(texts)):
        yield f"the text tells what is marked confidential: {field.replace('_', ' ')}"


def quoted(case: Case, said: dict[str, Any]) -> Label:  # Any: JSON
    """The strictest mark on a field of the application, or of a plan, that a document quotes."""
    text, application = json.dumps(said, ensure_ascii=False), case.application
    quoted = (name for name in application.secret if _quotes(text, getattr(application, name)))
    plans = (case.plan, *(amendment.plan for amendment in case.amendments))
    is_secret = any(
        _quotes(text, getattr(plan, name)) for plan in plans if plan for name in plan.confidential
    )
    return stricter(
        Label.CONFIDENTIAL if is_secret else Label.PUBLIC,
        *(application.marked(name) for name in quoted),
        *(former.label for former in case.once_marked if _quotes(text, former.text)),
    )


def _quotes(text: str, value: object) -> bool:
    """Whether JSON holds a text, or one of several, or what such a code means; nothing is no quotation."""
    words = value if isinstance(value, tuple) else (value,)
    said = (text for word in words if isinstance(word, str) for text in _said(word))
    found = (text for text in said if len(text) >= SHORTEST)
    written = (re.escape(json.dumps(word, ensure_ascii=False)[1:-1]) for word in found)
    return any(re.search(rf"(?<!\w){word}(?!\w)", text) for word in written)


def refuse_to_tell(case: Case, *texts: str) -> None:
    """RuleBroken when texts for the public tell something that is marked."""
    reasons = tuple(Reason("R58-D18", sentence) for sentence in telling(case, *texts))
    if reasons:
        raise RuleBroken(reasons)


def blotted(case: Case, value: Any) -> Any:  # Any: JSON
    """The same JSON value without anything that is marked."""
    patterns = [_pattern(text) for texts in marked(case).values() for text in texts]
    return _blotted(value, sorted(patterns, key=lambda p: len(p.pattern), reverse=True))


def _blotted(value: Any, patterns: list[re.Pattern[str]]) -> Any:  # Any: JSON
    if isinstance(value, str):
        for pattern in patterns:
            value = pattern.sub(BLOT, value)
        return value
    if isinstance(value, list):
        return [_blotted(item, patterns) for item in value]
    if isinstance(value, dict):
        return {key: _blotted(item, patterns) for key, item in value.items()}
    return value


def _pattern(text: str) -> re.Pattern[str]:
    """The text in any case and however its lines are broken, but not inside a longer word."""
    words = r"\s+".join(re.escape(word) for word in _words(text))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _words(text: str) -> list[str]:
    return text.rstrip(".!?;").split()


def _parts(text: str) -> list[str]:
    return [text, *SENTENCE_END.split(text)]


def _said(value: object) -> Iterator[str]:
    """Every text in a field, and in our own words what it means where it is a code."""
    for text in _texts(value):
        yield text
        if text in MEANINGS:
            yield from (MEANINGS[text], f"{text} {MEANINGS[text]}")
    if isinstance(value, StrEnum):
        yield value.replace("_", " ")


def _texts(value: object) -> Iterator[str]:
    """Every text and number in a field, whatever its shape; a truth value alone tells nothing."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str | int | float | date):
        yield str(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
