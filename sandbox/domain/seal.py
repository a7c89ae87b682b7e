"""The seal of the ledger: each entry is hashed with the hash of its predecessor.

Whoever has the entries can name the first that was changed, removed or moved, with nothing but
SHA-256 and canonical JSON (RFC 8785).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TypeAlias

JSON: TypeAlias = "str | int | bool | list[JSON] | list[str] | dict[str, JSON] | None"
Facts: TypeAlias = JSON

FIRST = "0" * 64  # what the first entry has for a predecessor
INTEGER_MAX = 2**53 - 1  # RFC 8785: beyond this JSON readers disagree about a number


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account; `at` is ISO 8601 in UTC, `facts` hold no floats."""

    seq: int
    at: str
    actor: str
    role: str
    action: str
    case_id: str
    facts: dict[str, JSON]


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry with its predecessor's seal and its own."""

    entry: Entry
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class WithheldEntry:
    """An entry that its reader may not read: its place in the chain, and its seal."""

    seq: int
    previous: str
    seal: str


LedgerLine: TypeAlias = SealedEntry | WithheldEntry


def canonical(value: JSON) -> bytes:
    """RFC 8785 for text, whole numbers, truth values, lists and objects; ValueError for the rest.

    Floats are refused: their shortest form is where implementations differ, and nothing in the
    ledger needs one. Keys sort by UTF-16 code units, as the RFC demands.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def _ordered(value: JSON) -> JSON:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise ValueError(f"{value} is too large for JSON readers to agree on")
        return value
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _ordered(value[key]) for key in keys}
    raise ValueError(f"a {type(value).__name__} has no place in the ledger")


def seal(entry: Entry, previous: str) -> str:
    """The SHA-256 of an entry together with its predecessor's seal, in hex."""
    return hashlib.sha256(canonical(asdict(entry) | {"previous": previous})).hexdigest()


def first_break(lines: Iterable[LedgerLine]) -> LedgerLine | None:
    """The first line that does not fit: changed, out of order, or after a gap; None if all do.

    Of a withheld entry only its place in the chain can be seen.
    """
    previous = FIRST
    for place, line in enumerate(lines, start=1):
        seq = line.seq if isinstance(line, WithheldEntry) else line.entry.seq
        if seq != place or line.previous != previous:
            return line
        if isinstance(line, SealedEntry) and line.seal != seal(line.entry, previous):
            return line
        previous = line.seal
    return None


def withheld(sealed: SealedEntry) -> WithheldEntry:
    """What is left of an entry for who may not read it."""
    return WithheldEntry(sealed.entry.seq, sealed.previous, sealed.seal)
