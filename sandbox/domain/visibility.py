"""The ledger as its reader may read it: what is about a field that is hidden (Art. 78), or about an
inspection that is still a secret (Art. 60(6)), is withheld.
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
        and not _is_secret(sealed, case, person)
        else withheld(sealed)
        for sealed in entries
    ]


def entries_known_to(entries: list[SealedEntry], case: Case, person: Person) -> list[SealedEntry]:
    """The entries that are no secret to somebody: a participant learns of an unannounced inspection
    when it is closed.
    """
    return [sealed for sealed in entries if not _is_secret(sealed, case, person)]


def _is_secret(sealed: SealedEntry, case: Case, person: Person) -> bool:
    """Whether an entry is about an inspection that a participant may not know of yet."""
    if person.role not in PARTICIPANTS or sealed.entry.action != Action.OPEN_INSPECTION:
        return False
    secret = {inspection.number for inspection in case.inspections if inspection.is_secret}
    return sealed.entry.facts.get("inspection") in secret
