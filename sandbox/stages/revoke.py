"""The authority takes an admission back: the provider is silent, or no plan is agreed on."""

from dataclasses import replace

from sandbox import stopping
from sandbox.domain.action import Action
from sandbox.domain.appeal import remedy_of
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.letter import revocation_letter
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.real_world import PLACE_LOST, Stop
from sandbox.domain.regime import REGIME, Regime
from sandbox.domain.revocation import Revocation
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Nudge
from sandbox.store import calendar, cases, documents, environments, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def revoke(
    case_id: CaseId,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    regime: Regime = REGIME,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """End a case before its test began; its GPUs are free, whatever was built is removed, and the
    provider is told why and how to challenge it (D4).
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "an admission is taken back with reasons")
    at = clock()
    remedy = remedy_of(authority, union, authority.day(at), regime.sandbox.kind)
    revoked = Revocation(reasons, remedy.text, remedy.last_day, str(by), at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        over = Stop(reasons, str(by), at, PLACE_LOST, remedy.text)
        case = stopping.leave_test(session, case, over, authority)
        after = take(
            case,
            Action.REVOKE_ADMISSION,
            by,
            ended_at=at,
            revocation=revoked,
            deadlines=tuple(replace(c, met_at=c.met_at or at) for c in case.deadlines),
        )
        seal = ledger.head(session, case_id)
        letter = revocation_letter(after, revoked, remedy, authority, seal)
        documents.issue(session, case_id, Paper.DECISION, str(by), at, letter)
        environments.want_absent(session, case_id)
        calendar.release(session, case_id)
        record(session, after, Action.REVOKE_ADMISSION, by, at, reasons=reasons, **remedy.counted)
        outbox.post(session, case_id, "admission_revoked", f"provider:{case.provider}", at)
    for stage in ("provision", "report", "notify"):
        nudge(stage, case_id)
    return after
