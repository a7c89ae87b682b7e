"""What comes after the test, as callers of the API see it: the register without an account."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.api.public_bodies import SCHEMA
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.regime import Regime, Sandbox
from sandbox.domain.seal import FIRST
from sandbox.monitoring.render import DocumentRenderer
from sandbox.monitoring.verification import verify
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import KEY, as_
from tests.factories import ADA, AUTHORITY, EVE, OPA, PLAN, SUE
from tests.fakes import FakeCatalogue
from tests.office import Office
from tests.stages.test_after import BOARD, COMMISSION
from tests.stages.test_annual import WORDS

AUDITOR = Person("Ann", Role.AUDITOR, "Court of Audit")
REGIME = Regime(sandbox=Sandbox(established_on=date(2025, 11, 1)))
EXIT: dict[str, Any] = {
    "learning_outcomes": "much",
    "key_issues": "few",
    "recommendations": "some",
    "issues": [{"issue": "Art. 10", "resolution": "a hold-out"}],
    "activities": [{"kind": "testing", "description": "scored"}],
    "results": "every bar was met",
    "outcomes": [{"objective": "faster_market_access", "text": "six months saved"}],
}
MARKED = (
    *("applicant", "intended_purpose", "novelty", "regulatory_questions", "users", "maturity"),
    *("affected_persons", "learning_potential", "public_interest", "viability", "network"),
    *("planned_modification", "market_evidence", "subjects", "contact_name"),
)
PUBLIC = (
    *("/public/sandboxes", "/public/exit-reports", "/public/annual-reports"),
    *("/public/register", "/public/register/html"),
)


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office(sessions)


@pytest.fixture
def api(office: Office) -> Iterator[TestClient]:
    wired: Wired = replace(
        nothing(),
        sessions=office.sessions,
        cluster=office.cluster,
        catalogue=FakeCatalogue(),
        evidence=office.evidence,
        authority=AUTHORITY,
        regime=REGIME,
        clock=office.clock,
        nudge=office.nudge,
        token_key=KEY,
    )
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


def done(answer: Any, status: int) -> Any:  # Any: a response and its JSON
    assert answer.status_code == status, answer.text
    return answer.json()


def ended(api: TestClient, office: Office) -> str:
    case_id = office.active()
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    done(api.post(f"/cases/{case_id}/exit-report", json=EXIT, headers=as_(SUE)), 202)
    office.work()
    return case_id


def give(api: TestClient, case_id: str, permission: str, by: Person) -> None:
    papers = done(api.get(f"/cases/{case_id}", headers=as_(by)), 200)["documents"]
    (sha256,) = (paper["sha256"] for paper in papers if paper["kind"] == "exit-report")
    body = {"permission": permission, "report_sha256": sha256}
    done(api.post(f"/cases/{case_id}/permissions", json=body, headers=as_(by)), 201)


def published(api: TestClient, office: Office) -> str:
    case_id = ended(api, office)
    give(api, case_id, "provider_publication", ADA)
    give(api, case_id, "authority_publication", SUE)
    return case_id


def test_nobody_signs_in_to_read_the_register(api: TestClient, office: Office) -> None:
    case_id = published(api, office)

    (sandbox,) = done(api.get("/public/sandboxes"), 200)["sandboxes"]
    (line,) = done(api.get("/public/exit-reports"), 200)["exit_reports"]
    report = done(api.get(f"/public/exit-reports/{case_id}"), 200)

    assert (sandbox["status"], sandbox["member_states"]) == ("established", ["NL"])
    assert (line["id"], line["provider"]) == (case_id, "CreditCo B.V.")
    assert report["issues_resolved"] == EXIT["issues"]
    assert {"metric_annex", "serious_incidents", "issued_by", "alarms"}.isdisjoint(report)
    assert api.get("/public/exit-reports/caaaaaaaaaa").status_code == 404
    assert api.get("/public/exit-reports", params={"after": "x"}).status_code == 422


def test_the_register_is_kept_by_caches_until_it_changes(api: TestClient, office: Office) -> None:
    case_id = published(api, office)
    first = api.get("/public/exit-reports")
    seen = {"If-None-Match": first.headers["ETag"]}

    again = api.get("/public/exit-reports", headers=seen)

    assert first.headers["Cache-Control"].startswith("public, max-age=")
    assert (again.status_code, again.content) == (304, b"")
    done(
        api.delete(f"/cases/{case_id}/permissions/provider_publication", headers=as_(ADA)),
        200,
    )
    assert api.get("/public/exit-reports", headers=seen).status_code == 200
    assert api.get(f"/public/exit-reports/{case_id}").status_code == 404


@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
def test_what_is_public_is_a_page_too(api: TestClient, office: Office, language: str) -> None:
    case_id = published(api, office)
    said = {"language": language}

    report = api.get(f"/public/exit-reports/{case_id}/html", params=said)
    register = api.get("/public/register/html", params=said)

    for page in (report, register):
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
        assert f'<html lang="{language}">' in page.text
        assert "CreditCo B.V." in page.text
    assert "six months saved" in report.text


@pytest.mark.rule("R57-17")
def test_the_single_interface_reads_the_whole_register_in_one_document(
    api: TestClient, office: Office
) -> None:
    case_id = published(api, office)

    feed = done(api.get("/public/register"), 200)

    assert feed["schema"] == SCHEMA
    assert [line["id"] for line in feed["exit_reports"]] == [case_id]
    assert feed["sandboxes"] == done(api.get("/public/sandboxes"), 200)["sandboxes"]
    assert set(feed) == {
        *("document", "schema", "case", "authority"),
        *("sandboxes", "exit_reports", "annual_reports", "next"),
    }


@pytest.mark.rule("R57-08")
def test_commission_and_board_find_and_read_what_the_provider_opened(
    api: TestClient, office: Office
) -> None:
    case_id = ended(api, office)
    assert done(api.get("/exit-reports", headers=as_(BOARD)), 200)["exit_reports"] == []
    give(api, case_id, "union_access", ADA)

    for reader in (COMMISSION, BOARD):
        (found,) = done(api.get("/exit-reports", headers=as_(reader)), 200)["exit_reports"]
        assert done(api.get(found["href"], headers=as_(reader)), 200)["state"] == "sealed"
        assert api.get(f"{found['href']}/json", headers=as_(reader)).status_code == 200
        assert api.get(f"/cases/{case_id}", headers=as_(reader)).status_code == 404
        assert api.get(f"/cases/{case_id}/ledger", headers=as_(reader)).status_code == 404
        assert api.get(f"/cases/{case_id}/export", headers=as_(reader)).status_code == 404
    assert api.get("/exit-reports", headers=as_(EVE)).status_code == 404
    assert done(api.get("/public/exit-reports"), 200)["exit_reports"] == []


def test_proof_and_questionnaire_go_over_the_wire(api: TestClient, office: Office) -> None:
    case_id = ended(api, office)
    where = f"/cases/{case_id}"

    asked = done(api.post(f"{where}/proof-requests", headers=as_(ADA)), 201)
    assert "DL-07" in {clock["name"] for clock in asked["deadlines"] if not clock["met_at"]}
    body = {"activities": EXIT["activities"]}
    answer = api.post(f"{where}/proofs", json=body, headers=as_(SUE))
    assert done(answer, 202) == {"kind": "written-proof", "number": 1}
    office.work()
    proof = done(api.get(answer.headers["Location"], headers=as_(ADA)), 200)
    assert proof["state"] == "sealed"

    done(api.post(f"{where}/proof-requests", headers=as_(ADA)), 201)
    reasons = {"reasons": "it is the same as before"}
    declined = done(
        api.post(f"{where}/proof-requests/refusal", json=reasons, headers=as_(SUE)), 200
    )
    assert all(clock["met_at"] for clock in declined["deadlines"] if clock["name"] == "DL-07")

    questions = {"questions": ["On the market?"]}
    done(api.post(f"{where}/questionnaires", json=questions, headers=as_(SUE)), 201)
    answers = {"answers": ["yes"]}
    done(api.post(f"{where}/questionnaires/1/answers", json=answers, headers=as_(ADA)), 200)
    again = api.post(f"{where}/questionnaires/1/answers", json=answers, headers=as_(ADA))
    assert again.status_code == 404


def test_an_annual_report_is_previewed_and_issued(api: TestClient, office: Office) -> None:
    body = {"year": 1} | {name: getattr(WORDS, name) for name in WORDS.__slots__}

    seen = done(api.post("/annual-reports/preview", json=body, headers=as_(SUE)), 200)
    assert seen["document"] == "annual report"
    assert done(api.get("/annual-reports", headers=as_(BOARD)), 200) == {"annual_reports": []}
    answer = api.post("/annual-reports", json=body, headers=as_(SUE))
    done(answer, 202)
    office.work()

    assert api.get(answer.headers["Location"], headers=as_(BOARD)).status_code == 200
    (abstract,) = done(api.get("/public/annual-reports"), 200)["annual_reports"]
    assert abstract["abstract"] == WORDS.public_abstract
    assert "progress" not in abstract
    assert api.post("/annual-reports", json=body, headers=as_(ADA)).status_code == 404
    late = api.post("/annual-reports", json=body | {"year": 9}, headers=as_(SUE))
    assert [error["field"] for error in late.json()["errors"]] == ["year"]


@pytest.mark.rule("R57-07d")
@pytest.mark.parametrize("reader", [SUE, ADA, AUDITOR])
def test_a_case_is_taken_along_with_everything_to_verify_it(
    api: TestClient, office: Office, reader: Person
) -> None:
    case_id = ended(api, office)

    answer = api.get(f"/cases/{case_id}/export", headers=as_(reader))

    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    told = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert told == {
        name: hashlib.sha256(body).hexdigest()
        for name, body in files.items()
        if name != "SHA256SUMS"
    }
    listed = {
        f"{d['kind']}-{d['number']}": d["sha256"] for d in json.loads(files["documents.json"])
    }
    assert {"test-report-1", "exit-report-1", "deletion-certificate-1"} <= listed.keys()
    bodies = {
        Path(name).stem: told[name] for name in files if name.endswith(".json") and "/" in name
    }
    assert bodies == ({} if reader == AUDITOR else listed)  # counted, not opened
    lines = [json.loads(line) for line in files["ledger.jsonl"].decode().splitlines()]
    assert lines[0]["previous"] == FIRST
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    sealed = {line["facts"]["sha256"] for line in lines if line.get("action") == "report_sealed"}
    assert sealed == set(listed.values())
    assert json.loads(files["case.json"])["id"] == case_id


def test_nobody_else_takes_a_case_along(api: TestClient, office: Office) -> None:
    case_id = ended(api, office)

    for other in (EVE, OPA, COMMISSION):
        assert api.get(f"/cases/{case_id}/export", headers=as_(other)).status_code == 404


@pytest.mark.rule("R57-07d")
@pytest.mark.rule("R57-07b")
def test_whoever_takes_a_case_along_verifies_it_with_its_files_alone(
    api: TestClient, office: Office, tmp_path: Path
) -> None:
    office.renderer = DocumentRenderer()
    case_id = ended(api, office)
    done(api.post(f"/cases/{case_id}/proof-requests", headers=as_(ADA)), 201)
    body = {"activities": EXIT["activities"]}
    done(api.post(f"/cases/{case_id}/proofs", json=body, headers=as_(SUE)), 202)
    office.work()

    answer = api.get(f"/cases/{case_id}/export", headers=as_(ADA))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    checks = verify([tmp_path / "ledger.jsonl", *sorted((tmp_path / "documents").iterdir())])

    assert [check for check in checks if not check.passed] == []
    assert any(check.name.startswith("written-proof-1.pdf") for check in checks)
    proof = json.loads((tmp_path / "documents" / "written-proof-1.json").read_text())
    assert {r["verdict"] for r in proof["requirements_evaluated"]} == {"pass"}
    assert proof["completed"] is True


def test_an_annual_report_is_sealed_as_a_real_document(api: TestClient, office: Office) -> None:
    office.renderer = DocumentRenderer()
    body = {"year": 1} | {name: getattr(WORDS, name) for name in WORDS.__slots__}
    done(api.post("/annual-reports", json=body, headers=as_(SUE)), 202)
    office.work()

    assert api.get("/annual-reports/1/pdf", headers=as_(BOARD)).content.startswith(b"%PDF")
    page = api.get("/annual-reports/1/html", params={"language": "nl"}, headers=as_(BOARD))
    assert "Openbare samenvatting" in page.text


@pytest.mark.rule("R58-D18")
@pytest.mark.rule("R78")
def test_no_marked_word_of_application_or_plan_is_anywhere_in_public(
    api: TestClient, office: Office
) -> None:
    """Every free text holds a marker of its own, and the exit report repeats them all."""
    asked: dict[str, Any] = {name: f"marker {name} 7q" for name in (*MARKED, "system_name")}
    planned: dict[str, Any] = {
        name: f"marker {name} 8z" for name in ("objectives", "methodology", "safeguards")
    }
    case_id = office.apply(
        **asked, data_sources=("marker sources 9x",), confidential=(*asked, "data_sources")
    )
    office.decide(case_id)
    office.associate(case_id)
    plan = replace(PLAN, **planned, confidential=tuple(planned))
    sha256 = office.propose(case_id, plan).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)
    office.work()
    office.end(case_id)
    office.work()
    everything = "; ".join((*asked.values(), *planned.values(), "marker sources 9x"))
    words = EXIT | dict.fromkeys(("learning_outcomes", "key_issues", "results"), everything)
    words |= {"reusable": [asked["novelty"]], "issues": [{"issue": "i", "resolution": everything}]}
    done(api.post(f"/cases/{case_id}/exit-report", json=words, headers=as_(SUE)), 202)
    office.work()
    give(api, case_id, "provider_publication", ADA)
    give(api, case_id, "authority_publication", SUE)

    report = api.get(f"/public/exit-reports/{case_id}")
    assert "[confidential]" in report.text
    for path in (
        *PUBLIC,
        f"/public/exit-reports/{case_id}",
        f"/public/exit-reports/{case_id}/html",
    ):
        answer = api.get(path)
        assert answer.status_code == 200
        assert "marker" not in answer.text


@pytest.mark.rule("R58-D18")
@pytest.mark.rule("R78")
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_marked_area_of_the_law_is_told_in_public_in_our_own_words(
    api: TestClient, office: Office, language: str
) -> None:
    areas: dict[str, Any] = {"annex_i": ("I-A11",), "third_party_assessment": True}
    case_id = office.active(**areas, confidential=("annex_iii", "annex_i"))
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    done(api.post(f"/cases/{case_id}/exit-report", json=EXIT, headers=as_(SUE)), 202)
    office.work()
    give(api, case_id, "provider_publication", ADA)
    give(api, case_id, "authority_publication", SUE)

    where = f"/public/exit-reports/{case_id}"
    shown = done(api.get(where), 200)["sectors"]
    page = api.get(f"{where}/html", params={"language": language}).text

    assert shown[:2] == ["[confidential]", "[confidential]"]
    for told in ("creditworthiness", "Kreditwürdigkeit", "medical", "Medizin", "III-5b", "I-A11"):
        assert told not in page
        assert told not in api.get("/public/exit-reports").text
