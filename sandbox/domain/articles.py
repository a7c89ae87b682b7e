"""Which article a rule id stands for."""

import re

from sandbox.domain.deadline_rules import CATALOGUE
from sandbox.rulebook import RULES

KNOWN = {rule: article for rule, (article, _) in RULES.items()}
KNOWN |= {clock.name.value: clock.article for clock in CATALOGUE}
KNOWN["X-practice"] = "Art. 5"  # whether a practice is banned is judged by a person: that is ours
KNOWN["X-real-world"] = "Art. 60"  # in which order its steps follow is ours (rulebook 11)
# What the rulebook has no row for: `R2-3` and `R6`, and the codes of its screening lists.
PLAIN = re.compile(r"R(?P<article>\d+)(?:-(?P<paragraph>\d+))?")
ANNEX_III = re.compile(r"III-(?P<point>\d+)(?P<letter>[a-z]?)")
ANNEX_I = re.compile(r"I-(?P<section>[AB])(?P<number>\d+)")
EXIT = re.compile(r"E-[a-d]")


def article(rule: str) -> str:
    """The article of a rule id, for example `Art. 57(5)` for `R57-05`; empty for house rules."""
    if rule in KNOWN:
        return KNOWN[rule]
    if found := PLAIN.fullmatch(rule):
        paragraph = f"({found['paragraph']})" if found["paragraph"] else ""
        return f"Art. {found['article']}{paragraph}"
    if found := ANNEX_III.fullmatch(rule):
        letter = f"({found['letter']})" if found["letter"] else ""
        return f"Art. 6(2), Annex III point {found['point']}{letter}"
    if found := ANNEX_I.fullmatch(rule):
        return f"Art. 6(1), Annex I Section {found['section']} number {found['number']}"
    return "Art. 6(3)" if EXIT.fullmatch(rule) else ""
