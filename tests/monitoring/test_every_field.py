"""Every document of the catalogue says what the rulebook asks of it (rulebook 10)."""

import pytest

from sandbox.domain.papers import Paper
from sandbox.store import documents
from tests.monitoring.test_every_document import walked
from tests.office import Office

ASKED: dict[Paper, str] = {
    Paper.APPLICATION: """applicant registration_number eu_office authorised_representative size
        parties contact_name system_name system_version intended_purpose users affected_persons
        novelty maturity market_status planned_modification base_model regulatory_questions
        other_laws other_authorities personal_data public_interest_area real_world_test
        test_member_states learning_potential public_interest viability requested_start weeks
        gpu_product gpus compute storage_gib network data_sources marks declared_true_by""",
    Paper.SANDBOX_PLAN: """provider system first_day last_day milestones objectives scope
        requirements laws_supervised personal_data data_protection_authority safeguards
        incident_procedure real_world_plan conditions methodology resources thresholds
        stop_criteria reporting_cadence exit_criteria signed_by""",
    Paper.TERMS: """fees_and_exceptional_costs liability no_presumption_of_conformity good_faith
        suspension_and_termination confidentiality return_and_deletion_of_data publication
        monitoring_and_inspection electronic_signature""",
    Paper.DECISION: "outcome selection reasons decided_on remedy appeal_until conditions",
    Paper.TESTING_PLAN: """objectives methodology geographical_scope population_scope
        temporal_scope monitoring organisation conduct legal_representative
        third_country_transfers vulnerable_groups deployers deployer_agreements_signed_by
        without_consent oversight
        reversal_drill thresholds stop_rules recall_procedure dpia_reference ethics_review
        evidence_sha256 changes questions_and_replies""",
    Paper.INCIDENT_REPORT: """kind system test_number provider deployers member_states classes
        aware_at occurred_at description persons_affected causal_link immediate_response recall
        investigation risk_assessment corrective_action other_reporting_law evidence_hold""",
    Paper.EXIT_REPORT: """activities results learning_outcomes sectors requirements_evaluated
        outcome end_of_participation key_regulatory_issues issues_resolved recommendations good_practice reusable_tools
        serious_incidents scalable_lessons metric_annex consent_union_access
        consent_publication_provider consent_publication_authority""",
    Paper.DELETION_CERTIFICATE: """datasets volumes snapshots backups keys method began_at
        removed_at trigger verifier exceptions access_log_sha256""",
    Paper.REGISTRATION: """unique_number provider_and_deployers description plan_summary
        suspension_or_termination visible_to_the_public section update_history""",
    Paper.NOTICE: "decided_by ground effect reasons remedy addressees",
    Paper.DEPLOYER_AGREEMENT: "roles responsibilities instructions_given oversight_persons",
    Paper.EXTENSION: "old_end new_end reasons",
    Paper.INSPECTION_RECORD: "powers announced scope findings evidence",
}


@pytest.mark.rule("D1 D2 D3 D4 D5 D7 D8 D12 D13 D14 D15 D16 D18")
def test_no_field_of_the_catalogue_is_missing_from_its_document(office: Office) -> None:
    case_id = walked(office)

    with office.sessions.begin() as session:
        made = documents.of_case(session, case_id)

    missing = {
        (d.kind, field)
        for d in made
        for field in ASKED.get(d.kind, "").split()
        if field not in (d.assembled or {})
    }
    assert ASKED.keys() - {d.kind for d in made} == set()
    assert missing == set()
    unsaid = {d.kind for d in made if d.kind in ASKED and not (d.assembled or {}).get("statement")}
    assert unsaid == set()  # that it is neither an approval nor a declaration of conformity
