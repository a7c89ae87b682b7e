"""An appeal against a decision: a record of its own beside the case, with a small machine.

Period, suspensive effect and form are national (rulebook 12, `ms[*].appeal`; DL-25). The period is
computed as if Regulation 1182/71 held for it, which is our default where national rules differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.clock_ledger import appeal_period
from sandbox.domain.deadlines import to_appeal
from sandbox.domain.decision import Decision
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Answer, Union
from sandbox.domain.regime import SandboxKind
from sandbox.domain.seal import Facts
from sandbox.errors import NotAllowedError


class AppealState(StrEnum):
    """Where an appeal stands."""

    LODGED = "lodged"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class AppealEdge(NamedTuple):
    """One lawful step of an appeal."""

    source: AppealState
    action: Action
    target: AppealState
    role: Role


APPEAL_EDGES = (
    AppealEdge(AppealState.LODGED, Action.UPHOLD_APPEAL, AppealState.UPHELD, Role.AUTHORITY),
    AppealEdge(AppealState.LODGED, Action.DISMISS_APPEAL, AppealState.DISMISSED, Role.AUTHORITY),
    AppealEdge(AppealState.LODGED, Action.WITHDRAW_APPEAL, AppealState.WITHDRAWN, Role.PROVIDER),
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of an appeal, by whom and why."""

    by: str
    at: datetime
    reasons: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Appeal:
    """One challenge to one decision, which it keeps as it was."""

    number: int
    against: Decision
    grounds: str
    by: str
    at: datetime
    lodged_on: date
    state: AppealState = AppealState.LODGED
    ruling: Ruling | None = None

    @property
    def is_open(self) -> bool:
        return self.state is AppealState.LODGED

    @property
    def suspends(self) -> bool:
        """Whether the decision has no effect while this is open; unknown counts as no."""
        return self.is_open and self.against.appeal_suspends is Answer.YES

    @property
    def is_late(self) -> bool:
        until = self.against.appeal_until
        return until is not None and self.lodged_on > until


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a decision can be challenged where it is taken."""

    text: str
    last_day: date | None
    suspends: Answer
    # How its last day was counted, for the ledger.
    counted: Mapping[str, Facts] = field(default_factory=dict)

    @property
    def lacks(self) -> tuple[str, ...]:
        """What must be set before anybody is admitted or rejected (rulebook 2.3 and 12)."""
        wanted = {
            "how a decision can be challenged": self.text.strip(),
            "the period to appeal": self.last_day,
        }
        return tuple(what for what, is_set in wanted.items() if not is_set)


def remedy_of(authority: Authority, union: Union, served_on: date, kind: SandboxKind) -> Remedy:
    """The remedy of the Member State; the authority's own text and period where that has none, and
    in a sandbox of the Union, against which no Member State has a remedy.
    """
    state = None if kind.is_of_the_union else union.states.get(authority.calendar.country)
    period = (state.appeal if state else None) or authority.appeal
    text = (state.remedy if state else "") or authority.remedy
    suspends = state.appeal_suspends if state else Answer.UNKNOWN
    if period is None:
        return Remedy(text, None, suspends)
    clock = to_appeal(served_on, period, authority.calendar)
    return Remedy(text, clock.due, suspends, appeal_period(clock, period))


def step(state: AppealState, action: Action, role: Role) -> AppealState:
    """The state after an action; NotAllowedError when an appeal has no such step."""
    for edge in APPEAL_EDGES:
        if (edge.source, edge.action, edge.role) == (state, action, role):
            return edge.target
    possible = tuple(e.action for e in APPEAL_EDGES if (e.source, e.role) == (state, role))
    raise NotAllowedError(f"in an appeal that is {state}", action, role, possible)


def ruled(
    appeals: tuple[Appeal, ...], action: Action, role: Role, ruling: Ruling
) -> tuple[Appeal, ...]:
    """The appeals with the newest one ruled on or withdrawn; the same when there is none."""
    if not appeals:
        return appeals
    newest = appeals[-1]
    after = replace(newest, state=step(newest.state, action, role), ruling=ruling)
    return (*appeals[:-1], after)


def abandoned(appeals: tuple[Appeal, ...]) -> tuple[Appeal, ...]:
    """The appeals of a case that its provider gives up, none open any more."""
    return tuple(
        replace(appeal, state=AppealState.WITHDRAWN) if appeal.is_open else appeal
        for appeal in appeals
    )
