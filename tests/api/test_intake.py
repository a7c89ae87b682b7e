"""An application from its first letter to the screened case, as its writers and readers see it."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.api.application_bodies import ApplicationBody, SelfCheckBody
from sandbox.domain.application import Application
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.regime import Regime, Sandbox
from sandbox.stages import screen
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import BODY, KEY, as_, review
from tests.factories import ADA, AUTHORITY, EVE, SUE
from tests.fakes import FakeCatalogue, FakeClock, FakeCluster, FakeEngine, FakeNudge

BEN = Person("Ben", Role.PROVIDER, ADA.organisation)
WHOLE: dict[str, Any] = BODY | {
    "vat_number": "NL004495445B01",
    "lei": "213800KUD8LAJWSQ9D15",
    "eu_office": "Amsterdam",
    "authorised_representative": "Rep B.V.",
    "representative_liable": True,
    "contact_name": "Ada",
    "contact_email": "ada@creditco.eu",
    "contact_phone": "+31 20 1234567",
    "parties": [
        {
            "role": "deployer",
            "name": "Bank",
            "country": "FR",
            "registration_number": "552 008 443",
            "email_domain": "bank.fr",
        }
    ],
    **dict.fromkeys(("users", "affected_persons", "maturity", "learning_potential"), "x"),
    **dict.fromkeys(("public_interest", "viability", "market_evidence", "subjects"), "x"),
    "other_laws": ["Directive (EU) 2023/2225"],
    "other_authorities": ["central bank"],
    "data_sources": ["loans since 2020"],
    "planned_modification": "new purpose",
    "base_model": {"name": "Large", "provider": "ModelCo", "same_undertaking": False},
    "annex_iii_exit": "E-b",
    "annex_i": ["I-A11"],
    "synthetic_output": ["text", "video"],
    "depictions": "safeguarded",
    "depiction_safeguards": "a classifier",
    "reuses_personal_data": True,
    "public_interest_area": "PI_PUBLIC_ADMIN",
    "real_world_test": True,
    "test_member_states": ["NL", "GR"],
    "vulnerable_groups": ["minors"],
    "compute": [{"gpu_product": "H100", "gpus": 2, "hours": 100}],
    "gpu_product": "H100",
    "storage_gib": 100,
    "network": "none",
    "confidential": ["novelty", "viability"],
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def parts(sessions: Sessions, clock: FakeClock) -> Wired:
    return replace(
        nothing(),
        sessions=sessions,
        cluster=FakeCluster(FakeEngine()),
        catalogue=FakeCatalogue(),
        authority=AUTHORITY,
        clock=clock,
        nudge=FakeNudge(),
        token_key=KEY,
    )


@pytest.fixture
def api(parts: Wired) -> Iterator[TestClient]:
    with TestClient(create_app(parts), raise_server_exceptions=False) as made:
        yield made


def screened(api: TestClient, parts: Wired, **changes: Any) -> str:
    made = api.post("/applications", json=BODY | changes, headers=as_(ADA))
    assert made.status_code == 201, made.text
    case_id = made.json()["id"]
    screen.screen(case_id, sessions=parts.sessions, authority=parts.authority, clock=parts.clock)
    return f"/cases/{case_id}"


@pytest.mark.rule("R58-02b")
@pytest.mark.rule("R58-D05")
def test_every_answer_of_the_form_reaches_the_case(api: TestClient) -> None:
    made = api.post("/applications", json=WHOLE, headers=as_(ADA))

    assert made.status_code == 201, made.text
    kept = made.json()["facts"]["application"]
    assert set(kept) == {field.name for field in fields(Application)}
    assert {key: kept[key] for key in WHOLE} == WHOLE | {
        "parties": [
            WHOLE["parties"][0] | {"registration_number": "552008443", "unregistered_because": ""}
        ],
        "size": kept["size"],
    }


@pytest.mark.rule("R58-D06")
@pytest.mark.rule("R58-02a")
@pytest.mark.rule("R58-02b")
def test_who_is_in_no_register_applies_and_takes_part_and_a_reviewer_is_told_why(
    api: TestClient, parts: Wired
) -> None:
    charity = {"role": "deployer", "name": "Charité", "country": "DE"}
    body = {key: value for key, value in BODY.items() if key != "registration_number"}

    made = api.post(
        "/applications",
        json=body
        | {
            "country": "DE",
            "unregistered_because": "a partnership under civil law",
            "parties": [
                charity | {"unregistered_because": "a hospital under public law"},
                charity | {"name": "Bundespolizei", "unregistered_because": "an authority"},
                charity | {"name": "Bank", "registration_number": "Köln HRB 1"},
            ],
        },
        headers=as_(ADA),
    )

    assert made.status_code == 201, made.text
    screen.screen(
        made.json()["id"], sessions=parts.sessions, authority=parts.authority, clock=parts.clock
    )
    findings = api.get(f"/cases/{made.json()['id']}", headers=as_(SUE)).json()["facts"]["findings"]
    told = {f["sentence"]: (f["rule"], f["severity"]) for f in findings}
    assert {s: f for s, f in told.items() if "in no register" in s} == {
        "the applicant is in no register: a partnership under civil law": ("R58-D06", "notice"),
        "a party is in no register: Charité: a hospital under public law": ("R58-02b", "notice"),
        "a party is in no register: Bundespolizei: an authority": ("R58-02b", "notice"),
    }


@pytest.mark.rule("R58-02a")
def test_a_draft_that_names_no_number_lacks_it_until_it_says_why(api: TestClient) -> None:
    body = {key: value for key, value in BODY.items() if key != "registration_number"}

    bare = api.put("/drafts/bare", json=body, headers=as_(ADA)).json()
    said = body | {"unregistered_because": "an authority"}
    whole = api.put("/drafts/whole", json=said, headers=as_(ADA)).json()

    assert (bare["missing"], bare["wrong"]) == (["registration_number"], [])
    assert (whole["missing"], whole["wrong"]) == ([], [])


@pytest.mark.rule("R58-D13")
def test_a_long_duration_is_no_reason_to_refuse_the_form(api: TestClient) -> None:
    for weeks, answered in ((105, 201), (520, 201), (521, 422)):
        made = api.post("/applications", json=BODY | {"weeks": weeks}, headers=as_(ADA))
        assert made.status_code == answered


@pytest.mark.rule("R57-16")
def test_a_sandbox_that_has_ended_takes_no_application_and_no_draft(
    api: TestClient, parts: Wired
) -> None:
    whole, again = BODY | {"system_name": "W"}, {"Idempotency-Key": "k"}
    made = api.post("/applications", json=whole, headers=as_(ADA, **again))
    api.put("/drafts/d", json=BODY, headers=as_(ADA))
    sandbox = Sandbox(established_on=date(2026, 1, 1), ended_on=date(2026, 1, 31))
    questions = {name: BODY[name] for name in SelfCheckBody.model_fields if name in BODY}

    with TestClient(create_app(replace(parts, regime=Regime(sandbox=sandbox)))) as ended:
        for path, body in (
            ("/applications", BODY),
            ("/drafts/d/submission", None),
            ("/self-check", questions),
        ):
            refused = ended.post(path, json=body, headers=as_(ADA))

            assert refused.status_code == 409, refused.text
            (reason,) = refused.json()["reasons"]
            assert (reason["rule"], reason["article"]) == ("R57-16", "Art. 57(16)")
            assert "ended on 2026-01-31" in reason["sentence"]
        same = ended.post("/applications", json=whole, headers=as_(ADA, **again))
    assert same.json()["id"] == made.json()["id"]  # a lost answer, of before


def test_the_form_asks_for_every_field_of_an_application_and_for_no_other() -> None:
    asked = set(ApplicationBody.model_fields)

    assert asked == {field.name for field in fields(Application)}


@pytest.mark.rule("D1")
@pytest.mark.rule("R78")
def test_every_field_of_the_form_may_be_marked_at_once(api: TestClient) -> None:
    every = [field.name for field in fields(Application)]

    made = api.post("/applications", json=BODY | {"confidential": every}, headers=as_(ADA))

    assert made.status_code == 201, made.json()


@pytest.mark.rule("R99")
def test_the_form_warns_whoever_declares_its_truth(api: TestClient) -> None:
    schemas = api.get("/openapi.json").json()["components"]["schemas"]

    described = schemas["ApplicationBody"]["properties"]["declared_true_by"]["description"]
    assert "misleading information may be fined up to EUR 7.5 million" in described


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"confidential": ["secrets"]}, "confidential", "not a field of the application: secrets"),
        ({"confidential": ["novelty", "novelty"]}, "confidential", "each one once"),
        ({"registration_number": "1"}, "registration_number", "KVK number of NL, its length"),
        ({"registration_number": ""}, "registration_number", "or say in unregistered_because"),
        (
            {"unregistered_because": "a hospital"},
            "registration_number",
            "unregistered_because says that there is none",
        ),
        (
            {"parties": [WHOLE["parties"][0] | {"registration_number": " "}]},
            "parties.0.registration_number",
            "or say in unregistered_because",
        ),
        ({"test_member_states": ["US"]}, "test_member_states", "not a Member State: US"),
        ({"annex_i": ["I-A1"]}, "annex_i", "not a code of Annex I: I-A1"),
        ({"public_interest_area": "health"}, "public_interest_area", "PI_HEALTH_SAFETY"),
        ({"annex_iii_exit": "E-x"}, "annex_iii_exit", "E-a"),
        ({"compute": [{"gpu_product": "H100", "gpus": 0, "hours": 1}]}, "compute.0.gpus", "1"),
        (
            {"parties": [WHOLE["parties"][0] | {"registration_number": "552008444"}]},
            "parties.0.registration_number",
            "SIREN of FR, its check digits are wrong",
        ),
        (
            {"parties": [WHOLE["parties"][0] | {"email_domain": "bank"}]},
            "parties.0.email_domain",
            "pattern",
        ),
    ],
)
def test_a_wrong_answer_is_named_with_what_is_wrong(
    api: TestClient, wrong: dict[str, Any], field: str, says: str
) -> None:
    answer = api.post("/applications", json=WHOLE | wrong, headers=as_(ADA))

    assert answer.status_code == 422
    told = answer.json()["errors"]
    assert any(e["field"].startswith(field) and says in e["sentence"] for e in told), told


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"prohibited": ["A5-c"]},
        {"regulatory_questions": ""},
        {"synthetic_output": ["image"], "depictions": "unsafeguarded"},
        {"model_alone": True, "eu_establishment": False},
        {"registration_number": "", "unregistered_because": "a university"},
        {"country": "US", "eu_establishment": True},
        {"country": "US", "eu_establishment": True, "eu_office": "Amsterdam"},
        {"real_world_test": True, "test_member_states": ["NL", "DE"]},
        {"real_world_test": True, "test_member_states": ["DE"], "annex_iii": []},
    ],
)
@pytest.mark.parametrize("days", [0, 8])
def test_the_self_check_says_what_the_screening_of_the_same_answers_says(
    api: TestClient, parts: Wired, clock: FakeClock, changes: dict[str, Any], days: int
) -> None:
    clock.forward(days=days)
    where = screened(api, parts, **changes)
    review(api, where)
    case = api.get(where, headers=as_(SUE)).json()
    asked = {k: v for k, v in (BODY | changes).items() if k in SelfCheckBody.model_fields}

    checked = api.post("/self-check", json=asked).json()

    articles = [finding.pop("article") for finding in checked["findings"]]
    assert checked["findings"] == case["facts"]["findings"]
    assert all(article.startswith(("Art. ", "draft act Art. ")) for article in articles)
    assert checked["rules_version"] == case["facts"]["rules_version"]
    (admit,) = [a for a in case["actions"] if a["action"] == "admit"]
    assert admit["possible"] == (checked["outcome"] == "eligible")
    stands = {r["rule"]: r["article"] for r in admit["reasons"]}
    shown = {f["rule"]: a for f, a in zip(checked["findings"], articles, strict=True)}
    assert stands == {rule: shown[rule] for rule in stands}


def test_a_self_check_tells_what_would_change_and_who_is_competent(api: TestClient) -> None:
    asked = {k: v for k, v in BODY.items() if k in SelfCheckBody.model_fields}

    found = api.post(
        "/self-check", json=asked | {"very_large_platform": True, "annex_iii": ["III-1b"]}
    ).json()

    assert (found["outcome"], found["competent"]) == ("excluded", None)
    assert found["is_high_risk"]
    (change,) = found["would_change"]
    assert change["change"].startswith("it is not used for III-1b")
    assert {"D1", "D4", "D9", "D12"} <= {paper["document"] for paper in found["papers"]}


@pytest.mark.rule("A5-c")
@pytest.mark.rule("R2-3")
@pytest.mark.rule("R2-6")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"very_large_platform": True},
        {"defence_only": True},
        {"research_only": True},
        {"prohibited": ["A5-c"]},
    ],
)
def test_the_self_check_names_whom_the_route_of_the_case_names_or_nobody(
    api: TestClient, parts: Wired, changes: dict[str, Any]
) -> None:
    where = screened(api, parts, **changes)
    asked = {k: v for k, v in (BODY | changes).items() if k in SelfCheckBody.model_fields}

    checked = api.post("/self-check", json=asked).json()

    route = api.get(where, headers=as_(SUE)).json()["facts"]["route"]
    assert checked["competent"] == route["competent"]
    assert (route["competent"] is None) == (route["way"] != "routed")


@pytest.mark.rule("R60-4h")
@pytest.mark.rule("D15")
def test_a_self_check_of_a_real_world_test_tells_of_the_agreement_with_a_deployer(
    api: TestClient,
) -> None:
    asked = {k: v for k, v in BODY.items() if k in SelfCheckBody.model_fields}

    found = api.post("/self-check", json=asked | {"real_world_test": True}).json()

    (agreement,) = [paper for paper in found["papers"] if paper["document"] == "D15"]
    assert agreement["why"] == "Art. 60(4)(h): if a deployer takes part"


def test_a_draft_is_saved_resumed_and_told_what_it_lacks(api: TestClient) -> None:
    typed = {"applicant": "CreditCo", "novelty": "", "weeks": 0, "country": "NL", "surprise": 1}

    saved = api.put("/drafts/fair-score", json=typed, headers=as_(ADA))
    resumed = api.get("/drafts/fair-score", headers=as_(BEN))

    assert saved.status_code == resumed.status_code == 200, saved.text
    assert resumed.headers["ETag"] == '"1"'
    draft = resumed.json()
    assert draft == saved.json()
    assert (draft["body"], draft["saved_by"], draft["case"]) == (typed, "Ada (CreditCo)", None)
    assert {"system_name", "novelty", "size"} <= set(draft["missing"])
    assert {e["field"] for e in draft["wrong"]} == {"weeks", "surprise"}


def test_a_colleague_who_saved_first_is_not_overwritten(api: TestClient) -> None:
    where = "/drafts/d"
    first = api.put(where, json={"weeks": 1}, headers=as_(ADA)).headers["ETag"]
    second = api.put(where, json={"weeks": 2}, headers=as_(BEN, **{"If-Match": first}))
    late = api.put(where, json={"weeks": 3}, headers=as_(ADA, **{"If-Match": first}))

    assert second.headers["ETag"] == '"2"'
    assert late.status_code == 412
    assert "Ben (CreditCo) saved version 2" in late.json()["detail"]
    assert api.get(where, headers=as_(ADA)).json()["body"] == {"weeks": 2}


def test_a_draft_of_another_organisation_does_not_exist(api: TestClient) -> None:
    api.put("/drafts/d", json={}, headers=as_(ADA))

    for person in (EVE, SUE):
        assert api.get("/drafts/d", headers=as_(person)).status_code == 404
        assert api.delete("/drafts/d", headers=as_(person)).status_code == 404
        assert api.post("/drafts/d/submission", headers=as_(person)).status_code == 404
    assert api.get("/drafts", headers=as_(EVE)).json() == []
    assert [d["id"] for d in api.get("/drafts", headers=as_(BEN)).json()] == ["d"]


def test_a_whole_draft_becomes_one_case_however_often_it_is_handed_in(
    api: TestClient, parts: Wired
) -> None:
    api.put("/drafts/d", json=BODY, headers=as_(ADA))

    first = api.post("/drafts/d/submission", headers=as_(ADA))
    again = api.post("/drafts/d/submission", headers=as_(BEN))

    assert first.status_code == again.status_code == 201, first.text
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["Location"] == f"/cases/{first.json()['id']}"
    assert [d["name"] for d in first.json()["deadlines"]] == ["DL-01"]
    assert len(api.get("/cases", headers=as_(SUE)).json()["cases"]) == 1
    assert api.get("/drafts/d", headers=as_(ADA)).json()["case"] == first.json()["id"]
    changed = api.put("/drafts/d", json={}, headers=as_(ADA, **{"If-Match": '"1"'}))
    assert changed.status_code == 412
    assert api.delete("/drafts/d", headers=as_(ADA)).status_code == 204
    assert api.get(first.headers["Location"], headers=as_(ADA)).status_code == 200


def test_a_draft_that_lacks_something_is_not_handed_in_and_every_fault_is_named(
    api: TestClient,
) -> None:
    api.put("/drafts/d", json={**BODY, "weeks": 0, "novelty": ""}, headers=as_(ADA))

    refused = api.post("/drafts/d/submission", headers=as_(ADA))

    assert refused.status_code == 422
    assert {e["field"] for e in refused.json()["errors"]} == {"weeks", "novelty"}
    assert api.get("/cases", headers=as_(SUE)).json()["cases"] == []


def test_an_old_version_of_a_draft_is_not_handed_in(api: TestClient) -> None:
    api.put("/drafts/d", json={}, headers=as_(ADA))
    api.put("/drafts/d", json=BODY, headers=as_(BEN, **{"If-Match": '"1"'}))

    stale = api.post("/drafts/d/submission", headers=as_(ADA, **{"If-Match": '"1"'}))

    assert stale.status_code == 412


@pytest.mark.rule("X-practice")
def test_a_supervisor_clears_a_suspected_practice_by_the_api(api: TestClient, parts: Wired) -> None:
    where = screened(api, parts, annex_iii=["III-1b"])
    review(api, where)
    body = {"confirmed": False, "reasons": "hair colour only"}

    assert api.post(f"{where}/practices/A5-g", json=body, headers=as_(ADA)).status_code == 409
    assert api.post(f"{where}/practices/A5-a", json=body, headers=as_(SUE)).status_code == 409
    cleared = api.post(f"{where}/practices/A5-g", json=body, headers=as_(SUE))

    assert cleared.status_code == 200, cleared.text
    (admit,) = [a for a in cleared.json()["actions"] if a["action"] == "admit"]
    assert admit["possible"]


def test_the_authority_sees_linked_cases_and_replays_the_screening(
    api: TestClient, parts: Wired
) -> None:
    first = screened(api, parts)
    second = screened(api, parts, system_name="Other", synthetic_output=["video"])

    seen = api.get(second, headers=as_(SUE)).json()["facts"]["linked_cases"]
    hidden = api.get(second, headers=as_(ADA)).json()["facts"]
    replayed = api.get(f"{second}/screening?version=2026-12-02", headers=as_(SUE))

    assert [link["case_id"] for link in seen] == [first.removeprefix("/cases/")]
    assert "linked_cases" not in hidden
    assert replayed.json()["outcome"] == "incomplete"
    assert replayed.json()["added"][0].startswith("missing: a generator of images")
    assert replayed.json()["removed"][0].startswith("notice: a generator of images")
    assert api.get(f"{second}/screening?version=x", headers=as_(SUE)).status_code == 422
    assert api.get(f"{second}/screening?version=x", headers=as_(ADA)).status_code == 404
