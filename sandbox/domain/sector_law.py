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
        permit = f"{self.law} ({self.authority})"
        if self.set_aside_because and not self.reference:
            return f"{permit}: set aside: {self.set_aside_because}"
        return f"{permit}: {self.reference}" if self.reference else f"{permit}: not settled"


@dataclass(frozen=True, slots=True)
class Access:
    """Public infrastructure that the test uses, and the agreement of its owner (Art. 60a(4))."""

    owner: str
    infrastructure: str
    agreement: str = ""

    def __str__(self) -> str:
        access = f"{self.infrastructure} ({self.owner})"
        return f"{access}: {self.agreement}" if self.agreement else f"{access}: not agreed"
