"""Lines of the catalogue that have another length, or wait for somebody else, for some subjects."""

from dataclasses import replace

from sandbox.domain.deadline_rules import BY_NAME, Counting, Name, Rule
from sandbox.domain.periods import Period
from sandbox.domain.supervision import OF_THE_LEAD

# Where one line of the rulebook has two lengths: the first word of the clock's subject tells.
OUTCOMES = "outcomes"
UNASKED = "subjects"  # of a test without consent
# The last day of a test, which is also the last to notify its extension until that is done.
TO_EXTEND, LAST_DAY = "extension", "end"
_STOPS = Rule(
    Name.DL_04,
    "last day of an extended real-world test",
    "Art. 60(4)(f)",
    "first day after it",
    Period(days=1),
    "provider",
    "the test stops, and is not extended any more",
    Counting.BACKWARD,
)
BY_SUBJECT = {
    (Name.DL_18, OUTCOMES): Rule(
        Name.DL_18,
        "final outcomes of a real-world test",
        "Art. 60(8)",
        "test ended or terminated",
        Period(days=30),
        "provider",
        "remind",
        ours=True,
    ),
    (Name.DL_04, LAST_DAY): _STOPS,
    (Name.DL_04, TO_EXTEND): replace(
        _STOPS, title="last day of a real-world test, and the last to notify its extension"
    ),
    (Name.DL_26, OF_THE_LEAD): replace(BY_NAME[Name.DL_26], who="authority"),
    (Name.DL_17, UNASKED): Rule(
        Name.DL_17,
        "deletion after a test without consent",
        "Art. 60(4)(i)",
        "test ended or terminated",
        Period(hours=72),
        "provider",
        "deletion is proven; the case does not close before",
        Counting.HOURS,
        ours=True,
    ),
}


def rule_of(name: Name, subject: str) -> Rule:
    """The line of the catalogue that counts for a clock of a name with a subject."""
    return BY_SUBJECT.get((name, subject.partition(" ")[0]), BY_NAME[name])
