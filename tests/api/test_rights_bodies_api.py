"""Bodies that protect fundamental rights: they ask about a case, and take along what they were given."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role
from sandbox.domain.papers import Paper
from sandbox.domain.supervision import RequestKind
from sandbox.monitoring.render import DocumentRenderer
from sandbox.monitoring.verification import verify
from sandbox.store import documents
from sandbox.store.database import Sessions
from sandbox.store.documents import Document
from tests.api.routes import everything, seen_in
from tests.api.test_api import as_
from tests.expected_views import without_a_case
from tests.factories import ADA, CASE_ID, SUE
from tests.fakes import FakeEvidence
from tests.office import Office
from tests.tainted import PEOPLE, a_filled_case, keep

pytestmark = pytest.mark.rule("R77")
EVA = Person("Eva", Role.RIGHTS_BODY, "Equality", "NL")
MIA = replace(EVA, name="Mia")
REQUEST = {"kind": "rights_documents", "reasons": "a complaint about credit"}
GIVEN = ["decision-1", "sandbox-plan-1"]


class Asking:
    """Somebody who asks for parts of one case."""

    def __init__(self, api: TestClient, office: Office, evidence: FakeEvidence) -> None:
        self.api, self.office, self.evidence = api, office, evidence
        self.case_id = office.active()

    def __call__(self, method: str, path: str, by: Person, body: Any = None) -> Any:
        where = f"/cases/{self.case_id}{path}"
        return self.api.request(method, where, json=body, headers=as_(by))

    def sealed(self, name: str) -> Document:
        kind, _, number = name.rpartition("-")
        with self.office.sessions.begin() as session:
            return documents.load(session, self.case_id, Paper(kind), int(number))


@pytest.fixture
def ask(api: TestClient, office: Office, evidence: FakeEvidence) -> Asking:
    office.evidence, office.renderer = evidence, DocumentRenderer()
    return Asking(api, office, evidence)


def package_of(answer: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_body_asks_about_a_high_risk_case_without_an_incident_and_then_knows_that_it_is_there(
    ask: Asking,
) -> None:
    assert ask("GET", "", EVA).status_code == 404
    asked = ask("POST", "/requests", EVA, REQUEST)

    assert asked.status_code == 201
    assert set(asked.json()["facts"]) == {"requests"}
    (line,) = ask.api.get("/cases", headers=as_(MIA)).json()["cases"]
    assert (line["id"], line["system"], line["provider"]) == (ask.case_id, None, None)
    assert asked.json()["documents"] == asked.json()["deadlines"] == []
    assert ask("GET", "/documents/decision/1", EVA).status_code == 404
    other = replace(EVA, organisation="Children")
    assert ask("GET", "", other).status_code == 404
    assert ask("GET", "", replace(EVA, country="DE")).status_code == 404
    assert ask("GET", "", ADA).json()["facts"].get("requests") is None


@pytest.mark.parametrize(
    ("changes", "by", "kind"),
    [
        ({"annex_iii": (), "annex_i": ("I-A2",), "third_party_assessment": True}, EVA, ""),
        ({}, replace(EVA, country="DE"), ""),
        ({}, replace(EVA, unit=Unit.ENFORCEMENT), ""),
        ({}, replace(EVA, organisation=""), ""),
        ({}, EVA, "assessment"),
        ({}, PEOPLE["G"], ""),
    ],
)
def test_who_may_not_ask_does_not_learn_that_there_is_a_case(
    api: TestClient, office: Office, changes: dict[str, Any], by: Person, kind: str
) -> None:
    case_id = office.active(**changes)
    where = f"/cases/{case_id}/requests"

    asked = api.post(where, json=REQUEST | ({"kind": kind} if kind else {}), headers=as_(by))

    known = by.role is Role.DATA_PROTECTION  # it has a seat, and asks for nothing
    assert asked.status_code == (409 if known else 404)
    assert known or asked.json()["detail"] == f"there is no case {case_id}"


def test_before_the_test_runs_there_is_nothing_to_ask_about(
    api: TestClient, office: Office
) -> None:
    case_id = office.apply()

    assert api.post(f"/cases/{case_id}/requests", json=REQUEST, headers=as_(EVA)).status_code == 404


def test_one_package_holds_what_was_given_and_nothing_else_and_can_be_verified(
    ask: Asking, tmp_path: Path
) -> None:
    ask("POST", "/requests", EVA, REQUEST)
    early = ask("GET", "/requests/1/package", EVA)
    answered = ask("POST", "/requests/1/reply", SUE, {"answer": "here", "documents": GIVEN})
    assert (early.status_code, early.json()["detail"]) == (404, "request 1 is not answered yet")
    assert answered.status_code == 200, answered.text

    files = package_of(ask("GET", "/requests/1/package?language=nl", MIA))

    made = {f"documents/{name}.{suffix}" for name in GIVEN for suffix in ("json", "pdf", "html")}
    assert files.keys() == made | {"README.txt", "request.json", "manifest.json", "SHA256SUMS"}
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(body).hexdigest()
        for name, body in files.items()
        if name != "SHA256SUMS"
    }
    listed = json.loads(files["manifest.json"])["documents"]
    hashes = {name: sha256 for one in listed for name, sha256 in one["files"].items()}
    assert hashes == {name: sums[name] for name in made}
    for name in GIVEN:
        assert sums[f"documents/{name}.json"] == ask.sealed(name).sha256
    told = json.loads(files["request.json"])
    assert (told["reasons"], told["answer"]) == (REQUEST["reasons"], "here")
    assert b'lang="nl"' in files["documents/decision-1.html"]
    for name, body in files.items():
        (tmp_path / Path(name).name).write_bytes(body)
    checks = verify([*tmp_path.glob("*-1.json"), *tmp_path.glob("*-1.pdf")])
    assert [check for check in checks if not check.passed] == []
    assert len(checks) >= len(GIVEN) * 2


def test_nobody_else_takes_the_package(ask: Asking) -> None:
    ask("POST", "/requests", EVA, REQUEST)
    ask("POST", "/requests/1/reply", SUE, {"answer": "here", "documents": GIVEN})

    for by in (ADA, SUE, PEOPLE["M"], replace(EVA, organisation="Children")):
        assert ask("GET", "/requests/1/package", by).status_code == 404
    assert ask("GET", "/requests/2/package", EVA).status_code == 404
    assert ask("GET", "/requests/1/package", EVA).status_code == 200


@pytest.mark.rule("R78")
def test_a_body_that_asked_sees_its_request_and_not_a_word_more_by_any_route(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    case = a_filled_case()
    (request,) = case.requests
    mine = replace(request, by=str(EVA), country=EVA.country, organisation=EVA.organisation)
    own = replace(mine, kind=RequestKind.RIGHTS_DOCUMENTS, documents=())
    markers = keep(sessions, evidence, replace(case, requests=(own,), incidents=()))

    seen = seen_in(everything(api, EVA), markers)

    told = {"requests.reasons", "requests.answer"}
    assert (seen - without_a_case(markers) - told, told - seen) == (set(), set())
    assert CASE_ID in everything(api, EVA)
