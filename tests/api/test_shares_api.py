"""Shares: a reader of another authority sees their parts and not a word more (Art. 57(13))."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role
from sandbox.domain.shares import Part, Share
from sandbox.store.database import Sessions
from tests.api.routes import everything, seen_in
from tests.api.test_api import as_
from tests.expected_views import in_public, without_a_case
from tests.factories import CASE_ID
from tests.fakes import NOON, FakeEvidence
from tests.tainted import FARAWAY, PEOPLE, SHARED, a_filled_case, keep

NO_NAMES = {"stretches.ended_by", "risks.shown_by"}
ALWAYS_SHARED = {
    "provider",
    *(f"application.{name}" for name in ("applicant", "registration_number", "intended_purpose")),
    *(
        "application.unregistered_because",
        "application.system_name",
        "application.system_version",
        "documents.project-summary",
    ),
}


@pytest.mark.rule("R57-13")
@pytest.mark.parametrize(
    ("part", "prefixes"),
    [
        (Part.SYSTEM, ()),
        (Part.PLAN, ("plan", "amendment", "amendments", "versions", "documents.sandbox-plan")),
        (Part.DECISION, ("decision", "documents.decision")),
        (Part.INCIDENTS, ("incidents", "documents.incident-report")),
        (
            Part.SUPERVISION,
            (
                *(
                    "suspension",
                    "mitigation",
                    "stop_requests",
                    "stretches",
                    "orders",
                    "risks",
                    "guidance",
                ),
                *("requisitions", "documents.information"),
                *("documents.notice", "documents.guidance"),
            ),
        ),
        (
            Part.RESULTS,
            (
                *("test.outcomes", "exit_report_sha256", "deletion_certificate_sha256"),
                *("documents.exit-report", "documents.written-proof", "documents.annual-report"),
                *("documents.deletion-certificate", "documents.test-report"),
                *("outcomes", "omissions", "documents.dataset-certificate"),
            ),
        ),
    ],
)
def test_a_share_shows_its_parts_and_not_a_word_more(
    api: TestClient,
    sessions: Sessions,
    evidence: FakeEvidence,
    part: Part,
    prefixes: tuple[str, ...],
) -> None:
    markers = keep(sessions, evidence, a_filled_case(shares=(replace(SHARED, parts=(part,)),)))

    seen = seen_in(everything(api, FARAWAY), markers)

    in_part = {
        path
        for path in markers
        if path.startswith(tuple(f"{p}." for p in prefixes)) or path in prefixes
        if path in NO_NAMES or not (path.endswith(("_by", ".by", ".aware")) or ".conflicts" in path)
    }
    due = in_part | ALWAYS_SHARED | without_a_case(markers)
    assert (seen - due, due - seen) == (set(), set())


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("share", "person"),
    [
        (replace(SHARED, consented_at=None), FARAWAY),
        (replace(SHARED, ended_at=NOON), FARAWAY),
        (SHARED, replace(FARAWAY, country="ES")),
        (SHARED, replace(FARAWAY, role=Role.DATA_PROTECTION)),
        (SHARED, replace(FARAWAY, unit=Unit.ENFORCEMENT)),
        (replace(SHARED, role=Role.AUTHORITY), replace(FARAWAY, role=Role.AUTHORITY, country="ES")),
    ],
)
def test_a_share_that_is_not_in_force_or_not_yours_shows_nothing(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, share: Share, person: Person
) -> None:
    case = a_filled_case(shares=(share,), dpa_reviewer="")
    markers = keep(sessions, evidence, case)

    inspects = person.unit is Unit.ENFORCEMENT
    due = in_public(markers) if inspects else without_a_case(markers)
    assert seen_in(everything(api, person), markers) == due


@pytest.mark.rule("R57-13")
def test_shares_are_made_consented_to_and_taken_back_over_the_api(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    keep(sessions, evidence, a_filled_case(shares=()))
    where = f"/cases/{CASE_ID}/shares"
    body = {
        "role": "market_surveillance",
        "country": "FR",
        "parts": ["plan"],
        "purpose": "the same system is tested there",
        "legal_basis": "Art. 57(13)",
        "last_day": "2099-01-01",
    }
    lead, provider = as_(PEOPLE["A"]), as_(PEOPLE["P"])

    made = api.post(where, json=body, headers=lead)
    early = api.get(where, headers=as_(FARAWAY))
    agreed = api.post(f"{where}/1/consent", headers=provider)
    read = api.get(where, headers=as_(FARAWAY)).json()
    ended = api.post(f"{where}/1/revocation", json={"reasons": "done"}, headers=provider)

    assert (made.status_code, made.json()[0]["in_force"]) == (201, False)
    assert early.status_code == 404
    assert agreed.json()[0]["in_force"]
    assert [(s["legal_basis"], s["by"], s["consented_by"]) for s in read] == [
        ("Art. 57(13)", None, None)
    ]
    assert not ended.json()[0]["in_force"]
    assert api.get(where, headers=as_(FARAWAY)).status_code == 404
    assert api.post(where, json=body | {"parts": []}, headers=lead).status_code == 422
    assert api.post(where, json=body, headers=provider).status_code == 409
