"""Personal data in a sandbox as callers of the API see it, and what the public sees."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.domain.case import Person
from sandbox.domain.regime import REGIME
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import KEY, as_
from tests.factories import ADA, AUTHORITY, EVE, SUE, TOM, UNION
from tests.fakes import FakeCatalogue
from tests.office import Office
from tests.stages.personal_data import DAN, agreed

SAFEGUARDS: dict[str, Any] = {
    "interest": {"area": "PI_PUBLIC_ADMIN", "reasons": "fair loans for all"},
    "dpia_reference": "DPIA-7",
    "alerts": [{"metric": "accuracy", "bound": "at_least", "value": 0.5, "requirement": "59"}],
    "response": "stop, tell, mend",
    "no_effect": "scores are thrown away",
    "sinks": ["the notebook"],
    "rights_contact": "privacy@creditco.example",
    "process": "train on one half",
}
SUMMARY = {"project": "A fair score", "objectives": "a small gap", "expected_results": "a method"}
DATASET: dict[str, Any] = {
    "name": "loans",
    "kind": "original",
    "source": "our files",
    "lawful_collection": "contracts",
    "purpose": "the gap between groups",
    "volume": "3 GiB",
    "content_sha256": "d" * 64,
    "retention_until": "2027-06-30",
    "requirement": "Art. 10",
    "alternatives": "synthetic records",
    "why_insufficient": "no rare groups",
    "named_persons": ["Ada"],
}
ACCESS = {
    "key": "a",
    "at": "2026-11-24T12:00:00Z",
    "who": "Ada",
    "dataset": 1,
    "purpose": "training",
}
DELETION = {
    "method": "keys destroyed",
    "covered": ["volume", "backups"],
    "began_at": "2026-11-24T12:00:00Z",
    "ended_at": "2026-11-24T12:00:00Z",
}
RUN = {
    "kind": "training",
    "code_commit": "c0ffee1",
    "image_digest": f"sha256:{'a' * 64}",
    "data_sha256": "d" * 64,
    "datasets": [1],
    "parameters": {"depth": "4"},
    "metrics": {"accuracy": 0.8},
    "rationale": "it can be explained",
}
EXPORT = {
    "what": "a table",
    "classified": "aggregate",
    "recipient": "the bank",
    "content_sha256": "e" * 64,
}


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
        authority=AUTHORITY,
        union=UNION,
        regime=REGIME,
        clock=office.clock,
        nudge=office.nudge,
        token_key=KEY,
    )
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


class Walk:
    """A case under Art. 59 over HTTP, up to what a test is about."""

    def __init__(self, api: TestClient, office: Office) -> None:
        self.api, self.office = api, office
        self.where = f"/cases/{agreed(office)}"

    def __call__(
        self, method: str, path: str, by: Person, body: Any = None, *, status: int | None = None
    ) -> Any:
        answer = self.api.request(method, f"{self.where}{path}", json=body, headers=as_(by))
        expected = {status} if status else {200, 201, 202}
        assert answer.status_code in expected, answer.text
        self.office.work()
        return answer.json()

    def active(self) -> "Walk":
        self("PUT", "/safeguards", ADA, SAFEGUARDS)
        self("POST", "/public-interest/confirmation", SUE)
        self("PUT", "/project-summary", ADA, SUMMARY)
        self("POST", "/project-summary/publication", SUE)
        self("POST", "/datasets", ADA, DATASET)
        return self

    def let_in(self) -> "Walk":
        self.active()
        self("POST", "/datasets/1/view", DAN, {"words": "fine", "objects": False})
        self("POST", "/datasets/1/release", SUE)
        return self


@pytest.fixture
def walk(api: TestClient, office: Office) -> Walk:
    return Walk(api, office)


@pytest.mark.rule("R59-3")
def test_the_authority_confirms_that_another_law_is_the_basis_of_a_dataset(walk: Walk) -> None:
    walk.active()
    walk("POST", "/datasets", ADA, DATASET | {"other_basis": "consent", "requirement": None})
    said = {"reasons": "the forms were read"}

    walk("POST", "/datasets/2/basis", ADA, said, status=409)
    walk("POST", "/datasets/2/basis", SUE, said)

    assert walk("GET", "/datasets/2/conditions", SUE) == []


@pytest.mark.rule("R59-b")
def test_a_refused_release_names_every_rule_with_its_article(walk: Walk) -> None:
    walk.active()

    refused = walk("POST", "/datasets/1/release", SUE, status=409)

    assert [(r["rule"], r["article"]) for r in refused["reasons"]] == [("R59-b", "Art. 59(1)(b)")]
    assert walk("GET", "/datasets/1/conditions", ADA) == refused["reasons"]


def test_a_dataset_goes_the_whole_way(walk: Walk) -> None:
    walk.let_in()
    logged = walk("POST", "/accesses", ADA, {"accesses": [ACCESS]})
    assert (logged["added"], logged["unauthorised"]) == (1, 0)
    page = walk("GET", "/accesses?limit=1", SUE)
    assert (page["accesses"][0]["who"], page["next"]) == ("Ada", 1)
    assert walk("GET", "/accesses?after=1", SUE) == {"accesses": [], "next": None}
    named = walk("POST", "/datasets/1/persons", ADA, {"added": ["Bert"], "taken_off": ["Ada"]})
    assert named["facts"]["processing"]["datasets"][0]["named_persons"] == ["Bert"]
    walk("POST", "/datasets/1/persons", ADA, {"taken_off": ["Bert"]}, status=409)

    assert walk("POST", "/experiments", ADA, RUN) == {"number": 1}
    assert walk("GET", "/experiments", SUE)["experiments"][0]["metrics"] == {"accuracy": 0.8}
    paper = walk("GET", "/technical-documentation", ADA)
    assert (paper["process"], len(paper["experiments"])) == ("train on one half", 1)
    assert paper["datasets"][0]["requirement"] == "Art. 10"

    walk("POST", "/holds", SUE, {"dataset": 1, "ground": "a court case", "legal_basis": "Art. 17"})
    walk("POST", "/datasets/1/deletion", ADA, DELETION, status=409)
    walk("POST", "/holds/1/lifting", SUE, {"reasons": "decided"})
    walk("POST", "/datasets/1/deletion", ADA, DELETION)
    walk("POST", "/datasets/1/deletion/refusal", SUE, {"reasons": "the backups are still there"})
    walk("POST", "/datasets/1/deletion", ADA, DELETION)
    case = walk("POST", "/datasets/1/deletion/verification", DAN)
    assert "dataset-certificate" in {d["kind"] for d in case["documents"]}
    assert case["facts"]["processing"]["datasets"][0]["deletion"]["verified_by"] == str(DAN)


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
def test_nothing_is_deleted_before_it_was_let_in(walk: Walk) -> None:
    walk.let_in()
    early = DELETION | {"began_at": "2026-11-24T11:59:00Z"}

    refused = walk("POST", "/datasets/1/deletion", ADA, early, status=422)

    assert refused["errors"] == [
        {"field": "began_at", "sentence": "dataset 1 was let in only at 2026-11-24 12:00 UTC"}
    ]


@pytest.mark.rule("R59-e")
def test_exports_are_asked_for_decided_and_counted(walk: Walk) -> None:
    walk.let_in()

    assert walk("POST", "/exports", ADA, EXPORT)["state"] == "waiting"
    blocked = walk("POST", "/exports", ADA, EXPORT | {"classified": "sandbox_created_personal"})
    assert blocked["state"] == "blocked"
    decision = {"release": True, "reasons": "sums of many"}
    assert walk("POST", "/exports/1/decision", SUE, decision)["state"] == "released"
    assert walk("POST", "/exports/2/decision", SUE, decision, status=409)["reasons"]
    assert [(c["classified"], c["state"]) for c in walk("GET", "/exports", SUE)] == [
        ("aggregate", "released"),
        ("sandbox_created_personal", "blocked"),
    ]


@pytest.mark.rule("R59-c")
def test_processing_is_stopped_by_the_data_protection_authority_and_resumed_by_it(
    walk: Walk,
) -> None:
    walk.let_in()

    walk("POST", "/processing/stop", DAN, {"reasons": "too many queries"})
    walk("POST", "/processing/resumption", TOM, {"measures": "fewer"}, status=409)
    walk("POST", "/processing/stop", EVE, {"reasons": "mine"}, status=404)
    other = replace(DAN, name="Dirk")
    case = walk("POST", "/processing/resumption", other, {"measures": "fewer"})
    assert case["facts"]["processing"]["stops"][0]["measures"] == "fewer"


def test_what_cannot_be_is_a_problem_and_not_a_crash(walk: Walk) -> None:
    walk.let_in()
    twice = SAFEGUARDS | {"alerts": SAFEGUARDS["alerts"] * 2}
    backwards = DELETION | {"ended_at": "2026-11-24T10:00:00Z"}

    walk("PUT", "/safeguards", ADA, twice, status=422)
    walk("POST", "/datasets/1/deletion", ADA, backwards, status=422)
    walk("POST", "/datasets/9/release", SUE, status=404)
    walk("POST", "/datasets/1/assessment", SUE, {"personal": False, "reasons": "r"}, status=422)
    walk("POST", "/datasets/1/bias-correction", ADA, status=422)
    walk("POST", "/accesses", ADA, {"accesses": []}, status=422)
    walk("POST", "/accesses", ADA, {"accesses": [ACCESS] * 501}, status=422)
    walk("POST", "/project-summary/exemption", SUE, {"reasons": "secret"}, status=409)


@pytest.mark.rule("R59-f")
def test_data_subjects_keep_their_rights(walk: Walk) -> None:
    walk.let_in()
    asked = {"right": "access", "subject": "p-1", "received_on": "2026-11-24"}

    walk("POST", "/rights-requests", ADA, asked)
    case = walk("POST", "/rights-requests/1/answer", ADA, {"answer": "here it is"})

    assert case["facts"]["processing"]["rights_requests"][0]["answer"] == "here it is"


@pytest.mark.rule("R59-j")
def test_everybody_reads_the_summary_of_a_project_and_nothing_else(
    walk: Walk, api: TestClient
) -> None:
    assert api.get("/public/projects").json() == {"projects": [], "next": None}
    walk.active()

    page = api.get("/public/projects?limit=1").json()
    one = api.get(f"/public/projects/{page['projects'][0]['id']}")

    assert page["projects"] == [one.json()]
    assert page["next"] == one.json()["id"]
    assert api.get(f"/public/projects?after={page['next']}").json()["projects"] == []
    assert one.json().keys() == SUMMARY.keys() | {"id", "authority", "published_at"}
    for secret in (walk.where.removeprefix("/cases/"), "CreditCo", "FairScore"):
        assert secret not in one.text
    assert api.get("/public/projects/99").status_code == 404
    assert api.get("/public/projects/0").status_code == 422
