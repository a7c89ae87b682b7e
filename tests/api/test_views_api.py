"""Taint: every text of a case carries its path, and each role gets exactly what a second table says.

The table below is written a second time on purpose: a slip in the first one is a leak.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy.orm import Session

from sandbox.api.app import create_app
from sandbox.domain import observers
from sandbox.domain.access_log import Access
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.dataset import DatasetKind
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import start_at
from sandbox.domain.environment import Operation, Phase, Progress, Wanted
from sandbox.domain.experiment import Experiment
from sandbox.domain.export import ExportState
from sandbox.domain.incident import CausalLink, Classification, IncidentClass
from sandbox.domain.labels import Label, Mark
from sandbox.domain.learning import Lesson
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.observers import Observer, ObserverKind
from sandbox.domain.papers import Paper
from sandbox.domain.publication import Permission, Permit
from sandbox.domain.risk import Weight
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.shares import Part, Share
from sandbox.domain.tool import Rights, Tool
from sandbox.domain.view_entries import ENTRIES
from sandbox.store import (
    access_log,
    cases,
    consents,
    documents,
    drafts,
    engine_log,
    experiments,
    ledger,
    lessons,
    outbox,
    projects,
    tools,
)
from sandbox.store.consents import NewConsent
from sandbox.store.database import Sessions
from sandbox.store.environment_tables import EnvironmentRow
from sandbox.wiring import Wired, nothing
from tests.api.test_api import BODY, KEY, as_
from tests.factories import AUTHORITY, CASE_ID, UNION
from tests.fakes import NOON, FakeCatalogue, FakeCluster, FakeEngine, FakeEvidence, FakeNudge
from tests.filled import filled, marker, texts

PROVIDER = marker("provider")
BANK = "BankCo"
HASH = "ab" * 32
AMENDED = ("amendment.", "amendments.")
OVERRIDES: dict[str, Any] = {
    "id": CASE_ID,
    "stage": Stage.ACTIVE,
    "application.country": "NL",
    "application.confidential": (),
    "application.marks.field": "maturity",
    "call.id": "spring",
    "call.fees": (),
    "test.territories.country": "NL",
    "application.annex_iii": ("III-5b",),
    "application.annex_i": (),
    "application.prohibited": (),
    "test.evidence.deployers": (BANK,),
    "test.agreements.deployer": BANK,
    "incidents.countries": ("NL",),
    "incidents.opened_by": f"Bo ({BANK})",
    "incidents.classification": Classification(
        (IncidentClass.FUNDAMENTAL_RIGHTS,), CausalLink.LIKELY
    ),
    "inspections.announced": True,
    "plan_sha256": HASH,
    "amendment.plan_sha256": HASH,
    **dict.fromkeys((f"{where}plan.confidential" for where in ("", *AMENDED)), ()),
    "processing.datasets.kind": DatasetKind.ORIGINAL,
    "processing.exports.state": ExportState.WAITING,
    "risks.weight": Weight.SIGNIFICANT,
    "lessons.confirmed_at": None,
    "tools.rights": Rights.CONFIDENTIAL,
    "listed.rights": Rights.OPEN,
    "deadlines": (start_at(Name.DL_16, NOON, subject=marker("deadlines.subject")),),
}
PEOPLE = {
    "P": Person("Ada", Role.PROVIDER, PROVIDER),
    "D": Person("Bo", Role.DEPLOYER, BANK),
    "A": Person("Sue", Role.AUTHORITY, ""),
    "M": Person("Max", Role.MARKET_SURVEILLANCE, "MSA", "NL"),
    "G": Person("Dirk", Role.DATA_PROTECTION, "DPA", "NL"),
    "F": Person("Eva", Role.RIGHTS_BODY, "Equality", "NL"),
    "U": Person("Uma", Role.AI_OFFICE, "AI Office"),
    "a": Person("Audi", Role.AUDITOR, ""),
    "O": Person("Opa", Role.OPERATOR, ""),
    "B": Person("Bea", Role.BOARD, ""),
    "C": Person("Cai", Role.COMMISSION, ""),
    "V": Person("Vera", Role.OBSERVER, "University"),
}
ANYBODY = "PDAMGFUaOBCV"
# Path -> who sees the texts below it; the longest path counts.
EXPECTED = {
    line.split()[0]: set("".join(line.split()[1:]))
    for line in """
    provider PDAMGFUa
    rules_version PAMa
    application.applicant PDAMGFU
    application.registration_number PDAMGFU
    application.system_name PDAMGFU
    application.system_version PDAMGFU
    application.intended_purpose PDAMGFU
    application.contact_email PAMG
    application.contact_name PAMG
    application.contact_phone PAMG
    application.authorised_representative PAMG
    application.declared_true_by PAMG
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
    route PAMGU
    seats PAMGU
    information PA
    dpa_reviewer PAMG
    call PAM
    declarations A
    assignments A
    reviews A
    proposal A
    decision PAMG
    decision.conflicts A
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
    stretches PAMa
    incidents PDAMGF
    consent_forms PAMG
    test.plan PDAMG
    test.territories PAMG
    test.evidence PAM
    test.evidence.dpia_reference PAMG
    test.agreements PDAM
    test.terms PAM
    test.registration PAM
    test.duty PDAM
    test.outcomes PAM
    test.extensions PDAMG
    test.stops PDAMG
    orders PDAMGU
    inspections PAM
    requests AMU
    shares PAa
    exit_report_sha256 PAMa
    deletion_certificate_sha256 PAMGa
    deadlines PAMGa
    besides.alarm PAM
    besides.preview PA
    besides.progress PA
    besides.environment PAM
    besides.draft P
    besides.consent
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
    documents.notice PAMGU
    documents.deployer-agreement PDAM
    documents.extension PAM
    documents.guidance PAMG
    documents.good-faith-file PA
    documents.dataset-certificate PAMG
    documents.inspection-record PAM
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
    proof_requests PA
    permits PA
    key_findings PDAMGFUaOBCV
    outcomes PAM
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
    ledger.associate_dpa PAMGa
    ledger.seat_authority PAMGa
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
    ledger.warn_of_cost PAa
    ledger.acknowledge_cost PAa
    ledger.propose_plan PAMGa
    ledger.agree_plan PAMGa
    ledger.suspend PAMGa
    ledger.notify_ai_office PAMGa
    ledger.record_mitigation PAMGa
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
    ledger.state_safeguards PAMGa
    ledger.confirm_interest PAMGa
    ledger.write_summary PAMGa
    ledger.publish_summary PAMGa
    ledger.exempt_summary PAMGa
    ledger.declare_dataset PAMGa
    ledger.comment_dataset PAMGa
    ledger.release_dataset PAMGa
    ledger.assess_weights PAMGa
    ledger.correct_bias PAMGa
    ledger.call_for_deletion PAMGa
    ledger.delete_dataset PAMGa
    ledger.verify_deletion PAMGa
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
NAMES = set("PAMG")  # who may know natural persons


