"""The decision letter (D4), the one that takes an admission back and the ruling on an appeal, built from
what was recorded.

Nothing is written here that is not a recorded fact or the words of a named person.
"""

from typing import Any

from sandbox.domain.appeal import Appeal, Remedy
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case
from sandbox.domain.criteria import Criterion, averages
from sandbox.domain.decision import Decision
from sandbox.domain.fees import fee_for
from sandbox.domain.finding import Severity
from sandbox.domain.regime import REGIME, Regime
from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.review import SectionNote
from sandbox.domain.revocation import Revocation
from sandbox.domain.selection import counting, scores, standing, weights


def decision_letter(
    case: Case,
    decision: Decision,
    authority: Authority,
    ledger_seal: str,
    regime: Regime = REGIME,
) -> dict[str, Any]:  # Any: a JSON document
    """Document D4 (Art. 58(2)(a); draft act Art. 3(7)), by the readings of an installation."""
    found = standing(case, regime.sandbox.kind)
    fee = fee_for(case.application, case.call, regime.non_eu_sme_fee)
    return {
        "document": "decision",
        **_about(case, authority),
        "outcome": decision.outcome,
        "reasons": decision.reasons,
        "conditions": decision.conditions or None,
        "selection": {
            "call": f"{case.call.id}: {case.call.title}" if case.call else "rolling intake",
            "criteria": [_criterion(case, c) for c in Criterion if c in averages(scores(case))],
            "sections": [_section(note) for review in counting(case) for note in review.notes],
            "weighted_total": found.total,
            "merit_threshold": found.threshold,
            "priority_access": found.priority,
            "guidance_taken_into_account": list(case.call.guidance) if case.call else [],
        },
        "screening": [
            {
                "finding": finding.sentence,
                "means": finding.severity.value,
                "rule": finding.rule,
                "article": finding.article,
            }
            for finding in case.findings
            if finding.severity is not Severity.OK
        ],
        "referrals": [
            f"{r.facility.name} ({r.facility.contact}): {r.reasons}" for r in case.referrals
        ],
        "fee_eur": decision.fee_eur,
        "fee_reason": fee.why if decision.admitted else None,
        "proposed_by": decision.proposed_by or decision.by,
        "decided_by": decision.by,
        "reviewed_by": [review.reviewer for review in counting(case)],
        "decided_on": authority.day(decision.at).isoformat(),
        "remedy": decision.remedy,
        "appeal_until": decision.appeal_until.isoformat() if decision.appeal_until else None,
        "appeal_suspends": decision.appeal_suspends.value,
        "regime": str(regime.implementing_act),
        "made_at": decision.at.isoformat(),
        "ledger_seal": ledger_seal,
        "statement": NO_CONFORMITY,
    }


def ruling_letter(
    case: Case, appeal: Appeal, remedy: Remedy, authority: Authority, ledger_seal: str
) -> dict[str, Any]:  # Any: a JSON document
    """The decision on an appeal, with the decision that was challenged. What annuls a rejection burdens
    nobody, and names no remedy.
    """
    ruling = appeal.ruling
    if ruling is None:
        raise ValueError(f"appeal {appeal.number} was not ruled on")
    burdens = case.decision is not None
    return {
        "document": "decision on an appeal",
        **_about(case, authority),
        "appeal": appeal.number,
        "outcome": appeal.state.value,
        "reasons": ruling.reasons,
        "grounds_of_the_appeal": appeal.grounds,
        "lodged_by": appeal.by,
        "lodged_on": appeal.lodged_on.isoformat(),
        "decision_challenged": appeal.against.outcome,
        "decided_by": ruling.by,
        "first_decided_by": appeal.against.by,
        "conditions": (case.decision.conditions or None) if case.decision else None,
        "fee_eur": case.decision.fee_eur if case.decision else None,
        "remedy": remedy.text if burdens else None,
        "appeal_until": remedy.last_day.isoformat() if remedy.last_day and burdens else None,
        "made_at": ruling.at.isoformat(),
        "ledger_seal": ledger_seal,
        "statement": NO_CONFORMITY,
    }


def revocation_letter(
    case: Case, revoked: Revocation, remedy: Remedy, authority: Authority, ledger_seal: str
) -> dict[str, Any]:  # Any: a JSON document
    """D4 that takes an admission back before the test began, with the remedy and its last day."""
    return {
        "document": "decision",
        **_about(case, authority),
        "outcome": "admission taken back",
        "reasons": revoked.reasons,
        "decided_by": revoked.by,
        "first_decided_by": case.decision.by if case.decision else None,
        "decided_on": authority.day(revoked.at).isoformat(),
        "remedy": revoked.remedy,
        "appeal_until": revoked.appeal_until.isoformat() if revoked.appeal_until else None,
        "appeal_suspends": remedy.suspends.value,
        "made_at": revoked.at.isoformat(),
        "ledger_seal": ledger_seal,
        "statement": NO_CONFORMITY,
    }


def _about(case: Case, authority: Authority) -> dict[str, Any]:
    return {
        "case": case.id,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
        "authority": authority.name,
    }


def _criterion(case: Case, criterion: Criterion) -> dict[str, Any]:
    return {
        "criterion": criterion.sentence,
        "weight": weights(case).of(criterion),
        "score": float(round(averages(scores(case))[criterion], 2)),
        "reasons": [s.reasons for s in scores(case) if s.criterion is criterion],
    }


def _section(note: SectionNote) -> dict[str, Any]:
    return {
        "section": note.section.label,
        "verdict": note.verdict.label,
        "reasons": note.note,
    }
