"""Changes of a plan after both parties agreed on it: only by both again (draft act Art. 5(4))."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from sandbox.domain.authority import Authority
from sandbox.domain.deadline_rules import BY_NAME, Name
from sandbox.domain.deadlines import Deadline, start
from sandbox.domain.lifecycle import Role
from sandbox.domain.periods import last_day_before
from sandbox.domain.plan import SandboxPlan


class AmendmentState(StrEnum):
    """Open until the other party answers or the proposer takes it back."""

    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A changed plan that one party proposes; days are those of the authority."""

    number: int
    plan: SandboxPlan
    plan_sha256: str
    reasons: str
    by: str
    role: Role
    at: datetime
    day: date
    state: AmendmentState = AmendmentState.OPEN
    settled_by: str = ""
    settled_at: datetime | None = None
    settled_on: date | None = None
    answer: str = ""

    def settled(
        self, state: AmendmentState, by: str, at: datetime, day: date, answer: str = ""
    ) -> Self:
        """What became of it."""
        return replace(
            self, state=state, settled_by=by, settled_at=at, settled_on=day, answer=answer
        )

    def extends(self, before: SandboxPlan) -> bool:
        """Whether the participation would last longer (draft act Art. 8(1))."""
        return self.plan.last_day > before.last_day


def extendable_until(planned_end: date) -> date:
    """The last day to agree on an extension, counted backwards and never moved (DL-05)."""
    period = BY_NAME[Name.DL_05].period
    if period is None:
        raise ValueError(f"{Name.DL_05} has no length")
    return last_day_before(planned_end, period)


def window(planned_end: date, authority: Authority, at: datetime) -> tuple[Deadline, ...]:
    """DL-05 towards a planned end; none when its last day is over already."""
    if extendable_until(planned_end) < authority.day(at):
        return ()
    return (start(Name.DL_05, planned_end, authority.calendar),)
