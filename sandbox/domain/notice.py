"""What a notice to somebody outside says: that something happened, where, and until when.

Never what a case contains: its reader signs in to see that (Art. 78).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.domain.deadline_rules import Counting, Name
from sandbox.domain.deadline_subjects import rule_of
from sandbox.domain.escalation import Rung
from sandbox.domain.naming import CaseId

CLOCK = "clock_"  # the kinds of a step of a ladder begin so
OVER = "The time for {clock} is over ({due}): {effect}."  # nobody owes what may be agreed before
SENTENCES = {
    Rung.WEEK_BEFORE: "{clock} ends soon: {due}.",
    Rung.DAY_BEFORE: "{clock} ends soon: {due}.",
    Rung.ON_TARGET: "{clock} should be met today; {due}.",
    Rung.HALF_TIME: "Half of the time has passed: {clock}, {due}.",
    Rung.OVERDUE: "{clock} is overdue: {due}.",
    Rung.ESCALATED: "{clock} is still overdue and is brought before you: {due}.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it leaves: the same `id` again is the same notice again."""

    id: int
    case_id: CaseId
    kind: str
    addressee: str
    sentence: str
    clock: str
    due: str
    link: str
    posted_at: datetime


def kind_of(rung: Rung) -> str:
    """The kind of the notice that a step of a ladder gives."""
    return f"{CLOCK}{rung}"


def sentence_of(kind: str, facts: dict[str, Any]) -> str:  # Any: JSON as it was posted
    """One sentence without any content of the case."""
    if not kind.startswith(CLOCK):
        return f"There is something new: {kind.replace('_', ' ')}."
    rule = rule_of(Name(facts["clock"]), facts.get("subject", ""))
    clock = f"{rule.name} {rule.title} ({rule.article})"
    due = f"legal latest {facts['due']}"
    if rule.counting is Counting.BACKWARD and kind == kind_of(Rung.OVERDUE):
        return OVER.format(clock=clock, due=due, effect=rule.at_expiry)
    return SENTENCES[Rung(kind.removeprefix(CLOCK))].format(clock=clock, due=due)
