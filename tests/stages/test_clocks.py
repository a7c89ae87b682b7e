"""A clock that runs down tells everybody once; clocks by hand; the ledger tells all of them."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role
from sandbox.domain.manual_clocks import BY_HAND
from sandbox.domain.member_state import MemberState, Union
from sandbox.domain.naming import CaseId
from sandbox.domain.periods import WorkingCalendar
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.seal import first_break
from sandbox.domain.supervision import RequestKind
from sandbox.domain.suspension import SuspensionGround
from sandbox.enforcement import SOURCES
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, Refused, RuleBroken
from sandbox.stages import clocks, exit, overview, place, requests, suspend  # noqa: A004
from sandbox.store import clocks as stored
from sandbox.store import ledger, outbox
from tests.factories import ADA, AUTHORITY, EVE, PLAN, SUE, TOM
from tests.fakes import NOON
from tests.office import Office
from tests.stages.testing import DORA


def posted(office: Office) -> list[tuple[str, str]]:
    with office.sessions.begin() as session:
        found = outbox.page(session, state=None, after=None, limit=200)
    return [(p.kind, p.addressee) for p in reversed(found) if p.kind.startswith("clock_")]


def look(office: Office) -> None:
    office.sweep_clocks()
    office.work()


def test_the_decision_on_admission_is_reminded_overdue_and_brought_to_the_head(
    office: Office,
) -> None:
    case_id = office.apply()
    for _ in range(110):
        look(office)
        office.clock.forward(days=1)

    assert posted(office) == [
        ("clock_week_before", "authority"),
        ("clock_day_before", "authority"),
        ("clock_on_target", "authority"),
        ("clock_overdue", "authority"),
        ("clock_overdue", "provider:CreditCo"),
        ("clock_escalated", "authority_head"),
    ]
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, case_id)
    assert first_break(entries) is None
    assert [e.entry.action for e in entries if e.entry.action.startswith("clock_")] == [
        *("clock_week_before", "clock_day_before", "clock_on_target"),
        *("clock_overdue", "clock_escalated"),
    ]


def test_a_notice_says_of_which_start_of_a_clock_it_tells(office: Office) -> None:
    case_id = office.apply()
    office.clock.forward(days=100)
    look(office)

    with office.sessions.begin() as session:
        told = [e.entry for e in ledger.of_case(session, case_id)]
    (overdue,) = (entry for entry in told if entry.action == "clock_overdue")
    assert overdue.facts["started_on"] == "2026-11-24"


def test_a_doubled_nudge_and_a_second_look_tell_nobody_twice(office: Office) -> None:
    case_id = office.apply()
    office.clock.forward(days=92)

    for _ in range(3):
        office.tick(case_id)

    assert posted(office) == [("clock_on_target", "authority")]
    assert office.sweep_clocks() == 0


def test_who_dies_before_the_end_of_a_tick_has_told_nobody_and_the_next_one_does(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = office.apply()
    office.clock.forward(days=200)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stored, "step_taken", killed)
        with pytest.raises(KeyboardInterrupt):
            office.tick(case_id)
    assert posted(office) == []

    office.tick(case_id)
    assert [kind for kind, _ in posted(office)] == ["clock_overdue"] * 2 + ["clock_escalated"]


def test_a_clock_that_was_met_is_silent(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    office.clock.forward(days=200)

    look(office)

    assert posted(office) == []


def test_cases_without_a_step_to_take_are_not_looked_at(office: Office) -> None:
    for key in "abc":
        office.apply(key)

    assert office.sweep_clocks() == 3
    office.work()
    assert office.sweep_clocks() == 0
    office.clock.forward(days=85)
    assert office.sweep_clocks() == 3


def by_hand(
    office: Office,
    case_id: CaseId,
    *,
    name: Name = Name.DL_24,
    event: date | datetime = NOON,
    subject: str = "breach 1",
    by: Person = ADA,
) -> None:
    clocks.start(
        *(case_id, name, event, subject, "ticket 7"),
        by=by,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
    )


def met_by_hand(office: Office, case_id: CaseId, subject: str = "breach 1") -> None:
    clocks.meet(
        *(case_id, Name.DL_24, subject, "DPA 2026/1"),
        by=SUE,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )


@pytest.mark.rule("DL-24")
def test_a_data_breach_runs_for_72_hours_and_pages_whoever_is_on_call(office: Office) -> None:
    case_id = office.active()
    by_hand(office, case_id, event=office.clock())
    look(office)
    office.clock.forward(hours=37)
    look(office)
    office.clock.forward(hours=37)
    look(office)

    assert posted(office) == [
        ("clock_half_time", "provider:CreditCo"),
        ("clock_overdue", "provider:CreditCo"),
        ("clock_overdue", "authority"),
        ("clock_overdue", "on_call"),
    ]


def test_a_clock_by_hand_is_met_by_hand_with_its_reference(office: Office) -> None:
    case_id = office.active()
    by_hand(office, case_id)
    met_by_hand(office, case_id)

    kept = clocks.account(case_id, by=ADA, sessions=office.sessions)
    (breach,) = (k for k in kept if k.clock.name is Name.DL_24)

    assert breach.started_by.facts["reference"] == "ticket 7"
    assert breach.met_by is not None
    assert (breach.met_by.actor, breach.met_by.facts["reference"]) == ("Sue", "DPA 2026/1")
    with pytest.raises(NotFound, match="no clock DL-24 runs for breach 1"):
        met_by_hand(office, case_id)


@pytest.mark.rule("DL-21")
def test_a_notice_about_a_general_purpose_model_has_two_weeks(office: Office) -> None:
    case_id = office.active()

    by_hand(office, case_id, name=Name.DL_21, event=date(2026, 11, 11), subject="model A")

    (clock,) = (c for c in office.case(case_id).deadlines if c.name is Name.DL_21)
    assert (clock.due, clock.subject) == (date(2026, 11, 25), "model A")


@pytest.mark.rule("X-clock")
def test_the_same_clock_cannot_be_started_twice(office: Office) -> None:
    case_id = office.active()
    by_hand(office, case_id)

    with pytest.raises(RuleBroken, match="DL-24 runs already for breach 1"):
        by_hand(office, case_id)
    by_hand(office, case_id, subject="breach 2")


@pytest.mark.parametrize(
    ("name", "event", "said"),
    [
        (Name.DL_01, NOON, "with a step of the case"),
        (Name.DL_24, date(2026, 11, 24), "the moment is needed"),
        (Name.DL_24, NOON + timedelta(minutes=1), "to come"),
        (Name.DL_21, date(2026, 11, 25), "to come"),
        (Name.DL_21, date(2006, 11, 25), "ten years"),
    ],
)
def test_a_clock_by_hand_needs_an_event_that_happened(
    office: Office, name: Name, event: date | datetime, said: str
) -> None:
    case_id = office.active()
    office.clock.now = NOON

    with pytest.raises(FieldRefused, match=said):
        by_hand(office, case_id, name=name, event=event)


def test_clocks_by_hand_are_for_the_provider_of_the_case_and_the_authority(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(NotFound):
        by_hand(office, case_id, by=EVE)
    with pytest.raises(NotAllowedError):
        by_hand(office, office.apply("another"))


def test_no_step_starts_what_is_started_by_hand() -> None:
    texts = {
        path.name: path.read_text()
        for folder in ("stages", "domain")
        for path in (SOURCES / folder).glob("*.py")
    }
    catalogue = {"deadline_rules.py", "escalation.py", "manual_clocks.py"}
    for name in BY_HAND:
        assert {n for n, t in texts.items() if f"Name.{name.name}" in t} <= catalogue


def test_a_second_suspension_on_one_day_runs_its_clock_again(office: Office) -> None:
    case_id = office.active()
    office.suspend(case_id)
    tell_ai_office(office, case_id)
    office.mitigate(case_id)
    office.resume(case_id, TOM)
    office.work()

    office.suspend(case_id)

    (clock,) = (c for c in office.case(case_id).deadlines if c.name is Name.DL_08)
    assert clock.met_at is None
    rows_and_ledger_agree(office, case_id)


DAY_OFF = WorkingCalendar("NL", frozenset({date(2026, 11, 27)}))
DUTCH = replace(AUTHORITY, calendar=DAY_OFF)
BERLIN = MemberState("DE", "Europe/Berlin", WorkingCalendar("DE", frozenset({date(2027, 3, 24)})))


def counted(case: Case) -> dict[Name, tuple[str, date]]:
    return {clock.name: (clock.country, clock.due) for clock in case.deadlines}


@pytest.mark.rule("DL-08")
@pytest.mark.rule("DL-21")
def test_what_the_union_receives_is_counted_in_its_calendar_not_in_ours(office: Office) -> None:
    case_id = office.active()
    office.clock.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    clocks.start(
        *(case_id, Name.DL_21, date(2026, 11, 13), "model A", "ticket 7"),
        **(common(office, ADA) | {"authority": DUTCH}),
    )
    suspended = suspend.suspend(
        case_id,
        ground=SuspensionGround.PLAN_BREACH,
        reasons="the gap is too wide",
        cluster=office.cluster,
        nudge=office.nudge,
        **(common(office, SUE) | {"authority": DUTCH}),
    )

    assert counted(suspended)[Name.DL_21] == ("EU", date(2026, 11, 27))
    assert counted(suspended)[Name.DL_08] == ("EU", date(2026, 11, 27))
    rows_and_ledger_agree(office, case_id)


@pytest.mark.rule("DL-08")
def test_a_termination_is_told_to_the_ai_office_by_the_calendar_of_the_union(
    office: Office,
) -> None:
    case_id = office.active()
    office.clock.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    exit.end(
        case_id,
        action=Action.TERMINATE,
        ground=SuspensionGround.PLAN_BREACH,
        reasons="no way on",
        cluster=office.cluster,
        nudge=office.nudge,
        **(common(office, SUE) | {"authority": DUTCH}),
    )

    found = counted(office.case(case_id))
    assert found[Name.DL_08] == ("EU", date(2026, 11, 27))
    assert found[Name.DL_06][0] == "NL"


@pytest.mark.rule("DL-22")
def test_an_answer_of_the_ai_office_is_counted_where_whoever_asked_for_it_sits(
    office: Office,
) -> None:
    case_id = office.active(country="DE")
    there = replace(AUTHORITY, union=Union({**AUTHORITY.union.states, "DE": BERLIN}))
    asked = requests.ask(
        case_id,
        kind=RequestKind.ASSESSMENT,
        reasons="why",
        **(common(office, DORA) | {"authority": there}),
    )

    assert counted(asked)[Name.DL_22] == ("DE", date(2027, 3, 25))


def common(office: Office, by: Person) -> dict[str, Any]:
    return {"by": by, "version": None, "sessions": office.sessions, "clock": office.clock}


def tell_ai_office(office: Office, case_id: CaseId) -> None:
    suspend.notify_ai_office(
        case_id, "r", by=SUE, version=None, sessions=office.sessions, clock=office.clock
    )


def rows_and_ledger_agree(office: Office, case_id: CaseId) -> None:
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, case_id)
    kept = read(sealed.entry for sealed in entries)
    assert sorted(k.clock.key for k in kept) == sorted(
        c.key for c in office.case(case_id).deadlines
    )
    assert {k.clock.key: k.clock for k in kept} == {
        c.key: c for c in office.case(case_id).deadlines
    }
    assert wrong(kept) == ()
    assert first_break(entries) is None


def plan_from_today(office: Office) -> SandboxPlan:
    today = AUTHORITY.day(office.clock())
    return replace(PLAN, first_day=today, last_day=today + timedelta(weeks=4))


def steps(office: Office, case_id: CaseId, pick: random.Random) -> list[Callable[[], object]]:
    """What anybody might do next, lawful or not."""
    return [
        lambda: office.decide(case_id, admitted=pick.random() < 0.9),
        lambda: office.associate(case_id),
        lambda: office.sign(case_id, office.propose(case_id, plan_from_today(office)).plan_sha256),
        lambda: office.agree(case_id, office.case(case_id).plan_sha256),
        lambda: office.suspend(case_id),
        lambda: tell_ai_office(office, case_id),
        lambda: office.mitigate(case_id),
        lambda: office.resume(case_id, TOM),
        lambda: office.end(case_id, pick.choice([Action.COMPLETE, Action.TERMINATE])),
        lambda: office.issue_exit_report(case_id),
        lambda: by_hand(office, case_id, event=office.clock()),
        lambda: met_by_hand(office, case_id),
        lambda: look(office),
        lambda: (
            place.withdraw(
                case_id,
                by=ADA,
                version=None,
                sessions=office.sessions,
                authority=AUTHORITY,
                clock=office.clock,
                nudge=office.nudge,
            )
            if pick.random() < 0.02
            else None
        ),
    ]


@pytest.mark.parametrize("seed", range(10))
def test_on_every_way_through_the_sandbox_the_ledger_alone_tells_every_clock(
    office: Office, seed: int
) -> None:
    pick = random.Random(seed)
    office.metrics.value = None  # days of samples would take longer than everything else
    case_id = office.apply() if seed % 2 else office.active()
    if seed % 2:
        office.decide(case_id)
        office.associate(case_id)
    for _ in range(50):
        with suppress(Refused):
            pick.choice(steps(office, case_id, pick))()
        office.work()
        office.clock.forward(hours=pick.choice([0, 0, 1, 20, 24 * 9]))
        rows_and_ledger_agree(office, case_id)


def test_a_clock_with_another_end_is_looked_at_anew(office: Office) -> None:
    case_id = office.apply()
    look(office)
    with office.sessions.begin() as session:
        (clock,) = stored.of_case(session, case_id)
        moved = replace(clock, due=clock.due - timedelta(days=80))
        stored.save(session, case_id, (moved,))

    assert office.sweep_clocks() == 1


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("person", "known"),
    [
        (SUE, True),
        (ADA, True),
        (EVE, False),
        (replace(SUE, unit=Unit.ENFORCEMENT), False),
        (Person("Max", Role.MARKET_SURVEILLANCE, "", "NL"), False),
        (Person("Max", Role.MARKET_SURVEILLANCE, "", "DE"), False),
        (Person("Dirk", Role.DEPLOYER, "CreditCo"), False),
        (Person("Opa", Role.OPERATOR, ""), False),
    ],
)
def test_clocks_and_cases_are_listed_only_for_whom_may_know_of_them(
    office: Office, person: Person, known: bool
) -> None:
    case_id = office.apply()

    listed = clocks.nearest(by=person, after=None, limit=10, sessions=office.sessions)
    queue = overview.queue(by=person, stage=None, after=None, limit=10, sessions=office.sessions)

    assert [c.case_id for c in listed.clocks] == ([case_id] if known else [])
    assert [c.id for c in queue.cases] == ([case_id] if known else [])
