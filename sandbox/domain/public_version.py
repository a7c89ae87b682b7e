"""What the public reads of a case: listed fields only, nothing that is marked (57(8), R58-D18)."""

from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.confidential import blotted

# Numbers of machines, alarms, incidents and names of people stay with the authorities.
SHOWN = (
    "provider",
    "system",
    "outcome",
    "sectors",
    "period",
    "activities",
    "results",
    "learning_outcomes",
    "key_regulatory_issues",
    "issues_resolved",
    "recommendations",
    "good_practice",
    "reusable_tools",
    "scalable_lessons",
    "outcomes",
    "requirements_evaluated",
    "made_at",
    "statement",
)
LEFT_OUT = (
    "Whatever the participant marked confidential, and whatever is not needed to understand the "
    "results, is left out."
)


def public_version(
    case: Case, authority: str, report: dict[str, Any] | None, sha256: str | None
) -> dict[str, Any]:  # Any: a JSON document
    """A case in public; without its exit report only the key findings, and nobody's name."""
    sealed = report or {}
    shown = {name: sealed[name] for name in SHOWN if name in sealed}
    findings = [finding.text for finding in case.key_findings]
    public: dict[str, Any] = blotted(case, {**shown, "key_findings": findings})
    return {
        "document": "exit report" if report else "key findings",
        "case": case.id,
        "authority": authority,
        **public,
        "sealed_sha256": sha256,
        "not_covered": LEFT_OUT,
    }
