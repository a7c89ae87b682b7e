"""Taint: every text of a case carries its path, and each role gets exactly what a second table says."""

from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from sandbox.domain import observers
from sandbox.domain.case import Person, Unit
from sandbox.domain.labels import Label, Mark
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.observers import Observer, ObserverKind
from sandbox.domain.publication import Permission, Permit
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.shares import Part
from sandbox.domain.supervision import Office
from sandbox.store.database import Sessions
from tests.api.routes import addresses, everything, seen_in
from tests.api.test_api import BODY, as_
from tests.expected_views import (
    expected,
    in_public,
    inspected,
    wanted,
    without_a_case,
    without_names,
)
from tests.factories import AUTHORITY, CASE_ID
from tests.fakes import NOON, FakeEvidence
from tests.filled import MOMENTS
from tests.tainted import FARAWAY, HASH, PEOPLE, SEAT, SHARED, a_filled_case, keep


@pytest.mark.rule("R78")
@pytest.mark.parametrize("letter", PEOPLE)
def test_each_role_gets_exactly_the_fields_that_are_its_business(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    markers = keep(sessions, evidence, a_filled_case(), moments=True)

    seen = seen_in(everything(api, PEOPLE[letter]), markers)

    due = wanted(letter, markers)
    unsaid = {path for path in due - seen if path not in MOMENTS}  # not every moment is shown
    assert (seen - due, unsaid) == (set(), set())


@pytest.mark.rule("R78")
@pytest.mark.parametrize("letter", PEOPLE)
def test_no_refusal_says_what_its_reader_may_not_see(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    case = a_filled_case(rules_version="2026-08-02")
    application = replace(case.application, equivalent_reporting_law="")  # an incident repeats it
    told = replace(case, application=application)
    markers = keep(sessions, evidence, told, moments=True)

    answers = [
        api.request(method, address, json=body, headers=as_(PEOPLE[letter]))
        for method in ("post", "put")
        for address, body in addresses(api, method)
        if "/notices/" not in address
    ]

    seen = seen_in("\n".join(answer.text for answer in answers), markers)
    assert not {path for path in seen if letter not in expected(path)}
    assert len([a for a in answers if a.status_code >= 400]) > len(answers) // 2


@pytest.mark.rule("R78")
@pytest.mark.parametrize("letter", "AMGFUa")
def test_inspectors_of_an_authority_see_what_they_act_on_and_nothing_else_by_any_route(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    markers = keep(sessions, evidence, a_filled_case(shares=(SHARED,)))
    inspector = replace(PEOPLE[letter], unit=Unit.ENFORCEMENT)

    text = everything(api, inspector)

    acted_on = {
        path for path in markers if path.startswith(("orders.", "inspections.", "requisitions."))
    }
    theirs = without_names(acted_on) if letter in "AM" else set()
    assert seen_in(text, markers) == in_public(markers) | theirs
    assert f"/cases/{CASE_ID}" not in text


@pytest.mark.rule("R60-6")
@pytest.mark.rule("R78")
@pytest.mark.parametrize("letter", "AM")
def test_inspectors_read_the_test_and_the_system_while_their_inspection_is_open(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    case = a_filled_case(shares=(SHARED,))
    office = Office(PEOPLE[letter].role, "NL")
    (inspection,) = case.inspections
    opened = replace(inspection, office=office, closed_at=None, snapshot=None)
    markers = keep(sessions, evidence, replace(case, inspections=(opened,)))

    seen = seen_in(everything(api, replace(PEOPLE[letter], unit=Unit.ENFORCEMENT)), markers)

    due = inspected(markers)
    assert (seen - due - in_public(markers), due - seen) == (set(), set())


@pytest.mark.rule("R60-6")
@pytest.mark.parametrize("letter", "PD")
def test_a_participant_sees_nothing_of_an_unannounced_inspection_by_any_route(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    (inspection,) = a_filled_case().inspections
    secret = replace(inspection, number=7, announced=False, closed_at=None)
    case = a_filled_case(inspections=(secret,))
    markers = keep(sessions, evidence, case)

    seen = seen_in(everything(api, PEOPLE[letter]), markers)

    assert not [path for path in seen if path.startswith("inspections.")]


ALLOWED = (
    Permit(Permission.UNION_ACCESS, "Ada", NOON),
    Permit(Permission.PROVIDER_PUBLICATION, "Ada", NOON, report_sha256=HASH),
    Permit(Permission.AUTHORITY_PUBLICATION, "Sue", NOON, report_sha256=HASH),
)


@pytest.mark.rule("R78")
def test_nobody_in_particular_sees_more_than_was_published(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    markers = keep(sessions, evidence, a_filled_case())

    assert seen_in(everything(api, None), markers) == in_public(markers)


@pytest.mark.rule("R58-D18")
@pytest.mark.parametrize(
    ("marks", "named"),
    [
        ((), {"application.system_name"}),
        ((Mark("system_name", Label.CONFIDENTIAL, "brand"),), set()),
    ],
)
def test_a_published_exit_report_tells_nothing_that_is_marked(
    api: TestClient,
    sessions: Sessions,
    evidence: FakeEvidence,
    marks: tuple[Mark, ...],
    named: set[str],
) -> None:
    case = a_filled_case(stage=Stage.CLOSED, permits=ALLOWED)
    application = replace(case.application, marks=marks)
    markers = keep(sessions, evidence, replace(case, application=application))

    seen = seen_in(everything(api, None), markers)

    assert seen - in_public(markers) == {"documents.exit-report.outcome"} | named


@pytest.mark.rule("R57-08")
@pytest.mark.parametrize("letter", "BCU")
def test_the_union_reads_the_exit_report_that_is_open_to_it_and_nothing_else(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, letter: str
) -> None:
    case = a_filled_case(stage=Stage.CLOSED, permits=ALLOWED[:1])
    markers = keep(sessions, evidence, case)

    seen = seen_in(everything(api, PEOPLE[letter]), markers)

    listed = {f"application.{name}" for name in ("applicant", "system_name", "system_version")}
    opened = {"documents.exit-report", "documents.exit-report.outcome"}
    assert seen == wanted(letter, markers) | listed | opened


OBSERVED = {
    observers.Part.SYSTEM: "application: system_name system_version intended_purpose",
    observers.Part.PLAN: "plan: objectives requirements thresholds.metric",
    observers.Part.RISKS: "risks: description measures",
    observers.Part.GUIDANCE: "guidance: question answer law country evidence",
    observers.Part.REPORTS: "documents:",
}


@pytest.mark.rule("R57-04")
@pytest.mark.parametrize("part", observers.Part)
def test_an_observer_sees_what_it_was_invited_to_and_not_what_is_marked(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, part: observers.Part
) -> None:
    case = a_filled_case()
    assert case.plan is not None
    invited = Observer(
        *(1, "Vera", "University", ObserverKind.RESEARCHER, (part,), date(2099, 1, 1)),
        *("Sue", NOON, "Ada", NOON),
    )
    plan = replace(case.plan, confidential=("methodology",))
    markers = keep(sessions, evidence, replace(case, observers=(invited,), plan=plan))

    seen = seen_in(everything(api, PEOPLE["V"]), markers)

    where, _, names = OBSERVED[part].partition(":")
    assert seen - in_public(markers) == {f"{where}.{name}" for name in names.split()}


@pytest.mark.rule("R57-13")
@pytest.mark.parametrize("path", ["export", "good-faith", "linked", "standing"])
def test_an_authority_at_the_table_takes_nothing_along(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence, path: str
) -> None:
    keep(sessions, evidence, a_filled_case(seats=(SEAT,)))
    there = replace(PEOPLE["A"], country="FR", organisation="CNIL")
    abroad = as_(there)
    other = as_(replace(there, organisation="Arcom"))

    assert api.get(f"/cases/{CASE_ID}", headers=other).status_code == 404
    assert api.get(f"/cases/{CASE_ID}", headers=abroad).status_code == 200
    assert api.get(f"/cases/{CASE_ID}/{path}", headers=abroad).status_code == 404
    assert api.get(f"/cases/{CASE_ID}/{path}", headers=as_(PEOPLE["A"])).status_code == 200
    assert api.get("/annual-reports", headers=abroad).status_code == 404


@pytest.mark.rule("R78")
def test_what_is_sensitive_stays_with_the_provider_and_the_authority_it_was_given_to(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    case = a_filled_case(shares=(replace(SHARED, parts=tuple(Part)),))
    marks = (
        Mark("novelty", Label.SENSITIVE_OPERATIONAL, "sources"),
        Mark("system_name", Label.CONFIDENTIAL, "brand"),
        Mark("system_version", Label.SENSITIVE_OPERATIONAL, "which one the police runs"),
    )
    markers = keep(
        sessions, evidence, replace(case, application=replace(case.application, marks=marks))
    )
    seen = {
        letter: seen_in(everything(api, person), markers)
        for letter, person in (PEOPLE | {"X": FARAWAY}).items()
    }

    for sensitive in ("application.novelty", "application.system_version"):
        assert {w for w, paths in seen.items() if sensitive in paths} == {"P", "A"}
    holders = {w for w, paths in seen.items() if "application.system_name" in paths}
    assert holders == {"P", "A", "M", "G", "X"}  # not the deployer, the rights body, the AI Office


@pytest.mark.rule("R78")
def test_classified_information_is_not_taken(api: TestClient) -> None:
    marks = [{"field": "novelty", "label": "CLASSIFIED"}]
    refused = api.post("/applications", json=BODY | {"marks": marks}, headers=as_(PEOPLE["P"]))
    marks = [{"field": "novelty", "label": "CONFIDENTIAL", "reason": "trade secret"}]
    taken = api.post("/applications", json=BODY | {"marks": marks}, headers=as_(PEOPLE["P"]))

    assert refused.status_code == 422
    assert "classified information is not accepted here" in refused.json()["detail"]
    assert taken.status_code == 201, taken.text


def test_a_foreign_authority_is_not_the_lead_and_the_own_country_is(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    markers = keep(sessions, evidence, a_filled_case())

    abroad = replace(PEOPLE["A"], country="FR")
    at_home = replace(PEOPLE["A"], country=AUTHORITY.calendar.country)

    assert seen_in(everything(api, abroad), markers) == without_a_case(markers)
    assert "reviews.notes.note" in seen_in(everything(api, at_home), markers)


@pytest.mark.rule("R57-10")
def test_a_data_protection_authority_that_names_no_country_is_that_of_the_installation(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    seat = Seat(Role.DATA_PROTECTION, "NL", "", Capacity.ASSOCIATED, NOON)
    keep(sessions, evidence, a_filled_case(seats=(seat,)))

    for country, answered in (("", 200), ("NL", 200), ("DE", 404)):
        dan = Person("Dan", Role.DATA_PROTECTION, "DPA", country)
        assert api.get(f"/cases/{CASE_ID}", headers=as_(dan)).status_code == answered


def test_an_authority_of_a_territory_sees_what_happened_there(
    api: TestClient, sessions: Sessions, evidence: FakeEvidence
) -> None:
    case = a_filled_case()
    (incident,), test = case.incidents, case.test
    assert test is not None
    german = replace(incident, number=2, countries=("DE",), description="only in Germany")
    territories = (*test.territories, replace(test.territories[0], country="DE"))
    keep(
        sessions,
        evidence,
        replace(case, incidents=(incident, german), test=replace(test, territories=territories)),
    )
    dora = Person("Dora", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")

    found = api.get(f"/cases/{CASE_ID}", headers=as_(dora)).json()["facts"]

    assert [i["description"] for i in found["incidents"]] == ["only in Germany"]
    assert [t["country"] for t in found["test"]["territories"]] == ["DE"]
    elsewhere = api.post(f"/cases/{CASE_ID}/incidents/1/closure", headers=as_(dora))
    assert (elsewhere.status_code, elsewhere.json()["detail"]) == (404, "there is no incident 1")
