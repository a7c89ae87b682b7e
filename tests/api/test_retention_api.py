"""The keeping and the erasure of records as callers of the API see them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.domain.naming import CaseId
from sandbox.domain.publication import Permission
from sandbox.monitoring.verification import verify
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_after_api import AUDITOR
from tests.api.test_api import KEY, as_
from tests.factories import ADA, AUTHORITY, EVE, OPA, SUE, TOM
from tests.fakes import FakeCatalogue
from tests.office import Office
from tests.stages.test_after import closed, give
from tests.stages.test_retention import TEN_YEARS


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office(sessions)


@pytest.fixture
def api(office: Office) -> Iterator[TestClient]:
    wired: Wired = replace(
        nothing(),
        sessions=office.sessions,
        cluster=office.cluster,
        catalogue=FakeCatalogue(),
        evidence=office.evidence,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
        token_key=KEY,
    )
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def case_id(office: Office) -> CaseId:
    """A published case whose time is over."""
    found = closed(office)
    give(office, found, Permission.PROVIDER_PUBLICATION, ADA)
    give(office, found, Permission.AUTHORITY_PUBLICATION, SUE)
    office.work()
    office.clock.forward(days=TEN_YEARS)
    return found


def done(answer: Any, status: int) -> Any:  # Any: a response and its JSON
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.rule("R78")
def test_the_authority_sees_until_when_records_are_kept_page_by_page(
    api: TestClient, office: Office, case_id: CaseId
) -> None:
    office.clock.forward(days=-TEN_YEARS)
    other = closed(office, "other")
    first, second = sorted((case_id, other))

    page = done(api.get("/retention", params={"limit": 1}, headers=as_(SUE)), 200)
    assert ([c["case"] for c in page["cases"]], page["next"]) == ([first], first)
    assert page["cases"][0]["against"] == ["the records are kept until 2037-01-05"]
    assert page["cases"][0]["may_be_erased"] is False
    rest = api.get("/retention", params={"limit": 9, "after": first}, headers=as_(SUE))
    assert ([c["case"] for c in done(rest, 200)["cases"]], rest.json()["next"]) == ([second], None)

    for who in (ADA, EVE, OPA, AUDITOR):
        done(api.get("/retention", headers=as_(who)), 404)
    for bad in ({"limit": 101}, {"limit": 0}, {"after": "nothing"}):
        done(api.get("/retention", params=bad, headers=as_(SUE)), 422)


@pytest.mark.rule("R78")
def test_erasing_is_a_dry_run_until_two_people_say_otherwise(
    api: TestClient, office: Office, case_id: CaseId, tmp_path: Path
) -> None:
    really = {"dry_run": "false"}
    path, second = f"/cases/{case_id}/erasure", f"/cases/{case_id}/erasure/confirmation"
    assert case_id in api.get("/public/exit-reports").text

    listed = done(api.post(path, headers=as_(SUE)), 200)
    assert (listed["dry_run"], listed["may_be_erased"], listed["erasure"]) == (True, True, None)
    assert listed["rows"]["documents"] * 2 == len(listed["files"]) > 0
    done(api.post(second, params=really, headers=as_(TOM)), 404)  # nobody proposed it

    proposed = done(api.post(path, params=really, headers=as_(SUE)), 200)
    assert proposed["erasure"]["proposed_by"] == "Sue"
    done(api.post(second, headers=as_(TOM)), 200)
    refused = api.post(second, params=really, headers=as_(SUE))
    assert "a second person must" in refused.text
    assert refused.status_code == 409
    for who in (ADA, OPA, AUDITOR):
        assert api.post(second, params=really, headers=as_(who)).status_code in {403, 404, 409}
    done(api.post(second, params=really, headers=as_(TOM)), 202)
    office.work()

    for who in (SUE, ADA, AUDITOR):
        done(api.get(f"/cases/{case_id}", headers=as_(who)), 404)
        done(api.get(f"/cases/{case_id}/export", headers=as_(who)), 404)
    assert done(api.get("/retention", headers=as_(SUE)), 200)["cases"] == []
    assert case_id not in api.get("/public/exit-reports").text
    done(api.get(f"/public/exit-reports/{case_id}"), 404)
    assert "FairScore" not in api.get("/public/register").text
    for who in (SUE, AUDITOR):
        account = api.get(f"/retention/{case_id}/ledger", headers=as_(who))
        assert account.status_code == 200
    file = tmp_path / "ledger.jsonl"
    file.write_text(account.text)
    (check,) = verify([file])
    assert (check.passed, "withheld" in check.sentence) == (True, True)
    done(api.get(f"/retention/{case_id}/ledger", headers=as_(ADA)), 404)


@pytest.mark.rule("R78")
def test_what_was_not_erased_has_its_ledger_with_the_case(api: TestClient, case_id: CaseId) -> None:
    done(api.get(f"/retention/{case_id}/ledger", headers=as_(SUE)), 404)


@pytest.mark.rule("R78")
def test_an_erasure_before_its_time_is_refused_with_every_reason(
    api: TestClient, office: Office, case_id: CaseId
) -> None:
    office.clock.forward(days=-TEN_YEARS)
    held = {"ground": "a claim", "legal_basis": "Art. 79 GDPR"}
    assert api.post(f"/cases/{case_id}/holds", json=held, headers=as_(SUE)).status_code < 300

    listed = done(api.post(f"/cases/{case_id}/erasure", headers=as_(SUE)), 200)
    assert [hold["ground"] for hold in listed["holds"]] == ["a claim"]
    assert len(listed["against"]) == 2
    refused = api.post(f"/cases/{case_id}/erasure", params={"dry_run": "false"}, headers=as_(SUE))
    assert refused.status_code == 409
    for reason in listed["against"]:
        assert reason in refused.text
