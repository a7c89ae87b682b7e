"""The API as its callers see it: problem documents, versions, who may know what."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from sandbox.api.app import create_app
from sandbox.api.application_bodies import SelfCheckBody
from sandbox.api.identity import token
from sandbox.domain.case import Person
from sandbox.stages import screen
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing, utc_now
from tests.factories import ADA, AUTHORITY, CONVINCED, EVE, GOOD, OPA, RIA, SUE
from tests.fakes import FakeCatalogue, FakeCluster, FakeEngine, FakeNudge

KEY = "a key for tests that is long enough"
BODY: dict[str, Any] = {
    "applicant": "CreditCo",
    "registration_number": "12345678",
    "country": "NL",
    "eu_establishment": True,
    "size": {"headcount_awu": 3, "turnover_eur": 1, "balance_sheet_eur": 1},
    "system_name": "S",
    "system_version": "1",
    "intended_purpose": "p",
    "novelty": "n",
    "regulatory_questions": "q",
    "market_status": "not_on_market",
    "annex_iii": ["III-5b"],
    "profiles_persons": True,
    "personal_data": True,
    "requested_start": "2026-12-01",
    "weeks": 8,
    "gpus": 2,
    "declared_true_by": "Ada",
}


@pytest.fixture
def wired(sessions: Sessions) -> Wired:
    return replace(
        nothing(),
        sessions=sessions,
        cluster=FakeCluster(FakeEngine()),
        catalogue=FakeCatalogue(),
        authority=AUTHORITY,
        nudge=FakeNudge(),
        token_key=KEY,
    )


@pytest.fixture
def client(wired: Wired) -> Iterator[TestClient]:
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


def as_(person: Person, **headers: str) -> dict[str, str]:
    made = token(person, KEY, at=utc_now(), lasting=timedelta(minutes=5))
    return {"Authorization": f"Bearer {made}", **headers}


def handed_in(client: TestClient) -> dict[str, Any]:
    answer = client.post("/applications", json=BODY, headers=as_(ADA))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_deadlines_come_as_a_calendar_of_ones_own_cases(client: TestClient) -> None:
    case = handed_in(client)

    mine = Calendar.from_ical(client.get("/deadlines.ics", headers=as_(ADA)).content)
    others = Calendar.from_ical(client.get("/deadlines.ics", headers=as_(EVE)).content)
    operators = Calendar.from_ical(client.get("/deadlines.ics", headers=as_(OPA)).content)

    (event,) = mine.events
    assert event["summary"] == f"DL-01 admission decision: case {case['id']}"
    assert event.start.isoformat() == case["deadlines"][0]["target"]
    assert (event.end - timedelta(days=1)).isoformat() == case["deadlines"][0]["due"]
    assert others.events == operators.events == []


@pytest.mark.parametrize(
    ("field", "wrong", "right"),
    [("vat_number", "NL123456789B01", "NL4495445B01"), ("lei", "2138", "213800KUD8LAJWSQ9D15")],
)
def test_identifiers_are_checked_by_their_check_digits(
    client: TestClient, field: str, wrong: str, right: str
) -> None:
    refused = client.post("/applications", json=BODY | {field: wrong}, headers=as_(ADA))
    accepted = client.post("/applications", json=BODY | {field: right}, headers=as_(ADA))

    assert refused.status_code == 422
    assert [e["field"] for e in refused.json()["errors"]] == [field]
    assert accepted.status_code == 201
    assert accepted.json()["facts"]["application"][field]


def test_anybody_may_check_themselves_and_nothing_is_kept(client: TestClient) -> None:
    asked = {key: value for key, value in BODY.items() if key in SelfCheckBody.model_fields}

    answer = client.post("/self-check", json=asked | {"market_status": "on_market"})

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["outcome"] == "excluded"
    assert "substantial modification" in found["would_change"][0]["change"]
    assert client.get("/cases", headers=as_(SUE)).json()["cases"] == []


def test_a_self_check_with_a_wrong_field_names_it(client: TestClient) -> None:
    answer = client.post("/self-check", json={"country": "Netherlands"})

    assert answer.status_code == 422
    fields = [wrong["field"] for wrong in answer.json()["errors"]]
    assert {"country", "size", "weeks"} <= set(fields)


def test_an_application_is_answered_with_its_case_and_the_last_day_to_decide(
    client: TestClient,
) -> None:
    case = handed_in(client)

    assert case["stage"] == "submitted"
    assert [d["name"] for d in case["deadlines"]] == ["DL-01"]
    assert case["deadlines"][0]["days_left"] >= 89
    helped = ["ask_guidance", "acknowledge_guidance", "follow_guidance"]
    assert [a["action"] for a in case["actions"]] == [*helped, "withdraw"]


@pytest.mark.rule("R58-D05")
def test_wrong_fields_are_all_named_in_one_problem_document(client: TestClient) -> None:
    wrong = {**BODY, "weeks": 0, "annex_iii": ["III-99"], "surprise": 1}

    answer = client.post("/applications", json=wrong, headers=as_(ADA))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:ai-sandbox:problem:malformed"
    assert {e["field"] for e in problem["errors"]} == {"weeks", "annex_iii", "surprise"}


def review(api: TestClient, where: str) -> None:
    """Ria declares, is assigned and finds the case good."""
    signed = {"email": "ria@authority.eu", "interests": []}
    scores = [{"criterion": s.criterion, "points": s.points, "reasons": s.reasons} for s in GOOD]
    notes = [{"section": n.section, "verdict": n.verdict, "note": n.note} for n in CONVINCED]
    judged = {"scores": scores, "notes": notes}
    api.post(f"{where}/interests", json=signed, headers=as_(RIA)).raise_for_status()
    assigned = api.post(f"{where}/reviewers", json={"reviewer": "Ria"}, headers=as_(SUE))
    assigned.raise_for_status()
    api.put(f"{where}/review", json=judged, headers=as_(RIA)).raise_for_status()


def test_without_a_good_token_nobody_is_let_in(client: TestClient) -> None:
    forged = token(ADA, KEY + "!", at=utc_now(), lasting=timedelta(minutes=5))
    expired = token(ADA, KEY, at=utc_now(), lasting=timedelta(minutes=-5))

    for headers in ({}, *({"Authorization": f"Bearer {t}"} for t in (forged, expired, "x"))):
        answer = client.get("/cases", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:ai-sandbox:problem:not-signed-in"


@pytest.mark.rule("R78")
@pytest.mark.parametrize("person", [SUE, ADA])
def test_an_authority_without_a_unit_is_not_let_in(client: TestClient, person: Person) -> None:
    claims = jwt.decode(
        as_(person)["Authorization"].split()[1], options={"verify_signature": False}
    )
    without = jwt.encode({k: v for k, v in claims.items() if k != "unit"}, KEY, algorithm="HS256")

    answer = client.get("/cases", headers={"Authorization": f"Bearer {without}"})

    assert answer.status_code == (200 if person is ADA else 401)
    assert "names a unit" in answer.text or person is ADA


def test_another_providers_case_is_as_absent_as_one_that_never_was(client: TestClient) -> None:
    case = handed_in(client)

    for person in (EVE, OPA):
        assert client.get(f"/cases/{case['id']}", headers=as_(person)).status_code == 404
    assert client.get("/cases/cabcdefghij", headers=as_(SUE)).status_code == 404
    assert client.get("/cases/..%2f", headers=as_(SUE)).status_code == 404
    assert client.get("/cases", headers=as_(EVE)).json() == {"cases": [], "next": None}


def test_an_action_at_the_wrong_stage_is_a_conflict_with_its_reasons(client: TestClient) -> None:
    case = handed_in(client)

    answer = client.post(
        f"/cases/{case['id']}/decision",
        json={"outcome": "admit", "reasons": "good"},
        headers=as_(SUE),
    )

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:ai-sandbox:problem:not-allowed"


def test_an_old_version_is_refused_and_the_current_one_accepted(
    client: TestClient, wired: Wired
) -> None:
    case = handed_in(client)
    screen.screen(case["id"], sessions=wired.sessions, authority=wired.authority, clock=wired.clock)
    review(client, f"/cases/{case['id']}")
    where = f"/cases/{case['id']}/decision"
    body = {"outcome": "admit", "reasons": "good"}

    assert client.post(where, json=body, headers=as_(SUE, **{"If-Match": '"4"'})).status_code == 412
    accepted = client.post(where, json=body, headers=as_(SUE, **{"If-Match": '"5"'}))
    assert accepted.status_code == 200
    assert accepted.json()["facts"]["decision"]["remedy"] == AUTHORITY.remedy


def test_a_refusal_by_rules_lists_every_reason_with_rule_and_article(
    client: TestClient, wired: Wired
) -> None:
    case = handed_in(client)
    screen.screen(case["id"], sessions=wired.sessions, authority=wired.authority, clock=wired.clock)
    where = f"/cases/{case['id']}"
    review(client, where)
    client.post(f"{where}/decision", json={"outcome": "admit", "reasons": "y"}, headers=as_(SUE))
    plan = {
        **dict.fromkeys(
            ("objectives", "conditions", "methodology", "safeguards", "incident_procedure"), "x"
        ),
        "exit_criteria": "x",
        "requirements": ["Art. 10"],
        "first_day": "2099-01-01",
        "last_day": "2099-02-01",
        "personal_data": True,
        "confidentiality_reviewed": True,
        "resources": {"gpus": 1},
        "thresholds": [
            {"metric": "accuracy", "bound": "at_least", "value": 0.7, "requirement": "Art. 15"}
        ],
    }
    proposed = client.put(f"{where}/plan", json=plan, headers=as_(ADA))
    assert proposed.status_code == 200, proposed.text

    answer = client.post(
        f"{where}/plan/agreement",
        json={"plan_sha256": proposed.json()["facts"]["plan_sha256"]},
        headers=as_(SUE),
    )

    assert answer.status_code == 409
    reasons = answer.json()["reasons"]
    assert [(r["rule"], r["article"]) for r in reasons[:2]] == [
        ("R57-05", "Art. 57(5)"),
        ("R57-10", "Art. 57(10)"),
    ]
    assert {r["rule"] for r in reasons[2:]} == {
        *("R58-01", "R58-02h", "R58-D04", "R58-D13", "R58-D15"),
    }


def test_the_operator_sees_capacity_and_nothing_of_a_case(client: TestClient) -> None:
    handed_in(client)

    answer = client.get("/capacity", headers=as_(OPA))

    assert answer.status_code == 200
    assert "CreditCo" not in answer.text
    assert client.get("/capacity", headers=as_(ADA)).status_code == 404


def test_a_bug_shows_nothing_of_its_inside(client: TestClient, wired: Wired) -> None:
    case = handed_in(client)
    with wired.sessions.begin() as session:
        session.connection().exec_driver_sql("UPDATE cases SET facts = '{}'")

    answer = client.get(f"/cases/{case['id']}", headers=as_(SUE))

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:ai-sandbox:problem:bug"
    assert "Traceback" not in answer.text


def test_health_and_our_own_metrics_answer_without_a_token(client: TestClient) -> None:
    handed_in(client)

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 200
    assert 'sandbox_cases{stage="submitted"} 1.0' in client.get("/metrics").text
