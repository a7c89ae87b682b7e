"""A provider hands in an application."""

import base64
import hashlib
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from sandbox import issuing
from sandbox.domain import deadlines, naming, rule_versions
from sandbox.domain.application import Application
from sandbox.domain.authority import Authority
from sandbox.domain.call import Call
from sandbox.domain.case import Case, Person
from sandbox.domain.clock_ledger import changes
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.regime import REGIME, Regime
from sandbox.errors import FieldRefused, OutOfDate
from sandbox.ports import Clock, Nudge
from sandbox.store import calls, cases, drafts, ledger
from sandbox.store.database import Sessions, document_sha256
from sandbox.store.drafts import Draft

CASE_ID_LETTERS = 10


def apply(
    application: Application,
    *,
    key: str,
    draft: Draft | None = None,
    by: Person,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    regime: Regime = REGIME,
) -> Case:
    """Receive an application; the clock of DL-01 starts (R58-02a). None comes in once the sandbox or
    the call that it names has ended.

    The key names the attempt: sending the same application with the same key again returns the
    same case, so that a lost answer never makes a second one. Another application under a used
    key is refused. A draft that it was written in is marked with its case in the same transaction.
    """
    at = clock()
    case = Case(
        id=id_for(by.organisation, key),
        provider=by.organisation,
        stage=Stage.SUBMITTED,
        version=1,
        application=application,
        received_at=at,
        rules_version=rule_versions.in_force(authority.day(at)).name,
        deadlines=(deadlines.start(Name.DL_01, authority.day(at), authority.calendar),),
    )
    with sessions.begin() as session:
        if cases.exists(session, case.id):
            known = cases.load_for(session, case.id, by)
            if known.application != application:
                raise OutOfDate("another application was handed in with this Idempotency-Key")
            return known
        regime.sandbox.refuse_if_ended(authority.day(at))
        case = replace(case, call=_open_call(session, application.call, authority.day(at)))
        cases.add(session, case)
        if draft is not None:
            drafts.hand_in(session, draft, case.id)
        ledger.append(
            session,
            case.id,
            "apply",
            by,
            at,
            application_sha256=document_sha256(cases.application_document(application)),
            call=application.call,
            **changes((), case.deadlines),
        )
        issuing.application(session, case, authority, by, at)
    for stage in ("screen", "report"):
        nudge(stage, case.id)
    return case


def _open_call(session: Session, call_id: str, day: date) -> Call | None:
    """The call that is answered, as it was published; None for rolling intake."""
    if not call_id:
        return None
    call = calls.find(session, call_id)
    if call is None:
        raise FieldRefused("call", f"there is no call {call_id}")
    call.refuse_unless_open(day)
    return call


def id_for(organisation: str, key: str) -> CaseId:
    """The case id of an attempt: the same for the same organisation and key."""
    digest = hashlib.sha256(f"{organisation}\n{key}".encode()).digest()
    letters = base64.b32encode(digest).decode().lower()[:CASE_ID_LETTERS]
    return naming.case_id(f"c{letters}")
