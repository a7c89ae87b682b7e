"""The approval of a real-world test on one territory (Art. 60(4)(a)-(b), 58(4), 60a; rulebook 11)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sandbox.domain.deadlines import Deadline
from sandbox.domain.periods import ONE_DAY
from sandbox.domain.testing_basis import Basis, Footing
from sandbox.errors import Reason, RuleBroken


class TerritoryState(StrEnum):
    """How far the approval of one Member State has come."""

    PLAN_DRAFT = "plan_draft"
    SUBMITTED = "submitted"
    APPROVED_EXPRESS = "approved_express"
    APPROVED_TACIT = "approved_tacit"
    OBJECTED = "objected"
    AWAITING_AUTHORISATION = "awaiting_authorisation"


class TerritoryEvent(StrEnum):
    """What happens to it; the first answer of any kind ends the chance of tacit approval."""

    SUBMIT = "submit"
    QUESTION = "question"
    APPROVE = "approve"
    OBJECT = "object"
    LAPSE_TACIT = "lapse_tacit"
    LAPSE = "lapse"
    REDRAFT = "redraft"


S, E = TerritoryState, TerritoryEvent
APPROVED = frozenset({S.APPROVED_EXPRESS, S.APPROVED_TACIT})
ANSWERS = frozenset({E.QUESTION, E.APPROVE, E.OBJECT})
ANSWERABLE = frozenset({S.SUBMITTED, S.AWAITING_AUTHORISATION})
MOVES: dict[tuple[TerritoryState, TerritoryEvent], TerritoryState] = {
    (S.PLAN_DRAFT, E.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, E.QUESTION): S.AWAITING_AUTHORISATION,
    (S.SUBMITTED, E.APPROVE): S.APPROVED_EXPRESS,
    (S.SUBMITTED, E.OBJECT): S.OBJECTED,
    (S.SUBMITTED, E.LAPSE_TACIT): S.APPROVED_TACIT,
    (S.SUBMITTED, E.LAPSE): S.AWAITING_AUTHORISATION,
    (S.AWAITING_AUTHORISATION, E.QUESTION): S.AWAITING_AUTHORISATION,
    (S.AWAITING_AUTHORISATION, E.APPROVE): S.APPROVED_EXPRESS,
    (S.AWAITING_AUTHORISATION, E.OBJECT): S.OBJECTED,
    **{(state, E.REDRAFT): S.PLAN_DRAFT for state in S},
}


class Condition(StrEnum):
    """What the authority may waive inside a sandbox (Art. 76(2))."""

    DURATION = "duration"  # Art. 60(4)(f)
    VULNERABLE_GROUPS = "vulnerable_groups"  # Art. 60(4)(g)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A condition that does not count on this territory, and why."""

    condition: Condition
    reasons: str
    by: str
    country: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuthorityAnswer:
    """What the authority of a country said; an objection says why and how to challenge it (Art. 76(4))."""

    event: TerritoryEvent
    reasons: str
    remedy: str
    by: str
    country: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider replied to a question; empty `text`: the evidence of this hash alone."""

    text: str
    evidence_sha256: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Territory:
    """One Member State of a test: one approval, of one version of the plan.

    `effective_on` is the first day on which an approval counts: for a tacit one the day after the
    period ended.
    """

    country: str
    footing: Footing
    state: TerritoryState = S.PLAN_DRAFT
    plan_version: int = 0
    submitted_on: date | None = None
    effective_on: date | None = None
    answers: tuple[AuthorityAnswer, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    replies: tuple[Reply, ...] = ()

    @property
    def basis(self) -> Basis:
        return self.footing.basis

    @property
    def is_approved(self) -> bool:
        return self.state in APPROVED

    @property
    def has_asked(self) -> bool:
        """Whether what its authority said last is a question: it decides yet."""
        return bool(self.answers) and self.answers[-1].event is E.QUESTION

    def has_waived(self, condition: Condition) -> bool:
        return any(waiver.condition is condition for waiver in self.waivers)


def moved(territory: Territory, event: TerritoryEvent, **facts: object) -> Territory:
    """The territory after an event; RuleBroken when it has no such move."""
    target = MOVES.get((territory.state, event))
    if target is None:
        since = f" since {territory.effective_on}" if territory.effective_on else ""
        where = f"{territory.country} is {territory.state}{since}"
        raise RuleBroken((Reason("R60-4b", f"{event} is not possible while {where}"),))
    return replace(territory, state=target, **facts)  # type: ignore[arg-type] # fields by name


def lapsed(territory: Territory, clock: Deadline, today: date) -> Territory | None:
    """What silence until the end of DL-02 made of it; None while the period runs or an answer came.

    Approval by silence counts from the day after the end of the period, and only where national law
    has it outside a sandbox; elsewhere authorisation stays necessary (Art. 60(4)(b)).
    """
    if territory.state is not S.SUBMITTED or territory.answers or today <= clock.due:
        return None
    if territory.footing.tacit_approval:
        return moved(territory, E.LAPSE_TACIT, effective_on=clock.due + ONE_DAY)
    return moved(territory, E.LAPSE)
