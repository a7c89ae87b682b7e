"""Guidance: what a provider asks, what an authority answers, and whether it was followed
(Art. 57(6)-(7), (12); document D17).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.domain.lifecycle import Role
from sandbox.domain.report import NO_CONFORMITY


@dataclass(frozen=True, slots=True)
class Guidance:
    """One entry of the log; `question` is empty when an authority spoke on its own.

    `evidence` shows how guidance was followed, or says why it was not.
    """

    number: int
    asked_by: str
    asked_at: datetime
    question: str = ""
    answer: str = ""
    law: tuple[str, ...] = ()
    role: Role | None = None
    country: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    followed: bool | None = None
    evidence: str = ""
    followed_told_by: str = ""
    followed_told_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.acknowledged_at is not None and self.answered_at is None:
            raise ValueError("nobody acknowledges guidance that was not given")
        if self.followed is not None and self.acknowledged_at is None:
            raise ValueError("guidance is acknowledged before it is followed or not")

    @property
    def following(self) -> str:
        """Whether it was followed, in a word."""
        return {None: "not told yet", True: "yes", False: "no"}[self.followed]


def involved(log: Iterable[Guidance]) -> tuple[str, ...]:
    """The authorities that gave guidance: under their law nobody is fined either (Art. 57(12))."""
    places = [f"{item.role.value} {item.country}".strip() for item in log if item.role is not None]
    return tuple(dict.fromkeys(places))


def entry_facts(item: Guidance) -> dict[str, Any]:  # Any: a JSON document
    """One entry as JSON values."""
    return {
        "number": item.number,
        "question": item.question or None,
        "asked_by": item.asked_by,
        "asked_at": item.asked_at.isoformat(),
        "answer": item.answer,
        "law": list(item.law),
        "given_by": item.answered_by,
        "given_as": f"{item.role.value} {item.country}".strip() if item.role else "",
        "given_at": item.answered_at.isoformat() if item.answered_at else "",
        "acknowledged_by": item.acknowledged_by or None,
        "acknowledged_at": item.acknowledged_at.isoformat() if item.acknowledged_at else "",
        "followed": item.following,
        "evidence": item.evidence or None,
    }


def paper(
    item: Guidance, case_id: str, provider: str, authority: str, at: datetime
) -> dict[str, Any]:  # Any: a JSON document
    """Document D17 of an answered entry, as it stands."""
    return {
        "document": "guidance log entry",
        "case": case_id,
        "provider": provider,
        "authority": authority,
        **entry_facts(item),
        "made_at": at.isoformat(),
        "statement": NO_CONFORMITY,
    }
