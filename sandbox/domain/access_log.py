"""The log of the processing of personal data (Art. 59(1)(h)): who worked with which dataset, when,
for what, in which job; each line is sealed with the line before.

It has a chain of its own, so that one hash stands for all of it (D12); the ledger keeps that hash
after each batch, and still has it when the lines, which name people, are deleted.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.domain.seal import FIRST, JSON, canonical

BATCH_MAX = 500


@dataclass(frozen=True, slots=True)
class Access:
    """One access; `key` is the writer's own name for it, so that a batch sent twice counts once."""

    key: str
    at: datetime
    who: str
    dataset: int
    purpose: str
    job: str


@dataclass(frozen=True, slots=True)
class LoggedAccess:
    """A line of the log; `authorised` is whether this person was named for this dataset then."""

    number: int
    access: Access
    authorised: bool
    seal: str


def seal(access: Access, previous: str, *, number: int, authorised: bool) -> str:
    """The SHA-256 of a line together with the seal of the line before, in hex."""
    line: dict[str, JSON] = {
        "number": number,
        "key": access.key,
        "at": access.at.astimezone(UTC).isoformat(),
        "who": access.who,
        "dataset": access.dataset,
        "purpose": access.purpose,
        "job": access.job,
        "authorised": authorised,
        "previous": previous,
    }
    return hashlib.sha256(canonical(line)).hexdigest()


def first_break(lines: Iterable[LoggedAccess]) -> LoggedAccess | None:
    """The first line that does not fit the lines before it; None if all do."""
    previous = FIRST
    for number, line in enumerate(lines, start=1):
        made = seal(line.access, previous, number=number, authorised=line.authorised)
        if line.number != number or line.seal != made:
            return line
        previous = line.seal
    return None
