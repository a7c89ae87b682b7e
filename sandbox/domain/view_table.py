"""Who sees which field of a case (Art. 78, rulebook 5.3): one line for each field.

A field that has no line is hidden from everybody. `seen` see it, `counted` see how many there are.
The label may hide it from one of them all the same; `part` says in which share it may go out.
"""

from dataclasses import dataclass

from sandbox.domain.labels import Label
from sandbox.domain.lifecycle import Role
from sandbox.domain.papers import Paper
from sandbox.domain.shares import Part

R = Role
Roles = frozenset[Role]

NOBODY: Roles = frozenset()
LEAD_ONLY: Roles = frozenset({R.AUTHORITY, R.SYSTEM})  # deliberations; names of other applicants
PARTIES = LEAD_ONLY | {R.PROVIDER}
OFFICES = LEAD_ONLY | {R.MARKET_SURVEILLANCE}  # what the provider must not know, so that it works
SUPERVISORS = PARTIES | {R.MARKET_SURVEILLANCE}
WITH_DATA_PROTECTION = SUPERVISORS | {R.DATA_PROTECTION}
WITH_UNION = WITH_DATA_PROTECTION | {R.AI_OFFICE}
WITH_DEPLOYER = SUPERVISORS | {R.DEPLOYER}
AUDIT: Roles = frozenset({R.AUDITOR})  # that it happened, not what was said
READERS = WITH_UNION | {R.DEPLOYER, R.RIGHTS_BODY, R.AUDITOR}


@dataclass(frozen=True, slots=True)
class Row:
    """Who sees a field, who counts it, how confidential it is by itself, in which share it may go."""

    seen: Roles
    counted: Roles = NOBODY
    label: Label = Label.AUTHORITY
    part: Part | None = None


# How strict a label each role reads at most. What is SENSITIVE_OPERATIONAL stays with the provider
# and the authority it gave it to.
CEILINGS: dict[Role, Label] = {
    R.PROVIDER: Label.SENSITIVE_OPERATIONAL,
    R.AUTHORITY: Label.SENSITIVE_OPERATIONAL,
    R.SYSTEM: Label.SENSITIVE_OPERATIONAL,
    R.MARKET_SURVEILLANCE: Label.CONFIDENTIAL,  # Art. 74(12): full access
    R.DATA_PROTECTION: Label.CONFIDENTIAL,
    R.AI_OFFICE: Label.AUTHORITY,
    R.RIGHTS_BODY: Label.AUTHORITY,
    R.DEPLOYER: Label.AUTHORITY,
    R.AUDITOR: Label.AUTHORITY,
    R.BOARD: Label.PUBLIC,
    R.COMMISSION: Label.PUBLIC,
    R.OPERATOR: Label.PUBLIC,
    R.OBSERVER: Label.PUBLIC,  # what it was invited to see it sees elsewhere
}
SHARED_MAX = Label.CONFIDENTIAL

SECRET = Label.CONFIDENTIAL
SYSTEM = Row(READERS - AUDIT, part=Part.SYSTEM)
CONTACT = Row(WITH_DATA_PROTECTION)
BUSINESS = Row(PARTIES, label=SECRET)
MERIT = Row(SUPERVISORS, label=SECRET, part=Part.APPLICATION)
IN_LAW = Row(WITH_DATA_PROTECTION, part=Part.APPLICATION)
PLANNED = Row(WITH_DATA_PROTECTION, AUDIT, label=SECRET, part=Part.PLAN)
NEEDS = Row(PARTIES)
RISKS = Row(WITH_DATA_PROTECTION, AUDIT, label=SECRET, part=Part.SUPERVISION)
RUN = Row(WITH_DEPLOYER | {R.DATA_PROTECTION}, part=Part.TEST)