def expected(path: str) -> set[str]:
    """Who sees a text, by the longest path that is written above."""
    parts = path.split(".")
    known = next(p for n in range(len(parts), 0, -1) if (p := ".".join(parts[:n])) in EXPECTED)
    word = parts[-1]
    is_name = word in {"by", "aware"} or (word.endswith("_by") and path != "stretches.ended_by")
    return EXPECTED[known] & NAMES if is_name and path not in EXPECTED else EXPECTED[known]


def a_filled_case(**changes: Any) -> Case:
    made: Case = filled(Case, OVERRIDES)
    return replace(made, **changes)


def keep(sessions: Sessions, evidence: FakeEvidence, case: Case) -> dict[str, str]:
    """Write a case and everything that goes with it; every marker by its path."""
    found = dict(texts(case)) | {"deadlines.subject": marker("deadlines.subject")}

    def marked(path: str) -> str:
        return found.setdefault(path, marker(path))

    with sessions.begin() as session:
        cases.add(session, case)
        cases.add_alarm(session, case.id, 1, "m", "breach", NOON, marked("besides.alarm"))
        engine_log.add_preview(
            session, case.id, HASH, (Operation("create", marked("besides.preview")),), NOON
        )
        engine_log.add_progress(
            session, case.id, 1, Progress(NOON, "create", "Pod", True, marked("besides.progress"))
        )
        session.add(
            EnvironmentRow(
                case_id=case.id,
                wanted=next(iter(Wanted)),
                wanted_generation=1,
                phase=next(iter(Phase)),
                applied_generation=0,
                stack_exists=False,
                attempts=1,
                waiting_for=marked("besides.environment"),
            )
        )
        subject = marked("besides.consent")
        consents.add(
            session, case.id, NewConsent(subject, 1, "nl", "m", "", True, False, ""), HASH, NOON
        )
        facts = {"text": marked("besides.outbox")}
        outbox.post(session, case.id, "k", f"provider:{marked('besides.addressee')}", NOON, **facts)
        body = {"system_name": marked("besides.draft")}
        drafts.save(session, PROVIDER, "d1", body, "Ada", NOON, version=None)
        for action in (*ENTRIES, "clock_overdue", "unheard_of"):
            said: dict[str, Any] = {"text": marked(f"ledger.{action}"), "incident": 1}
            kind = {"kind": "test-report"} if action == "report_sealed" else {}
            ledger.append(session, case.id, action, PEOPLE["A"], NOON, **said, **kind)
        for paper in Paper:
            said = {"text": marked(f"documents.{paper}"), "incident": 1, "deployer": BANK}
            if paper is Paper.EXIT_REPORT:
                said["system"] = case.application.system_name
                said["outcome"] = marked("documents.exit-report.outcome")
            number = documents.issue(session, case.id, paper, "Sue", NOON, said)
            stored = evidence.put(
                str(paper), json.dumps(said).encode(), media_type="", retain_until=NOON
            )
            document = documents.load(session, case.id, paper, number)
            documents.sealed(session, document, stored, stored, NOON)
        found |= _keep_beside(session, case)
        _keep_in_public(session, evidence, case, marked)
    return found


