"""The risk register of a case: added, graded, mitigated, judged, and told of in time (Art. 57(6), (11))."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from sandbox import stopping
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.lifecycle import PREPARING
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.regime import Regime
from sandbox.domain.risk import (
    DUE_MAX,
    Concern,
    Risk,
    RiskState,
    Telling,
    Weight,
    after_telling,
    next_notice_on,
    told_on,
)
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def add(
    case_id: CaseId,
    *,
    description: str,
    concern: Concern,
    weight: Weight,
    shown_by: str,
    shown_in_report: int,
    due: date | None,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Add a risk that a test showed; the mitigation of a significant one is due, and both are told."""
    at = clock()
    last_day = _due(weight, due, authority.day(at), regime)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        _refuse_unless_sealed(session, case_id, shown_in_report, "shown_in_report")
        risk = Risk(
            number=len(case.risks) + 1,
            description=description,
            concern=concern,
            weight=weight,
            shown_by=shown_by,
            shown_in_report=shown_in_report,
            due=last_day,
            by=str(by),
            at=at,
        )
        after = take(case, Action.ADD_RISK, by, **_register((*case.risks, risk)))
        record(session, after, Action.ADD_RISK, by, at, **_said(risk))
        if risk.is_significant:
            _tell_both(session, case, "significant_risk", at, risk)
    nudge("notify", case_id)
    return after


def grade(
    case_id: CaseId,
    number: int,
    *,
    weight: Weight,
    due: date | None,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """A supervisor says how heavy a risk is, and by when a significant one is to be mitigated."""
    at = clock()
    last_day = _due(weight, due, authority.day(at), regime)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        risk = _find(case, number).graded(weight, last_day)
        after = take(case, Action.GRADE_RISK, by, **_register(_with(case, risk)))
        record(session, after, Action.GRADE_RISK, by, at, **_said(risk), reasons=reasons)
        if risk.is_significant:
            _tell_both(session, case, "significant_risk", at, risk)
        if risk.is_beyond_mitigation:
            _propose_suspension(session, case, risk, at)
    nudge("notify", case_id)
    return after


def mitigate(
    case_id: CaseId,
    number: int,
    *,
    measures: str,
    evidence: str,
    evidence_report: int,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider records what it did about a risk, and what shows that it works."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        _refuse_unless_sealed(session, case_id, evidence_report, "evidence_report")
        risk = replace(
            _find(case, number),
            state=RiskState.MITIGATED,
            measures=measures,
            evidence=evidence,
            evidence_report=evidence_report,
            mitigated_by=str(by),
            mitigated_at=at,
            judgement="",
            judged_by="",
            judged_at=None,
        )
        after = take(case, Action.MITIGATE_RISK, by, **_register(_with(case, risk)))
        record(session, after, Action.MITIGATE_RISK, by, at, **_said(risk), measures=measures)
    return after


def judge(
    case_id: CaseId,
    number: int,
    *,
    state: RiskState,
    reasons: str,
    due: date | None,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """A supervisor judges a mitigation; one that does not work is due again (`state` open).

    A significant risk that cannot be mitigated raises an alarm that proposes suspension; whether
    to suspend is decided by a person (Art. 57(11)).
    """
    if state is RiskState.MITIGATED:
        raise FieldRefused("state", "a mitigation is judged effective, open again or unmitigable")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = _find(case, number)
        if state is RiskState.EFFECTIVE and known.state is not RiskState.MITIGATED:
            raise NotFound(f"risk {number} has no mitigation to judge")
        risk = replace(known, state=state, judgement=reasons, judged_by=str(by), judged_at=at)
        if state is RiskState.OPEN:
            again = _due(risk.weight, due, authority.day(at), regime)
            risk = replace(risk, due=again, told=())
        after = take(case, Action.JUDGE_RISK, by, **_register(_with(case, risk)))
        record(session, after, Action.JUDGE_RISK, by, at, **_said(risk), reasons=reasons)
        if risk.is_beyond_mitigation:
            _propose_suspension(session, case, risk, at)
    nudge("notify", case_id)
    return after


def tell(
    case_id: CaseId, *, sessions: Sessions, authority: Authority, clock: Clock, nudge: Nudge
) -> None:
    """Post the notices about risks whose day has come, each once."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        come = told_on(case.risks, authority.day(at))
        if not come or case.stage not in PREPARING:
            return
        told = {risk.number: after_telling(risk, telling) for risk, telling in come}
        risks = tuple(told.get(risk.number, risk) for risk in case.risks)
        cases.save(session, replace(case, **_register(risks), version=case.version + 1))
        for risk, telling in come:
            provider = f"provider:{case.provider}"
            addressees = (provider, "authority") if telling is Telling.OVERDUE else (provider,)
            for addressee in addressees:
                outbox.post(session, case_id, telling.value, addressee, at, risk=risk.number)
            ledger.append(session, case_id, telling.value, SYSTEM, at, **_said(risk))
    nudge("notify", case_id)


def _register(risks: tuple[Risk, ...]) -> dict[str, Any]:  # Any: fields of Case
    """The register and the day its next notice is due, which change together."""
    return {"risks": risks, "risk_notice_on": next_notice_on(risks)}


def _due(weight: Weight, due: date | None, today: date, regime: Regime) -> date | None:
    """The last day for a mitigation: the one that was named, else that of the regime."""
    if weight is not Weight.SIGNIFICANT:
        return None
    if due is None:
        return today + timedelta(days=regime.risk_mitigation_days)
    if not today <= due <= today + DUE_MAX:
        raise FieldRefused("due", f"{due} is over, or more than a year ahead")
    return due


def _find(case: Case, number: int) -> Risk:
    found = next((risk for risk in case.risks if risk.number == number), None)
    if found is None:
        raise NotFound(f"case {case.id} has no risk {number}")
    return found


def _with(case: Case, changed: Risk) -> tuple[Risk, ...]:
    return tuple(changed if risk.number == changed.number else risk for risk in case.risks)


def _said(risk: Risk) -> dict[str, Any]:  # Any: JSON
    return {
        "risk": risk.number,
        "concern": risk.concern.value,
        "weight": risk.weight.value,
        "state": risk.state.value,
        "due": risk.due.isoformat() if risk.due else "",
    }


def _tell_both(session: Session, case: Case, kind: str, at: datetime, risk: Risk) -> None:
    for addressee in (f"provider:{case.provider}", "authority"):
        outbox.post(session, case.id, kind, addressee, at, risk=risk.number)


def _propose_suspension(session: Session, case: Case, risk: Risk, at: datetime) -> None:
    text = (
        f"risk {risk.number} cannot be mitigated: it is proposed to suspend, or to terminate "
        "(ground unmitigable_risk)"
    )
    because = (f"risk {risk.number}", risk.state.value)
    stopping.propose(session, case, because, text, at, risk=risk.number)


def _refuse_unless_sealed(session: Session, case_id: CaseId, number: int, field: str) -> None:
    """A report that is evidence is one that nobody can change any more."""
    if not number:
        return
    report = documents.load(session, case_id, Paper.TEST_REPORT, number)
    if report.sealed_at is None:
        raise FieldRefused(field, f"test report {number} is not sealed yet")
