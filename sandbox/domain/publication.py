"""Who may read and publish an exit report (Art. 57(8)): three agreements, none of them presumed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sandbox.domain.lifecycle import Role
from sandbox.domain.regime import Publication


class Permission(StrEnum):
    """What one party allows to be done with the exit report."""

    UNION_ACCESS = "union_access"
    PROVIDER_PUBLICATION = "provider_publication"
    AUTHORITY_PUBLICATION = "authority_publication"


GIVEN_BY: dict[Permission, Role] = {
    Permission.UNION_ACCESS: Role.PROVIDER,
    Permission.PROVIDER_PUBLICATION: Role.PROVIDER,
    Permission.AUTHORITY_PUBLICATION: Role.AUTHORITY,
}
# Art. 57(8) asks for both; draft act Art. 6(5) for the participant alone: the Act prevails.
NEEDED: dict[Publication, tuple[Permission, ...]] = {
    Publication.BOTH: (Permission.PROVIDER_PUBLICATION, Permission.AUTHORITY_PUBLICATION),
    Publication.PARTICIPANT: (Permission.PROVIDER_PUBLICATION,),
}


PUBLISHING = frozenset({Permission.PROVIDER_PUBLICATION, Permission.AUTHORITY_PUBLICATION})


@dataclass(frozen=True, slots=True)
class Permit:
    """A permission that a named person gave, and perhaps took back.

    To publish is agreed to for one sealed report, named by its hash: nobody can agree expressly to
    what they have not read. A permit that names none publishes nothing.
    """

    permission: Permission
    by: str
    at: datetime
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None
    report_sha256: str = ""


@dataclass(frozen=True, slots=True)
class KeyFinding:
    """What the authority publishes of a case without its exit report (draft act Art. 6(6))."""

    text: str
    by: str
    at: datetime


def holds(permits: Iterable[Permit], permission: Permission, report_sha256: str = "") -> bool:
    """Whether a permission, for a report where it is to publish, was given and not taken back."""
    return any(
        (p.permission, p.report_sha256, p.withdrawn_at) == (permission, report_sha256, None)
        for p in permits
    )


def withdrawn(
    permits: tuple[Permit, ...], permission: Permission, by: str, at: datetime
) -> tuple[Permit, ...]:
    """The same permits, the open one of a kind taken back."""
    return tuple(
        replace(permit, withdrawn_by=by, withdrawn_at=at)
        if permit.permission is permission and permit.withdrawn_at is None
        else permit
        for permit in permits
    )


def is_public(permits: tuple[Permit, ...], needs: Publication, report_sha256: str | None) -> bool:
    """Whether everybody may read a sealed exit report."""
    return bool(report_sha256) and all(
        holds(permits, permission, report_sha256 or "") for permission in NEEDED[needs]
    )