def _keep_beside(session: Session, case: Case) -> dict[str, str]:
    """What tables of their own hold of a case."""
    lesson, taught = (filled(Lesson, OVERRIDES, path) for path in ("lessons", "taught"))
    tool, listed = (filled(Tool, OVERRIDES, path) for path in ("tools", "listed"))
    access, experiment = filled(Access, {}, "accesses"), filled(Experiment, {}, "experiments")
    assert case.plan is not None
    versions = {"objectives": marker("versions.objectives"), "by": marker("versions.proposed_by")}
    cases.add_plan(session, case.id, case.plan, versions["by"], NOON)
    later = replace(case.plan, version=2, objectives=versions["objectives"])
    cases.add_plan(session, case.id, later, versions["by"], NOON)
    for number, one in enumerate((lesson, taught), 1):
        lessons.add(session, case.id, replace(one, number=number))
    for number, one in enumerate((tool, listed), 1):
        tools.add(session, case.id, replace(one, number=number))
    access_log.append(session, case.id, [(access, True)])
    experiments.add(session, case.id, experiment)
    kept = {"lessons": lesson, "taught": taught, "tools": tool, "listed": listed}
    kept |= {"accesses": access, "experiments": experiment}
    return {path: text for prefix, one in kept.items() for path, text in texts(one, prefix)} | {
        found.strip("[]"): found for found in versions.values()
    }


def _keep_in_public(
    session: Session, evidence: FakeEvidence, case: Case, marked: Callable[[str], str]
) -> None:
    """What was published on purpose: a project, and the abstract of an annual report."""
    project = dict.fromkeys(
        ("project", "objectives", "expected_results"), marked("besides.project")
    )
    projects.publish(session, case.id, **project, at=NOON)
    said = {
        **dict.fromkeys(("document", "authority", "made_at"), ""),
        "member_states": [],
        "period": [],
        "year": 1,
        "progress": marked("besides.annual"),
        "public_abstract": {"text": marked("besides.abstract"), "figures": {}},
    }
    number = documents.issue(session, INSTALLATION, Paper.ANNUAL_REPORT, "Sue", NOON, said)
    stored = evidence.put("annual", json.dumps(said).encode(), media_type="", retain_until=NOON)
    report = documents.load(session, INSTALLATION, Paper.ANNUAL_REPORT, number)
    documents.sealed(session, report, stored, stored, NOON)


