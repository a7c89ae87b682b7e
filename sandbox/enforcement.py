"""Which guard, clock, document, field or function enforces a rule, and which test proves it.

Guards and clocks name their rule themselves; `enforcers` names what else enforces one, and what nothing does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox.domain.action import Action
from sandbox.domain.articles import article
from sandbox.domain.deadline_rules import CATALOGUE, Name
from sandbox.domain.high_risk import ANNEX_III, EXITS
from sandbox.domain.papers import CATALOGUE as PAPERS
from sandbox.domain.passage import DAY_GUARDS, GUARDS, STEP_GUARDS
from sandbox.enforcers import PLACES
from sandbox.rulebook import RULES

SOURCES = Path(__file__).resolve().parent
TESTS = SOURCES.parent / "tests"


@dataclass(frozen=True, slots=True)
class Place:
    """One piece of code that enforces a rule: the file, and what it does there."""

    file: str
    what: str


def places() -> dict[str, list[Place]]:
    """Rule id -> every place that enforces it, clocks included."""
    found: dict[str, list[Place]] = {}
    guards: Iterator[tuple[Action, str, Callable[..., object]]] = (
        (action, rule, function)
        for registered in (GUARDS, STEP_GUARDS, DAY_GUARDS)
        for action, rules in registered.items()
        for rule, function in rules
    )
    for action, rule, function in guards:
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
    """Every rule id, with its article and what it asks: clocks, documents and Annex III included."""
    clocks = {clock.name.value: (clock.article, clock.title) for clock in CATALOGUE}
    papers = {number: ("rulebook 10", heading) for number, heading in PAPERS.values() if number}
    areas = {code: (article(code), meaning) for code, meaning in ANNEX_III.items()}
    exits = {code.value: (article(code), meaning) for code, meaning in EXITS.items()}
    return RULES | clocks | papers | areas | exits


def proofs() -> dict[str, list[str]]:
    """Rule id -> the test files that carry it; one mark may carry several ids."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        ids = set(" ".join(re.findall(r'\brule\("([^"]+)"\)', path.read_text())).split())
        for rule in ids:
            found.setdefault(rule, set()).add(str(path.relative_to(TESTS.parent)))
    return {rule: sorted(files) for rule, files in found.items()}


@cache
def started_clocks() -> frozenset[Name]:
    """The clocks that some stage or what it calls starts: as its source says and a test of stages proves."""
    proven = {
        rule
        for rule, files in proofs().items()
        if any(file.startswith("tests/stages/") for file in files)
    }
    folders = (SOURCES / "stages", SOURCES / "domain")
    texts = [
        path.read_text()
        for folder in folders
        for path in folder.glob("*.py")
        if path.name not in {"deadline_rules.py", "deadlines.py", "escalation.py", "self_check.py"}
    ]
    return frozenset(
        name
        for name in Name
        if name.value in proven and any(f"Name.{name.name}" in text for text in texts)
    )


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"
