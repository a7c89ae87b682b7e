"""The helpdesk as callers of the API see it."""

import pytest
from fastapi.testclient import TestClient

from tests.api.test_api import as_
from tests.factories import ADA, EVE, SUE

QUESTION = {"topic": "training", "question": "Is there a course on the sandbox?"}


@pytest.mark.rule("R62-1")
def test_a_question_is_asked_answered_and_closed_without_a_case(api: TestClient) -> None:
    asked = api.post("/helpdesk", json=QUESTION, headers=as_(ADA))
    place = asked.headers["Location"]
    answered = api.post(f"{place}/answer", json={"answer": "In May."}, headers=as_(SUE))
    closed = api.post(f"{place}/closure", json={}, headers=as_(SUE))

    assert [a.status_code for a in (asked, answered, closed)] == [201, 200, 200]
    assert api.get(place, headers=as_(ADA)).json() == closed.json()
    assert (closed.json()["state"], closed.json()["answer"]) == ("closed", "In May.")
    assert api.get(place, headers=as_(EVE)).status_code == 404


@pytest.mark.rule("R62-1")
def test_a_page_of_tickets_says_how_it_goes_on(api: TestClient) -> None:
    for _ in range(2):
        api.post("/helpdesk", json=QUESTION, headers=as_(ADA))

    first = api.get("/helpdesk?limit=1&state=open", headers=as_(SUE)).json()
    rest = api.get(f"/helpdesk?after={first['next']}", headers=as_(SUE)).json()

    assert [t["number"] for t in (*first["tickets"], *rest["tickets"])] == [2, 1]
    assert rest["next"] is None


@pytest.mark.rule("R62-1")
def test_a_refusal_says_why(api: TestClient) -> None:
    api.post("/helpdesk", json=QUESTION, headers=as_(ADA))

    early = api.post("/helpdesk/1/closure", json={}, headers=as_(SUE))
    stranger = api.post("/helpdesk/1/answer", json={"answer": "x"}, headers=as_(EVE))
    unknown = api.post(
        "/helpdesk/1/answer", json={"answer": "x", "case": "no case"}, headers=as_(SUE)
    )

    assert early.status_code == 409, early.text
    assert "closed with reasons" in early.text
    assert (stranger.status_code, unknown.status_code) == (404, 404)


@pytest.mark.parametrize("text", ["", "a\0b", "x" * 20_001])
def test_what_cannot_be_kept_is_refused_with_its_field(api: TestClient, text: str) -> None:
    refused = api.post("/helpdesk", json=QUESTION | {"question": text}, headers=as_(ADA))

    assert refused.status_code == 422
    assert [wrong["field"] for wrong in refused.json()["errors"]] == ["question"]
