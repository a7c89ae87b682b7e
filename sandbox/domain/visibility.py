"""The ledger as its reader may read it: an unannounced inspection ends it (Art. 60(6)), and what is
about a field that is hidden is withheld (Art. 78).
"""

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.seal import LedgerLine, SealedEntry, withheld
from sandbox.domain.views import PARTICIPANTS, reads_entry


def known_lines(entries: list[SealedEntry], case: Case, person: Person) -> list[LedgerLine]:
    """The ledger for somebody: entries they may read, and the seals of the others."""
    return [
        sealed
        if reads_entry(case, person, sealed.entry.action, sealed.entry.facts)
        else withheld(sealed)
        for sealed in entries_known_to(entries, case, person)
    ]


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
