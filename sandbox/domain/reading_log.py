"""The log of what inspectors read of a case while an inspection is open (Art. 60(6)): who, what, when.

Each line is sealed with the one before. The record of the inspection (D18) holds every line as it was
sealed, so that whoever holds D18 can compute its last seal again.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.domain.seal import FIRST


@dataclass(frozen=True, slots=True)
class Reading:
    """Something an inspector asked for; `what` is its place within the case."""

    number: int
    at: datetime
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.number} {self.at.astimezone(UTC).isoformat()} {self.who}: {self.what}"


def seal(line: str, previous: str) -> str:
    """The SHA-256 of a line, in hex, together with the seal of the line before."""
    return hashlib.sha256(f"{previous}\n{line}".encode()).hexdigest()


def last_seal(lines: list[str]) -> str:
    """The seal that stands for a whole log."""
    found = FIRST
    for line in lines:
        found = seal(line, found)
    return found
