"""What the start-up hands in, what both agree on, and what the authority writes at the end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]  # Any: a JSON document of the API

ORGANISATION = "CreditCo B.V."
GPU_PRODUCT = {"real": "NVIDIA-H100-80GB-HBM3", "fake": "NVIDIA-A100-SXM4-40GB"}
SETTLING_SECONDS = 15

EXIT_WORDS = {
    "learning_outcomes": "Group thresholds close the gap at little cost in accuracy.",
    "key_issues": "What counts as a group under Art. 10.",
    "recommendations": "Agree on the measure of fairness before the test.",
    "activities": [{"kind": "testing", "description": "The hold-out was scored in two runs."}],
    "results": "The first run failed the gap between groups; the second met every threshold.",
}

CRITERIA = ("need", "learning", "public_interest", "maturity", "innovation")
SECTIONS = ("applicant", "size", "system", "risk", "questions", "personal_data", "resources")
REVIEW: Json = {
    "scores": [
        {"criterion": criterion, "points": 4, "reasons": "As the application shows."}
        for criterion in CRITERIA
    ],
    "notes": [
        {"section": section, "verdict": "convincing", "note": "Complete and clear."}
        for section in SECTIONS
    ],
}


def application(gpu_product: str) -> Json:
    return {
        "applicant": ORGANISATION,
        "registration_number": "NL-KVK-12345678",
        "country": "NL",
        "eu_establishment": True,
        "size": {"headcount_awu": 12, "turnover_eur": 1_500_000, "balance_sheet_eur": 900_000},
        "system_name": "FairScore",
        "system_version": "1.0",
        "intended_purpose": "Creditworthiness of natural persons for consumer loans.",
        "novelty": "Mitigation of unequal error rates between age groups.",
        "regulatory_questions": "Which evidence shows compliance with Art. 10 and 14?",
        "applicant_role": "prospective_provider",
        "role_evidence": "The roadmap of the product, signed by the board.",
        "market_status": "not_on_market",
        "market_evidence": "No release was made; the first contract is planned for 2027.",
        "annex_iii": ["III-5b"],
        "profiles_persons": True,
        "personal_data": True,
        "requested_start": (datetime.now(UTC) + timedelta(days=1)).date().isoformat(),
        "weeks": 8,
        "gpus": 2,
        "gpu_product": gpu_product,
        "declared_true_by": "Ada Start-up",
    }


def plan(real: bool) -> Json:
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    thresholds: list[Json] = [
        {"metric": "accuracy", "bound": "at_least", "value": 0.7, "requirement": "Art. 15"},
        {
            "metric": "group_gap",
            "bound": "at_most",
            "value": 0.15,
            "requirement": "Art. 10",
            "stop": True,
        },
        {"metric": "oversight_present", "bound": "at_least", "value": 1, "requirement": "Art. 14"},
        {
            "metric": "consent_missing",
            "bound": "at_most",
            "value": 0,
            "requirement": "Art. 60(4)(i)",
        },
    ]
    return {
        "objectives": "Show that credit decisions are accurate and equal between age groups.",
        "conditions": "German Credit data only; no decision reaches a person.",
        "methodology": "Train on 70 %, score the hold-out in small batches, measure every second.",
        "requirements": ["Art. 10", "Art. 14", "Art. 15"],
        "safeguards": "A person may override each decision; default-deny network; simulated consent.",
        "incident_procedure": "The provider reports at once and stops the test.",
        "exit_criteria": "All thresholds met in the last run.",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(weeks=8)).isoformat(),
        "personal_data": True,
        "confidentiality_reviewed": True,
        "resources": {
            "gpus": 2,
            "gpu_product": GPU_PRODUCT["real" if real else "fake"],
            "cpus": 4,
            "memory_gib": 8,
            "storage_gib": 10,
            "pods": 10,
        },
        "thresholds": thresholds,
        "settling_seconds": SETTLING_SECONDS,
        "scope": "Consumer loans of one lender; no other use of the scores.",
        "milestones": [
            {"week": 2, "what": "first supervised run"},
            {"week": 8, "what": "all thresholds met"},
        ],
        "laws_supervised": ["AI Act", "GDPR"],
        "reporting_cadence": "A test report after every run, a call every second week.",
        "duration": {
            "capacity": "One of four places; a small provider with priority.",
            "conformity_assessment": "Art. 10, 14 and 15 are covered, quality management is not.",
            "complexity": "One model and one public data set; two runs and one mitigation.",
        },
    }


def acceptance(terms_sha256: str) -> Json:
    return {
        "terms_sha256": terms_sha256,
        "signatory": "Ada Start-up",
        "function": "managing director",
        "insurance": "Example Insurance, policy 4711",
    }
