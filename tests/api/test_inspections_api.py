"""Inspectors over HTTP: they inspect and order, and read the test while they inspect, and nothing else."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role
from sandbox.domain.papers import Paper
from sandbox.domain.reading_log import last_seal
from sandbox.store import documents
from tests.api.test_api import as_
from tests.factories import ADA, SUE
from tests.office import Office

INA = Person("Ina", Role.MARKET_SURVEILLANCE, "MSA", "NL", Unit.ENFORCEMENT)
LEADS = Person("Ilse", Role.AUTHORITY, "", unit=Unit.ENFORCEMENT)
INSPECTION = {"announced": False, "scope": "logs", "purpose": "a complaint", "powers": "Art. 60(6)"}
ORDER = {"kind": "suspend", "ground": "plan_breach", "country": "NL", "reasons": "not as planned"}
READ = (
    "/ledger",
    "/documents/sandbox-plan/1",
    "/plan/versions",
    "/clocks",
    "/accesses",
    "/exports",
)
WALLED = ("/export", "/good-faith", "/lessons", "/shares", "/documents/decision/1", "/linked")


READING = re.compile(r"([0-9]+) [0-9-]{10}T[0-9:.]+\+00:00 (.*): (.*)")


class Asking:
    """Somebody who asks for parts of one case."""

    def __init__(self, api: TestClient, office: Office) -> None:
        self.api, self.case_id = api, office.active()

    def __call__(self, method: str, path: str, by: Person, body: Any = None) -> Any:
        where = f"/cases/{self.case_id}{path}"
        return self.api.request(method, where, json=body, headers=as_(by))

    def open(self, by: Person = INA, **changes: Any) -> int:
        opened = self("POST", "/inspections", by, INSPECTION | changes)
        assert opened.status_code == 201, opened.text
        number: int = opened.json()["facts"]["inspections"][-1]["number"]
        return number

    def close(self, number: int, by: Person = INA) -> Any:
        return self("POST", f"/inspections/{number}/closure", by, {"findings": "in order"})


@pytest.fixture
def ask(api: TestClient, office: Office) -> Asking:
    return Asking(api, office)


def record_of(office: Office, ask: Asking) -> dict[str, Any]:
    with office.sessions.begin() as session:
        said = documents.load(session, ask.case_id, Paper.INSPECTION_RECORD, 1).assembled
    assert said is not None
    return said


@pytest.mark.rule("R60-6")
@pytest.mark.rule("R78")
def test_an_inspector_reads_the_test_while_an_inspection_is_open_and_nothing_before_or_after(
    ask: Asking,
) -> None:
    def answers(paths: tuple[str, ...], by: Person = INA) -> set[int]:
        return {ask("GET", path, by).status_code for path in paths}

    assert ask("POST", "/inspections", SUE, INSPECTION).status_code == 409
    assert answers((*READ, *WALLED)) == {404}

    number = ask.open()
    assert ask("GET", "", ADA).json()["facts"]["inspections"] == []
    assert answers(READ) == {200}
    assert answers(WALLED) == {404}
    assert answers(READ, LEADS) == {404}  # the inspection is that of another authority
    assert ask("POST", "/orders", INA, ORDER).status_code == 202
    assert ask("POST", "/completion", INA, {"reasons": "x"}).status_code == 404

    closed = ask.close(number)
    assert closed.status_code == 202
    assert set(closed.json()["facts"]) == {"orders", "inspections", "requisitions"}
    assert answers((*READ, *WALLED)) == {404}
    assert [i["number"] for i in ask("GET", "", ADA).json()["facts"]["inspections"]] == [number]


@pytest.mark.rule("R60-6")
def test_what_inspectors_read_is_written_down_and_stands_in_the_record_of_the_inspection(
    ask: Asking, office: Office
) -> None:
    number = ask.open()
    before = ask("GET", "", ADA).headers["ETag"]
    for path in ("", "/documents/sandbox-plan/1/json", "/ledger?x=1", "/documents/%00/1"):
        ask("GET", path, INA)
    ask("GET", "/ledger", LEADS)
    ask("GET", "/ledger", ADA)
    office.work()
    after = ask("GET", "", ADA).headers["ETag"]
    closed = ask.close(number)

    said = record_of(office, ask)
    read = [READING.fullmatch(line) for line in said["readings"]]
    assert [found.groups() for found in read if found] == [
        ("1", str(INA), "/"),  # what its opening answered
        ("2", str(INA), "/"),
        ("3", str(INA), "/documents/sandbox-plan/1/json"),
        ("4", str(INA), "/ledger?x=1"),
        ("5", str(INA), "/documents/%00/1"),  # a NUL could not be kept
    ]
    assert last_seal(said["readings"]) == said["readings_seal"]
    (shown,) = ask("GET", "", ADA).json()["facts"]["inspections"]
    assert (shown["readings"], shown["readings_seal"]) == (5, said["readings_seal"])
    assert before == after  # not even the version tells of the snapshot and of what is read
    assert closed.status_code == 202


@pytest.mark.rule("R60-6")
def test_two_inspections_of_one_authority_each_log_what_is_read_meanwhile(
    ask: Asking, office: Office
) -> None:
    number = ask.open()
    ask.open(announced=True)
    ask("GET", "/ledger", INA)
    ask.close(number)

    assert [line.split(": ", 1)[1] for line in record_of(office, ask)["readings"]] == [
        *("/", "/", "/ledger")
    ]
    assert ask("GET", "/ledger", INA).status_code == 200  # the other one is open still


@pytest.mark.rule("R60-6")
def test_the_participant_is_told_of_nothing_that_an_unannounced_inspection_gathers(
    ask: Asking, office: Office
) -> None:
    silent = ("", "/ledger", "/clocks", "/documents/inspection-record/1")
    office.clock.now = datetime.now(UTC)
    office.sweep()  # its walls are attested, whether or not somebody inspects
    office.work()
    number = ask.open()
    before = [ask("GET", path, ADA).text for path in silent]
    ask("GET", "/ledger", INA)
    office.clock.forward(minutes=30)
    office.sweep()
    office.work()

    assert [ask("GET", path, ADA).text for path in silent] == before
    assert "nspect" not in ask("GET", "/ledger", ADA).text
    assert any("kept-series/inspection" in key for key in office.evidence.kept)

    ask.close(number)
    office.sweep()
    office.work()
    lines = [json.loads(line) for line in ask("GET", "/ledger", ADA).text.splitlines()]
    told = [line["action"] for line in lines if "inspection" in line.get("facts", {})]
    assert told == ["open_inspection", "close_inspection"]
    assert ask("GET", "/documents/inspection-record/1", ADA).json()["sealed_at"]
