"""Real-world tests and seats as callers of the API see them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.plan import SandboxPlan
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import KEY, as_
from tests.api.test_plans_api import body_of
from tests.factories import ADA, AUTHORITY, EVE, SUE, UNION
from tests.factories import PLAN as SANDBOX_PLAN
from tests.fakes import FakeCatalogue
from tests.office import Office
from tests.real_world import NUMBER
from tests.stages.testing import BO, DORA, MAX, with_a_test

HEADINGS = (
    *("objectives", "methodology", "geographical_scope", "population_scope", "temporal_scope"),
    *("monitoring", "organisation", "conduct", "stop_rules"),
)
PLAN: dict[str, Any] = dict.fromkeys(HEADINGS, "as written") | {
    "first_day": "2026-11-24",
    "last_day": "2027-01-15",
    "countries": ["NL", "DE"],
}
EVIDENCE: dict[str, Any] = {
    "protections": [{"group": "elderly", "measures": "a person explains"}],
    "deployers": ["BankCo"],
    "overseers": [
        {"name": "Olga", "qualifications": "credit officer", "trained": True, "empowered": True}
    ],
    "reversal_drill": {"what": "ten outputs reversed", "sha256": "a" * 64},
    "recall_runbook": {"what": "switched off", "sha256": "b" * 64},
    "dpia_reference": "DPIA-7",
    "ethics": "none",
    "insurance": "policy 12",
}
AGREEMENT = {
    "deployer": "BankCo",
    "roles": "BankCo decides",
    "responsibilities": "BankCo answers its customers",
    "oversight_persons": ["Olga"],
    "instructions_given": True,
}
ANNEX_IX = {"provider_and_deployers": "CreditCo", "description": "S 1", "plan_summary": "weeks"}
FORM = dict.fromkeys(
    ("nature_and_objectives", "conditions_and_duration", "rights", "reversal", "contact"), "told"
) | {"version": 1, "language": "nl", "test_number": NUMBER}


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
        clock=office.clock,
        nudge=office.nudge,
        token_key=KEY,
    )
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


class Walk:
    """A case over HTTP."""

    def __init__(self, api: TestClient, office: Office) -> None:
        self.api = api
        self.where = f"/cases/{with_a_test(office)}"

    def __call__(self, method: str, path: str, by: Person, body: Any = None) -> Any:
        answer = self.api.request(method, f"{self.where}{path}", json=body, headers=as_(by))
        self.status = answer.status_code
        return answer.json()

    def approved(self) -> None:
        self("PUT", "/test/plan", ADA, PLAN)
        self("PUT", "/test/evidence", ADA, EVIDENCE)
        for country, by in (("NL", MAX), ("DE", DORA)):
            self("POST", f"/test/territories/{country}/submission", ADA)
            said = {"answer": "approve", "reasons": "well planned"}
            self("POST", f"/test/territories/{country}/answer", by, said)

    def prepared(self) -> None:
        self.approved()
        self("PUT", "/test/terms", SUE, {"terms": "t", "safeguards": "s"})
        self("POST", "/test/terms/acceptance", ADA)
        self("POST", "/test/agreements", ADA, AGREEMENT)
        signed = self("POST", "/test/agreements", BO, AGREEMENT)
        assert signed == {"deployer": "BankCo", "signed_by_both": True}
        self("PUT", "/test/registration", ADA, {**ANNEX_IX, "number": NUMBER})
        newer = {**ANNEX_IX, "plan_summary": "six weeks"}
        updated = self("POST", "/test/registration/update", ADA, newer)
        assert updated["facts"]["test"]["registration"]["number"] == NUMBER
        self("POST", "/consent-forms", ADA, FORM)
        self("POST", "/test/consent", ADA)
        self("POST", "/test/duty", BO, {"overseer": "Olga"})


@pytest.fixture
def walk(api: TestClient, office: Office) -> Walk:
    return Walk(api, office)


def test_a_test_goes_its_whole_way(walk: Walk, office: Office) -> None:
    walk.prepared()

    started = walk("POST", "/test/start", ADA)
    assert (walk.status, started["facts"]["test"]["state"]) == (202, "running")
    later = {"new_last_day": "2027-03-01", "reasons": "more data"}
    told = {**FORM, "version": 2, "conditions_and_duration": "until summer"}
    walk("POST", "/consent-forms", ADA, told)
    assert walk("POST", "/test/extension", ADA, later)["facts"]["test"]["state"] == "extended"
    halted = walk("POST", "/test/suspension", ADA, {"reasons": "a wrong score"})
    assert (walk.status, halted["stage"]) == (202, "suspended")
    told = walk("POST", "/test/notice", ADA, {"reference": "letter 3"})
    assert [d["met_at"] is not None for d in told["deadlines"] if d["name"] == "DL-18"] == [
        True
    ] * 2
    over = walk("POST", "/test/end", ADA, {"terminated": True, "reasons": "no remedy"})
    assert over["facts"]["test"]["state"] == "terminated"
    done = walk("POST", "/test/outcomes", ADA, {"outcomes": "one wrong score"})
    assert done["facts"]["test"]["state"] == "outcomes_notified"
    office.work()


def test_a_refused_start_names_every_rule_and_the_view_says_so_before(walk: Walk) -> None:
    walk.prepared()
    walk("PUT", "/test/evidence", ADA, {**EVIDENCE, "insurance": "", "dpia_reference": ""})
    seen = walk("GET", "", ADA)

    refused = walk("POST", "/test/start", ADA)

    assert walk.status == 409
    assert {r["rule"] for r in refused["reasons"]} == {"R60-3", "R60-9"}
    (start,) = [a for a in seen["actions"] if a["action"] == "start_test"]
    assert {r["rule"] for r in start["reasons"]} == {"R60-3", "R60-9"}


@pytest.mark.rule("R76-3")
def test_another_territory_and_another_provider_are_refused(walk: Walk) -> None:
    walk("PUT", "/test/plan", ADA, PLAN)
    walk("PUT", "/test/evidence", ADA, EVIDENCE)
    walk("POST", "/test/territories/NL/submission", ADA)
    said = {"answer": "approve", "reasons": "well planned"}

    refused = walk("POST", "/test/territories/NL/answer", DORA, said)
    assert walk.status == 409
    assert [r["rule"] for r in refused["reasons"]] == ["R76-3"]
    assert "DE cannot decide for NL" in refused["detail"]
    for by, status in (
        (ADA, 409),
        (EVE, 404),
        (BO, 409),
    ):  # BO is of a deployer that the evidence names
        walk("POST", "/test/territories/NL/answer", by, said)
        assert walk.status == status
    walk("POST", "/test/territories/FR/submission", ADA)
    assert walk.status == 422


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/test/plan", {**PLAN, "conduct": ""}, "conduct"),
        ("/test/plan", {**PLAN, "conduct": " "}, "conduct"),
        ("/test/plan", {**PLAN, "last_day": "2026-01-01"}, "plan"),
        ("/test/plan", {**PLAN, "countries": ["US"]}, "countries"),
        ("/test/plan", {**PLAN, "colour": "red"}, "colour"),
        ("/test/evidence", {**EVIDENCE, "ethics": "later"}, "ethics"),
        ("/test/registration", ANNEX_IX, "number"),
        ("/test/registration", {**ANNEX_IX, "description": " ", "number": "1"}, "description"),
    ],
)
def test_what_is_malformed_is_told_by_its_field(
    walk: Walk, path: str, body: Any, field: str
) -> None:
    walk.approved()

    refused = walk("PUT", path, ADA, body)

    assert walk.status == 422
    assert field in [e["field"] for e in refused["errors"]]


@pytest.mark.rule("R57-13")
def test_the_authority_gives_another_one_a_seat(walk: Walk) -> None:
    anna = Person("Anna", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
    walk("GET", "", anna)
    assert walk.status == 404
    place = {"role": "market_surveillance", "country": "FR", "organisation": "DGCCRF"}
    walk("POST", "/seats", SUE, place)
    assert walk.status == 422
    body = {**place, "legal_basis": "Art. 57(13)"}
    walk("POST", "/seats", ADA, body)
    assert walk.status == 409
    walk("POST", "/seats", SUE, body)
    assert walk.status == 201
    walk("GET", "", anna)
    assert walk.status == 200
    walk("POST", "/seats", SUE, {**body, "country": "US"})
    assert walk.status == 422
    walk("POST", "/seats/end", SUE, {**place, "reasons": "another office is competent"})
    assert walk.status == 200
    walk("GET", "", anna)
    assert walk.status == 404
    walk("POST", "/seats/end", SUE, {**place, "reasons": "once more"})
    assert walk.status == 404


@pytest.mark.rule("R57-05")
@pytest.mark.rule("R58-D15")
def test_a_test_that_only_the_agreed_plan_brings_is_planned_and_one_that_is_negotiated_is_not(
    api: TestClient, office: Office
) -> None:
    asked = PLAN | {"countries": ["NL"]}
    embedding = replace(SANDBOX_PLAN, real_world_plan="with 50 borrowers, as in D5")
    case_id = office.apply()
    office.decide(case_id)
    office.associate(case_id)
    sha256 = office.propose(case_id, embedding).plan_sha256
    office.sign(case_id, sha256)

    def plan_it() -> Any:
        return api.put(f"/cases/{case_id}/test/plan", json=asked, headers=as_(ADA))

    refused = plan_it()
    office.agree(case_id, sha256)
    planned = plan_it()

    assert refused.status_code == 409
    assert "no real-world test is part" in refused.text
    assert planned.status_code == 200, planned.text
    told = api.post(f"/cases/{case_id}/consent-forms", json=FORM, headers=as_(ADA))
    assert told.status_code == 201, told.text


@pytest.mark.rule("R57-05")
@pytest.mark.rule("R58-D15")
def test_an_amendment_brings_a_test_and_the_plan_embeds_it_while_it_is_planned(
    api: TestClient, office: Office
) -> None:
    where = f"/cases/{office.active()}"
    embedding = replace(SANDBOX_PLAN, real_world_plan="with 50 borrowers, as in D5")

    def amended(plan: SandboxPlan) -> Any:
        proposed = {"plan": body_of(plan), "reasons": "the next step"}
        made = api.post(f"{where}/plan/amendment", json=proposed, headers=as_(ADA))
        office.work()
        if made.status_code != 200:
            return made
        signed = {"plan_sha256": made.json()["facts"]["amendment"]["plan_sha256"]}
        return api.post(f"{where}/plan/amendment/agreement", json=signed, headers=as_(SUE))

    assert amended(embedding).status_code == 202
    planned = api.put(f"{where}/test/plan", json=PLAN | {"countries": ["NL"]}, headers=as_(ADA))
    dropped = amended(replace(SANDBOX_PLAN, scope="Two Member States."))

    assert planned.status_code == 200, planned.text
    assert dropped.status_code == 409
    assert "embeds no real-world testing plan" in dropped.text

    outside = PLAN | {"countries": ["NL"], "within_sandbox": False}
    assert api.put(f"{where}/test/plan", json=outside, headers=as_(ADA)).status_code == 200
    assert api.put(f"{where}/test/evidence", json=EVIDENCE, headers=as_(ADA)).status_code == 200
    submitted = api.post(f"{where}/test/territories/NL/submission", headers=as_(ADA))
    assert submitted.status_code == 202, submitted.text
    assert amended(replace(SANDBOX_PLAN, scope="Two Member States.")).status_code == 202
    form = api.post(f"{where}/consent-forms", json=FORM, headers=as_(ADA))
    assert form.status_code == 201, form.text  # a test that is planned goes on
