"""Lines of the catalogue that have another length for some subjects."""

from sandbox.domain.deadline_rules import BY_NAME, Name, Rule
from sandbox.domain.periods import Period

# Where one line of the rulebook has two lengths: the first word of the clock's subject tells.
OUTCOMES = "outcomes"
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
    )
}


def rule_of(name: Name, subject: str) -> Rule:
    """The line of the catalogue that counts for a clock of a name with a subject."""
    return BY_SUBJECT.get((name, subject.partition(" ")[0]), BY_NAME[name])
