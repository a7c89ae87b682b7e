"""Every document of the catalogue has every field that it is to have, and no other (rulebook 10)."""

from dataclasses import replace

import pytest

from sandbox.domain import plan_papers, real_world_papers
from sandbox.domain.consent import Consent, NewConsent
from sandbox.domain.consent_papers import consent_record
from sandbox.domain.papers import Paper
from sandbox.domain.terms import BUILT_IN
from tests.factories import a_case
from tests.fakes import NOON
from tests.monitoring.test_every_document import every_document
from tests.office import Office
from tests.real_world import AGREEMENT, FORM

# What each begins with, and the header that all share; the statement says what it is not.
COMMON = """authority case confidentiality_label created_by doc_id document language ledger_seal made_at
    retention_until signed_at signed_by statement supersedes version"""
# Everything else, for each form that a document takes.
FIELDS = [
    (
        Paper.APPLICATION,
        """affected_persons annex_i annex_iii annex_iii_exit applicant applicant_role
        authorised_representative base_model call compute confidential contact_email contact_name
        contact_phone country data_sources declared_true_by deep_fakes defence_only
        depiction_safeguards depictions editorial_control equivalent_reporting_law eu_establishment
        eu_office financial_institution gpu_product gpus handed_in_by intended_purpose
        interacts_with_persons law_enforcement learning_potential lei market_evidence market_status
        marks maturity model_alone network novelty on_market_since other_authorities other_laws
        parties personal_data planned_modification profiles_persons prohibited provider
        public_interest public_interest_area public_interest_text real_world_test
        registration_number regulatory_questions representative_liable requested_start research_only
        reuses_personal_data role_evidence safety_component size storage_gib subjects
        synthetic_output system system_name system_version test_member_states third_party_assessment
        union_body unregistered_because users vat_number very_large_platform viability
        vulnerable_groups weeks""",
    ),
    (
        Paper.SANDBOX_PLAN,
        """changes conditions confidential data_protection_authority duration_capacity
        duration_complexity duration_conformity_assessment egress execution_site exit_criteria
        extra_terms facility first_day guidance_taken_into_account incident_procedure last_day
        laws_not_supervised laws_supervised methodology milestones objectives personal_data
        plan_sha256 provider real_world_plan reporting_cadence requirements resources safeguards
        scope settling_seconds stop_criteria system testing_plans_sha256 thresholds""",
    ),
    (
        Paper.TERMS,
        """confidentiality electronic_signature fees_and_exceptional_costs function good_faith
        insurance liability monitoring_and_inspection no_presumption_of_conformity provider
        publication return_and_deletion_of_data signatory signature signature_reference signed_in
        suspension_and_termination system terms_sha256""",
    ),
    (
        Paper.TERMS,
        """confidentiality electronic_signature fees_and_exceptional_costs good_faith liability
        monitoring_and_inspection no_presumption_of_conformity provider publication
        return_and_deletion_of_data suspension_and_termination system terms_sha256""",
    ),
    (
        Paper.DECISION,
        """appeal appeal_until conditions decided_by decision_challenged fee_eur first_decided_by
        grounds_of_the_appeal lodged_by lodged_on outcome provider reasons remedy system""",
    ),
    (
        Paper.DECISION,
        """appeal_suspends appeal_until conditions decided_by decided_on fee_eur fee_reason outcome
        proposed_by provider reasons referrals regime remedy reviewed_by screening selection system""",
    ),
    (
        Paper.DECISION,
        """appeal_suspends appeal_until decided_by decided_on first_decided_by outcome provider reasons
        remedy system""",
    ),
    (
        Paper.TESTING_PLAN,
        """changes conduct deployer_agreements_signed_by deployers dpia_reference
        established_in_the_union ethics_reference ethics_review evidence_sha256
        evidence_sha256_before geographical_scope infrastructure insurance legal_representative
        member_states methodology monitoring no_negative_effect number_means objectives organisation
        oversight period plan_sha256 population_scope provider questions_and_replies
        recall_procedure reversal_drill sector_permits stands_on stop_criteria stop_rules
        submitted_to system temporal_scope test_number third_country_transfers thresholds
        vulnerable_groups without_consent""",
    ),
    (
        Paper.INCIDENT_REPORT,
        """aware aware_at aware_party causal_link classes corrective_action deployers description
        evidence_hold images immediate_response incident investigation kept_series kind measures
        member_states occurred_at other_reporting_law persons_affected provider recall recipients
        reported_by responded_by risk_assessment system test_number volumes widespread""",
    ),
    (
        Paper.EXIT_REPORT,
        """activities alarms consent_publication_authority consent_publication_provider
        consent_union_access end_of_participation good_practice issued_by issues_resolved
        key_regulatory_issues learning_outcomes metric_annex mitigation omissions outcome outcomes
        period provider recommendations requirements_evaluated results reusable_tools
        scalable_lessons sectors serious_incidents suspended_by suspension system test_reports""",
    ),
    (
        Paper.WRITTEN_PROOF,
        """activities_successfully_done completed issued_by metric_annex provider
        requirements_evaluated sectors system test_reports""",
    ),
    (
        Paper.ANNUAL_REPORT,
        """application_of_the_act best_practices figures incidents issued_by lessons member_states
        other_union_law period progress public_abstract results set_up_recommendations year""",
    ),
    (Paper.PROJECT_SUMMARY, "expected_results objectives project provider published_by system"),
    (
        Paper.DELETION_CERTIFICATE,
        """access_log_sha256 backups began_at datasets deleted ended_on exceptions kept kept_as keys
        left method namespace not_covered removed removed_at snapshots trigger verifier volumes""",
    ),
    (
        Paper.DATASET_CERTIFICATE,
        """access_log_sha256 accesses_logged content_sha256 dataset deleted deleted_by due_since
        exceptions kind method name period provider refused_reports removed system trigger verifier
        volume""",
    ),
    (
        Paper.REGISTRATION,
        """description plan_summary proof_of_attempt provider provider_and_deployers section
        suspension_or_termination system unique_number update_history visible_to_the_public""",
    ),
    (
        Paper.NOTICE,
        """addressees decided_by effect ground kind order provider reasons remedy required_changes
        system territory""",
    ),
    (
        Paper.NOTICE,
        """addressees decided_by effect ground provider reasons remedy system territories test_number
""",
    ),
    (
        Paper.NOTICE,
        """addressees decided_by effect ground provider reasons remedy system territory
""",
    ),
    (
        Paper.DEPLOYER_AGREEMENT,
        """deployer deployer_signed_by instructions_given oversight_persons provider provider_signed_by
        responsibilities roles system""",
    ),
    (Paper.EXTENSION, "agreed_by new_end old_end plan_sha256 provider reasons sent_by system"),
    (Paper.EXTENSION, "new_end old_end provider reasons sent_by system test_number"),
    (
        Paper.GUIDANCE,
        """acknowledged_at acknowledged_by answer asked_at asked_by evidence followed given_as given_at
        given_by law number provider question""",
    ),
    (
        Paper.INSPECTION_RECORD,
        """announced closed_by evidence evidence_snapshot findings inspected_by inspection opened_at
        powers purpose readings readings_seal scope source_code""",
    ),
    (
        Paper.INFORMATION,
        """evidence information provider required required_at required_by requisition supplied_at
        supplied_by system until""",
    ),
    (
        Paper.GOOD_FAITH_FILE,
        """authorities_involved deviations guidance liability_for_damage meaning plan_in_force
        plans_agreed protects provider system terms_accepted""",
    ),
]
D6 = """case conditions_and_duration consented_at consented_by_means_of contact copy_given
    data_deleted_at deletion_proof document form_version language made_at nature_and_objectives number
    protection provider recorded_at representative reversal reversal_requests rights statement subject
    system test_number token_sha256 vulnerable withdrawal_recorded_at withdrawal_recorded_by withdrawn_at
    withdrawn_by_means_of"""


