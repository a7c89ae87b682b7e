"""What a deadline of the law is: its id, how it is counted, and what its line says."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.domain.periods import Period


class Counting(StrEnum):
    """From which end a length is counted, and whether a weekend moves its end.

    The last two have no length here, so no clock of ours can run on them.
    """

    FORWARD = "forward"  # Regulation 1182/71, Art. 3(1)-(5)
    CAP = "cap"  # a limit on duration, never stretched (rulebook 9.1, rule 8)
    BACKWARD = "backward"  # before a day to come, never moved
    HOURS = "hours"
    PARTICIPATION = "participation"  # as long as the participation lasts
    NATIONAL = "national"  # the law of the Member State says (`MemberState.appeal`)


class Name(StrEnum):
    """The ids of rulebook 9.2."""

    DL_01 = "DL-01"
    DL_02 = "DL-02"
    DL_03 = "DL-03"
    DL_04 = "DL-04"
    DL_05 = "DL-05"
    DL_06 = "DL-06"
    DL_07 = "DL-07"
    DL_08 = "DL-08"
    DL_09 = "DL-09"
    DL_10 = "DL-10"
    DL_11 = "DL-11"
    DL_12 = "DL-12"
    DL_13 = "DL-13"
    DL_14 = "DL-14"
    DL_15 = "DL-15"
    DL_16 = "DL-16"
    DL_17 = "DL-17"
    DL_18 = "DL-18"
    DL_19 = "DL-19"
    DL_20 = "DL-20"
    DL_21 = "DL-21"
    DL_22 = "DL-22"
    DL_23 = "DL-23"
    DL_24 = "DL-24"
    DL_25 = "DL-25"
    DL_26 = "DL-26"


LENGTHLESS = {
    Counting.PARTICIPATION: "as long as the participation",
    Counting.NATIONAL: "as national law says",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the catalogue: how long, from which event, who acts, and what expiry means.

    `ours` marks a length that the law leaves open ("immediately", "without undue delay"): it is
    our default, not the law's number. `recipient` is whose calendar counts wherever the clock runs: a
    body of the Union; empty: that of the place (rulebook 9.1, rule 7).
    """

    name: Name
    title: str
    article: str
    trigger: str
    period: Period | None
    who: str
    at_expiry: str = "escalate"
    counting: Counting = Counting.FORWARD
    ours: bool = False
    recipient: str = ""

    def __post_init__(self) -> None:
        if (self.period is None) != (self.counting in LENGTHLESS):
            raise ValueError(f"{self.name}: {self.counting} does not go with {self.period}")

    @property
    def length(self) -> str:
        """The length in words."""
        return LENGTHLESS[self.counting] if self.period is None else str(self.period)
