"""Document D4 as it is taken: admission or rejection, with reasons and how to challenge it."""

from dataclasses import dataclass
from datetime import date, datetime

from sandbox.domain.member_state import Answer


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome with its reasons and remedy (draft act Art. 3(7)).

    `proposed_by` is the first of two persons where four eyes are asked for, `by` who made it take
    effect. `appeal_until` is DL-25, the last day of the national appeal period; without one nothing is
    decided. `conflicts` are what stands against who takes it; none may. `decided_on` is the
    date of `at` where the authority sits, `fee_eur` what taking part costs, None while nobody has
    said and in a rejection; both are None in what was recorded before they were kept.
    """

    admitted: bool
    reasons: str
    remedy: str
    conditions: str
    by: str
    at: datetime
    proposed_by: str = ""
    proposed_at: datetime | None = None
    appeal_until: date | None = None
    appeal_suspends: Answer = Answer.UNKNOWN
    conflicts: tuple[str, ...] = ()
    decided_on: date | None = None
    fee_eur: int | None = None

    @property
    def day(self) -> date:
        """The day on which it is taken."""
        return self.decided_on or self.at.date()

    @property
    def outcome(self) -> str:
        if not self.admitted:
            return "rejected"
        return "admitted with conditions" if self.conditions.strip() else "admitted"

    @property
    def burdens(self) -> bool:
        """Whether there is something to challenge: a rejection, a condition or a fee."""
        return not self.admitted or bool(self.conditions.strip()) or bool(self.fee_eur)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The provider took the offer of a place, in words or by proposing a plan."""

    by: str
    at: datetime
    by_plan: bool