@pytest.mark.rule("D1 D2 D3 D4 D5 D7 D8 D9 D10 D11 D12 D13 D14 D15 D16 D17 D18")
def test_each_document_has_exactly_the_fields_of_the_catalogue(office: Office) -> None:
    made = {(kind, frozenset(facts)) for kind, facts in every_document(office)}
    asked = {(kind, frozenset(f"{COMMON} {fields}".split())) for kind, fields in FIELDS}

    assert sorted_fields(made - asked) == []
    assert sorted_fields(asked - made) == []


def sorted_fields(forms: set[tuple[Paper, frozenset[str]]]) -> list[tuple[Paper, list[str]]]:
    return sorted((kind, sorted(fields)) for kind, fields in forms)


@pytest.mark.rule("D6")
def test_a_consent_record_has_exactly_the_fields_of_the_catalogue() -> None:
    given = NewConsent("p-1", 1, "nl", "on paper", "", True, False, "")
    consent = Consent(7, given, "ab" * 32, NOON, NOON)

    facts = consent_record(a_case(), consent, FORM)

    assert set(facts) == set(D6.split())
    assert facts["number"] == 7


@pytest.mark.rule("D3")
def test_terms_bear_the_version_that_is_theirs_and_not_that_of_the_document() -> None:
    assert plan_papers.terms(a_case(), BUILT_IN, "Authority", NOON)["version"] == BUILT_IN.version


@pytest.mark.rule("D15")
def test_provider_and_deployer_have_both_signed_their_agreement() -> None:
    signed = replace(AGREEMENT, provider_signed_by="Ada", deployer_signed_by="Bo")

    facts = real_world_papers.deployer_agreement(a_case(), signed, "Authority", NOON)

    assert facts["signed_by"] == ["Ada", "Bo"]
