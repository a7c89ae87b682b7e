"""Who sees which text of a case, written a second time: a slip in the table of views is a leak."""

from fnmatch import fnmatch

# Path -> who sees the texts below it; the longest path counts.
EXPECTED = {
    line.split()[0]: set("".join(line.split()[1:]))
    for line in """
    provider PDAMGFUa
    rules_version PAMa
    application.applicant PDAMGFU
    application.registration_number PDAMGFU
    application.unregistered_because PDAMGFU
    application.system_name PDAMGFU
    application.system_version PDAMGFU
    application.intended_purpose PDAMGFU
    application.contact_email PAMG
    application.contact_name PAMG
    application.contact_phone PAMG
    application.authorised_representative PAMG
    application.declared_true_by PAMG
    application.role_evidence PAMG
    application.size PA
    application.vat_number PA
    application.lei PA
    application.eu_office PA
    application.parties PAM
    application.novelty PAM
    application.regulatory_questions PAM
    application.maturity PAM
    application.learning_potential PAM
    application.public_interest PAM
    application.viability PAM
    application.market_evidence PAM
    application.planned_modification PAM
    application.base_model PAM
    application.depiction_safeguards PAMG
    application.equivalent_reporting_law PAMG
    application.other_laws PAMG
    application.other_authorities PAMG
    application.data_sources PAMG
    application.subjects PAMG
    application.vulnerable_groups PAMG
    application.users PAMG
    application.affected_persons PAMG
    application.test_member_states PAMG
    application.gpu_product PA
    application.compute PA
    application.network PA
    application.call PA
    application.marks PA
    findings PAMG
    practice_reviews PAM
    linked_cases A
    once_marked PA
    size_check PA
    route PAMGU
    seats PAMGU
    ended_seats PAMGU
    information PA
    dpa_reviewer PAMG
    call PAM
    declarations A
    assignments A
    reviews A
    proposal A
    decision PAMG
    decision.conflicts A
    erasure A
    appeals PA
    appeals.against.conflicts A
    appeals.ruling.conflicts A
    acceptance PA
    exceptional_costs PA
    plan PAMG
    signatures PAM
    isolation PAM
    suspension PDAMGU
    mitigation PAMGU
    stop_requests PAMGU
    stretches PAMa
    incidents PDAMGF
    consent_forms PAMG
    test.plan PDAMG
    test.territories PAMG
    test.territories.replies PAMG
    test.known_before PAMG
    test.evidence PAM
    test.evidence.dpia_reference PAMG
    test.agreements PDAM
    test.agreed_terms PAM
    test.terms PAM
    test.registration PAM
    test.duty PDAM
    test.outcomes PAM
    test.extensions PDAMG
    test.reference PDAMG
    test.thresholds PAMG
    test.stops PDAMG
    orders PDAMGU
    orders.mitigation PAMGU
    inspections PAM
    requests AMU
    requests.consultations AM
    requisitions PAM
    shares PAa
    received_at PAMGUa
    ended_at PAMGUa
    test.started_at PDAMG
    test.resumed_at PDAMG
    exit_report_sha256 PAMa
    deletion_certificate_sha256 PAMGa
    deadlines PAMGa
    besides.alarm PAM
    besides.kept_series PA
    besides.preview PA
    besides.progress PA
    besides.environment PAM
    besides.draft P
    besides.ticket PA
    besides.consent P
    besides.reversal P
    besides.outbox A
    besides.addressee A
    documents.application PA
    documents.sandbox-plan PAMG
    documents.terms PA
    documents.decision PA
    documents.testing-plan PAMG
    documents.consent-record P
    documents.incident-report PAMGF
    documents.exit-report PAM
    documents.written-proof PAM
    documents.annual-report PDAMGFUa
    documents.project-summary PDAMGFUa
    documents.deletion-certificate PAMG
    documents.registration PAM
    documents.notice PAMGUD
    documents.deployer-agreement PDAM
    documents.extension PAM
    documents.guidance PAMG
    documents.good-faith-file PA
    documents.dataset-certificate PAMG
    documents.inspection-record PAM
    documents.information PAM
    documents.test-report PAM
    amendment PAMG
    amendments PAMG
    terms_issued PAa
    terms_accepted PA
    processing PAMG
    risks PAMG
    risks.shown_by PAMG
    guidance PAMG
    referrals PA
    observers PA
    revocation PA
    proof_requests PA
    permits PA
    key_findings PDAMGFUaOBCV
    outcomes PAM
    omissions PAM
    questionnaires PA
    lessons PAM
    lessons.sector
    taught PAMGFUaBC
    taught.sector AMGFUaBC
    taught.proposed_by PAM
    taught.confirmed_by PAM
    tools PAM
    listed PDAMGFUaOBCV
    listed.offered_by PAM
    listed.listed_by PAM
    accesses PAMG
    experiments PAMG
    versions PAMG
    besides.project PDAMGFUaOBCV
    besides.annual AaUBC
    besides.abstract PDAMGFUaOBCV
    ledger PAMa
    ledger.apply PAMGa
    ledger.screen PAMGa
    ledger.withdraw PAMGa
    ledger.ask PAa
    ledger.answer PAa
    ledger.tell_of_retention Aa
    ledger.propose_erasure Aa
    ledger.confirm_erasure Aa
    ledger.erase Aa
    ledger.linked_case_erased Aa
    ledger.associate_dpa PAMGa
    ledger.seat_authority PAMGa
    ledger.end_seat PAMGa
    ledger.confirm_size PAa
    ledger.declare_interests Aa
    ledger.assign_reviewer Aa
    ledger.review Aa
    ledger.propose_decision Aa
    ledger.admit PAMGa
    ledger.reject PAMGa
    ledger.lodge_appeal PAa
    ledger.uphold_appeal PAa
    ledger.dismiss_appeal PAa
    ledger.withdraw_appeal PAa
    ledger.accept_offer PAa
    ledger.revoke_admission PAa
    ledger.warn_of_cost PAa
    ledger.acknowledge_cost PAa
    ledger.propose_plan PAMGa
    ledger.agree_plan PAMGa
    ledger.suspend PAMGa
    ledger.notify_ai_office PAMGa
    ledger.record_mitigation PAMGa
    ledger.ask_to_stop PAMGa
    ledger.record_omission PAMa
    ledger.open_incident PAMGa
    ledger.classify_incident PAMGa
    ledger.respond_to_incident PAMGa
    ledger.report_incident PAMGa
    ledger.inform_of_change PAMGa
    ledger.take_measures PAMGa
    ledger.close_incident PAMGa
    ledger.release_consent_form PAMGa
    ledger.record_consent PAMGa
    ledger.withdraw_consent PAMGa
    ledger.ask_reversal PAMGa
    ledger.answer_reversal PAMGa
    ledger.prove_subject_deletion PAMGa
    ledger.submit_testing_plan PAMGa
    ledger.answer_testing_plan PAMGa
    ledger.lapse_testing_plan PAMGa
    ledger.waive_condition PAMGa
    ledger.plan_test PAMGa
    ledger.open_consent PAMGa
    ledger.start_test PAMGa
    ledger.extend_test PAMGa
    ledger.suspend_test PAMGa
    ledger.resume_test PAMGa
    ledger.end_test PAMGa
    ledger.terminate_test PAMGa
    ledger.tell_of_stop PAMGa
    ledger.give_order PAMGa
    ledger.confirm_order PAMGa
    ledger.mitigate_order PAMGa
    ledger.lift_order PAMGa
    ledger.tell_authorities PAMGa
    ledger.ask_authority AMa
    ledger.require_information PAMa
    ledger.supply_information PAMa
    ledger.answer_authority AMa
    ledger.share_case PAMGa
    ledger.consent_to_share PAMGa
    ledger.revoke_share PAMGa
    ledger.end_share PAMGa
    ledger.issue_good_faith_file PAa
    ledger.refer PAa
    ledger.invite_observer PAa
    ledger.consent_to_observer PAa
    ledger.end_observer PAa
    ledger.request_proof PAa
    ledger.issue_proof PAa
    ledger.decline_proof PAa
    ledger.give_permission PAa
    ledger.withdraw_permission PAa
    ledger.publish_findings PAMGa
    ledger.send_questionnaire PAa
    ledger.answer_questionnaire PAa
    ledger.accept_terms PAa
    ledger.propose_amendment PAMGa
    ledger.agree_amendment PAMGa
    ledger.decline_amendment PAMGa
    ledger.take_back_amendment PAMGa
    ledger.forward_incident PAMGa
    ledger.images_pinned PAMGa
    ledger.series_kept PAMGa
    ledger.volumes_snapshotted PAMGa
    ledger.state_safeguards PAMGa
    ledger.confirm_interest PAMGa
    ledger.confirm_basis PAMGa
    ledger.write_summary PAMGa
    ledger.publish_summary PAMGa
    ledger.exempt_summary PAMGa
    ledger.declare_dataset PAMGa
    ledger.name_persons PAMGa
    ledger.comment_dataset PAMGa
    ledger.release_dataset PAMGa
    ledger.assess_weights PAMGa
    ledger.correct_bias PAMGa
    ledger.call_for_deletion PAMGa
    ledger.delete_dataset PAMGa
    ledger.verify_deletion PAMGa
    ledger.refuse_deletion PAMGa
    ledger.request_export PAMGa
    ledger.decide_export PAMGa
    ledger.stop_processing PAMGa
    ledger.resume_processing PAMGa
    ledger.place_hold PAMGa
    ledger.lift_hold PAMGa
    ledger.log_access PAMGa
    ledger.settle_log PAMGa
    ledger.record_experiment PAMGa
    ledger.record_rights_request PAMGa
    ledger.answer_rights_request PAMGa
    ledger.add_risk PAMGa
    ledger.grade_risk PAMGa
    ledger.mitigate_risk PAMGa
    ledger.judge_risk PAMGa
    ledger.ask_guidance PAMGa
    ledger.give_guidance PAMGa
    ledger.acknowledge_guidance PAMGa
    ledger.follow_guidance PAMGa
    ledger.clock_overdue PAMGa
    ledger.unheard_of Aa
    """.strip().splitlines()
}
# What inspectors see besides orders and inspections while one of theirs is open, as far as market
# surveillance does: the test and the system. Of the ledger they read the entries about these.
INSPECTED_TOO = [
    "provider",
    "ended_at",
    "completed",
    "application.*",
    "plan.*",
    "plan_sha256",
    "signatures.*",
    "amendment.*",
    "amendments.*",
    "versions.*",
    "isolation.*",
    "stretches.*",
    "suspension.*",
    "mitigation.*",
    "incidents.*",
    "consent_forms.*",
    "test.*",
    "processing.*",
    "accesses.*",
    "experiments.*",
    "deletion_certificate_sha256",
    "besides.alarm",
    "besides.environment",
    "documents.sandbox-plan",
    "documents.testing-plan",
    "documents.registration",
    "documents.extension",
    "documents.deployer-agreement",
    "documents.incident-report",
    "documents.notice",
    "documents.test-report",
    "documents.dataset-certificate",
    "documents.deletion-certificate",
    "documents.inspection-record",
    "documents.information",
    "ledger.*",
    "orders.*",
    "inspections.*",
    "requisitions.*",
]
STAYS_BEHIND = [
    "application.contact_*",
    "application.authorised_representative",
    "application.declared_true_by",
    "application.parties.*",
    "application.novelty",
    "application.regulatory_questions",
    "application.maturity",
    "application.learning_potential",
    "application.public_interest",
    "application.viability",
    "application.market_evidence",
    "application.planned_modification",
    "application.base_model.*",
    "ledger.apply",
    "ledger.screen",
    "ledger.withdraw",
    "ledger.seat_authority",
    "ledger.end_seat",
    "ledger.associate_dpa",
    "ledger.admit",
    "ledger.reject",
    "ledger.share_case",
    "ledger.*_share",
    "ledger.consent_to_share",
    "ledger.*_authority",
    "ledger.publish_findings",
    "ledger.*_risk",
    "ledger.*_guidance",
    "ledger.clock_overdue",
    "ledger.*_tool",
    "ledger.*_lesson",
    "ledger.review_practice",
    "ledger.tell_of_end",
    "ledger.issue_exit_report",
    "ledger.record_omission",
    "ledger.ask_to_stop",
]
NAMES = set("PAMG")  # who may know natural persons


