"""The written proof that a participant may ask for (Art. 57(7), draft act Art. 6(2))."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.domain.outcome import Activity


@dataclass(frozen=True, slots=True)
class Proof:
    """What the authority certifies: activities that were successfully done, and on how many sealed
    test reports it rests.
    """

    activities: tuple[Activity, ...]
    test_reports: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Declined:
    """Why there is nothing to prove."""

    reasons: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofRequest:
    """A participant asked for proof; the authority answers with `proof`, or declines with reasons."""

    number: int
    by: str
    at: datetime
    proof: Proof | None = None
    declined: Declined | None = None

    @property
    def is_open(self) -> bool:
        return self.proof is None and self.declined is None

    @property
    def subject(self) -> str:
        """What tells its clock apart."""
        return f"proof {self.number}"
