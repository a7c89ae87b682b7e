"""The provider takes the place that it was offered, or withdraws before the test began."""

from dataclasses import replace

from sandbox import stopping
from sandbox.domain.action import Action
from sandbox.domain.appeal import abandoned
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.decision import Acceptance
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.real_world import WITHDREW, Stop
from sandbox.domain.suspension import SuspensionGround
from sandbox.ports import Clock, Nudge
from sandbox.store import calendar, cases, environments, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def accept(
    case_id: CaseId, *, by: Person, version: int | None, sessions: Sessions, clock: Clock
) -> Case:
    """The provider accepts the place that it was offered; to decline is to withdraw."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        accepted = case.acceptance or Acceptance(str(by), at, by_plan=False)
        after = take(case, Action.ACCEPT_OFFER, by, acceptance=accepted)
        record(session, after, Action.ACCEPT_OFFER, by, at)
    return after


def withdraw(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider withdraws before the test began; whatever was built is removed, and a real-world test
    that was planned is given up. The authority is told.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        halt = Stop(WITHDREW, str(SYSTEM), at, SuspensionGround.PARTICIPANT_REQUEST.value)
        case = stopping.leave_test(session, case, halt, authority)
        met = tuple(replace(clock, met_at=clock.met_at or at) for clock in case.deadlines)
        given_up = abandoned(case.appeals)
        after = take(case, Action.WITHDRAW, by, ended_at=at, deadlines=met, appeals=given_up)
        environments.want_absent(session, case_id)
        calendar.release(session, case_id)
        record(session, after, Action.WITHDRAW, by, at)
        outbox.post(session, case_id, "withdrawn", "authority", at)
    for stage in ("provision", "notify"):
        nudge(stage, case_id)
    return after
