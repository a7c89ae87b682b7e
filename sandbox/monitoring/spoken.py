"""The facts of a document with our words in the language of its reader; a person's words stay."""

import re
from typing import Any

from sandbox.domain.case import SYSTEM
from sandbox.domain.lifecycle import Role
from sandbox.monitoring.language import (
    BARS,
    BY_THE_SERVICE,
    ENDING,
    FIXED_VALUES,
    GIVEN_FOR_A_PERSON,
    LABELLED,
    SENTENCES,
    WITH_ROLE,
    Words,
    label,
    plain,
    word,
)
from sandbox.monitoring.readable import decimal, rounded
from sandbox.monitoring.sentences import bar, said

ROLE = re.compile(r"[a-z_]+")
PERCENT_DIGITS = 1
PROBED = frozenset({"name", "control", "expected", "seen"})
ACTORS = frozenset({*Role, "service"})


def spoken(facts: Any, say: Words, name: str = "") -> Any:  # Any: JSON
    """The same JSON; `name` is the field that a value stands in. Without a catalogue: English."""
    say = say or plain()
    if isinstance(facts, dict):
        return {key: _field(key, value, facts, say) for key, value in facts.items()}
    if isinstance(facts, list):
        return [spoken(item, say, name) for item in facts]
    if not isinstance(facts, str) or not facts:
        return facts
    if name in LABELLED:
        return word(label(facts), say)
    if name in BARS:
        return bar(facts, say)
    if name in WITH_ROLE:
        return ROLE.sub(lambda found: _role(found[0], say), facts, count=1)
    if sign := ENDING.get(name):
        start, found, end = facts.partition(sign)
        return f"{start}{found}{word(end, say)}" if found else word(facts, say)
    if name in SENTENCES:
        return said(facts, say)
    return word(facts, say) if name in FIXED_VALUES else facts


def _field(name: str, value: Any, facts: dict[str, Any], say: Words) -> Any:
    decider = BY_THE_SERVICE.get(name)
    if decider and isinstance(value, str):
        ours = facts.get(decider) == str(SYSTEM) or GIVEN_FOR_A_PERSON.fullmatch(value)
        return said(value, say) if ours else value
    return spoken(value, say, name)


def _role(text: str, say: Words) -> str:
    return word(text, say) if text in ACTORS else text


def report(facts: dict[str, Any], say: Words) -> dict[str, Any]:
    """A test report, which has a template of its own: its numbers, and what its notes and the isolation
    check say.
    """
    say = say or plain()
    probes = [
        {name: said(value, say) if name in PROBED else value for name, value in probe.items()}
        for probe in facts["isolation"]
    ]
    runs = [
        run | {"measurements": [_numbered(m, say.language) for m in run["measurements"]]}
        for run in facts["runs"]
    ]
    notes = [said(note, say) for note in facts["notes"]]
    return facts | {"runs": runs, "notes": notes, "isolation": probes}


def _numbered(measured: dict[str, Any], language: str) -> dict[str, Any]:
    """A measurement with its numbers as they are read; the completeness in percent."""
    series, threshold, value = measured["series"], measured["threshold"], measured["value"]
    complete = rounded(series["completeness"] * 100, language, PERCENT_DIGITS)
    step = rounded(series["step_seconds"], language)
    return measured | {
        "value": None if value is None else rounded(value, language),
        "threshold": threshold | {"value": decimal(repr(threshold["value"]), language)},
        "series": series | {"completeness": complete, "step_seconds": step},
    }
