"""The order in which people read the facts of a document; its JSON twin is sorted (RFC 8785)."""

from typing import Any

# The form of an application (D1): who, how large, what, its place on the market and in law, data,
# needs.
FORM = (
    *(
        "applicant",
        "applicant_role",
        "role_evidence",
        "registration_number",
        "unregistered_because",
        "vat_number",
        "lei",
        "country",
        "eu_establishment",
    ),
    *("eu_office", "authorised_representative", "representative_liable"),
    *("contact_name", "contact_email", "contact_phone", "parties", "size", "union_body"),
    *("law_enforcement", "financial_institution", "very_large_platform", "call"),
    *("system_name", "system_version", "intended_purpose", "users", "affected_persons"),
    *("novelty", "maturity", "regulatory_questions", "learning_potential", "public_interest"),
    *("viability", "market_status", "market_evidence", "planned_modification", "on_market_since"),
    *("prohibited", "annex_iii", "annex_iii_exit", "annex_i", "safety_component"),
    *("third_party_assessment", "profiles_persons", "model_alone", "base_model", "depictions"),
    *("depiction_safeguards", "interacts_with_persons", "synthetic_output", "deep_fakes"),
    *("public_interest_text", "editorial_control", "defence_only", "research_only"),
    *("other_laws", "other_authorities", "equivalent_reporting_law", "reuses_personal_data"),
    *("public_interest_area", "data_sources", "real_world_test", "test_member_states"),
    *("subjects", "vulnerable_groups", "requested_start", "weeks", "gpus", "gpu_product"),
    *("compute", "storage_gib", "network", "marks"),
)
# The record of a consent (D6): who, what was told, what was consented to, what became of it.
CONSENT = (
    *("subject", "representative", "form_version", "nature_and_objectives"),
    *("conditions_and_duration", "rights", "reversal", "test_number", "contact", "consented_at"),
    *("consented_by_means_of", "recorded_at", "copy_given", "vulnerable", "protection"),
    *(
        "withdrawn_at",
        "withdrawn_by_means_of",
        "withdrawal_recorded_at",
        "withdrawal_recorded_by",
        "data_deleted_at",
        "deletion_proof",
        "reversal_requests",
        "what",
        "asked_at",
        "reversed",
    ),
)
# What it is and about whom; then what is agreed, done or decided; then reasons and people; seals last.
ORDER = (
    *(
        "document",
        "doc_id",
        "kind",
        "number",
        "metric",
        "name",
        "authority",
        "case",
        "provider",
        "system",
    ),
    *FORM,
    *CONSENT,
    *("project", "incident", "order", "inspection", "question", "verdict", "requirement"),
    *("requisition", "required", "required_by", "required_at", "until", "information"),
    *("supplied_by", "supplied_at"),
    *(
        "outcome",
        "completed",
        "state",
        "year",
        "version",
        "supersedes",
        "changes",
        "old_end",
        "new_end",
    ),
    *("period", "started_at", "ended_at", "ended_by", "first_day", "last_day", "milestones"),
    "end_of_participation",
    *("duration_capacity", "duration_conformity_assessment", "duration_complexity"),
    *("objectives", "scope", "conditions", "methodology", "expected_results"),
    "guidance_taken_into_account",
    *("requirements", "laws_supervised", "laws_not_supervised"),
    *("personal_data", "data_protection_authority", "safeguards", "incident_procedure"),
    *(
        "real_world_plan",
        "testing_plans_sha256",
        "execution_site",
        "facility",
        "resources",
        "egress",
    ),
    *("thresholds", "stop_criteria", "settling_seconds", "reporting_cadence", "exit_criteria"),
    *("extra_terms", "without_consent", "no_negative_effect"),
    *("classes", "countries", "member_states", "occurred_at", "aware_at", "aware"),
    *("aware_party", "causal_link"),
    *(
        "description",
        "persons_affected",
        "immediate_response",
        "responded_by",
        "measures",
        "recall",
    ),
    *("investigation", "risk_assessment", "corrective_action", "evidence_hold", "recipients"),
    *("measured_by", "measured", "value", "threshold", "unit", "window", "step_seconds"),
    *("samples", "samples_expected", "completeness_percent", "series_sha256"),
    *("query", "report", "run"),
    "progress",
    *("sectors", "activities", "activities_successfully_done", "results", "learning_outcomes"),
    *("key_regulatory_issues", "issues_resolved", "recommendations", "good_practice"),
    *("best_practices", "incidents", "lessons", "set_up_recommendations"),
    *("application_of_the_act", "other_union_law"),
    *("objective", "text", "figures", "public_abstract"),
    *("reusable_tools", "scalable_lessons", "outcomes", "serious_incidents", "omissions"),
    *("suspension", "suspended_by", "mitigation", "alarms", "requirements_evaluated"),
    "metric_annex",
    *("test_reports", "ground", "territory", "effect", "reasons", "answer", "law"),
    *("required_changes", "remedy", "appeal_until"),
    *(
        "namespace",
        "deleted",
        "trigger",
        "ended_on",
        "method",
        "began_at",
        "removed_at",
        "removed",
        "left",
    ),
    *("datasets", "volumes", "snapshots", "backups", "keys", "verifier", "verified_on"),
    *("exceptions", "kept", "kept_as"),
    *("not_covered", "access_log_sha256"),
    *("suspension_or_termination", "update_history"),
    *("evidence", "evidence_snapshot", "readings"),
)
LAST = (
    *(
        "confidential",
        "declared_true_by",
        "handed_in_by",
        "consent_union_access",
        "consent_publication_provider",
    ),
    *(
        "consent_publication_authority",
        "signatory",
        "function",
        "insurance",
        "signature",
        "signature_reference",
    ),
    *(
        "inspected_by",
        "closed_by",
        "signed_in",
        "created_by",
        "signed_by",
        "signed_at",
        "issued_by",
        "made_by",
        "made_at",
    ),
    *("confidentiality_label", "retention_until"),
    *("plan_sha256", "terms_sha256", "sha256", "content_sha256", "token_sha256", "hash"),
    *("evidence_sha256", "evidence_sha256_before"),
    *("readings_seal", "ledger_seal"),
    "statement",
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
