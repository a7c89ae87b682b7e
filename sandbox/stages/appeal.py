"""The provider challenges a decision; somebody who did not take it rules (draft act Art. 3(7))."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sandbox.domain import conflict, deadlines
from sandbox.domain.action import Action
from sandbox.domain.appeal import Appeal, Ruling, remedy_of, ruled
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.letter import ruling_letter
from sandbox.domain.lifecycle import Stage
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Nudge
from sandbox.store import applicants, cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def lodge(
    case_id: CaseId,
    grounds: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """Challenge a rejection, or conditions or fee of an admission, within the national period."""
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
    return after


def rule(
    case_id: CaseId,
    *,
    upheld: bool,
    reasons: str,
    conditions: str,
    fee_eur: int | None = None,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Uphold or dismiss the open appeal. Upheld, a rejection is annulled and the case screened
    again; of an admission only the conditions change, to those said here, and the fee if one is said.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "a ruling states its reasons")
    at = clock()
    action = Action.UPHOLD_APPEAL if upheld else Action.DISMISS_APPEAL
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        found = conflict.of_decider(case, by, applicants.acted_for(session, case.provider))
        appeals = ruled(case.appeals, action, by.role, Ruling(str(by), at, reasons, found))
        facts = _annulled(case, conditions, fee_eur, authority, at) if upheld else {}
        after = take(case, action, by, appeals=appeals, **facts)
        newest = after.appeals[-1]
        remedy = remedy_of(authority, union, authority.day(at))
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
        record(session, after, action, by, at, number=newest.number, reasons=reasons)
    nudge("report", case_id)
    return after


def withdraw(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider takes its appeal back."""
    at = clock()
    action = Action.WITHDRAW_APPEAL
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        appeals = ruled(case.appeals, action, by.role, Ruling(str(by), at, ""))
        after = take(case, action, by, appeals=appeals)
        record(session, after, action, by, at, number=after.appeals[-1].number)
    return after


def _annulled(
    case: Case, conditions: str, fee_eur: int | None, authority: Authority, at: datetime
) -> dict[str, Any]:  # Any: fields of Case
    """What an upheld appeal changes besides the appeal.

    No text gives a new period after a rejection was annulled. DL-01 starts again, so that somebody
    must act: that is ours.
    """
    if case.stage is Stage.REJECTED:
        subject = f"appeal {len(case.appeals)}"
        again = deadlines.start(Name.DL_01, authority.day(at), authority.calendar, subject=subject)
        return {"decision": None, "deadlines": (*case.deadlines, again)}
    if case.decision is None:
        return {}
    fee = case.decision.fee_eur if fee_eur is None else fee_eur
    return {"decision": replace(case.decision, conditions=conditions, fee_eur=fee)}
