"""Consent over HTTP: no account for subject and test, nothing but yes or no."""

from fastapi.testclient import TestClient

from tests.api.test_api import as_, client, handed_in, wired  # noqa: F401 - fixtures
from tests.factories import ADA, SUE


def test_an_unknown_token_is_a_no_and_nothing_else(client: TestClient) -> None:  # noqa: F811 - the fixture
    case = handed_in(client)

    for asked in (case["id"], "cabcdefghij", "../etc"):
        answer = client.post("/consents/check", json={"case": asked, "token": "x"})
        assert (answer.status_code, answer.json()) == (200, {"valid": False})
    assert client.post("/consents/withdrawal", json={"token": "x"}).status_code == 404


def test_consents_are_counted_for_the_authority_and_recorded_by_providers(
    client: TestClient,  # noqa: F811 - the fixture
) -> None:
    where = f"/cases/{handed_in(client)['id']}/consents"
    body = {
        "subject": "p-1",
        "form_version": 1,
        "language": "nl",
        "method": "paper",
        "copy_given": True,
    }

    assert client.get(where, headers=as_(SUE)).json()["given"] == 0
    assert client.post(where, json=body, headers=as_(SUE)).status_code == 409
    refused = client.post(where, json={**body, "language": "xx"}, headers=as_(ADA))
    assert [e["field"] for e in refused.json()["errors"]] == ["language"]
