"""The plan, its amendments and its terms as callers of the API see them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.api.bodies import PlanBody
from sandbox.api.plans import PLAN as AS_JSON
from sandbox.domain import plan_papers
from sandbox.domain.case import Person
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.terms import BUILT_IN, Heading, Terms
from sandbox.store import cases, documents
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from sandbox.written_terms import terms
from tests.api.test_api import KEY, as_
from tests.factories import ADA, AUTHORITY, EVE, PLAN, SUE
from tests.fakes import NOON, FakeCatalogue
from tests.office import Office


def body_of(plan: SandboxPlan) -> dict[str, Any]:
    said: dict[str, Any] = AS_JSON.dump_python(plan, mode="json")
    del said["version"]
    return said


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
        clock=office.clock,
        nudge=office.nudge,
        token_key=KEY,
    )
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


class Walk:
    """One active case over HTTP."""

    def __init__(self, api: TestClient, office: Office) -> None:
        self.api, self.office = api, office
        self.where = f"/cases/{office.active()}"

    def __call__(
        self, method: str, path: str, by: Person, body: Any = None, *, expect: int = 200
    ) -> Any:
        answer = self.api.request(method, f"{self.where}{path}", json=body, headers=as_(by))
        assert answer.status_code == expect, answer.text
        self.office.work()
        return answer.json()


@pytest.fixture
def walk(api: TestClient, office: Office) -> Walk:
    return Walk(api, office)


@pytest.mark.rule("R58-D15")
def test_an_amendment_goes_its_way_and_its_difference_reads_in_sentences(walk: Walk) -> None:
    changed = body_of(replace(PLAN, scope="Two Member States.", confidential=("methodology",)))
    seen = walk("POST", "/plan/amendment", SUE, {"plan": changed, "reasons": "more to learn"})
    asked = seen["facts"]["amendment"]

    signed = {"plan_sha256": asked["plan_sha256"]}
    refused = walk("POST", "/plan/amendment/agreement", SUE, signed, expect=409)
    assert refused["reasons"][0]["rule"] == "R58-D15"
    walk("POST", "/plan/amendment/agreement", ADA, signed, expect=202)

    kept = walk("GET", "/plan/versions", ADA)
    assert [(v["version"], v["intact"]) for v in kept] == [(1, True), (2, True)]
    assert kept[1]["plan"]["confidential"] == ["methodology"]
    diff = walk("GET", "/plan/diff?from=1&to=2", ADA)
    assert [change["sentence"] for change in diff["changes"]] == [
        "scope: “Consumer loans in one Member State.” became “Two Member States.”",
        "confidential: added “methodology”",
    ]


def test_a_version_that_never_was_and_a_case_of_others_are_not_found(walk: Walk) -> None:
    walk("GET", "/plan/diff?from=1&to=7", ADA, expect=404)
    walk("GET", "/plan/diff?from=0&to=1", ADA, expect=422)
    for path in ("/plan/versions", "/plan/diff?from=1&to=1", "/terms"):
        walk("GET", path, EVE, expect=404)


@pytest.mark.rule("D3")
@pytest.mark.rule("D5")
def test_the_difference_of_two_versions_of_the_terms_reads_in_sentences(walk: Walk) -> None:
    case_id = CaseId(walk.where.split("/")[-1])
    with walk.office.sessions.begin() as session:
        case = cases.load(session, case_id)
        clauses = tuple(
            replace(c, text="A fee is asked.") if c.heading is Heading.FEES else c
            for c in BUILT_IN.clauses
        )
        for terms in (BUILT_IN, Terms("next", clauses)):
            facts = plan_papers.terms(case, terms, "Authority", NOON)
            number = documents.issue(session, case_id, Paper.TERMS, "Sue", NOON, facts)

    found = walk("GET", f"/documents/terms/diff?from={number - 1}&to={number}", ADA)

    fees = next(c.text for c in BUILT_IN.clauses if c.heading is Heading.FEES)
    assert [c["sentence"] for c in found["changes"]] == [
        f"version: “{BUILT_IN.version}” became “next”",
        f"fees_and_exceptional_costs: “{fees}” became “A fee is asked.”",
    ]
    walk("GET", f"/documents/terms/diff?from={number}&to={number + 1}", ADA, expect=404)
    walk("GET", "/documents/testing-plan/diff?from=1&to=2", ADA, expect=404)
    walk("GET", "/documents/decision/diff?from=1&to=1", ADA, expect=422)
    walk("GET", f"/documents/terms/diff?from={number}&to={number}", EVE, expect=404)


def test_declined_and_taken_back_amendments_stay_on_record(walk: Walk) -> None:
    body = {"plan": body_of(replace(PLAN, scope="more")), "reasons": "more to learn"}
    for path, by in (("refusal", SUE), ("withdrawal", ADA)):
        walk("POST", "/plan/amendment", ADA, body)
        seen = walk("POST", f"/plan/amendment/{path}", by, {"reasons": "not now"})

    states = [found["state"] for found in seen["facts"]["amendments"]]
    assert states == ["declined", "taken_back"]
    assert seen["facts"]["plan"]["version"] == 1


@pytest.mark.rule("R58-D20")
def test_an_extension_is_asked_with_a_day_and_reasons(walk: Walk) -> None:
    walk("POST", "/plan/extension", ADA, {"last_day": "2027-02-19"}, expect=422)
    body = {"last_day": "2027-02-19", "reasons": "slow recruiting"}
    seen = walk("POST", "/plan/extension", ADA, body)
    signed = {"plan_sha256": seen["facts"]["amendment"]["plan_sha256"]}
    seen = walk("POST", "/plan/amendment/agreement", SUE, signed, expect=202)

    assert seen["facts"]["plan"]["last_day"] == "2027-02-19"
    clocks = [c for c in seen["deadlines"] if c["name"] == "DL-05"]
    assert [(c["due"], c["met_at"] is None) for c in clocks] == [
        ("2026-12-20", False),
        ("2027-01-20", True),
    ]


@pytest.mark.rule("R58-D15")
def test_only_fields_of_the_plan_are_marked_confidential(walk: Walk) -> None:
    wrong = body_of(PLAN) | {"confidential": ["salary"], "scope": "more"}

    told = walk("POST", "/plan/amendment", ADA, {"plan": wrong, "reasons": "r"}, expect=422)

    assert told["errors"][0]["field"] == "plan"
    assert "salary" in told["detail"]


@pytest.mark.rule("R58-01")
@pytest.mark.rule("R57-12a")
def test_terms_are_read_and_accepted_by_their_hash(walk: Walk) -> None:
    found = walk("GET", "/terms", ADA)
    assert found["version"] == BUILT_IN.version
    assert {clause["heading"] for clause in found["clauses"]} == set(Heading)
    assert [a["signatory"] for a in found["accepted"]] == ["Ada"]

    accepted = {"terms_sha256": found["sha256"], "signatory": "Ada", "function": "director"}
    walk("POST", "/terms/acceptance", ADA, accepted, expect=422)  # the insurance is not said
    walk("POST", "/terms/acceptance", ADA, accepted | {"insurance": "none"})
    qualified = accepted | {"insurance": "none", "method": "qualified"}
    refused = walk("POST", "/terms/acceptance", ADA, qualified, expect=409)
    assert [reason["rule"] for reason in refused["reasons"]] == ["R58-D25"]
    other = accepted | {"insurance": "none", "terms_sha256": "0" * 64}
    walk("POST", "/terms/acceptance", ADA, other, expect=412)


def test_every_field_of_a_plan_can_be_handed_in() -> None:
    assert PlanBody.model_validate(body_of(PLAN)).to_domain() == PLAN


def test_terms_are_read_from_a_file_or_are_ours(tmp_path: Path) -> None:
    assert terms("") == BUILT_IN
    clauses = "\n".join(f'{heading} = "about {heading}"' for heading in Heading)
    file = tmp_path / "terms.toml"

    file.write_text(f'version = "2027-1"\n[clauses]\n{clauses}\n')
    read = terms(str(file))
    assert read.version == "2027-1"
    assert {clause.text for clause in read.clauses} == {f"about {heading}" for heading in Heading}

    for wrong, why in (
        (f'version = "1"\n[clauses]\n{clauses}\nextra = "x"\n', "extra"),
        ('version = "1"\n[clauses]\nliability = "x"\n', "fees_and_exceptional_costs"),
        (f"[clauses]\n{clauses}\n", "version"),
    ):
        file.write_text(wrong)
        with pytest.raises(ValueError, match=why):
            terms(str(file))
