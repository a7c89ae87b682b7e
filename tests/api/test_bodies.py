"""No text that cannot be kept comes in, none that says nothing where something is asked for, and no
country that does not exist.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from sandbox import api as routes
from sandbox.api.bodies import COUNTRIES, Body
from sandbox.domain.member_state import TIME_ZONES
from tests.api.test_api import BODY, as_
from tests.api.test_intake import WHOLE
from tests.factories import ADA, SUE

SAYS = "a text has no NUL character"
NUL = "a\0b"


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for found in of.__subclasses__():
        yield found
        yield from bodies(found)


def holding_nul(annotation: Any) -> Iterator[Any]:  # Any: a type, and a JSON value of it
    """Values of a type, each with a NUL in one place where it holds a text of no fixed set."""
    parts = get_args(annotation)
    if annotation is str:
        yield NUL
    elif getattr(annotation, "__origin__", None) is dict:
        other = "a" if parts[1] is str or str in get_args(parts[1]) else 1
        yield from ({key: other} for key in holding_nul(parts[0]))
        yield from ({"a": value} for value in holding_nul(parts[1]))
    elif getattr(annotation, "__origin__", None) is list:
        yield from ([value] for value in holding_nul(parts[0]))
    elif getattr(annotation, "__origin__", None) is set:
        yield from ({value} for value in holding_nul(parts[0]))
    else:
        for part in parts:
            yield from holding_nul(part)


def fields() -> Iterator[tuple[type[Body], str, Any]]:
    for module in pkgutil.iter_modules(routes.__path__):
        importlib.import_module(f"{routes.__name__}.{module.name}")
    for body in bodies():
        for name, field in body.model_fields.items():
            for value in holding_nul(field.annotation):
                yield body, name, value


FIELDS = list(fields())


def test_the_fields_with_texts_are_found() -> None:
    found = {(body.__name__, name) for body, name, _ in FIELDS}

    assert found >= {
        *(("ApplicationBody", "contact_name"), ("ApplicationBody", "other_laws")),
        *(("ExperimentBody", "parameters"), ("RulingBody", "conditions")),
        *(("AccessBody", "purpose"), ("OrderBody", "required_changes")),
    }


@pytest.mark.parametrize(
    ("body", "name", "value"), FIELDS, ids=[f"{b.__name__}.{n}" for b, n, _ in FIELDS]
)
def test_no_field_of_any_body_takes_a_nul(body: type[Body], name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        body.model_validate({name: value})

    said = " ".join(e["msg"] for e in refused.value.errors() if e["loc"][0] == name)
    assert any(why in said for why in (SAYS, "should match pattern")), said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("contact_name", NUL), ("eu_office", NUL), ("other_laws", [NUL])),
        ("base_model", {"name": NUL, "provider": "P", "same_undertaking": True}),
    ],
)
def test_an_application_with_a_nul_is_refused_with_its_field(
    api: TestClient, field: str, value: object
) -> None:
    refused = api.post("/applications", json=WHOLE | {field: value}, headers=as_(ADA))

    assert refused.status_code == 422, refused.text
    (wrong,) = refused.json()["errors"]
    assert wrong["field"].startswith(field)
    assert SAYS in wrong["sentence"]


@pytest.mark.parametrize("parameters", [{"a": NUL}, {NUL: "a"}])
def test_an_experiment_with_a_nul_is_refused_with_its_field(
    api: TestClient, parameters: dict[str, str]
) -> None:
    case = api.post("/applications", json=BODY, headers=as_(ADA)).json()["id"]
    run = {
        "kind": "training",
        "code_commit": "a" * 40,
        "image_digest": "sha256:" + "a" * 64,
        "data_sha256": "a" * 64,
        "rationale": "r",
    }

    refused = api.post(
        f"/cases/{case}/experiments", json=run | {"parameters": parameters}, headers=as_(ADA)
    )

    assert refused.status_code == 422, refused.text
    assert [(e["field"], SAYS in e["sentence"]) for e in refused.json()["errors"]] == [
        ("parameters", True)
    ]


@pytest.mark.parametrize("query", ["article", "sector"])
def test_a_question_with_a_nul_is_refused(api: TestClient, query: str) -> None:
    refused = api.get(f"/learning?{query}=%00", headers=as_(SUE))

    assert refused.status_code == 422
    assert SAYS in refused.text


@pytest.mark.parametrize("field", ["declared_true_by", "applicant", "intended_purpose", "novelty"])
@pytest.mark.parametrize("blank", [" ", "\n\t "])
def test_what_is_asked_for_is_not_answered_with_blanks(
    api: TestClient, field: str, blank: str
) -> None:
    refused = api.post("/applications", json=BODY | {field: blank}, headers=as_(ADA))

    assert refused.status_code == 422, refused.text
    (wrong,) = refused.json()["errors"]
    assert wrong["field"] == field
    assert "blanks alone do not" in wrong["sentence"]


@pytest.mark.rule("R58-02b")
@pytest.mark.parametrize(
    ("code", "says"),
    [("EL", "it is GR"), ("UK", "it is GB"), ("XX", "XX is no country of ISO 3166-1")],
)
@pytest.mark.parametrize("field", ["country", "parties.0.country"])
def test_a_country_that_does_not_exist_is_refused_with_the_code_that_is_meant(
    api: TestClient, field: str, code: str, says: str
) -> None:
    party = {"role": "deployer", "name": "Bank", "registration_number": "1234", "country": code}
    wrong = {"country": code} if field == "country" else {"parties": [party]}

    refused = api.post("/applications", json=BODY | wrong, headers=as_(ADA))

    assert refused.status_code == 422, refused.text
    (told,) = refused.json()["errors"]
    assert told["field"] == field
    assert says in told["sentence"]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/test/plan", {"countries": ["UK"]}, "countries.0"),
        ("PUT", "/test/evidence", {"transfers": [{"country": "UK"}]}, "transfers.0.country"),
        ("POST", "/test/territories/UK/submission", None, "country"),
        ("POST", "/incidents", {"countries": ["UK"]}, "countries.0"),
        ("POST", "/orders", {"country": "UK"}, "country"),
        ("POST", "/seats", {"country": "UK"}, "country"),
        ("POST", "/shares", {"country": "UK"}, "country"),
    ],
)
def test_every_country_that_comes_in_is_one(
    api: TestClient, method: str, path: str, body: dict[str, Any] | None, field: str
) -> None:
    case = api.post("/applications", json=BODY, headers=as_(ADA)).json()["id"]

    refused = api.request(method, f"/cases/{case}{path}", json=body, headers=as_(SUE))

    assert refused.status_code == 422, refused.text
    told = {e["field"].removeprefix("path."): e["sentence"] for e in refused.json()["errors"]}
    assert "in ISO 3166-1 it is GB" in told[field]


def test_the_countries_are_those_of_iso_3166_1_and_kosovo() -> None:
    assert len(COUNTRIES - {"XK"}) == 249
    assert set(TIME_ZONES) < COUNTRIES
