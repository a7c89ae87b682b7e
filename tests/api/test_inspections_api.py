"""Inspectors over HTTP: they inspect and order, and read no file; who supports does not inspect."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role
from tests.api.test_api import as_
from tests.factories import ADA, SUE
from tests.office import Office

INA = Person("Ina", Role.MARKET_SURVEILLANCE, "MSA", "NL", Unit.ENFORCEMENT)
INSPECTION = {"announced": False, "scope": "logs", "purpose": "a complaint", "powers": "Art. 60(6)"}
ORDER = {"kind": "suspend", "ground": "plan_breach", "country": "NL", "reasons": "not as planned"}


@pytest.mark.rule("R60-6")
@pytest.mark.rule("R78")
def test_an_inspector_inspects_and_orders_and_reads_nothing_else(
    api: TestClient, office: Office
) -> None:
    where = f"/cases/{office.active()}"

    def ask(method: str, path: str, by: Person, body: Any = None) -> Any:
        return api.request(method, f"{where}{path}", json=body, headers=as_(by))

    assert ask("POST", "/inspections", SUE, INSPECTION).status_code == 409
    opened = ask("POST", "/inspections", INA, INSPECTION)
    assert opened.status_code == 201
    number = opened.json()["facts"]["inspections"][0]["number"]
    assert ask("GET", "", ADA).json()["facts"]["inspections"] == []
    assert ask("POST", "/orders", INA, ORDER).status_code == 202
    for path in ("/ledger", "/documents/sandbox-plan/1", "/export"):
        assert ask("GET", path, INA).status_code == 404
    assert ask("POST", "/completion", INA, {"reasons": "x"}).status_code == 404

    findings = {"findings": "in order"}
    closed = ask("POST", f"/inspections/{number}/closure", INA, findings)
    assert closed.status_code == 202
    assert set(closed.json()["facts"]) == {"orders", "inspections"}
    assert [i["number"] for i in ask("GET", "", ADA).json()["facts"]["inspections"]] == [number]
