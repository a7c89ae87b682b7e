"""The order in which people read the facts of a document; its JSON twin is sorted (RFC 8785)."""

from typing import Any

# What it is and about whom; then what is agreed, done or decided; then reasons and people; seals last.
ORDER = (
    *("document", "kind", "number", "metric", "name", "authority", "case", "provider", "system"),
    *("project", "incident", "order", "inspection", "question", "verdict", "requirement"),
    *("outcome", "completed", "state", "year", "version", "changes", "old_end", "new_end"),
    *("period", "first_day", "last_day", "milestones"),
    *("duration_capacity", "duration_conformity_assessment", "duration_complexity"),
    *("objectives", "scope", "conditions", "methodology", "expected_results"),
    *("requirements", "laws_supervised", "laws_not_supervised"),
    *("personal_data", "data_protection_authority", "safeguards", "incident_procedure"),
    *("real_world_plan", "execution_site", "resources", "egress"),
    *(
        "thresholds",
        "stop_criteria",
        "settling_seconds",
        "reporting_cadence",
        "exit_criteria",
        "extra_terms",
    ),
    *("classes", "countries", "member_states", "occurred_at", "aware_at", "aware", "causal_link"),
    *("description", "persons_affected", "immediate_response", "measures"),
    *("measured_by", "measured", "value", "threshold", "unit", "window", "completeness_percent"),
    *("query", "report", "run"),
    *("sectors", "activities", "activities_successfully_done", "results", "learning_outcomes"),
    *("key_regulatory_issues", "issues_resolved", "recommendations", "good_practice"),
    *("reusable_tools", "scalable_lessons", "outcomes", "serious_incidents"),
    *("suspension", "mitigation", "alarms", "requirements_evaluated", "metric_annex"),
    *("test_reports", "ground", "territory", "effect", "reasons", "answer", "law"),
    *("required_changes", "remedy", "appeal_until"),
)
LAST = (
    *("confidential", "consent_union_access", "consent_publication_provider"),
    *("consent_publication_authority", "signatory", "function", "insurance", "signature"),
    *("signed_in", "signed_by", "issued_by", "made_by", "made_at"),
    *("plan_sha256", "terms_sha256", "sha256", "content_sha256", "ledger_seal", "statement"),
)
RANK = {name: n for n, name in enumerate(ORDER)} | {
    name: len(ORDER) + 1 + n for n, name in enumerate(LAST)
}


def in_reading_order(facts: Any) -> Any:  # Any: JSON
    """The same JSON with its fields as people read them; what is not named stands before the seals."""
    if isinstance(facts, list):
        return [in_reading_order(item) for item in facts]
    if not isinstance(facts, dict):
        return facts
    names = sorted(facts, key=lambda name: RANK.get(name, len(ORDER)))
    return {name: in_reading_order(facts[name]) for name in names}
