"""Whatever is sent, the API answers as its description says, and never with a stack trace."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sandbox.api.app import create_app
from sandbox.api.application_bodies import SelfCheckBody
from sandbox.api.bodies import Body
from sandbox.api.identity import token
from sandbox.domain.case import Person
from sandbox.store import database
from sandbox.wiring import nothing, utc_now
from tests.api.test_api import BODY
from tests.factories import ADA, AUTHORITY, SUE
from tests.fakes import FakeCatalogue, FakeCluster, FakeEngine, FakeEvidence, FakeNudge

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    (path, method)
    for path, methods in create_app(nothing()).openapi()["paths"].items()
    for method in methods
]
KEY = "a key for tests that is long enough"


@dataclass(frozen=True)
class Described:
    """The API as its description has it, and a case that is there."""

    operations: schemathesis.BaseSchema
    case_id: str


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Described:
    engine = database.connect(f"sqlite:///{tmp_path_factory.mktemp('api') / 'test.db'}")
    database.migrate(engine)
    app = create_app(
        replace(
            nothing(),
            sessions=database.sessions(engine),
            cluster=FakeCluster(FakeEngine()),
            catalogue=FakeCatalogue(),
            authority=AUTHORITY,
            evidence=FakeEvidence(),
            nudge=FakeNudge(),
            token_key=KEY,
        )
    )
    with TestClient(app) as client:
        case = client.post("/applications", json=BODY, headers=signed_in(ADA)).json()
    return Described(schemathesis.openapi.from_asgi("/openapi.json", app), case["id"])


def signed_in(person: Person) -> dict[str, str]:
    made = token(person, KEY, at=utc_now(), lasting=timedelta(minutes=5))
    return {"Authorization": f"Bearer {made}"}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described(described: Described, path: str, method: str) -> None:
    @given(described.operations[path][method].as_strategy())
    @settings(
        max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def answered(case: "Case[Any]") -> None:
        for person in (ADA, SUE):
            case.call_and_validate(headers=signed_in(person), checks=CHECKS)
        if "case_id" in case.path_parameters:
            case.path_parameters["case_id"] = described.case_id
            for person in (ADA, SUE):
                case.call_and_validate(headers=signed_in(person), checks=CHECKS)

    answered()


def inner(schema: object) -> Iterator[dict[str, Any]]:
    """Every schema within one of pydantic's, itself among them."""
    if isinstance(schema, dict):
        yield schema
        schema = list(schema.values())
    if isinstance(schema, (list, tuple)):
        for part in schema:
            yield from inner(part)


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for body in of.__subclasses__():
        yield body
        yield from bodies(body)


def test_no_day_that_is_sent_lies_at_the_edge_of_the_calendar() -> None:
    days = [
        (body.__name__, day)
        for body in bodies()
        for day in inner(body.__pydantic_core_schema__)
        if day.get("type") in {"date", "datetime"}
    ]

    assert len(days) > 20
    assert [name for name, day in days if not {"ge", "lt"} <= day.keys()] == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_edge_of_the_calendar_is_refused(described: Described, day: str) -> None:
    asked = {field: BODY[field] for field in SelfCheckBody.model_fields if field in BODY}
    check = described.operations["/self-check"]["post"]

    refused = check.Case(body=asked | {"requested_start": day}).call()

    assert check.Case(body=asked).call().status_code == 200
    assert [wrong["field"] for wrong in refused.json()["errors"]] == ["requested_start"]
