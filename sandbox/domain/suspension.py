"""Why a test stands still, what was changed so that it may go on, and who asked that it stops."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.supervision import OrderGround


class SuspensionGround(StrEnum):
    """Draft act Art. 8(2), R58-D21; the last is none of these: a test came to its planned end."""

    PLAN_BREACH = "plan_breach"
    UNMITIGABLE_RISK = "unmitigable_risk"
    PARTICIPANT_REQUEST = "participant_request"
    TEST_ENDED = "test_ended"


@dataclass(frozen=True, slots=True)
class Suspension:
    """Why a test was stopped, by whom, how to challenge it, and how fast it fell silent (Art. 57(11)).

    An order that stops it keeps its own ground.
    """

    ground: SuspensionGround | OrderGround
    reasons: str
    by: str
    at: datetime
    cut_at: datetime | None = None
    silent_at: datetime | None = None
    remedy: str = ""

    @property
    def is_for_cause(self) -> bool:
        """Whether the AI Office is told of it and something must be mitigated (Art. 57(11))."""
        return self.ground is not SuspensionGround.TEST_ENDED


@dataclass(frozen=True, slots=True)
class Mitigation:
    """What was changed so that the risk is gone, as recorded by the provider."""

    measures: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StopRequest:
    """The provider asks, with reasons, that its participation stops (draft act Art. 8(2)(iii))."""

    reasons: str
    by: str
    at: datetime
