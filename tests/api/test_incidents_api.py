"""Serious incidents as callers of the API see them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import KEY, as_
from tests.factories import ADA, AUTHORITY, UNION
from tests.office import Office
from tests.stages.supervising import DORA, OLAF

OPENED = {
    "aware_at": "2026-11-24T12:00:00Z",
    "occurred_at": "2026-11-24T11:00:00Z",
    "countries": ["DE"],
    "description": "a person was wrongly refused",
    "persons_affected": "one",
}
DEATH = {"classes": ["SI_A_DEATH"], "causal_link": "likely"}
REPORT = {
    "complete": True,
    "investigation": "found",
    "risk_assessment": "low now",
    "corrective_action": "mended",
    "recall": "none was sold",
}
MEASURES = {"measures": "inspected", "commission_reference": "C-1"}


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office(sessions)


@pytest.fixture
def api(office: Office) -> Iterator[TestClient]:
    wired: Wired = replace(
        nothing(),
        sessions=office.sessions,
        cluster=office.cluster,
        authority=AUTHORITY,
        union=UNION,
        clock=office.clock,
        nudge=office.nudge,
        token_key=KEY,
    )
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


class Walk:
    """An incident of a case over HTTP."""

    def __init__(self, api: TestClient, case_id: CaseId) -> None:
        self.api = api
        self.where = f"/cases/{case_id}/incidents"

    def __call__(self, method: str, path: str, by: Person, body: Any = None) -> Any:
        answer = self.api.request(method, f"{self.where}{path}", json=body, headers=as_(by))
        self.status = answer.status_code
        return answer.json()


@pytest.mark.rule("R75-1a")
def test_an_incident_of_the_ai_office_goes_its_whole_way(api: TestClient, office: Office) -> None:
    walk = Walk(api, office.active(very_large_platform=True))

    walk("POST", "", ADA, OPENED)
    assert walk.status == 201
    office.work()
    walk("PUT", "/1/classification", ADA, DEATH)
    walk("POST", "/1/response", ADA, {"mitigated": True, "measures": "a person decides"})
    walk("POST", "/1/reports", ADA, REPORT)
    assert walk.status == 202
    refused = walk("POST", "/1/measures", DORA, MEASURES)
    assert (walk.status, refused["reasons"][0]["rule"]) == (409, "R75-01")
    walk("POST", "/1/measures", OLAF, MEASURES)
    assert walk.status == 200
    walk("POST", "/1/forwarding", OLAF)
    assert walk.status == 200
    walk("POST", "/1/change", ADA, {"change": "another threshold"})
    closed = walk("POST", "/1/closure", OLAF)

    assert walk.status == 200
    [incident] = closed["facts"]["incidents"]
    assert (incident["aware_party"], incident["recall"]) == ("provider", "none was sold")
    assert incident["forwarded_to"] == ["market_surveillance:NL"]
    assert incident["images"][0]["digest"] == "sha256:ab"
    assert {d["subject"] for d in closed["deadlines"] if d["name"] == "DL-12"} == {"incident 1 EU"}


@pytest.mark.rule("R73-09")
def test_what_other_law_takes_is_refused_as_a_report_with_its_reason(
    api: TestClient, office: Office
) -> None:
    walk = Walk(api, office.active(equivalent_reporting_law="Regulation (EU) 2022/2554"))
    walk("POST", "", ADA, OPENED)
    walk("PUT", "/1/classification", ADA, DEATH)
    assert walk.status == 422
    walk("PUT", "/1/classification", DORA, DEATH)

    refused = walk("POST", "/1/reports", ADA, REPORT)

    assert walk.status == 409
    assert refused["reasons"][0]["rule"] == "R73-09"
    assert "2022/2554" in refused["reasons"][0]["sentence"]


@pytest.mark.rule("R73-08")
@pytest.mark.parametrize("said", [{}, {"measures": " ", "commission_reference": "\n"}])
def test_measures_that_say_nothing_are_refused(
    api: TestClient, office: Office, said: dict[str, str]
) -> None:
    walk = Walk(api, office.active())
    walk("POST", "", ADA, OPENED)

    refused = walk("POST", "/1/measures", DORA, said)

    assert (walk.status, [e["field"] for e in refused["errors"]]) == (422, ["measures"])


@pytest.mark.rule("R75-1a")
def test_nobody_but_the_ai_office_forwards(api: TestClient, office: Office) -> None:
    walk = Walk(api, office.active(very_large_platform=True))
    walk("POST", "", ADA, OPENED)

    for by in (ADA, Person("Max", Role.MARKET_SURVEILLANCE, "MSA", "NL")):
        walk("POST", "/1/forwarding", by)
        assert walk.status == 409
