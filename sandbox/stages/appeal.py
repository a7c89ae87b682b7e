"""The provider challenges a decision; somebody who did not take it rules (draft act Art. 3(7))."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.domain import conflict, deadlines
from sandbox.domain.action import Action
from sandbox.domain.appeal import Appeal, Remedy, Ruling, remedy_of, ruled
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.decision import Decision
from sandbox.domain.letter import ruling_letter
from sandbox.domain.lifecycle import Stage
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.regime import REGIME, Regime
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Nudge
from sandbox.store import applicants, cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

UPHELD_CHANGES = "an appeal that is upheld changes the conditions or the fee: say which"


def lodge(
    case_id: CaseId,
    grounds: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Challenge a rejection, or conditions or fee of an admission, within the national period; the
    authority is told.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        lodged = (
            (Appeal(len(case.appeals) + 1, case.decision, grounds, str(by), at, authority.day(at)),)
            if case.decision
            else ()
        )
        after = take(case, Action.LODGE_APPEAL, by, appeals=(*case.appeals, *lodged))
        number = after.appeals[-1].number
        record(session, after, Action.LODGE_APPEAL, by, at, number=number, grounds=grounds)
        outbox.post(session, case_id, "appeal_lodged", "authority", at, number=number)
    nudge("notify", case_id)
    return after


def rule(
    case_id: CaseId,
    *,
    upheld: bool,
    reasons: str,
    conditions: str | None = None,
    fee_eur: int | None = None,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    regime: Regime = REGIME,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Uphold or dismiss the open appeal. Upheld, a rejection is annulled and the case screened
    again; of an admission the conditions or the fee change: FieldRefused where neither does.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "a ruling states its reasons")
    at = clock()
    action = Action.UPHOLD_APPEAL if upheld else Action.DISMISS_APPEAL
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        found = conflict.of_decider(case, by, applicants.acted_for(session, case.provider))
        appeals = ruled(case.appeals, action, by.role, Ruling(str(by), at, reasons, found))
        remedy = remedy_of(authority, union, authority.day(at), regime.sandbox.kind)
        facts: dict[str, Any] = {}  # Any: fields of Case
        if upheld and case.stage is Stage.REJECTED:
            facts = _annulled(case, authority, at)
        elif upheld and case.decision is not None:
            amended = _amended(case.decision, conditions, fee_eur, remedy, by, authority, at)
            facts = {"decision": amended}
        after = take(case, action, by, appeals=appeals, **facts)
        if upheld and _asks_the_same(case.decision, after.decision):
            raise FieldRefused("conditions", UPHELD_CHANGES)
        newest = after.appeals[-1]
        seal = ledger.head(session, case_id)
        letter = ruling_letter(after, newest, remedy, authority, seal)
        documents.issue(session, case_id, Paper.DECISION, str(by), at, letter)
        outbox.post(
            session,
            case_id,
            "appeal_ruling",
            f"provider:{case.provider}",
            at,
            number=newest.number,
            outcome=newest.state.value,
        )
        record(
            session,
            after,
            action,
            by,
            at,
            number=newest.number,
            reasons=reasons,
            **remedy.counted,
        )
    nudge("report", case_id)
    return after


def withdraw(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider takes its appeal back; the authority, which waits to rule, is told."""
    at = clock()
    action = Action.WITHDRAW_APPEAL
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        withdrawable = take(case, action, by)
        appeals = ruled(case.appeals, action, by.role, Ruling(str(by), at, ""))
        after = replace(withdrawable, appeals=appeals)
        number = after.appeals[-1].number
        record(session, after, action, by, at, number=number)
        outbox.post(session, case_id, "appeal_withdrawn", "authority", at, number=number)
    nudge("notify", case_id)
    return after


def _asks_the_same(before: Decision | None, after: Decision | None) -> bool:
    """Whether an admission asks of the provider what it asked before a ruling."""
    if before is None or after is None:
        return False
    return (before.conditions, before.fee_eur) == (after.conditions, after.fee_eur)


def _annulled(
    case: Case, authority: Authority, at: datetime
) -> dict[str, Any]:  # Any: fields of Case
    """What follows when a rejection is annulled.

    No text gives a new period after that. DL-01 starts again, so that somebody must act: that is ours.
    """
    subject = f"appeal {len(case.appeals)}"
    again = deadlines.start(Name.DL_01, authority.day(at), authority.calendar, subject=subject)
    return {"decision": None, "deadlines": (*case.deadlines, again)}


def _amended(
    decision: Decision,
    conditions: str | None,
    fee_eur: int | None,
    remedy: Remedy,
    by: Person,
    authority: Authority,
    at: datetime,
) -> Decision:
    """The admission as a ruling leaves it: a decision of whoever ruled, with a period of its own."""
    return replace(
        decision,
        conditions=decision.conditions if conditions is None else conditions,
        fee_eur=decision.fee_eur if fee_eur is None else fee_eur,
        by=str(by),
        proposed_by="",
        at=at,
        decided_on=authority.day(at),
        appeal_until=remedy.last_day,
        appeal_suspends=remedy.suspends,
    )