@pytest.fixture
def evidence() -> FakeEvidence:
    return FakeEvidence()


@pytest.fixture
def api(sessions: Sessions, evidence: FakeEvidence) -> Iterator[TestClient]:
    parts: Wired = replace(
        nothing(),
        sessions=sessions,
        cluster=FakeCluster(FakeEngine()),
        catalogue=FakeCatalogue(),
        evidence=evidence,
        authority=AUTHORITY,
        union=UNION,
        nudge=FakeNudge(),
        token_key=KEY,
    )
    with TestClient(create_app(parts), raise_server_exceptions=False) as made:
        yield made


def addresses(api: TestClient, method: str, case_id: CaseId) -> Iterator[str]:
    """Every route of a method, its parameters filled in every way that is there."""
    for path, methods in api.get("/openapi.json").json()["paths"].items():
        if method not in methods or "requestBody" in methods[method]:
            continue
        made = (
            path.replace("{case_id}", case_id).replace("{number}", "1").replace("{name}", "DL-16")
        )
        made = made.replace("{draft_id}", "d1").replace("{suffix}", "json")
        made = made.replace("{notice_id}", "1").replace("{country}", "NL")
        made = made.replace("{project_id}", "1")
        made += "?from=1&to=2" if made.endswith("/plan/diff") else ""
        made += "?version=2026-12-02" if made.endswith("/screening") else ""
        kinds = tuple(Paper) if "{kind}" in made else ("",)
        for kind in kinds:
            address = made.replace("{kind}", kind)
            assert "{" not in address, address
            yield address


def everything(api: TestClient, who: Person | None, case_id: CaseId = CASE_ID) -> str:
    """The bytes of every route that gives something, for one person or for nobody in particular."""
    known = as_(who) if who else {}
    answers = [api.get(a, headers=known) for a in (*addresses(api, "get", case_id), "/metrics")]
    assert not [(a.request.url.path, a.text) for a in answers if a.status_code >= 500]
    return "\n".join(_text(a) for a in answers).replace("\r\n ", "")


def _text(answer: Response) -> str:
    """What an answer says, that of a ZIP file by file."""
    if answer.headers.get("Content-Type") != "application/zip":
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def seen_in(text: str, markers: dict[str, str]) -> set[str]:
    return {path for path, found in markers.items() if found in text}


def wanted(letter: str, markers: dict[str, str]) -> set[str]:
    return {path for path in markers if letter in expected(path)}


def in_public(markers: dict[str, str]) -> set[str]:
    """What was published on purpose: somebody who may know no case reads it, and nothing else."""
    return wanted("V", markers)


def without_a_case(markers: dict[str, str]) -> set[str]:
    """What an authority reads who may know no case: the public, and what sandboxes taught."""
    taught = (f"taught.{name}" for name in ("topic", "text", "article", "sector"))
    return in_public(markers).union(taught)


