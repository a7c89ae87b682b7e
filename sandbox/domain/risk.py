"""Risks that a test shows, what is done about them, and whether that works (Art. 57(6), (11))."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sandbox.domain.periods import ONE_DAY

DUE_MAX = timedelta(days=366)  # X: nobody plans a mitigation longer than that


class Concern(StrEnum):
    """What a risk is to (Art. 57(6))."""

    RIGHTS = "rights"
    HEALTH = "health"
    SAFETY = "safety"


class Weight(StrEnum):
    """How heavy a risk is; a significant one must be mitigated (Art. 57(11))."""

    MINOR = "minor"
    MODERATE = "moderate"
    SIGNIFICANT = "significant"


class RiskState(StrEnum):
    """A mitigation is recorded by the provider, whether it works is judged by an authority."""

    OPEN = "open"
    MITIGATED = "mitigated"
    EFFECTIVE = "effective"
    UNMITIGABLE = "unmitigable"


class Telling(StrEnum):
    """A notice about a significant risk without mitigation; the moments are ours (X)."""

    DUE = "risk_mitigation_due"
    OVERDUE = "risk_mitigation_overdue"


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk; `due` is the last day for the mitigation of a significant one.

    Evidence that a mitigation works is a sealed test report by its number (0: none), a text, or both.
    """

    number: int
    description: str
    concern: Concern
    weight: Weight
    shown_by: str
    by: str
    at: datetime
    due: date | None = None
    shown_in_report: int = 0
    state: RiskState = RiskState.OPEN
    measures: str = ""
    evidence: str = ""
    evidence_report: int = 0
    mitigated_by: str = ""
    mitigated_at: datetime | None = None
    judgement: str = ""
    judged_by: str = ""
    judged_at: datetime | None = None
    told: tuple[Telling, ...] = ()

    def __post_init__(self) -> None:
        if self.is_significant != (self.due is not None):
            raise ValueError("a significant risk, and no other, has a day to mitigate it by")

    @property
    def is_significant(self) -> bool:
        return self.weight is Weight.SIGNIFICANT

    @property
    def is_beyond_mitigation(self) -> bool:
        """Whether it is significant and nothing mitigates it, so that the test stops (Art. 57(11))."""
        return self.is_significant and self.state is RiskState.UNMITIGABLE

    @property
    def has_evidence(self) -> bool:
        """Whether anything shows that the mitigation works."""
        return bool(self.evidence.strip() or self.evidence_report)

    def overdue(self, today: date) -> bool:
        """Whether the day has passed and no mitigation is recorded."""
        return self.due is not None and self.state is RiskState.OPEN and today > self.due

    def graded(self, weight: Weight, due: date | None) -> "Risk":
        """The same risk with another weight; its notices begin anew with another day."""
        told = self.told if due == self.due else ()
        return replace(self, weight=weight, due=due, told=told)

    def next_telling(self) -> tuple[Telling, date] | None:
        """The next notice and its day; None when nobody waits for the provider."""
        if self.due is None or self.state is not RiskState.OPEN:
            return None
        days = {Telling.DUE: self.due - ONE_DAY, Telling.OVERDUE: self.due + ONE_DAY}
        return next(((t, day) for t, day in days.items() if t not in self.told), None)


def next_notice_on(risks: tuple[Risk, ...]) -> date | None:
    """The next day on which somebody is told of a risk; None when nobody is."""
    tellings = (risk.next_telling() for risk in risks)
    return min((telling[1] for telling in tellings if telling is not None), default=None)


def told_on(risks: tuple[Risk, ...], today: date) -> tuple[tuple[Risk, Telling], ...]:
    """The notices whose day has come; a reminder that its overdue notice overtook is left out."""
    come = []
    for risk in risks:
        telling = risk.next_telling()
        if telling is None or telling[1] > today:
            continue
        come.append((risk, Telling.OVERDUE if risk.overdue(today) else Telling.DUE))
    return tuple(come)


def after_telling(risk: Risk, telling: Telling) -> Risk:
    """The risk that was told of; the overdue notice ends its ladder."""
    told = tuple(Telling) if telling is Telling.OVERDUE else (telling,)
    return replace(risk, told=told)
