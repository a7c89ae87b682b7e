"""What the participants of a case may not know yet: an unannounced inspection (Art. 60(6))."""

from dataclasses import replace

from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Action, Role
from sandbox.domain.seal import SealedEntry

PARTICIPANTS = frozenset({Role.PROVIDER, Role.DEPLOYER})


def without_secret_inspections(case: Case, person: Person) -> Case:
    """The case as a participant may see it while an inspector is at work."""
    if person.role not in PARTICIPANTS:
        return case
    return replace(case, inspections=tuple(i for i in case.inspections if not i.is_secret))


def entries_known_to(entries: list[SealedEntry], case: Case, person: Person) -> list[SealedEntry]:
    """The ledger up to the first entry that a participant may not know yet.

    The chain stays whole: it ends earlier, and goes on when the inspection is closed.
    """
    secret = {i.number for i in case.inspections if i.is_secret}
    if person.role not in PARTICIPANTS or not secret:
        return entries
    for n, sealed in enumerate(entries):
        entry = sealed.entry
        opened = entry.action == Action.OPEN_INSPECTION and isinstance(entry.facts, dict)
        if opened and entry.facts.get("inspection") in secret:
            return entries[:n]
    return entries
