"""How confidential something is (Art. 78, rulebook 5.3), and what a provider marked."""

from dataclasses import dataclass
from enum import StrEnum

NOT_TAKEN = "classified information is not accepted here: ask the authority how to hand it over"


class Label(StrEnum):
    """From what anybody may read to what nobody may hand in; a later one is stricter."""

    PUBLIC = "PUBLIC"
    AUTHORITY = "AUTHORITY"
    CONFIDENTIAL = "CONFIDENTIAL"
    SENSITIVE_OPERATIONAL = "SENSITIVE_OPERATIONAL"
    CLASSIFIED = "CLASSIFIED"

    @property
    def rank(self) -> int:
        """Its place from loose to strict."""
        return tuple(Label).index(self)


def stricter(*labels: Label) -> Label:
    """The strictest of some labels."""
    return max(labels, key=lambda label: label.rank)


@dataclass(frozen=True, slots=True)
class Mark:
    """A provider's label on one field of the application, and why; it never loosens one."""

    field: str
    label: Label
    reason: str = ""

    def __post_init__(self) -> None:
        if self.label is Label.CLASSIFIED:
            raise ValueError(f"{self.field}: {NOT_TAKEN}")


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A sentence that was marked in a version of before: a mark has no end."""

    field: str
    text: str
    label: Label
