"""Calls, reviews, confirmation, appeals and costs as callers of the API see them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.__main__ import main
from sandbox.api.app import create_app
from sandbox.domain.action import Action
from sandbox.domain.call import MERIT_THRESHOLD
from sandbox.domain.criteria import Criterion
from sandbox.domain.member_state import Union
from sandbox.domain.regime import SandboxKind
from sandbox.domain.review import Section
from sandbox.settings import Settings
from sandbox.stages import screen
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, authority, four_eyes, nothing
from tests.api.test_api import BODY, KEY, as_, handed_in, review
from tests.factories import ADA, AUTHORITY, EVE, SUE, TOM, UNION
from tests.fakes import FakeCatalogue, FakeCluster, FakeEngine, FakeNudge

CALL: dict[str, Any] = {
    "id": "autumn-2098",
    "title": "Autumn",
    "opens_on": "2098-09-01",
    "closes_on": "2098-11-30",
    "focus": [{"year": 2098, "sectors": ["III-5"]}],
    "weights": {"need": 3},
    "fees": [{"size_class": "large", "eur": 9000, "purpose": "hours of supervision"}],
}
CRITERIA = ("need", "learning", "public_interest", "maturity", "innovation")
SCORES = [{"criterion": c, "points": 4, "reasons": "seen"} for c in CRITERIA]


@pytest.fixture
def parts(sessions: Sessions) -> Wired:
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
def api(parts: Wired) -> Iterator[TestClient]:
    with TestClient(create_app(parts), raise_server_exceptions=False) as made:
        yield made


def screened(api: TestClient, parts: Wired) -> str:
    case = handed_in(api)
    screen.screen(case["id"], sessions=parts.sessions, authority=parts.authority, clock=parts.clock)
    return f"/cases/{case['id']}"


def test_a_call_is_published_by_the_authority_and_read_without_an_account(
    api: TestClient,
) -> None:
    assert api.post("/calls", json=CALL, headers=as_(ADA)).status_code == 404
    made = api.post("/calls", json=CALL, headers=as_(SUE))
    again = api.post("/calls", json=CALL, headers=as_(SUE))

    assert made.status_code == 201, made.text
    assert again.status_code == 422
    (call,) = api.get("/calls").json()["calls"]
    assert call == made.json()
    assert (call["weights"]["need"], call["weights"]["maturity"]) == (3, 1)
    assert call["fees"][0]["eur"] == 9000


@pytest.mark.rule("R58-02a")
def test_everybody_reads_what_an_application_without_a_call_is_judged_by(api: TestClient) -> None:
    told = api.get("/calls").json()["rolling_intake"]

    assert [c["criterion"] for c in told["criteria"]] == [c.sentence for c in Criterion]
    assert {c["weight"] for c in told["criteria"]} == {1}
    assert told["merit_threshold"] == MERIT_THRESHOLD
    assert told["fee"].startswith("nothing")
    (known,) = api.get("/public/sandboxes").json()["sandboxes"]
    assert known["rolling_intake"] == told
    page = api.get("/public/register/html").text
    assert all(c.sentence in page for c in Criterion)
    said_in_german = api.get("/public/register/html", params={"language": "de"}).text
    assert "Laufende Annahme von Anträgen" in said_in_german
    assert Criterion.NEED.meaning not in said_in_german


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "Not an id"}, "id"),
        ({"weights": {"need": -1}}, "weights.need"),
        ({"fees": [{"size_class": "micro", "eur": 1, "purpose": "x"}]}, "fees.0"),
        ({"weights": dict.fromkeys(CRITERIA, 0)}, "weights"),
        ({"closes_on": "2098-01-01"}, "call"),
        ({"opens_on": "2020-01-01"}, "opens_on"),
    ],
)
def test_a_wrong_call_is_refused_with_the_field(
    api: TestClient, wrong: dict[str, Any], field: str
) -> None:
    answer = api.post("/calls", json=CALL | wrong, headers=as_(SUE))

    assert answer.status_code == 422, answer.text
    assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_an_application_to_a_call_that_is_not_open_says_when_it_is(api: TestClient) -> None:
    api.post("/calls", json=CALL, headers=as_(SUE))

    answer = api.post("/applications", json=BODY | {"call": "autumn-2098"}, headers=as_(ADA))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "call"
    assert "2098-09-01 until 2098-11-30" in answer.text


def test_a_review_from_declaration_to_letter(api: TestClient, parts: Wired) -> None:
    where = screened(api, parts)
    signed = {"email": "tom@authority.eu", "interests": []}
    refused = api.post(f"{where}/reviewers", json={"reviewer": "Tom"}, headers=as_(SUE))
    assert refused.status_code == 409
    assert [r["rule"] for r in refused.json()["reasons"]] == ["X-conflict"]

    assert api.post(f"{where}/interests", json=signed, headers=as_(TOM)).status_code == 200
    assigned = api.post(f"{where}/reviewers", json={"reviewer": "Tom"}, headers=as_(SUE))
    assert assigned.status_code == 200
    note = {"section": "system", "verdict": "unclear", "note": "which version?"}
    judged = api.put(f"{where}/review", json={"scores": SCORES, "notes": [note]}, headers=as_(TOM))
    assert judged.status_code == 200, judged.text
    assert judged.json()["facts"]["reviews"][0]["notes"] == [note]

    standing = api.get(f"{where}/standing", headers=as_(SUE)).json()
    assert (standing["score"], standing["priority"], standing["fee_eur"]) == (4.0, True, 0)
    (line,) = api.get("/cases", headers=as_(SUE)).json()["cases"]
    assert (line["score"], line["priority"]) == (4.0, True)
    body = {"outcome": "admit", "reasons": "good"}
    early = api.post(f"{where}/decision", json=body, headers=as_(SUE))
    assert {r["rule"] for r in early.json()["reasons"]} == {"R58-D10"}
    notes = [note | {"section": section} for section in Section]
    api.put(f"{where}/review", json={"scores": SCORES, "notes": notes}, headers=as_(TOM))
    decided = api.post(f"{where}/decision", json=body, headers=as_(SUE)).json()
    assert [d["kind"] for d in decided["documents"]] == ["application", "decision"]


def test_the_applicant_sees_nothing_of_the_deliberations(api: TestClient, parts: Wired) -> None:
    where = screened(api, parts)
    signed = {"email": "tom@authority.eu", "interests": []}
    api.post(f"{where}/interests", json=signed, headers=as_(TOM))
    api.post(f"{where}/reviewers", json={"reviewer": "Tom"}, headers=as_(SUE))
    secret = [score | {"reasons": "frankly weak"} for score in SCORES]
    api.put(f"{where}/review", json={"scores": secret}, headers=as_(TOM))

    seen = api.get(where, headers=as_(ADA))

    assert "reviews" not in seen.json()["facts"]
    for path in (where, f"{where}/ledger", "/cases", f"{where}/standing"):
        text = api.get(path, headers=as_(ADA)).text
        assert "frankly weak" not in text
        assert '"score":4.0' not in text
    assert api.get(f"{where}/linked", headers=as_(ADA)).status_code == 404
    assert api.get(f"{where}/linked", headers=as_(SUE)).json() == []


def test_a_score_twice_or_off_the_scale_is_malformed(api: TestClient, parts: Wired) -> None:
    where = screened(api, parts)

    for scores in ([SCORES[0], SCORES[0]], [SCORES[0] | {"points": 6}]):
        answer = api.put(f"{where}/review", json={"scores": scores}, headers=as_(TOM))
        assert answer.status_code == 422


@pytest.mark.rule("X-four-eyes")
def test_with_four_eyes_a_decision_waits_for_its_confirmation(parts: Wired) -> None:
    strict = replace(parts, four_eyes=frozenset({Action.REJECT}))
    with TestClient(create_app(strict)) as api:
        where = screened(api, strict)
        review(api, where)
        body = {"outcome": "reject", "reasons": "not needed"}

        proposed = api.post(f"{where}/decision", json=body, headers=as_(SUE)).json()
        alone = api.post(f"{where}/decision/confirmation", headers=as_(SUE))
        confirmed = api.post(f"{where}/decision/confirmation", headers=as_(TOM))

    assert (proposed["stage"], proposed["facts"]["decision"]) == ("screening", None)
    assert alone.status_code == 409
    assert confirmed.json()["stage"] == "rejected"
    assert confirmed.json()["facts"]["decision"]["proposed_by"] == "Sue"


@pytest.mark.rule("R58-02c")
@pytest.mark.parametrize(
    ("text", "found"),
    [("", set()), ("admit", {"admit"}), (" admit , reject,", {"admit", "reject"})],
)
def test_four_eyes_are_read_from_the_settings(text: str, found: set[str]) -> None:
    assert four_eyes(Settings(four_eyes=text)) == found


def test_four_eyes_for_what_cannot_be_proposed_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="admit or reject, not suspend"):
        four_eyes(Settings(four_eyes="admit,suspend"))


@pytest.mark.rule("R58-D10")
def test_the_start_says_that_nobody_can_be_decided_on_without_a_period_to_appeal(
    parts: Wired, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    for appeal, told in ((AUTHORITY.appeal, ""), (None, "the period to appeal is not set")):
        wired = replace(parts, authority=replace(AUTHORITY, appeal=appeal))
        monkeypatch.setattr("sandbox.wiring.parts", lambda wired=wired: wired)

        assert main(["api"]) == 0
        said = capsys.readouterr().out
        assert told in said
        assert bool(told) is bool(said)


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("R57-03")
@pytest.mark.parametrize("kind", SandboxKind)
def test_the_authority_of_the_union_has_its_own_remedy_wherever_it_sits(kind: SandboxKind) -> None:
    union = Union({"BE": replace(UNION.of("BE"), remedy="Raad van State")})
    found = authority(Settings(country="BE", remedy="General Court"), union, kind)

    national = kind not in {SandboxKind.EDPS, SandboxKind.UNION}
    assert found.remedy == ("Raad van State" if national else "General Court")


@pytest.mark.rule("R58-D10")
def test_a_rejection_is_appealed_and_ruled_on(api: TestClient, parts: Wired) -> None:
    where = screened(api, parts)
    review(api, where)
    body = {"outcome": "reject", "reasons": "not needed"}
    api.post(f"{where}/decision", json=body, headers=as_(SUE))

    grounds = {"grounds": "misread"}
    assert api.post(f"{where}/appeal", json=grounds, headers=as_(EVE)).status_code == 404
    lodged = api.post(f"{where}/appeal", json=grounds, headers=as_(ADA))
    assert lodged.status_code == 201, lodged.text
    ruling = {"upheld": True, "reasons": "it was"}
    own = api.post(f"{where}/appeal/ruling", json=ruling, headers=as_(SUE))
    assert own.status_code == 409
    ruled = api.post(f"{where}/appeal/ruling", json=ruling, headers=as_(TOM))

    assert ruled.status_code == 200, ruled.text
    assert ruled.json()["stage"] == "screening"
    assert ruled.json()["facts"]["appeals"][0]["state"] == "upheld"
    again = api.post(f"{where}/appeal/withdrawal", headers=as_(ADA))
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:ai-sandbox:problem:not-allowed",
    )


@pytest.mark.rule("R58-D01")
def test_an_exceptional_cost_is_itemised_and_acknowledged(api: TestClient, parts: Wired) -> None:
    where = screened(api, parts)
    review(api, where)
    body = {"outcome": "admit", "reasons": "good"}
    api.post(f"{where}/decision", json=body, headers=as_(SUE))
    bare = {"items": [], "reasons": "more"}
    items = {"items": [{"what": "GPU hours", "eur": 900}], "reasons": "more"}

    assert api.post(f"{where}/costs", json=bare, headers=as_(SUE)).status_code == 422
    assert api.post(f"{where}/costs", json=items, headers=as_(SUE)).status_code == 201
    assert api.post(f"{where}/costs/2/acknowledgement", headers=as_(ADA)).status_code == 404
    known = api.post(f"{where}/costs/1/acknowledgement", headers=as_(ADA)).json()

    (cost,) = known["facts"]["exceptional_costs"]
    assert cost["acknowledged_by"] == "Ada (CreditCo)"
    accepted = api.post(f"{where}/acceptance", headers=as_(ADA)).json()
    assert accepted["facts"]["acceptance"]["by_plan"] is False