def expected(path: str) -> set[str]:
    """Who sees a text, by the longest path that is written above."""
    parts = path.split(".")
    known = next(p for n in range(len(parts), 0, -1) if (p := ".".join(parts[:n])) in EXPECTED)
    word = parts[-1]
    is_name = word in {"by", "aware"} or (word.endswith("_by") and path != "stretches.ended_by")
    return EXPECTED[known] & NAMES if is_name and path not in EXPECTED else EXPECTED[known]


def without_names(paths: set[str]) -> set[str]:
    """The texts that name no natural person."""
    words = {path: path.rpartition(".")[2] for path in paths}
    return {path for path, word in words.items() if word != "by" and not word.endswith("_by")}


def wanted(letter: str, markers: dict[str, str]) -> set[str]:
    """The markers that somebody must see."""
    return {path for path in markers if letter in expected(path)}


def inspected(markers: dict[str, str]) -> set[str]:
    """The markers that inspectors must see while an inspection of theirs is open."""

    def is_of(path: str, patterns: list[str]) -> bool:
        return any(fnmatch(path, pattern) for pattern in patterns)

    return {
        path
        for path in wanted("M", markers)
        if is_of(path, INSPECTED_TOO) and not is_of(path, STAYS_BEHIND)
    }


def in_public(markers: dict[str, str]) -> set[str]:
    """What was published on purpose: somebody who may know no case reads it, and nothing else."""
    return wanted("V", markers)


def without_a_case(markers: dict[str, str]) -> set[str]:
    """What an authority reads who may know no case: the public, and what sandboxes taught."""
    taught = (f"taught.{name}" for name in ("topic", "text", "article", "sector"))
    return in_public(markers).union(taught)
