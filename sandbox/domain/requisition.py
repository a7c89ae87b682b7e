"""What an authority requires a provider to tell, and what it told (Art. 60(6), 74(12), 77)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sandbox.domain.supervision import Office


@dataclass(frozen=True, slots=True)
class Requisition:
    """Information that an authority requires until a day, and what was supplied.

    The law has no number for that day: it is the authority's. `evidence_sha256` are the files that were
    handed over outside this service.
    """

    number: int
    required: str
    until: date
    by: str
    at: datetime
    office: Office
    information: str = ""
    evidence_sha256: tuple[str, ...] = ()
    supplied_by: str = ""
    supplied_at: datetime | None = None

    @property
    def subject(self) -> str:
        return f"requisition {self.number}"


def information_paper(supplied: Requisition) -> dict[str, Any]:  # Any: JSON
    """What the document says that can be given to other authorities and bodies for fundamental rights."""
    return {
        "requisition": supplied.number,
        "required": supplied.required,
        "required_by": supplied.by,
        "required_at": supplied.at.isoformat(),
        "until": supplied.until.isoformat(),
        "information": supplied.information,
        "evidence": list(supplied.evidence_sha256),
        "supplied_by": supplied.supplied_by,
        "supplied_at": supplied.supplied_at.isoformat() if supplied.supplied_at else "",
    }
