"""What an authority shows of a case to another one: purpose, legal basis, parts, end (Art. 57(13), 78).

A share lets somebody read; it never lets anybody act, and never carries what is
SENSITIVE_OPERATIONAL.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sandbox.domain.application import Application
from sandbox.domain.lifecycle import Role
from sandbox.errors import NotFound

# An article or a section and its number, in the languages of the Union: Art. 57(13), artikel 7, § 12.
ARTICLE = re.compile(r"(art|§|sec)\D{0,10}\d", re.IGNORECASE)


class Part(StrEnum):
    """What may be shared; a row of the table of views belongs to one part or is never shared."""

    SYSTEM = "system"  # who applies and what for: every share has it
    APPLICATION = "application"
    DECISION = "decision"
    PLAN = "plan"
    TEST = "test"
    INCIDENTS = "incidents"
    SUPERVISION = "supervision"
    RESULTS = "results"


class Consulted(StrEnum):
    """Whom Art. 78 wants asked before law-enforcement matters are exchanged."""

    ORIGINATING_AUTHORITY = "originating_authority"
    DEPLOYER = "deployer"


@dataclass(frozen=True, slots=True)
class Consultation:
    """Somebody was asked before another authority got something, and where that is on record."""

    whom: Consulted
    name: str
    on: date
    reference: str

    def __str__(self) -> str:
        return f"{self.whom}: {self.name} ({self.reference})"


@dataclass(frozen=True, slots=True)
class Share:
    """Some parts of a case for one other authority, until a day; `of_right` needs no consent."""

    number: int
    role: Role
    country: str
    parts: tuple[Part, ...]
    purpose: str
    legal_basis: str
    last_day: date
    by: str
    at: datetime
    of_right: bool = False
    consultations: tuple[Consultation, ...] = ()
    consented_by: str = ""
    consented_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def is_in_force(self) -> bool:
        """Whether its reader may read: consented to, or of right, and not over."""
        return self.ended_at is None and (self.of_right or self.consented_at is not None)

    def is_for(self, role: Role, country: str) -> bool:
        """Whether it is meant for an authority of a role and country."""
        return (self.role, self.country) == (role, country)

    def has(self, part: Part) -> bool:
        """Whether a part is in it; who applies and what for always is."""
        return part is Part.SYSTEM or part in self.parts


NATIONAL = frozenset(
    {Role.AUTHORITY, Role.MARKET_SURVEILLANCE, Role.DATA_PROTECTION, Role.RIGHTS_BODY}
)
OF_THE_UNION = frozenset({Role.AI_OFFICE, Role.BOARD, Role.COMMISSION})


def shared_with(shares: tuple[Share, ...], role: Role, country: str) -> tuple[Share, ...]:
    """The shares that an authority may read by now."""
    return tuple(s for s in shares if s.is_in_force and s.is_for(role, country))


def found(shares: tuple[Share, ...], number: int) -> Share:
    """The share of a number that is not over; NotFound when there is none."""
    for share in shares:
        if share.number == number and share.ended_at is None:
            return share
    raise NotFound(f"there is no share {number}")


def changed(shares: tuple[Share, ...], share: Share) -> tuple[Share, ...]:
    """The same shares with one in a new state."""
    return tuple(share if known.number == share.number else known for known in shares)


def names_article(legal_basis: str) -> bool:
    """Whether a legal basis says on which article something rests."""
    return ARTICLE.search(legal_basis) is not None


def touches_enforcement(application: Application) -> bool:
    """Annex III 1, 6, 7 in law enforcement, migration, asylum or border control (Art. 78)."""
    areas = ("III-1", "III-6", "III-7")
    return application.enforces_law and any(a.startswith(areas) for a in application.annex_iii)


def unasked(consultations: tuple[Consultation, ...], deployers: tuple[str, ...]) -> Iterator[str]:
    """Who of those that Art. 78 names was not asked before another authority gets something."""
    asked = {(c.whom, c.name.casefold()) for c in consultations}
    if not any(whom is Consulted.ORIGINATING_AUTHORITY for whom, _ in asked):
        yield "the originating authority was not consulted"
    if not deployers and not any(whom is Consulted.DEPLOYER for whom, _ in asked):
        yield "the deployer was not consulted"
    for name in deployers:
        if (Consulted.DEPLOYER, name.casefold()) not in asked:
            yield f"the deployer {name} was not consulted"