APPLICATION: dict[str, Row] = {
    **dict.fromkeys(("applicant", "country", "registration_number"), SYSTEM),
    "unregistered_because": SYSTEM,
    **dict.fromkeys(("system_name", "system_version", "intended_purpose"), SYSTEM),
    **dict.fromkeys(("contact_email", "contact_name", "contact_phone"), CONTACT),
    **dict.fromkeys(("authorised_representative", "declared_true_by"), CONTACT),
    **dict.fromkeys(("size", "vat_number", "lei", "eu_office", "representative_liable"), BUSINESS),
    **dict.fromkeys(("applicant_role", "role_evidence"), IN_LAW),
    "parties": Row(SUPERVISORS, label=SECRET),
    **dict.fromkeys(("novelty", "regulatory_questions", "maturity", "learning_potential"), MERIT),
    **dict.fromkeys(("public_interest", "viability", "market_evidence"), MERIT),
    **dict.fromkeys(("planned_modification", "on_market_since", "base_model"), MERIT),
    **dict.fromkeys(("eu_establishment", "market_status", "annex_iii", "annex_iii_exit"), IN_LAW),
    **dict.fromkeys(("annex_i", "prohibited", "profiles_persons", "union_body"), IN_LAW),
    **dict.fromkeys(("law_enforcement", "financial_institution", "very_large_platform"), IN_LAW),
    **dict.fromkeys(("defence_only", "research_only", "model_alone", "safety_component"), IN_LAW),
    **dict.fromkeys(("third_party_assessment", "depictions", "depiction_safeguards"), IN_LAW),
    **dict.fromkeys(("interacts_with_persons", "synthetic_output", "deep_fakes"), IN_LAW),
    **dict.fromkeys(("public_interest_text", "editorial_control"), IN_LAW),
    **dict.fromkeys(("other_laws", "other_authorities"), IN_LAW),
    **dict.fromkeys(("personal_data", "public_interest_area", "reuses_personal_data"), IN_LAW),
    "equivalent_reporting_law": IN_LAW,
    **dict.fromkeys(("data_sources", "subjects", "vulnerable_groups"), IN_LAW),
    **dict.fromkeys(("users", "affected_persons", "real_world_test", "test_member_states"), IN_LAW),
    **dict.fromkeys(("requested_start", "weeks", "gpus", "gpu_product", "compute"), NEEDS),
    **dict.fromkeys(("storage_gib", "network", "call", "confidential", "marks"), NEEDS),
}

TEST: dict[str, Row] = {
    "plan": RUN,
    **dict.fromkeys(("territories", "known_before"), Row(WITH_DATA_PROTECTION, part=Part.TEST)),
    "territories.replies": Row(WITH_DATA_PROTECTION, label=SECRET, part=Part.TEST),
    "evidence": Row(SUPERVISORS, label=SECRET, part=Part.TEST),
    "evidence.overseers": Row(SUPERVISORS),
    "evidence.dpia_reference": Row(WITH_DATA_PROTECTION, part=Part.TEST),
    "agreements": Row(WITH_DEPLOYER),
    **dict.fromkeys(("terms", "agreed_terms"), Row(SUPERVISORS, part=Part.TEST)),
    "registration": Row(SUPERVISORS, part=Part.TEST),
    "duty": Row(WITH_DEPLOYER),
    "outcomes": Row(SUPERVISORS, label=SECRET, part=Part.RESULTS),
    **dict.fromkeys(("registration_required", "state", "started_on", "started_at"), RUN),
    **dict.fromkeys(("resumed_at", "extensions", "stops", "ended_on", "told_since"), RUN),
    "reference": RUN,
    "thresholds": Row(WITH_DATA_PROTECTION, AUDIT, label=SECRET, part=Part.TEST),
}

