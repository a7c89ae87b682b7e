"""Which guard, clock, document, field or function enforces a rule, and which test proves it.

Guards and clocks name their rule themselves; `PLACES` names what else enforces one. A rule that
nothing enforces is in `NOT_ENFORCED` with the reason.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox.domain.deadline_rules import CATALOGUE, Name
from sandbox.domain.passage import GUARDS
from sandbox.rulebook import RULES

SOURCES = Path(__file__).resolve().parent
TESTS = SOURCES.parent / "tests"

# `module:name` below sandbox; a dotted name is a field or a member.
PLACES: dict[str, tuple[str, ...]] = {
    "R58-01": ("domain.regime:REGIME",),
    "R58-02a": ("domain.call:Call.refuse_unless_open", "stages.apply:apply"),
    "R58-02b": ("store.cases:page",),
    "R58-02c": ("domain.call:Call.weights", "wiring:four_eyes"),
    "R58-02d": ("domain.fees:fee_for",),
    "R58-D02": ("domain.call:Call.fees", "stages.calls:publish"),
    "R58-D07": ("domain.criteria:weighted_total",),
    "R58-D08": ("domain.call:Call.favours",),
    "R58-D09": ("domain.call:Call.guidance",),
    "R58-D10": ("domain.letter:decision_letter", "stages.appeal:rule"),
    "R58-D11": ("domain.information:InformationRequest",),
    "R62-1": ("domain.selection:standing",),
}

NOT_ENFORCED: dict[str, str] = {
    "DL-20": "it has no end of its own: logs go with the environment, or stay under a hold",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One piece of code that enforces a rule: the file, and what it does there."""

    file: str
    what: str


def places() -> dict[str, list[Place]]:
    """Rule id -> every place that enforces it, clocks included."""
    found: dict[str, list[Place]] = {}
    for action, guards in GUARDS.items():
        for rule, function in guards:
            what = f"before *{action}*: {function.__name__.replace('_', ' ')}"
            found.setdefault(rule, []).append(Place(_file(function.__module__), what))
    for clock in CATALOGUE:
        if clock.name in started_clocks():
            place = Place("sandbox/domain/deadline_rules.py", f"clock: {clock.title}")
            found.setdefault(clock.name.value, []).append(place)
    for rule, references in PLACES.items():
        for reference in references:
            module, name = reference.split(":")
            found.setdefault(rule, []).append(Place(_file(f"sandbox.{module}"), f"`{name}`"))
    return found


def rules() -> dict[str, tuple[str, str]]:
    """Every rule id, clocks included, with its article and what it asks."""
    clocks = {clock.name.value: (clock.article, clock.title) for clock in CATALOGUE}
    return RULES | clocks


def proofs() -> dict[str, list[str]]:
    """Rule id -> the test files that carry it."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text()
        ids = set(re.findall(r'\brule\("([^"]+)"\)', text))
        if path.name == "test_deadlines.py":
            ids |= {Name[name].value for name in re.findall(r"Name\.(DL_\d+)", text)}
        for rule in ids:
            found.setdefault(rule, set()).add(str(path.relative_to(TESTS.parent)))
    return {rule: sorted(files) for rule, files in found.items()}


@cache
def started_clocks() -> frozenset[Name]:
    """The clocks that some stage or what it calls starts, as their source says."""
    folders = (SOURCES / "stages", SOURCES / "domain")
    texts = [
        path.read_text()
        for folder in folders
        for path in folder.glob("*.py")
        if path.name not in {"deadline_rules.py", "deadlines.py", "escalation.py", "self_check.py"}
    ]
    return frozenset(name for name in Name if any(f"Name.{name.name}" in text for text in texts))


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"
