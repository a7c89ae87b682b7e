"""The documents of a real-world test as facts: D5, D13, D14, D15 and D16."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.first_page import head
from sandbox.domain.papers import Paper
from sandbox.domain.plan_diff import changes
from sandbox.domain.real_world import Extension, RealWorldTest, Stop
from sandbox.domain.registration import Registration
from sandbox.domain.stop_papers import named, told_of_the_test
from sandbox.domain.territory import Territory, TerritoryEvent
from sandbox.domain.testing_conditions import HEADINGS, DeployerAgreement, Evidence

Document = dict[str, Any]  # Any: JSON


def testing_plan(
    case: Case,
    test: RealWorldTest,
    country: str,
    authority: str,
    at: datetime,
    before: Evidence | None,
) -> Document:
    """D5, as it goes to the authority of one Member State; issued anew it says what became of the
    evidence `before`.
    """
    plan, evidence, territory = test.plan, test.evidence, test.territory(country)
    return head(Paper.TESTING_PLAN, case, authority, at) | {
        "version": plan.version,
        "submitted_to": country,
        "test_number": test.number or None,
        "number_means": test.number_means,
        "stands_on": territory.footing.reason,
        **{name: getattr(plan, name) for name in HEADINGS},
        "period": f"{plan.first_day} / {plan.last_day}",
        "member_states": list(plan.countries),
        "stop_rules": plan.stop_rules,
        "thresholds": [str(t) for t in test.thresholds or ()],
        "stop_criteria": [str(t) for t in test.thresholds or () if t.stop],
        "plan_sha256": case.plan_sha256 or None,
        "without_consent": plan.without_consent or None,
        "no_negative_effect": plan.no_negative_effect or None,
        "established_in_the_union": case.application.eu_establishment,
        "legal_representative": evidence.representative or None,
        "third_country_transfers": [f"{t.country}: {t.mechanism}" for t in evidence.transfers],
        "vulnerable_groups": [f"{p.group}: {p.measures}" for p in evidence.protections],
        "deployers": list(case.deployers),
        "deployer_agreements_signed_by": [
            f"{a.deployer}: {a.provider_signed_by}, {a.deployer_signed_by}"
            for a in test.agreements
            if a.is_signed
        ],
        "oversight": [f"{o.name}: {o.qualifications}" for o in evidence.overseers if o.may_oversee],
        "reversal_drill": evidence.reversal_drill.what if evidence.reversal_drill else None,
        "recall_procedure": evidence.recall_runbook.what if evidence.recall_runbook else None,
        "dpia_reference": evidence.dpia_reference or None,
        "ethics_review": evidence.ethics.value,
        "ethics_reference": evidence.ethics_reference or None,
        "insurance": evidence.insurance or None,
        "sector_permits": [str(permit) for permit in evidence.permits],
        "infrastructure": [str(access) for access in evidence.infrastructure],
        "evidence_sha256": evidence.sha256,
        "evidence_sha256_before": before.sha256 if before else None,
        "changes": [str(change) for change in changes(before, evidence)] if before else [],
        "questions_and_replies": _correspondence(territory),
    }


def _correspondence(territory: Territory) -> list[str]:
    asked = [
        (a.at, a.by, a.reasons) for a in territory.answers if a.event is TerritoryEvent.QUESTION
    ]
    replied = [(r.at, r.by, r.text or r.evidence_sha256) for r in territory.replies]
    lines = sorted(asked + replied, key=lambda line: line[0])
    return [f"{at:%Y-%m-%d} {by}: {text}" for at, by, text in lines]


def registration(case: Case, made: Registration, authority: str, at: datetime) -> Document:
    """D13."""
    return (
        head(Paper.REGISTRATION, case, authority, at)
        | {"section": made.section.value, "visible_to_the_public": made.public}
        | made.as_items()
        | {
            "proof_of_attempt": made.proof_of_attempt or None,
            "update_history": [str(update) for update in made.updates],
        }
    )


def notice(case: Case, test: RealWorldTest, stop: Stop, authority: str) -> Document:
    """D14, of the provider or of this service for it (Art. 60(8))."""
    return head(Paper.NOTICE, case, authority, stop.at) | {
        "test_number": test.number or None,
        "effect": f"the real-world test is {test.state.value}",
        "territories": [territory.country for territory in test.territories],
        "ground": stop.ground,
        "reasons": stop.reasons,
        "remedy": stop.remedy or None,
        "decided_by": stop.by,
        "addressees": named(told_of_the_test(case, test)),
    }


def deployer_agreement(
    case: Case, agreement: DeployerAgreement, authority: str, at: datetime
) -> Document:
    """D15."""
    signed = [agreement.provider_signed_by, agreement.deployer_signed_by]
    return (
        head(Paper.DEPLOYER_AGREEMENT, case, authority, at)
        | asdict(agreement)
        | {"signed_by": signed}
    )


def extension(
    case: Case, test: RealWorldTest, sent: Extension, authority: str, at: datetime
) -> Document:
    """D16: a notice, no request (Art. 60(4)(f))."""
    return head(Paper.EXTENSION, case, authority, at) | {
        "test_number": test.number or None,
        "old_end": sent.old_last_day.isoformat(),
        "new_end": sent.new_last_day.isoformat(),
        "reasons": sent.reasons,
        "sent_by": sent.by,
    }
