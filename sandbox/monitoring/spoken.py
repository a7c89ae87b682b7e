"""The facts of a document with our words in the language of its reader; a person's words stay."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.domain.lifecycle import Role
from sandbox.monitoring.language import BARS, FIXED_VALUES, LABELLED, WITH_ROLE, label

CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
BAR = re.compile(r"(\w+) (at most|at least) (.+)")
OF_A_BAR = re.compile("completeness|stops the test")
ROLE = re.compile(r"[a-z_]+")


def spoken(facts: Any, say: Mapping[str, str], name: str = "") -> Any:  # Any: JSON
    """The same JSON; `name` is the field that a value stands in."""
    if isinstance(facts, dict):
        return {key: spoken(value, say, key) for key, value in facts.items()}
    if isinstance(facts, list):
        return [spoken(item, say, name) for item in facts]
    if not isinstance(facts, str) or not facts:
        return facts
    if name in LABELLED:
        return _of(label(facts), say)
    if name in BARS:
        return _bar(facts, say)
    if name in WITH_ROLE:
        return ROLE.sub(lambda found: _role(found[0], say), facts, count=1)
    return _of(facts, say) if name in FIXED_VALUES else facts


def _of(text: str, say: Mapping[str, str]) -> str:
    found = say.get(text, text)
    return found.replace("_", " ") if CODE.fullmatch(found) else found


def _role(text: str, say: Mapping[str, str]) -> str:
    return _of(text, say) if text in set(Role) else text


def _bar(text: str, say: Mapping[str, str]) -> str:
    found = BAR.fullmatch(text)
    if found is None:
        return text
    metric, bound, rest = found.groups()
    told = OF_A_BAR.sub(lambda word: _of(word[0], say), rest)
    return f"{_of(label(metric), say)} {_of(bound, say)} {told}"