CASE: dict[str, Row] = {
    **dict.fromkeys(("id", "stage", "version"), Row(READERS, label=Label.PUBLIC, part=Part.SYSTEM)),
    "provider": Row(READERS, part=Part.SYSTEM),
    "received_at": Row(WITH_UNION | AUDIT, part=Part.APPLICATION),
    "ended_at": Row(WITH_UNION | AUDIT, part=Part.RESULTS),
    "rules_version": Row(SUPERVISORS | AUDIT, part=Part.APPLICATION),
    "findings": Row(WITH_DATA_PROTECTION, AUDIT, part=Part.APPLICATION),
    "practice_reviews": Row(SUPERVISORS, AUDIT),
    "linked_cases": Row(LEAD_ONLY, label=SECRET),
    "once_marked": Row(PARTIES, label=SECRET),
    "size_check": Row(PARTIES, AUDIT, label=SECRET),
    "route": Row(WITH_UNION, part=Part.APPLICATION),
    **dict.fromkeys(("seats", "ended_seats"), Row(WITH_UNION, AUDIT)),
    "information": Row(PARTIES, AUDIT, label=SECRET),
    "dpa_reviewer": Row(WITH_DATA_PROTECTION),
    "call": Row(SUPERVISORS, AUDIT),
    "declarations": Row(LEAD_ONLY, AUDIT, label=SECRET),
    "assignments": Row(LEAD_ONLY, AUDIT, label=SECRET),
    "reviews": Row(LEAD_ONLY, AUDIT, label=SECRET),
    "proposal": Row(LEAD_ONLY, AUDIT, label=SECRET),
    "decision": Row(WITH_DATA_PROTECTION, AUDIT, part=Part.DECISION),
    "decision.conflicts": Row(LEAD_ONLY, label=SECRET),
    "decision.fee_eur": Row(PARTIES, AUDIT),  # it tells of the size
    "appeals": Row(PARTIES, AUDIT, label=SECRET),
    "appeals.against.conflicts": Row(LEAD_ONLY, label=SECRET),
    "appeals.ruling.conflicts": Row(LEAD_ONLY, label=SECRET),
    "acceptance": Row(PARTIES, AUDIT),
    "revocation": Row(PARTIES, AUDIT),
    "exceptional_costs": Row(PARTIES, AUDIT, label=SECRET),
    "plan": PLANNED,
    "plan_sha256": Row(WITH_DATA_PROTECTION | AUDIT, part=Part.PLAN),
    "signatures": Row(SUPERVISORS, AUDIT),
    **dict.fromkeys(("amendment", "amendments"), PLANNED),
    "terms_issued": Row(PARTIES | AUDIT),
    "terms_accepted": Row(PARTIES, AUDIT),
    "told_of_end": Row(SUPERVISORS | AUDIT),
    "isolation": Row(SUPERVISORS, AUDIT),
    "suspension": Row(WITH_UNION | {R.DEPLOYER}, AUDIT, part=Part.SUPERVISION),
    **dict.fromkeys(("mitigation", "stop_requests"), Row(WITH_UNION, AUDIT, part=Part.SUPERVISION)),
    "stretches": Row(SUPERVISORS | AUDIT, part=Part.SUPERVISION),
    "stretches.ended_by": Row(
        SUPERVISORS | AUDIT, part=Part.SUPERVISION
    ),  # an action, nobody's name
    "incidents": Row(
        WITH_DATA_PROTECTION | {R.RIGHTS_BODY, R.DEPLOYER}, AUDIT, part=Part.INCIDENTS
    ),
    "consent_forms": Row(WITH_DATA_PROTECTION, AUDIT, part=Part.TEST),
    "orders": Row(WITH_UNION | {R.DEPLOYER}, AUDIT, part=Part.SUPERVISION),
    "orders.mitigation": Row(WITH_UNION, AUDIT, part=Part.SUPERVISION),
    "inspections": Row(SUPERVISORS, AUDIT, label=SECRET),
    "requisitions": Row(SUPERVISORS, AUDIT, part=Part.SUPERVISION),
    "requests": Row(OFFICES | {R.AI_OFFICE, R.RIGHTS_BODY}, AUDIT),
    "requests.consultations": Row(
        OFFICES, AUDIT
    ),  # whoever asked does not learn who else is concerned
    "processing": Row(WITH_DATA_PROTECTION, label=SECRET),
    **dict.fromkeys(("risks", "risks.shown_by"), RISKS),  # shown by evidence, by nobody's name
    "risk_notice_on": Row(PARTIES),
    "guidance": Row(WITH_DATA_PROTECTION, AUDIT, part=Part.SUPERVISION),
    **dict.fromkeys(("referrals", "observers", "proof_requests"), Row(PARTIES, AUDIT)),
    **dict.fromkeys(("permits", "questionnaires"), Row(PARTIES, AUDIT)),
    "key_findings": Row(READERS, label=Label.PUBLIC, part=Part.RESULTS),  # published already
    "outcomes": Row(SUPERVISORS, AUDIT, part=Part.RESULTS),
    "omissions": Row(SUPERVISORS, AUDIT, part=Part.RESULTS),
    "completed": Row(SUPERVISORS | AUDIT, part=Part.RESULTS),
    "shares": Row(READERS, part=Part.SYSTEM),
    "exit_report_sha256": Row(SUPERVISORS | AUDIT, part=Part.RESULTS),
    **dict.fromkeys(("told_of_retention", "erasure"), Row(LEAD_ONLY, AUDIT)),
    "deletion_certificate_sha256": Row(WITH_DATA_PROTECTION | AUDIT, part=Part.RESULTS),
    "deadlines": Row(READERS),
}

