"""What a test of a product of Annex I Section B needs beside Art. 60: permits of its sector, and ways
into public infrastructure (Art. 60a(4), 60a(6)).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectorPermit:
    """A permit that sector law asks for: granted under a reference, or set aside as far as the test
    needs it, and why (Art. 60a(6)).
    """

    law: str
    authority: str
    reference: str = ""
    set_aside_because: str = ""

    @property
    def is_settled(self) -> bool:
        return bool(self.reference.strip() or self.set_aside_because.strip())

    def __str__(self) -> str:
        how = self.reference or f"set aside: {self.set_aside_because or 'not settled'}"
        return f"{self.law} ({self.authority}): {how}"


@dataclass(frozen=True, slots=True)
class Access:
    """Public infrastructure that the test uses, and the agreement of its owner (Art. 60a(4))."""

    owner: str
    infrastructure: str
    agreement: str = ""

    def __str__(self) -> str:
        return f"{self.infrastructure} of {self.owner}: {self.agreement or 'not agreed'}"
