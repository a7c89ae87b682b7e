"""External observers of a case: who they are, what they may see and until when (Art. 57(4), 58(2)(f))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ObserverKind(StrEnum):
    """Whom a sandbox may involve (Art. 58(2)(f))."""

    NOTIFIED_BODY = "notified_body"
    STANDARDS_BODY = "standards_body"
    TEF = "testing_and_experimentation_facility"
    EDIH = "european_digital_innovation_hub"
    LABORATORY = "laboratory"
    CENTRE_OF_EXCELLENCE = "centre_of_excellence"
    RESEARCHER = "researcher"
    SME = "sme"


class Part(StrEnum):
    """A part of a case that an observer may be shown; there is no part for all of it."""

    SYSTEM = "system"
    PLAN = "plan"
    RISKS = "risks"
    GUIDANCE = "guidance"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Observer:
    """A person invited by the authority; nothing is seen before the provider consents."""

    number: int
    name: str
    organisation: str
    kind: ObserverKind
    scope: tuple[Part, ...]
    until: date
    invited_by: str
    invited_at: datetime
    consented_by: str = ""
    consented_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.scope:
            raise ValueError("an observer is invited to some part of a case")

    def may_look(self, today: date) -> bool:
        """Whether the invitation holds: consented to, not ended, its last day not over."""
        return self.consented_at is not None and self.ended_at is None and today <= self.until


def scope_of(
    observers: Iterable[Observer], name: str, organisation: str, today: date
) -> frozenset[Part]:
    """The parts that a person may look at today."""
    return frozenset(
        part
        for observer in observers
        if (observer.name, observer.organisation) == (name, organisation)
        and observer.may_look(today)
        for part in observer.scope
    )
