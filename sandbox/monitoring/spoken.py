"""The facts of a document with our words in the language of its reader; a person's words stay."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.domain.case import SYSTEM
from sandbox.domain.lifecycle import Role
from sandbox.monitoring.language import (
    BARS,
    BY_THE_SERVICE,
    FIXED_VALUES,
    GIVEN_FOR_A_PERSON,
    LABELLED,
    SENTENCES,
    WITH_ROLE,
    label,
    plain,
    word,
)
from sandbox.monitoring.sentences import bar, said

ROLE = re.compile(r"[a-z_]+")
PROBED = frozenset({"name", "control", "expected", "seen"})
ACTORS = frozenset({*Role, "service"})


def spoken(facts: Any, say: Mapping[str, str], name: str = "") -> Any:  # Any: JSON
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
    if name in SENTENCES:
        return said(facts, say)
    return word(facts, say) if name in FIXED_VALUES else facts


def _field(name: str, value: Any, facts: dict[str, Any], say: Mapping[str, str]) -> Any:
    decider = BY_THE_SERVICE.get(name)
    if decider and isinstance(value, str):
        ours = facts.get(decider) == str(SYSTEM) or GIVEN_FOR_A_PERSON.fullmatch(value)
        return said(value, say) if ours else value
    return spoken(value, say, name)


def _role(text: str, say: Mapping[str, str]) -> str:
    return word(text, say) if text in ACTORS else text


def report(facts: dict[str, Any], say: Mapping[str, str]) -> dict[str, Any]:
    """A test report, which has a template of its own: what its notes and the isolation check say."""
    say = say or plain()
    probes = [
        {name: said(value, say) if name in PROBED else value for name, value in probe.items()}
        for probe in facts["isolation"]
    ]
    return facts | {"notes": [said(note, say) for note in facts["notes"]], "isolation": probes}
