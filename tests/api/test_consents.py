"""Consent over HTTP: no account for subject and test, nothing but yes or no."""

from dataclasses import replace
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from sandbox.domain.consent import BY_TOKEN, Withdrawal
from sandbox.store import cases, consents
from sandbox.wiring import Wired
from tests.api.test_api import as_, client, handed_in, wired  # noqa: F401 - fixtures
from tests.factories import ADA, EVE, SUE
from tests.fakes import NOON
from tests.monitoring.test_documents import text_of
from tests.real_world import FORM
from tests.stages.test_consent import CONSENT


def test_an_unknown_token_is_a_no_and_nothing_else(client: TestClient) -> None:  # noqa: F811 - the fixture
    case = handed_in(client)

    for asked in (case["id"], "cabcdefghij", "../etc"):
        answer = client.post("/consents/check", json={"case": asked, "token": "x"})
        assert (answer.status_code, answer.json()) == (200, {"valid": False})
    assert client.post("/consents/withdrawal", json={"token": "x"}).status_code == 404


@pytest.mark.rule("R60-5")
def test_a_withdrawal_by_letter_is_recorded_over_http(client: TestClient) -> None:  # noqa: F811 - the fixture
    where = f"/cases/{handed_in(client)['id']}/consents/1/withdrawal"
    letter = {"method": "letter", "received_at": NOON.isoformat()}

    assert client.post(where, json={}, headers=as_(ADA)).status_code == 422
    assert client.post(where, json=letter, headers=as_(EVE)).status_code == 404
    assert client.post(where, json=letter, headers=as_(SUE)).status_code == 409
    assert client.post(where, json=letter, headers=as_(ADA)).status_code == 409  # no test yet


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


def test_a_subject_gets_the_copy_as_page_pdf_or_json_in_any_language(
    client: TestClient,  # noqa: F811 - the fixture
    wired: Wired,  # noqa: F811 - the fixture
) -> None:
    case = handed_in(client)
    with wired.sessions.begin() as session:
        known = cases.load(session, case["id"])
        cases.save(session, replace(known, consent_forms=(FORM,), version=known.version + 1))
        number = consents.add(session, known.id, CONSENT, sha256(b"secret").hexdigest(), NOON)
        consents.withdraw(session, known.id, number, Withdrawal(NOON, BY_TOKEN, NOON))
    record = f"/cases/{case['id']}/consents/{number}/record"

    page = client.post("/consents/copy", json={"token": "secret", "suffix": "html"})
    pdf = client.post("/consents/copy", json={"token": "secret", "language": "de"})
    twin = client.post("/consents/copy", json={"token": "secret", "suffix": "json"})

    assert FORM.rights in page.text
    assert "Toestemming" in page.text  # in the language that was consented in
    assert "das Token, das nur der Testteilnehmer hat" in " ".join(text_of(pdf.content).split())
    assert twin.json()["subject"] == CONSENT.subject
    assert client.get(f"{record}/json", headers=as_(ADA)).content == twin.content
    assert client.get(f"{record}/json", headers=as_(SUE)).status_code == 404
    assert client.post("/consents/copy", json={"token": "guessed"}).status_code == 404
