"""What readers of a case may not know yet: participants of an unannounced inspection (Art. 60(6)),
the Union of an exit report that was not opened to it (Art. 57(8)).
"""

from dataclasses import replace

from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Action, Role
from sandbox.domain.papers import Paper
from sandbox.domain.readers import OF_THE_UNION, may_read
from sandbox.domain.seal import SealedEntry

PARTICIPANTS = frozenset({Role.PROVIDER, Role.DEPLOYER})


def without_secret_inspections(case: Case, person: Person) -> Case:
    """The case as a participant may see it while an inspector is at work."""
    if person.role not in PARTICIPANTS:
        return case
    return replace(case, inspections=tuple(i for i in case.inspections if not i.is_secret))


def without_unopened_outcomes(case: Case, person: Person) -> Case:
    """The case as somebody of the Union may see it: nothing of an exit report that the provider did
    not open (Art. 57(8)).
    """
    if person.role not in OF_THE_UNION or may_read(case, person, Paper.EXIT_REPORT):
        return case
    return replace(case, outcomes=())


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