@pytest.mark.rule("R78")
@pytest.mark.parametrize("letter", PEOPLE)
def test_each_role_gets_exactly_the_fields_that_are_its_business(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    markers = keep(sessions, evidence, a_filled_case())

    seen = seen_in(everything(api, PEOPLE[letter]), markers)

    due = wanted(letter, markers)
    assert (seen - due, due - seen) == (set(), set())


@pytest.mark.rule("R78")
@pytest.mark.parametrize("letter", PEOPLE)
def test_no_refusal_says_what_its_reader_may_not_see(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    markers = keep(sessions, evidence, a_filled_case())

    answers = [
        api.post(address, headers=as_(PEOPLE[letter]))
        for address in addresses(api, "post", CASE_ID)
        if "/notices/" not in address
    ]

    seen = seen_in("\n".join(answer.text for answer in answers), markers)
    assert not {path for path in seen if letter not in expected(path)}
    assert len([a for a in answers if a.status_code >= 400]) > len(answers) // 2


@pytest.mark.rule("R78")
@pytest.mark.parametrize("letter", "AMGFUa")
def test_inspectors_of_an_authority_see_nothing_by_any_route(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    markers = keep(sessions, evidence, a_filled_case(shares=(SHARED,)))
    inspector = replace(PEOPLE[letter], unit=Unit.ENFORCEMENT)

    text = everything(api, inspector)

    assert seen_in(text, markers) == in_public(markers)
    assert f"/cases/{CASE_ID}" not in text


ALLOWED = tuple(Permit(permission, "Ada", NOON) for permission in Permission)


@pytest.mark.rule("R78")
def test_nobody_in_particular_sees_more_than_was_published(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    markers = keep(sessions, evidence, a_filled_case())

    assert seen_in(everything(api, None), markers) == in_public(markers)


@pytest.mark.rule("R58-D18")
@pytest.mark.parametrize(
    ("marks", "named"),
    [
        ((), {"application.system_name"}),
        ((Mark("system_name", Label.CONFIDENTIAL, "brand"),), set()),
    ],
)
def test_a_published_exit_report_tells_nothing_that_is_marked(
    api: TestClient,
    sessions: Sessions,
    evidence: FakeEvidence,
    marks: tuple[Mark, ...],
    named: set[str],
) -> None:
    case = a_filled_case(stage=Stage.CLOSED, permits=ALLOWED)
    application = replace(case.application, marks=marks)
    markers = keep(sessions, evidence, replace(case, application=application))

    seen = seen_in(everything(api, None), markers)

    assert seen - in_public(markers) == {"documents.exit-report.outcome"} | named


@pytest.mark.rule("R57-08")
@pytest.mark.parametrize("letter", "BCU")
def test_the_union_reads_the_exit_report_that_is_open_to_it_and_nothing_else(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    case = a_filled_case(stage=Stage.CLOSED, permits=ALLOWED[:1])
    markers = keep(sessions, evidence, case)

    seen = seen_in(everything(api, PEOPLE[letter]), markers)

    listed = {f"application.{name}" for name in ("applicant", "system_name", "system_version")}
    opened = {"documents.exit-report", "documents.exit-report.outcome"}
    assert seen == wanted(letter, markers) | listed | opened


OBSERVED = {
    observers.Part.SYSTEM: "application: system_name system_version intended_purpose",
    observers.Part.PLAN: "plan: objectives requirements thresholds.metric",
    observers.Part.RISKS: "risks: description measures",
    observers.Part.GUIDANCE: "guidance: question answer law country evidence",
    observers.Part.REPORTS: "documents:",
}


@pytest.mark.rule("R57-04")
@pytest.mark.parametrize("part", observers.Part)
def test_an_observer_sees_what_it_was_invited_to_and_not_what_is_marked(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, part: observers.Part
) -> None:
    case = a_filled_case()
    assert case.plan is not None
    invited = Observer(
        *(1, "Vera", "University", ObserverKind.RESEARCHER, (part,), date(2099, 1, 1)),
        *("Sue", NOON, "Ada", NOON),
    )
    plan = replace(case.plan, confidential=("methodology",))
    markers = keep(sessions, evidence, replace(case, observers=(invited,), plan=plan))

    seen = seen_in(everything(api, PEOPLE["V"]), markers)

    where, _, names = OBSERVED[part].partition(":")
    assert seen - in_public(markers) == {f"{where}.{name}" for name in names.split()}


@pytest.mark.rule("R57-13")
@pytest.mark.parametrize("path", ["export", "good-faith", "linked", "standing"])
def test_an_authority_at_the_table_takes_nothing_along(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, path: str
) -> None:
    keep(sessions, evidence, a_filled_case(seats=(SEAT,)))
    abroad = as_(replace(PEOPLE["A"], country="FR"))

    assert api.get(f"/cases/{CASE_ID}", headers=abroad).status_code == 200
    assert api.get(f"/cases/{CASE_ID}/{path}", headers=abroad).status_code == 404
    assert api.get(f"/cases/{CASE_ID}/{path}", headers=as_(PEOPLE["A"])).status_code == 200
    assert api.get("/annual-reports", headers=abroad).status_code == 404


SHARED = Share(
    number=1,
    role=Role.MARKET_SURVEILLANCE,
    country="FR",
    parts=(Part.PLAN,),
    purpose="p",
    legal_basis="Art. 57(13)",
    last_day=NOON.date(),
    by="Sue",
    at=NOON,
    consented_by="Ada",
    consented_at=NOON,
)
FARAWAY = Person("Fay", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
SEAT = Seat(Role.AUTHORITY, "FR", "CNIL", next(iter(Capacity)), NOON, "Sue")
NO_NAMES = {"stretches.ended_by", "risks.shown_by"}
ALWAYS_SHARED = {
    "provider",
    *(f"application.{name}" for name in ("applicant", "registration_number", "intended_purpose")),
    *("application.system_name", "application.system_version", "documents.project-summary"),
}


@pytest.mark.rule("R57-13")
@pytest.mark.parametrize(
    ("part", "prefixes"),
    [
        (Part.SYSTEM, ()),
        (Part.PLAN, ("plan", "amendment", "amendments", "versions", "documents.sandbox-plan")),
        (Part.DECISION, ("decision", "documents.decision")),
        (Part.INCIDENTS, ("incidents", "documents.incident-report")),
        (
            Part.SUPERVISION,
            (
                *("suspension", "mitigation", "stretches", "orders", "risks", "guidance"),
                *("documents.notice", "documents.guidance"),
            ),
        ),
        (
            Part.RESULTS,
            (
                *("test.outcomes", "exit_report_sha256", "deletion_certificate_sha256"),
                *("documents.exit-report", "documents.written-proof", "documents.annual-report"),
                *("documents.deletion-certificate", "documents.test-report"),
                *("outcomes", "documents.dataset-certificate"),
            ),
        ),
    ],
)
def test_a_share_shows_its_parts_and_not_a_word_more(
    api: TestClient,
    sessions: Sessions,
    evidence: FakeEvidence,
    part: Part,
    prefixes: tuple[str, ...],
) -> None:
    markers = keep(sessions, evidence, a_filled_case(shares=(replace(SHARED, parts=(part,)),)))

    seen = seen_in(everything(api, FARAWAY), markers)

    in_part = {
        path
        for path in markers
        if path.startswith(tuple(f"{p}." for p in prefixes)) or path in prefixes
        if path in NO_NAMES or not (path.endswith(("_by", ".by", ".aware")) or ".conflicts" in path)
    }
    due = in_part | ALWAYS_SHARED | without_a_case(markers)
    assert (seen - due, due - seen) == (set(), set())


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("share", "person"),
    [
        (replace(SHARED, consented_at=None), FARAWAY),
        (replace(SHARED, ended_at=NOON), FARAWAY),
        (SHARED, replace(FARAWAY, country="ES")),
        (SHARED, replace(FARAWAY, role=Role.DATA_PROTECTION)),
        (SHARED, replace(FARAWAY, unit=Unit.ENFORCEMENT)),
        (replace(SHARED, role=Role.AUTHORITY), replace(FARAWAY, role=Role.AUTHORITY, country="ES")),
    ],
)
def test_a_share_that_is_not_in_force_or_not_yours_shows_nothing(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, share: Share, person: Person
) -> None:
    case = a_filled_case(shares=(share,), dpa_reviewer="")
    markers = keep(sessions, evidence, case)

    inspects = person.unit is Unit.ENFORCEMENT
    due = in_public(markers) if inspects else without_a_case(markers)
    assert seen_in(everything(api, person), markers) == due


@pytest.mark.rule("R78")
def test_what_is_sensitive_stays_with_the_provider_and_the_authority_it_was_given_to(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    case = a_filled_case(shares=(replace(SHARED, parts=tuple(Part)),))
    marks = (
        Mark("novelty", Label.SENSITIVE_OPERATIONAL, "sources"),
        Mark("system_name", Label.CONFIDENTIAL, "brand"),
        Mark("system_version", Label.SENSITIVE_OPERATIONAL, "which one the police runs"),
    )
    markers = keep(
        sessions, evidence, replace(case, application=replace(case.application, marks=marks))
    )
    seen = {
        letter: seen_in(everything(api, person), markers)
        for letter, person in (PEOPLE | {"X": FARAWAY}).items()
    }

    for sensitive in ("application.novelty", "application.system_version"):
        assert {w for w, paths in seen.items() if sensitive in paths} == {"P", "A"}
    holders = {w for w, paths in seen.items() if "application.system_name" in paths}
    assert holders == {"P", "A", "M", "G", "X"}  # not the deployer, the rights body, the AI Office


@pytest.mark.rule("R78")
def test_classified_information_is_not_taken(api: TestClient) -> None:
    marks = [{"field": "novelty", "label": "CLASSIFIED"}]
    refused = api.post("/applications", json=BODY | {"marks": marks}, headers=as_(PEOPLE["P"]))
    marks = [{"field": "novelty", "label": "CONFIDENTIAL", "reason": "trade secret"}]
    taken = api.post("/applications", json=BODY | {"marks": marks}, headers=as_(PEOPLE["P"]))

    assert refused.status_code == 422
    assert "classified information is not accepted here" in refused.json()["detail"]
    assert taken.status_code == 201, taken.text


def test_a_foreign_authority_is_not_the_lead_and_the_own_country_is(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    markers = keep(sessions, evidence, a_filled_case())

    abroad = replace(PEOPLE["A"], country="FR")
    at_home = replace(PEOPLE["A"], country=AUTHORITY.calendar.country)

    assert seen_in(everything(api, abroad), markers) == without_a_case(markers)
    assert "reviews.notes.note" in seen_in(everything(api, at_home), markers)


def test_an_authority_of_a_territory_sees_what_happened_there(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    case = a_filled_case()
    (incident,), test = case.incidents, case.test
    assert test is not None
    german = replace(incident, number=2, countries=("DE",), description="only in Germany")
    territories = (*test.territories, replace(test.territories[0], country="DE"))
    keep(
        sessions,
        evidence,
        replace(case, incidents=(incident, german), test=replace(test, territories=territories)),
    )
    dora = Person("Dora", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")

    found = api.get(f"/cases/{CASE_ID}", headers=as_(dora)).json()["facts"]

    assert [i["description"] for i in found["incidents"]] == ["only in Germany"]
    assert [t["country"] for t in found["test"]["territories"]] == ["DE"]
    elsewhere = api.post(f"/cases/{CASE_ID}/incidents/1/closure", headers=as_(dora))
    assert (elsewhere.status_code, elsewhere.json()["detail"]) == (404, "there is no incident 1")


@pytest.mark.rule("R57-13")
def test_shares_are_made_consented_to_and_taken_back_over_the_api(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    keep(sessions, evidence, a_filled_case(shares=()))
    where = f"/cases/{CASE_ID}/shares"
    body = {
        "role": "market_surveillance",
        "country": "FR",
        "parts": ["plan"],
        "purpose": "the same system is tested there",
        "legal_basis": "Art. 57(13)",
        "last_day": "2099-01-01",
    }
    lead, provider = as_(PEOPLE["A"]), as_(PEOPLE["P"])

    made = api.post(where, json=body, headers=lead)
    early = api.get(where, headers=as_(FARAWAY))
    agreed = api.post(f"{where}/1/consent", headers=provider)
    read = api.get(where, headers=as_(FARAWAY)).json()
    ended = api.post(f"{where}/1/revocation", json={"reasons": "done"}, headers=provider)

    assert (made.status_code, made.json()[0]["in_force"]) == (201, False)
    assert early.status_code == 404
    assert agreed.json()[0]["in_force"]
    assert [(s["legal_basis"], s["by"], s["consented_by"]) for s in read] == [
        ("Art. 57(13)", None, None)
    ]
    assert not ended.json()[0]["in_force"]
    assert api.get(where, headers=as_(FARAWAY)).status_code == 404
    assert api.post(where, json=body | {"parts": []}, headers=lead).status_code == 422
    assert api.post(where, json=body, headers=provider).status_code == 409
