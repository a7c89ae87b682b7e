"""Clocks, calendar and notices as their callers see them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from sandbox.api.answers import DeadlineView
from sandbox.api.app import create_app
from sandbox.domain.case import Person, Unit
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import start
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.member_state import MemberState, Union
from sandbox.stages import clocks
from sandbox.store import cases, figures, outbox
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import BODY, KEY, as_
from tests.factories import ADA, AUTHORITY, CALENDAR, EVE, OPA, SUE, UNION
from tests.fakes import NOON, FakeCatalogue, FakeCluster, FakeEngine, FakeNotifier, FakeNudge


@pytest.fixture
def wired(sessions: Sessions) -> Wired:
    return replace(
        nothing(),
        sessions=sessions,
        cluster=FakeCluster(FakeEngine()),
        catalogue=FakeCatalogue(),
        authority=AUTHORITY,
        union=UNION,
        notifier=FakeNotifier(),
        nudge=FakeNudge(),
        token_key=KEY,
        clock=lambda: NOON,
    )


@pytest.fixture
def client(wired: Wired) -> Iterator[TestClient]:
    with TestClient(create_app(wired), raise_server_exceptions=False) as made:
        yield made


def handed_in(client: TestClient, by: Person = ADA) -> str:
    answer = client.post("/applications", json=BODY, headers=as_(by))
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


@pytest.fixture
def case_id(client: TestClient, wired: Wired) -> str:
    """A case that was admitted, its clock of the decision still open."""
    made = handed_in(client)
    with wired.sessions.begin() as session:
        case = cases.load(session, made)  # type: ignore[arg-type] # the id of a case
        cases.save(session, replace(case, stage=Stage.ADMITTED, version=case.version + 1))
    return made


BREACH = {
    "name": "DL-24",
    "event_at": "2026-11-24T11:30:00+01:00",
    "subject": "breach 1",
    "reference": "ticket 7",
}


def started(client: TestClient, case_id: str, **changes: Any) -> Any:
    return client.post(f"/cases/{case_id}/clocks", json=BREACH | changes, headers=as_(ADA))


def test_every_period_of_a_case_is_told_with_its_event_its_length_and_who_acts(
    client: TestClient, case_id: str
) -> None:
    assert started(client, case_id).status_code == 201

    breach, decision = client.get(f"/cases/{case_id}/clocks", headers=as_(SUE)).json()

    assert decision | {"met_at": None} == decision
    assert {
        key: decision[key] for key in ("name", "trigger", "length", "target", "due", "who")
    } == {
        "name": "DL-01",
        "trigger": "application received",
        "length": "3 months",
        "target": "2027-02-24",
        "due": "2027-02-24",
        "who": "authority",
    }
    assert (decision["started_by"], decision["started_with"]) == ("Ada (CreditCo)", "apply")
    assert (decision["days_left"], decision["hours_left"]) == (92, None)
    assert decision["effects"] == ["escalate", "inform"]
    assert breach["due_at"] == "2026-11-27T11:00:00Z"
    assert (breach["hours_left"], breach["reference"]) == (71, "ticket 7")
    assert breach["met_by"] is None


def test_a_clock_is_met_by_its_name_and_subject(client: TestClient, case_id: str) -> None:
    started(client, case_id)
    where = f"/cases/{case_id}/clocks/DL-24/breach%201/met"

    answer = client.post(where, json={"reference": "DPA 1"}, headers=as_(SUE))

    assert answer.status_code == 200, answer.text
    (breach,) = (d for d in answer.json()["deadlines"] if d["name"] == "DL-24")
    assert breach["met_at"] is not None
    assert client.post(where, json={"reference": "DPA 1"}, headers=as_(SUE)).status_code == 404


@pytest.mark.rule("R57-12b")
@pytest.mark.parametrize(("minute", "is_over"), [(0, False), (1, True)])
def test_a_clock_in_hours_is_overdue_to_the_moment_wherever_it_is_shown_or_counted(
    client: TestClient, wired: Wired, case_id: str, minute: int, is_over: bool
) -> None:
    started(client, case_id)
    now = datetime(2026, 11, 27, 11, minute, tzinfo=UTC)

    with TestClient(create_app(replace(wired, clock=lambda: now))) as later:
        views = [
            later.get(f"/cases/{case_id}/clocks", headers=as_(ADA)).json(),
            later.get(f"/cases/{case_id}", headers=as_(ADA)).json()["deadlines"],
            later.get("/deadlines", headers=as_(ADA)).json()["deadlines"],
        ]
    with wired.sessions.begin() as session:
        counted = figures.read(session, now, AUTHORITY)["deadlines"]

    assert [c["overdue"] for view in views for c in view if c["name"] == "DL-24"] == [is_over] * 3
    assert counted["DL-24", "overdue"] == is_over


@pytest.mark.rule("DL-02")
def test_the_last_day_of_a_clock_ends_where_it_is_counted() -> None:
    lisbon = MemberState("PT", "Europe/Lisbon", replace(CALENDAR, country="PT"))
    there = replace(AUTHORITY, union=Union({"PT": lisbon}))
    clock = start(Name.DL_02, date(2026, 11, 24), lisbon.calendar)

    last_hour = DeadlineView.of(clock, datetime(2026, 12, 24, 23, 30, tzinfo=UTC), there)
    after_it = DeadlineView.of(clock, datetime(2026, 12, 25, 0, 0, tzinfo=UTC), there)

    assert (last_hour.days_left, last_hour.overdue) == (0, False)
    assert (after_it.days_left, after_it.overdue) == (-1, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"event_on": "2026-11-24"},
        {"event_at": None},
        {"event_at": "2026-11-24T11:30:00"},
        {"event_at": "0001-01-01T00:00:00+14:00"},
        {"event_at": "2026-11-25T11:30:00Z"},
        {"name": "DL-01"},
        {"name": "DL-99"},
        {"subject": "a/b"},
        {"reference": ""},
    ],
)
def test_a_clock_that_cannot_be_is_refused(
    client: TestClient, case_id: str, changes: dict[str, Any]
) -> None:
    assert started(client, case_id, **changes).status_code == 422


def test_the_nearest_deadlines_come_page_by_page_and_only_of_ones_own_cases(
    client: TestClient, case_id: str
) -> None:
    started(client, case_id)
    others = {handed_in(client, EVE) for _ in range(2)}

    pages: list[dict[str, Any]] = []
    following: str | None = None
    while not pages or following:
        query = {"limit": 1} | ({"after": following} if following else {})
        answer = client.get("/deadlines", params=query, headers=as_(SUE))
        assert answer.status_code == 200, answer.text
        pages += answer.json()["deadlines"]
        following = answer.json()["next"]

    assert [d["name"] for d in pages] == ["DL-24", "DL-01", "DL-01", "DL-01"]
    assert {d["case"] for d in pages} == {case_id, *others}
    assert [d["yours"] for d in pages] == [False, True, True, True]
    mine = client.get("/deadlines", headers=as_(ADA)).json()["deadlines"]
    assert {(d["case"], d["yours"]) for d in mine} == {(case_id, True), (case_id, False)}
    assert client.get("/deadlines", headers=as_(OPA)).json() == {"deadlines": [], "next": None}


@pytest.mark.parametrize("after", ["x", "bm9uZQ==", "W10=", "WzEsMiwzLDQsNV0=", "é"])
def test_a_page_that_was_never_given_is_refused(client: TestClient, after: str) -> None:
    answer = client.get("/deadlines", params={"after": after}, headers=as_(SUE))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "after"


def test_a_calendar_has_ones_own_duties_first_and_hours_to_the_moment(
    client: TestClient, case_id: str
) -> None:
    started(client, case_id)

    first, second = Calendar.from_ical(
        client.get("/deadlines.ics", headers=as_(SUE)).content
    ).events
    again = Calendar.from_ical(client.get("/deadlines.ics", headers=as_(ADA)).content).events

    assert [e["summary"] for e in (first, second)] == [
        f"DL-01 admission decision: case {case_id}",
        f"DL-24 notice of a data breach: case {case_id} (breach 1)",
    ]
    assert (first["priority"], second["priority"]) == (1, 9)
    assert second.start == datetime.fromisoformat("2026-11-27T11:00:00+00:00")
    assert [e["uid"] for e in again] == [second["uid"], first["uid"]]
    assert "breach 1" in str(second["uid"])
    (alarm,) = second.walk("VALARM")
    assert b"TRIGGER:-P1DT12H15M" in alarm.to_ical()  # half of 72 hours and a half


@pytest.mark.rule("DL-08")
@pytest.mark.rule("DL-21")
def test_an_event_lasts_from_target_to_latest_day_and_alarms_before_and_on_target_never_before_its_start(
    client: TestClient, wired: Wired, case_id: str
) -> None:
    sunday = start(Name.DL_21, date(2026, 11, 15), CALENDAR)  # two weeks on is a Sunday
    short = start(Name.DL_08, date(2026, 11, 24), CALENDAR)
    with wired.sessions.begin() as session:
        case = cases.load(session, case_id)  # type: ignore[arg-type] # the id of a case
        cases.save(session, replace(case, deadlines=(sunday, short), version=case.version + 1))

    content = client.get("/deadlines.ics", headers=as_(SUE)).content
    one_day, two_days = sorted(Calendar.from_ical(content).events, key=lambda event: event.start)

    assert (one_day.start, one_day.end) == (date(2026, 11, 25), date(2026, 11, 26))
    assert alarms(one_day) == [timedelta(0)]
    assert (two_days.start, two_days.end) == (date(2026, 11, 29), date(2026, 12, 1))
    assert alarms(two_days) == [-timedelta(days=7), -timedelta(days=1), timedelta(0)]


def alarms(event: Any) -> list[timedelta]:
    return [alarm["trigger"].dt for alarm in event.walk("VALARM")]


def post(wired: Wired, case_id: str) -> None:
    with wired.sessions.begin() as session:
        outbox.post(
            session,
            case_id,  # type: ignore[arg-type] # the id of a case
            "decision",
            "provider:CreditCo",
            NOON,
            outcome="admitted",
        )


def test_notices_are_listed_with_their_state_and_sent_again(
    client: TestClient, wired: Wired, case_id: str
) -> None:
    post(wired, case_id)

    (notice,) = client.get("/notices", headers=as_(SUE)).json()["notices"]
    assert (notice["state"], notice["case"], notice["kind"]) == ("on_its_way", case_id, "decision")
    assert notice["facts"] == {"outcome": "admitted"}
    again = client.post(f"/notices/{notice['id']}/replay", headers=as_(SUE))
    assert again.status_code == 202
    assert isinstance(wired.nudge, FakeNudge)
    assert wired.nudge.given[-1] == ("notify", case_id)
    parked = client.get("/notices", params={"state": "parked"}, headers=as_(SUE))
    assert parked.json() == {"notices": [], "next": None}
    assert client.post("/notices/99/replay", headers=as_(SUE)).status_code == 404


def test_an_operator_sees_that_a_notice_is_stuck_and_nothing_of_what_it_says(
    client: TestClient, wired: Wired, case_id: str
) -> None:
    post(wired, case_id)

    answer = client.get("/notices", headers=as_(OPA))

    (notice,) = answer.json()["notices"]
    assert (notice["addressee"], notice["state"]) == ("provider", "on_its_way")
    for secret in (case_id, "CreditCo", "decision", "admitted"):
        assert secret not in answer.text
    assert client.post(f"/notices/{notice['id']}/replay", headers=as_(OPA)).status_code == 202
    assert client.get("/notices", headers=as_(ADA)).status_code == 404
    assert client.post(f"/notices/{notice['id']}/replay", headers=as_(ADA)).status_code == 404


def test_notices_come_page_by_page(client: TestClient, wired: Wired, case_id: str) -> None:
    for _ in range(3):
        post(wired, case_id)

    first = client.get("/notices", params={"limit": 2}, headers=as_(SUE)).json()
    rest = client.get(
        "/notices", params={"limit": 2, "after": first["next"]}, headers=as_(SUE)
    ).json()

    assert [n["id"] for n in first["notices"] + rest["notices"]] == [3, 2, 1]
    assert rest["next"] is None


def test_an_overdue_decision_is_shown_to_the_applicant(
    client: TestClient, wired: Wired, case_id: str
) -> None:
    later = NOON + timedelta(days=93)
    with TestClient(create_app(replace(wired, clock=lambda: later))) as then:
        (decision,) = then.get(f"/cases/{case_id}/clocks", headers=as_(ADA)).json()
    assert decision["overdue"]
    clocks.tick(
        case_id,  # type: ignore[arg-type] # the id of a case
        sessions=wired.sessions,
        authority=AUTHORITY,
        union=UNION,
        clock=lambda: later,
        nudge=wired.nudge,
    )
    told = client.get("/notices", headers=as_(SUE)).json()["notices"]
    assert {n["addressee"] for n in told} == {"authority", "provider:CreditCo"}


def test_who_may_not_know_a_case_learns_nothing_of_its_clocks_or_notices(
    client: TestClient, wired: Wired, case_id: str
) -> None:
    post(wired, case_id)
    of_germany = Person("Max", Role.MARKET_SURVEILLANCE, "", country="DE")
    of_here = replace(of_germany, country="NL")  # knows of it from its admission
    inspector = replace(SUE, unit=Unit.ENFORCEMENT)

    for person in (of_germany, of_here, inspector):
        assert client.get("/deadlines", headers=as_(person)).json()["deadlines"] == []
        assert client.get(f"/cases/{case_id}/clocks", headers=as_(person)).status_code == 404
        assert client.get("/notices", headers=as_(person)).status_code == 404
        assert client.post("/notices/1/replay", headers=as_(person)).status_code == 404
    assert len(client.get("/deadlines", headers=as_(SUE)).json()["deadlines"]) == 1