# What goes out of a case and is no field of it. `ledger` is an account that is never cut.
BESIDES: dict[str, Row] = {
    "persons": Row(WITH_DATA_PROTECTION),  # names of natural persons, wherever they stand
    "ledger": Row(LEAD_ONLY | AUDIT),
    "consents": Row(NOBODY, WITH_DATA_PROTECTION),  # counted, not named (Art. 61)
    "standing": Row(PARTIES),
    "environment": Row(SUPERVISORS),
    "preview": Row(PARTIES),
    "progress": Row(PARTIES),
    "alarms": Row(SUPERVISORS, AUDIT),
    **dict.fromkeys(("accesses", "experiments"), Row(WITH_DATA_PROTECTION, label=SECRET)),
    **dict.fromkeys(("lessons", "tools"), Row(SUPERVISORS, label=SECRET)),
    "export": Row(PARTIES | AUDIT),  # to take along what one sees, file by file
    "capacity": Row(LEAD_ONLY | AUDIT | {R.OPERATOR}, label=Label.PUBLIC),
}

# Seen: it can be opened. Counted: it is listed with its hash.
PAPERS: dict[Paper, Row] = {
    Paper.APPLICATION: Row(PARTIES, AUDIT, label=SECRET),
    Paper.SANDBOX_PLAN: Row(WITH_DATA_PROTECTION, AUDIT, label=SECRET, part=Part.PLAN),
    Paper.TERMS: Row(PARTIES, AUDIT),
    Paper.DECISION: Row(PARTIES, AUDIT, part=Part.DECISION),
    Paper.TESTING_PLAN: Row(WITH_DATA_PROTECTION, AUDIT, label=SECRET, part=Part.TEST),
    Paper.CONSENT_RECORD: Row(frozenset({R.PROVIDER, R.SYSTEM}), WITH_DATA_PROTECTION | AUDIT),
    Paper.INCIDENT_REPORT: Row(WITH_DATA_PROTECTION | {R.RIGHTS_BODY}, AUDIT, part=Part.INCIDENTS),
    Paper.EXIT_REPORT: Row(SUPERVISORS, AUDIT, part=Part.RESULTS),
    Paper.WRITTEN_PROOF: Row(SUPERVISORS, AUDIT, part=Part.RESULTS),
    Paper.ANNUAL_REPORT: Row(READERS, part=Part.RESULTS),
    Paper.PROJECT_SUMMARY: Row(READERS, label=Label.PUBLIC, part=Part.SYSTEM),
    Paper.DELETION_CERTIFICATE: Row(WITH_DATA_PROTECTION, AUDIT, part=Part.RESULTS),
    Paper.REGISTRATION: Row(SUPERVISORS, AUDIT, part=Part.TEST),
    Paper.NOTICE: Row(WITH_UNION | {R.DEPLOYER}, AUDIT, part=Part.SUPERVISION),
    Paper.DEPLOYER_AGREEMENT: Row(WITH_DEPLOYER, AUDIT),
    Paper.EXTENSION: Row(SUPERVISORS, AUDIT, part=Part.TEST),
    Paper.GUIDANCE: Row(WITH_DATA_PROTECTION, AUDIT, part=Part.SUPERVISION),
    Paper.GOOD_FAITH_FILE: Row(PARTIES, AUDIT),
    Paper.DATASET_CERTIFICATE: Row(WITH_DATA_PROTECTION, AUDIT, part=Part.RESULTS),
    Paper.INFORMATION: Row(SUPERVISORS, AUDIT, part=Part.SUPERVISION),
    Paper.INSPECTION_RECORD: Row(SUPERVISORS, AUDIT, label=SECRET),
    Paper.TEST_REPORT: Row(SUPERVISORS, AUDIT, label=SECRET, part=Part.RESULTS),
}

TABLE: dict[str, Row] = {
    **CASE,
    **{f"application.{name}": row for name, row in APPLICATION.items()},
    **{f"test.{name}": row for name, row in TEST.items()},
    **{f"documents.{paper}": row for paper, row in PAPERS.items()},
    **BESIDES,
}
