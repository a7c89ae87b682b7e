"""Support by the authority as callers of the API see it: what is open, what is hidden, what is wrong."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.referral import Facility, FacilityKind
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import KEY, as_
from tests.factories import ADA, AUTHORITY, EVE, OPA, SUE, UNION
from tests.fakes import FakeCatalogue
from tests.office import Office

NORA = Person("Nora", Role.OBSERVER, "TÜV")
RISK = {
    "description": "wrong refusals",
    "concern": "rights",
    "weight": "significant",
    "shown_by": "run 1",
}
LESSON = {
    "topic": "bias",
    "text": "Groups differ.",
    "article": "Art. 10(2)",
    "objective": "evidence_based_learning",
}
TOOL = {"title": "Gap", "kind": "test", "dimension": "robustness", "description": "d"}
OBSERVER = {
    "name": "Nora",
    "organisation": "TÜV",
    "kind": "notified_body",
    "scope": ["risks", "plan"],
    "until": "2026-12-31",
}


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office(sessions)


@pytest.fixture
def case_id(office: Office) -> CaseId:
    return office.active()


@pytest.fixture
def api(office: Office) -> Iterator[TestClient]:
    wired: Wired = replace(
        nothing(),
        sessions=office.sessions,
        cluster=office.cluster,
        catalogue=FakeCatalogue(),
        authority=AUTHORITY,
        union=UNION,
        facilities={"t": Facility("t", "TEF", FacilityKind.TEF, "tests", "t@example.org")},
        clock=office.clock,
        nudge=office.nudge,
        token_key=KEY,
    )
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


class Desk:
    """A case over HTTP."""

    def __init__(self, api: TestClient, case_id: CaseId) -> None:
        self.api = api
        self.where = f"/cases/{case_id}"

    def __call__(self, method: str, path: str, by: Person, body: Any = None) -> Any:
        answer = self.api.request(method, f"{self.where}{path}", json=body, headers=as_(by))
        self.status = answer.status_code
        return answer.json() if answer.content else None


@pytest.fixture
def desk(api: TestClient, case_id: CaseId) -> Desk:
    return Desk(api, case_id)


@pytest.mark.rule("R57-11a")
def test_a_risk_goes_its_way_and_the_view_says_what_it_blocks(desk: Desk) -> None:
    seen = desk("POST", "/risks", ADA, RISK)
    assert (desk.status, seen["facts"]["risks"][0]["due"]) == (201, "2026-12-08")
    (complete,) = [a for a in desk("GET", "", SUE)["actions"] if a["action"] == "complete"]
    assert [reason["rule"] for reason in complete["reasons"]] == ["R57-11a"]
    done = {"measures": "bars per group", "evidence": "shadow run"}
    desk("POST", "/risks/1/mitigation", ADA, done)
    graded = desk("PUT", "/risks/1/weight", SUE, {"weight": "moderate", "reasons": "few"})
    assert graded["facts"]["risks"][0]["due"] is None
    judged = desk("POST", "/risks/1/judgement", SUE, {"state": "effective", "reasons": "seen"})
    assert judged["facts"]["risks"][0]["state"] == "effective"
    refused = desk("POST", "/risks/1/judgement", ADA, {"state": "open", "reasons": "mine"})
    assert (desk.status, refused["type"]) == (409, "urn:ai-sandbox:problem:not-allowed")
    desk("POST", "/risks/7/mitigation", ADA, done)
    assert desk.status == 404


def test_a_report_that_does_not_exist_is_no_evidence(desk: Desk) -> None:
    desk("POST", "/risks", ADA, RISK | {"shown_in_report": 3})

    assert desk.status == 404


@pytest.mark.rule("R57-07a")
@pytest.mark.rule("R57-12b")
def test_guidance_and_the_good_faith_file(desk: Desk) -> None:
    desk("POST", "/guidance/questions", ADA, {"question": "Art. 12?"})
    wrong = desk("POST", "/guidance/1/answer", SUE, {"answer": "Log it.", "law": []})
    assert (desk.status, wrong["errors"][0]["field"]) == (422, "law")
    desk("POST", "/guidance/1/answer", SUE, {"answer": "Log it.", "law": ["Art. 12(1)"]})
    desk("POST", "/guidance", SUE, {"answer": "Tell users.", "law": ["Art. 26(11)"]})
    desk("POST", "/guidance/1/acknowledgement", ADA)
    told = {"followed": True, "evidence": "log of run 1"}
    seen = desk("POST", "/guidance/1/following", ADA, told)
    assert [item["followed"] for item in seen["facts"]["guidance"]] == [True, None]

    for reader in (ADA, SUE):
        file = desk("GET", "/good-faith", reader)
        assert [item["followed"] for item in file["guidance"]] == ["yes", "not told yet"]
    for stranger in (EVE, OPA, NORA):
        desk("GET", "/good-faith", stranger)
        assert desk.status == 404
    asked = desk("POST", "/good-faith", ADA)
    assert (desk.status, asked["number"]) == (202, 1)
    assert desk("GET", "/documents/good-faith-file/1", SUE)["state"] == "being made"
    desk("PUT", "/good-faith", ADA, file)
    assert desk.status == 405  # nobody writes it


def test_lessons_are_open_to_all_without_saying_whose_they_are(api: TestClient, desk: Desk) -> None:
    desk("POST", "/lessons", ADA, LESSON)
    desk("POST", "/lessons/1/confirmation", SUE, {"wording_is_public": True})
    assert [one["number"] for one in desk("GET", "/lessons", ADA)] == [1]

    (lesson,) = api.get("/learning", headers=as_(SUE)).json()
    public = api.get("/public/learning").json()

    assert set(lesson) == {"topic", "text", "article", "objective", "sector", "size"}
    assert public == {"smallest_number": 5, "cells": []}
    assert api.get("/learning", headers=as_(ADA)).status_code == 404
    assert api.get("/learning").status_code == 401
    desk("POST", "/lessons", SUE, LESSON | {"article": "the tenth"})
    assert desk.status == 422


@pytest.mark.rule("R58-02i")
@pytest.mark.rule("R58-D12")
def test_tools_and_metrics_are_open_to_all_by_dimension(
    api: TestClient, desk: Desk, case_id: CaseId
) -> None:
    desk("POST", "/tools", ADA, TOOL)
    desk("POST", "/tools", ADA, TOOL | {"rights": "open", "licence": "EUPL-1.2"})
    for number in (1, 2):
        desk("POST", f"/tools/{number}/listing", SUE)
    assert [tool["listed_by"] for tool in desk("GET", "/tools", ADA)] == ["Sue", "Sue"]

    answer = api.get("/tools")
    about_accuracy = api.get("/tools", params={"dimension": "accuracy"}).json()

    assert [tool["licence"] for tool in answer.json()["tools"]] == ["EUPL-1.2"]
    assert case_id not in answer.text
    assert "CreditCo" not in answer.text
    assert about_accuracy["tools"] == []
    assert [metric["name"] for metric in about_accuracy["metrics"]] == ["accuracy"]


@pytest.mark.rule("R58-03")
def test_facilities_are_shown_and_referred_to(desk: Desk) -> None:
    desk("POST", "/referrals", SUE, {"facility": "t", "reasons": "real devices"})

    found = desk("GET", "/referrals", ADA)

    assert [referral["facility"]["name"] for referral in found["referrals"]] == ["TEF"]
    assert [facility["id"] for facility in found["facilities"]] == ["t"]
    wrong = desk("POST", "/referrals", SUE, {"facility": "x", "reasons": "r"})
    assert (desk.status, wrong["errors"][0]["field"]) == (422, "facility")
    desk("GET", "/referrals", EVE)
    assert desk.status == 404


@pytest.mark.rule("R57-04")
@pytest.mark.rule("R78")
def test_an_observer_reads_its_part_and_every_other_route_knows_no_such_case(desk: Desk) -> None:
    desk("POST", "/observers", SUE, OBSERVER)
    desk("POST", "/observers/1/consent", ADA)
    desk("POST", "/risks", ADA, RISK)

    seen = desk("GET", "/observation", NORA)

    assert set(seen) == {"plan", "risks"}
    for path in (
        *("", "/ledger", "/progress", "/referrals", "/lessons", "/tools", "/good-faith"),
        "/documents/test-report/1",
    ):
        desk("GET", path, NORA)
        assert desk.status == 404, path
    desk("POST", "/risks", NORA, RISK)
    assert desk.status == 404
    desk("POST", "/observers/1/end", SUE)
    desk("GET", "/observation", NORA)
    assert desk.status == 404
