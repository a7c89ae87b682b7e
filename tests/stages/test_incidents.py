"""A serious incident, an order, an inspection: over a real database, each with its clocks."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.deadline_rules import Name
from sandbox.domain.incident import (
    Awareness,
    CausalLink,
    Classification,
    IncidentClass,
    Response,
    found,
)
from sandbox.domain.lifecycle import ENFORCING, Role, Stage
from sandbox.domain.member_state import MemberState, Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import against, take
from sandbox.domain.periods import WorkingCalendar
from sandbox.domain.seal import LedgerLine, SealedEntry, first_break, withheld
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.supervision import EVERYWHERE, OrderGround, OrderKind
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, RuleBroken
from sandbox.stages import (
    clocks,
    incident_reports,
    incidents,
    inspect,
    orders,
    overview,
    suspend,
)
from sandbox.store import alarms, documents, ledger, outbox
from tests.factories import ADA, APPLICATION, AUTHORITY, SUE, TOM, UNION, a_case
from tests.fakes import NOON
from tests.office import Office
from tests.stages.testing import running as running_test

MAX = Person("Max", Role.MARKET_SURVEILLANCE, "MSA", "NL")
MIA = Person("Mia", Role.MARKET_SURVEILLANCE, "MSA", "NL")
DORA = Person("Dora", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")
INA = Person("Ina", Role.AUTHORITY, "", unit=Unit.ENFORCEMENT)
GERD, ILSE = (
    Person(name, Role.MARKET_SURVEILLANCE, "BNetzA", "DE", Unit.ENFORCEMENT)
    for name in ("Gerd", "Ilse")
)
FAY = Person("Fay", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
DEATH = Classification((IncidentClass.DEATH,), CausalLink.LIKELY)
RIGHTS = Classification((IncidentClass.FUNDAMENTAL_RIGHTS,), CausalLink.LIKELY)


def opened(
    office: Office,
    case_id: CaseId,
    *countries: str,
    aware_at: datetime | None = None,
    **more: Any,
) -> Case:
    at = aware_at or office.clock()
    return incidents.open_incident(
        case_id,
        aware_at=at,
        occurred_at=at - timedelta(hours=1),
        countries=countries or ("NL",),
        description="a person was wrongly refused",
        persons_affected="one",
        **more,
        by=ADA,
        version=None,
        sessions=office.sessions,
        union=UNION,
        clock=office.clock,
        nudge=office.nudge,
    )


def classified(
    office: Office, case_id: CaseId, judged: Classification, by: Person = ADA, number: int = 1
) -> Case:
    return incidents.classify(
        case_id,
        number,
        judged,
        union=UNION,
        **supervising(office, by),
    )


def responded(office: Office, case_id: CaseId, *, mitigated: bool, number: int = 1) -> Case:
    return incidents.respond(
        case_id,
        number,
        mitigated=mitigated,
        measures="a person decides again",
        by=ADA,
        version=None,
        sessions=office.sessions,
        cluster=office.cluster,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )


def reported(
    office: Office, case_id: CaseId, *, complete: bool, number: int = 1, union: Union = UNION
) -> Case:
    """A complete report is of an incident that somebody answered."""
    if complete and found(office.case(case_id).incidents, number).response is None:
        responded(office, case_id, mitigated=True, number=number)
    return incident_reports.report(
        case_id,
        number,
        complete=complete,
        investigation="found" if complete else "",
        risk_assessment="low now" if complete else "",
        corrective_action="mended" if complete else "",
        recall="",
        by=ADA,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        union=union,
        clock=office.clock,
        nudge=office.nudge,
    )


def simple(office: Office, by: Person = SUE) -> dict[str, Any]:
    return {"by": by, "version": None, "sessions": office.sessions, "clock": office.clock}


def supervising(office: Office, by: Person = SUE) -> dict[str, Any]:
    return simple(office, by) | {"authority": AUTHORITY}


def closed(office: Office, case_id: CaseId, by: Person = SUE) -> Case:
    return incident_reports.close(case_id, 1, nudge=office.nudge, **supervising(office, by))


def informed(office: Office, case_id: CaseId) -> Case:
    parts = simple(office, ADA) | {"nudge": office.nudge}
    return incident_reports.inform_of_change(case_id, 1, "another threshold", **parts)


def order(office: Office, case_id: CaseId, by: Person, country: str, **more: Any) -> Case:
    return orders.give(
        case_id,
        kind=more.get("kind", OrderKind.SUSPEND),
        ground=OrderGround.PLAN_BREACH,
        country=country,
        reasons=more.get("reasons", "the plan is not followed"),
        required_changes=more.get("required_changes", ""),
        remedy=more.get("remedy", ""),
        cluster=office.cluster,
        union=UNION,
        nudge=office.nudge,
        **supervising(office, by),
    )


def running(case: Case) -> dict[tuple[str, str], Any]:
    return {(c.name.value, c.subject): c for c in case.deadlines if c.met_at is None}


@pytest.mark.rule("DL-10")
@pytest.mark.rule("DL-16")
def test_awareness_starts_a_clock_in_each_member_state_and_an_hour_to_mitigate(
    office: Office,
) -> None:
    case_id = office.active()

    case = opened(office, case_id, "NL", "DE")

    assert {("DL-10", "incident 1 NL"), ("DL-10", "incident 1 DE")} <= running(case).keys()
    assert running(case)["DL-16", "incident 1"].due_at is not None
    assert case.incidents[0].holds_evidence


def test_a_graver_class_moves_the_clock_forward_and_a_milder_one_needs_a_supervisor(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id)

    graver = classified(office, case_id, DEATH)
    with pytest.raises(FieldRefused, match="sign-off"):
        classified(office, case_id, RIGHTS)
    milder = classified(office, case_id, RIGHTS, by=SUE)

    assert ("DL-12", "incident 1 NL") in running(graver)
    assert ("DL-10", "incident 1 NL") not in running(graver)
    assert ("DL-10", "incident 1 NL") in running(milder)
    assert milder.incidents[0].aware_at == graver.incidents[0].aware_at


@pytest.mark.rule("R60-7")
def test_an_incident_that_nobody_answers_suspends_the_test_after_an_hour(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    office.clock.forward(minutes=30)
    office.sweep()
    office.work()
    waiting = office.case(case_id).stage
    office.clock.forward(hours=2)
    office.sweep()
    office.work()

    case = office.case(case_id)
    assert waiting is Stage.ACTIVE
    assert case.stage is Stage.SUSPENDED
    assert case.incidents[0].response is Response.SUSPENDED
    assert office.engine.standing[case_id].frozen
    assert {c.name for c in case.deadlines if c.name is Name.DL_16 and c.met_at} == {Name.DL_16}


@pytest.mark.rule("DL-16")
def test_the_hour_to_mitigate_runs_from_awareness_not_from_its_recording(office: Office) -> None:
    case_id = office.active()
    aware_at = office.clock() - timedelta(hours=2)

    case = opened(office, case_id, aware_at=aware_at)
    office.clock.forward(minutes=30)
    office.sweep()
    office.work()

    assert running(case)["DL-16", "incident 1"].started_at == aware_at
    answered = office.case(case_id)
    assert (answered.stage, answered.incidents[0].response) == (Stage.SUSPENDED, Response.SUSPENDED)


@pytest.mark.rule("DL-10")
@pytest.mark.rule("DL-11")
@pytest.mark.rule("DL-12")
def test_a_report_that_is_overdue_alarms_market_surveillance_and_proposes_suspension(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")
    classified(office, case_id, DEATH)
    responded(office, case_id, mitigated=True)
    office.clock.forward(days=11)
    for _ in range(2):
        office.sweep_clocks()
        office.work()

    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=200)
        alarmed = [text for _, text in alarms.of_case(session, case_id) if "proposed" in text]
    for kind in ("clock_overdue", "suspension_proposed"):
        about = {p.addressee for p in posted if p.kind == kind and p.facts.get("clock") == "DL-12"}
        assert about == {"provider:CreditCo", "authority", "market_surveillance:NL"}
    (proposal,) = alarmed
    assert proposal.startswith("DL-12 report of a death (incident 1 DE) is overdue")
    assert office.case(case_id).stage is Stage.ACTIVE


def test_nobody_proposes_to_suspend_what_stands_still(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    responded(office, case_id, mitigated=False)
    office.clock.forward(days=16)
    office.sweep_clocks()
    office.work()

    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=200)
    assert ("clock_overdue", "authority") in {(p.kind, p.addressee) for p in posted}
    assert "suspension_proposed" not in {p.kind for p in posted}


def test_a_provider_that_cannot_mitigate_suspends_its_own_test(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)

    case = responded(office, case_id, mitigated=False)

    assert case.stage is Stage.SUSPENDED
    assert case.suspension is not None
    assert case.suspension.cut_at is not None


@pytest.mark.rule("DL-13")
@pytest.mark.rule("DL-14")
@pytest.mark.rule("DL-15")
@pytest.mark.rule("R73-05")
@pytest.mark.rule("R73-07")
@pytest.mark.rule("R73-08")
@pytest.mark.rule("R73-11")
def test_a_report_meets_its_clock_and_starts_those_of_the_authorities(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    with pytest.raises(FieldRefused, match="not classified"):
        reported(office, case_id, complete=False)
    classified(office, case_id, RIGHTS)
    responded(office, case_id, mitigated=True)

    first = reported(office, case_id, complete=False)
    whole = reported(office, case_id, complete=True)
    office.work()

    assert ("DL-10", "incident 1 NL") not in running(first)
    assert running(first).keys() >= {
        ("DL-13", "incident 1 NL"),
        ("DL-14", "incident 1"),
        ("DL-15", "incident 1 NL"),
    }
    assert running(first)["DL-14", "incident 1"].country == "EU"
    assert whole.incidents[0].initial_report_at == first.incidents[0].initial_report_at
    with office.sessions.begin() as session:
        made = [d for d in documents.of_case(session, case_id) if d.kind is Paper.INCIDENT_REPORT]
    assert [d.assembled["kind"] for d in made if d.assembled] == ["initial", "complete"]
    assert all(d.sealed_at for d in made)


@pytest.mark.rule("R73-05")
@pytest.mark.rule("R73-06")
def test_an_empty_report_is_not_complete(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    classified(office, case_id, RIGHTS)

    def report(**said: str) -> Case:
        empty: dict[str, Any] = dict.fromkeys(("investigation", "corrective_action", "recall"), "")
        empty["risk_assessment"] = " "
        return incident_reports.report(
            case_id,
            1,
            complete=True,
            authority=AUTHORITY,
            union=UNION,
            nudge=office.nudge,
            **(empty | said),
            **simple(office, ADA),
        )

    with pytest.raises(RuleBroken) as refused:
        report()
    assert [r.rule for r in refused.value.reasons] == ["R73-06"] * 4
    assert office.case(case_id).incidents[0].initial_report_at is None

    responded(office, case_id, mitigated=True)
    reported(office, case_id, complete=False)
    with pytest.raises(RuleBroken, match="how the risk is assessed"):
        report(investigation="a bug", corrective_action="mended")
    report(investigation="a bug", corrective_action="mended", risk_assessment="low")
    assert report().incidents[0].risk_assessment == "low"  # what was said stands


@pytest.mark.rule("R73-05")
def test_a_report_names_test_deployers_recall_and_whose_awareness_counted(office: Office) -> None:
    case_id = running_test(office)
    opened(office, case_id, aware="Bo of the night shift", aware_party=Awareness.DEPLOYER)
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)

    with office.sessions.begin() as session:
        said = documents.load(session, case_id, Paper.INCIDENT_REPORT, 1).assembled or {}
    test = office.case(case_id).test
    assert test is not None
    assert (said["aware"], said["aware_party"]) == ("Bo of the night shift", "deployer")
    assert said["test_number"] == test.number != ""
    assert said["deployers"] == ["BankCo"]
    assert (said["risk_assessment"], said["recall"]) == ("low now", "nothing is said of a recall")


@pytest.mark.rule("R73-08")
@pytest.mark.rule("R73-05")
def test_an_incident_is_closed_only_when_reported_and_acted_on(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    classified(office, case_id, RIGHTS)

    with pytest.raises(RuleBroken) as early:
        closed(office, case_id)
    reported(office, case_id, complete=True)
    incident_reports.take_measures(
        case_id,
        1,
        measures="inspected",
        commission_reference="C-1",
        rights_reference="R-1",
        **supervising(office),
    )
    after = closed(office, case_id)

    assert {r.rule for r in early.value.reasons} == {"R73-08"}
    assert len(early.value.reasons) == 2
    assert not {"DL-13", "DL-14", "DL-15"} & {name for name, _ in running(after)}


AFTER_A_DAY_OFF = date(2026, 12, 2)


@pytest.mark.rule("R73-07")
@pytest.mark.rule("R73-08")
def test_each_authority_that_got_the_report_has_clocks_of_its_own_in_its_calendar(
    office: Office,
) -> None:
    day_off = WorkingCalendar("DE", frozenset({date(2026, 12, 1)}))
    germany = MemberState("DE", "Europe/Berlin", day_off)
    case_id = office.active()
    opened(office, case_id, "NL", "DE")
    classified(office, case_id, RIGHTS)
    responded(office, case_id, mitigated=True)

    case = reported(office, case_id, complete=True, union=Union({**UNION.states, "DE": germany}))
    assert {
        (c.subject, c.due, c.country) for (n, _), c in running(case).items() if n == "DL-13"
    } == {
        ("incident 1 NL", date(2026, 12, 1), "NL"),
        ("incident 1 DE", AFTER_A_DAY_OFF, "DE"),
    }

    half = taken(office, case_id, MAX)
    with pytest.raises(RuleBroken) as early:
        closed(office, case_id, DORA)
    whole = taken(office, case_id, DORA, told="R-2")

    assert {key for key in running(half) if key[0] in {"DL-13", "DL-15"}} == {
        ("DL-13", "incident 1 DE"),
        ("DL-15", "incident 1 DE"),
    }
    assert [(r.rule, r.sentence.partition(":")[0]) for r in early.value.reasons] == [
        ("R73-08", "incident 1"),
        ("R73-07", "incident 1 DE"),
    ]
    assert not {"DL-13", "DL-15"} & {name for name, _ in running(whole)}
    closed(office, case_id, MAX)
    assert closed(office, case_id, DORA).incidents[0].closed_at


@pytest.mark.rule("DL-13")
def test_an_authority_that_took_measures_before_the_report_owes_none_after_it(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "NL", "DE")
    classified(office, case_id, DEATH)
    taken(office, case_id, MAX)

    after = reported(office, case_id, complete=True)

    assert {s for n, s in running(after) if n == "DL-13"} == {"incident 1 DE"}


@pytest.mark.rule("R73-07")
@pytest.mark.rule("DL-15")
def test_rights_that_turn_out_to_be_touched_after_the_report_start_the_notice_to_their_bodies_once(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "NL", "DE")
    classified(office, case_id, DEATH)
    before = reported(office, case_id, complete=True)
    office.clock.forward(days=3)

    found = classified(office, case_id, RIGHTS, by=SUE)
    office.clock.forward(days=1)
    classified(office, case_id, DEATH, by=SUE)
    again = classified(office, case_id, RIGHTS, by=SUE)
    taken(office, case_id, MAX, told="")
    taken(office, case_id, DORA, told="R-2")
    with pytest.raises(RuleBroken) as early:
        closed(office, case_id, MAX)

    assert "DL-15" not in {name for name, _ in running(before)}
    starts = {c.subject: c.started_on for c in found.deadlines if c.name is Name.DL_15}
    assert starts == dict.fromkeys(("incident 1 NL", "incident 1 DE"), date(2026, 11, 27))
    assert {c.key for c in again.deadlines if c.name is Name.DL_15} == {
        c.key for c in found.deadlines if c.name is Name.DL_15
    }
    assert [r.rule for r in early.value.reasons] == ["R73-07"]
    assert "incident 1 NL" in early.value.reasons[0].sentence


@pytest.mark.rule("R73-06")
@pytest.mark.rule("R60-7")
def test_a_test_goes_on_only_when_the_authority_knows_what_is_altered(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    office.suspend(case_id)
    office.work()
    office.clock.forward(seconds=1)
    office.mitigate(case_id)

    with pytest.raises(RuleBroken) as refusal:
        office.resume(case_id, TOM)
    responded(office, case_id, mitigated=True)
    informed(office, case_id)
    office.resume(case_id, TOM)

    assert {r.rule for r in refusal.value.reasons} == {"R60-7", "R73-06"}
    assert office.case(case_id).stage is Stage.ACTIVE


@pytest.mark.rule("R73-05")
def test_a_case_with_an_open_incident_is_not_closed(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    office.end(case_id, Action.TERMINATE)
    office.work()
    office.issue_exit_report(case_id)

    office.work()

    assert office.case(case_id).stage is Stage.TERMINATED


@pytest.mark.rule("R76-5")
@pytest.mark.rule("DL-08")
def test_what_authorities_are_owed_to_be_told_can_still_be_told_after_the_closure(
    office: Office,
) -> None:
    case_id = office.active()
    order(office, case_id, SUE, "NL")
    office.end(case_id, Action.TERMINATE)
    office.work()
    office.issue_exit_report(case_id)
    office.work()

    assert office.case(case_id).stage is Stage.CLOSED
    suspend.notify_ai_office(case_id, "letter 4", **simple(office))
    told = orders.tell_other_authorities(case_id, 1, "letter 5", **supervising(office))
    assert not {"DL-08", "DL-26"} & {name for name, _ in running(told)}


@pytest.mark.rule("R60-7")
def test_a_case_is_not_closed_before_somebody_answered_its_incident(office: Office) -> None:
    """Other law takes the report, so that the incident may be closed before it was answered."""
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    office.end(case_id)
    office.work()
    opened(office, case_id)
    classified(office, case_id, DEATH, by=SUE)
    closed(office, case_id)
    office.issue_exit_report(case_id)
    office.work()
    waiting = office.case(case_id).stage
    office.clock.forward(hours=3)
    for _ in range(2):
        office.sweep()
        office.work()

    after = office.case(case_id)
    assert (waiting, after.stage) == (Stage.COMPLETED, Stage.CLOSED)
    assert after.incidents[0].response is Response.SUSPENDED


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R76-5")
@pytest.mark.rule("DL-26")
def test_an_authority_orders_on_its_territory_only_and_others_run_on(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")

    with pytest.raises(RuleBroken) as abroad:
        order(office, case_id, DORA, "NL")
    case = order(office, case_id, DORA, "DE")

    assert [r.rule for r in abroad.value.reasons] == ["R76-3"]
    assert case.stage is Stage.ACTIVE
    assert case.orders[0].stops
    assert not case.orders[0].freezes
    assert ("DL-26", "order 1") in running(case)
    told = orders.tell_other_authorities(case_id, 1, "ref", **supervising(office, DORA))
    assert ("DL-26", "order 1") not in running(told)


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R57-11b")
def test_an_order_everywhere_freezes_at_once_and_is_lifted_by_a_second_person(
    office: Office,
) -> None:
    case_id = office.active()

    stopped = order(office, case_id, MAX, "NL")
    office.work()
    with pytest.raises(RuleBroken) as early:
        orders.lift(case_id, 1, **supervising(office, MAX))
    orders.confirm(case_id, 1, **simple(office, ADA))
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    lifted = orders.lift(case_id, 1, **supervising(office, MIA))

    assert stopped.stage is Stage.SUSPENDED
    assert office.engine.standing[case_id].frozen
    assert len(early.value.reasons) == 2
    assert lifted.orders[0].lifted_by == str(MIA)


ABROAD = Person("Ilse", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")


@pytest.mark.rule("R76-3")
def test_one_authority_neither_lifts_the_order_of_another_nor_tells_of_it(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")
    responded(office, case_id, mitigated=True)
    order(office, case_id, DORA, "DE")
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))

    for stranger in (SUE, MAX):
        with pytest.raises(RuleBroken, match="order 1 is one of the market surveillance of DE"):
            orders.lift(case_id, 1, **supervising(office, stranger))
        with pytest.raises(RuleBroken, match="order 1 is one of the market surveillance of DE"):
            orders.tell_other_authorities(case_id, 1, "ref", **supervising(office, stranger))

    lifted = orders.lift(case_id, 1, **supervising(office, ABROAD))
    assert not lifted.orders[0].stops


@pytest.mark.rule("R76-3")
def test_the_lead_orders_at_home_and_everywhere_and_on_no_other_territory(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken, match="an authority of NL cannot decide for DE"):
        order(office, case_id, SUE, "DE")

    for country in ("NL", EVERYWHERE):
        assert order(office, case_id, SUE, country).orders[-1].country == country


@pytest.mark.rule("R60-6")
def test_an_inspection_is_closed_by_the_authority_that_opened_it(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")
    number = inspection(office, case_id, by=GERD).inspections[-1].number

    with pytest.raises(RuleBroken, match="closed by the authority that opened it"):
        closing(office, case_id, number, INA)
    after = closing(office, case_id, number, ILSE)

    assert after.inspections[0].closed_by == str(ILSE)


@pytest.mark.rule("R73-08")
def test_each_authority_acts_and_closes_for_itself_and_the_hold_stands_until_the_last(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)

    taken(office, case_id, DORA)
    with pytest.raises(RuleBroken, match="the measures of the market surveillance of FR"):
        closed(office, case_id, FAY)
    with pytest.raises(RuleBroken, match="is not reported to the authority of NL"):
        closed(office, case_id, SUE)
    first = closed(office, case_id, DORA).incidents[0]
    taken(office, case_id, FAY)
    last = closed(office, case_id, FAY).incidents[0]

    assert (first.measures_at, first.closed_at) == (None, None)
    assert first.holds_evidence
    assert last.closed_at is not None
    assert not last.holds_evidence


@pytest.mark.rule("R73-04")
def test_a_later_day_is_signed_off_by_each_authority_for_its_own_clock(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, DEATH)

    with pytest.raises(FieldRefused, match="sign-off"):
        classified(office, case_id, RIGHTS, by=SUE)
    once = running(classified(office, case_id, RIGHTS, by=DORA)).keys()
    twice = running(classified(office, case_id, RIGHTS, by=FAY)).keys()

    assert {("DL-10", "incident 1 DE"), ("DL-12", "incident 1 FR")} <= once
    assert {("DL-10", "incident 1 DE"), ("DL-10", "incident 1 FR")} <= twice
    assert "DL-12" not in {name for name, _ in twice}


@pytest.mark.rule("R73-09")
def test_a_report_is_taken_while_one_authority_has_not_signed_off_that_none_is_due(
    office: Office,
) -> None:
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, DEATH, by=DORA)

    assert reported(office, case_id, complete=True).incidents[0].initial_report_at


@pytest.mark.rule("R73-11")
def test_an_incident_is_not_closed_before_the_commission_was_told(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)
    taken(office, case_id, SUE, commission_reference="")

    with pytest.raises(RuleBroken, match="Commission was not told") as refusal:
        closed(office, case_id)
    taken(office, case_id, SUE)

    assert [r.rule for r in refusal.value.reasons] == ["R73-11"]
    assert closed(office, case_id).incidents[0].closed_at


@pytest.mark.rule("R76-4")
def test_an_order_without_grounds_is_refused(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken) as refusal:
        order(office, case_id, SUE, EVERYWHERE, reasons=" ", kind=OrderKind.MODIFY)

    assert [r.sentence for r in refusal.value.reasons if r.rule == "R76-4"] == [
        "the order states no grounds",
        "the order does not say what must change",
    ]


def inspection(office: Office, case_id: CaseId, **more: Any) -> Case:
    return inspect.open_inspection(
        case_id,
        announced=more.get("announced", False),
        scope="logs",
        purpose="a complaint",
        powers="Art. 60(6)",
        source_code_reasons=more.get("source_code_reasons", ""),
        necessary_for_conformity=more.get("necessary_for_conformity", False),
        other_means_exhausted=more.get("other_means_exhausted", False),
        nudge=office.nudge,
        **supervising(office, more.get("by", INA)),
    )


def closing(office: Office, case_id: CaseId, number: int, by: Person) -> Case:
    return inspect.close_inspection(
        case_id,
        number,
        findings="in order",
        evidence_sha256=("ab" * 32,),
        cluster=office.cluster,
        nudge=office.nudge,
        **supervising(office, by),
    )


@pytest.mark.rule("R60-6")
def test_an_unannounced_inspection_leaks_nothing_until_it_is_closed(office: Office) -> None:
    case_id = office.active()
    number = inspection(office, case_id).inspections[-1].number
    opened(office, case_id)

    seen = office.look(case_id, ADA).case
    entries = overview.account(case_id, by=ADA, after=0, limit=None, sessions=office.sessions)
    inspectors = office.look(case_id, INA).case
    kept = clocks.account(case_id, by=ADA, sessions=office.sessions)

    assert seen.inspections == ()
    assert len(inspectors.inspections) == 1
    assert not _inspections(entries)
    assert first_break(entries) is None
    with office.sessions.begin() as session:
        whole = ledger.of_case(session, case_id)
    secret = whole[-2]
    assert entries[-2:] == [withheld(secret), whole[-1]]
    assert len(entries) == len(whole)
    assert {c.clock.name for c in kept} >= {Name.DL_10, Name.DL_16}

    closing(office, case_id, number, INA)
    office.work()
    told = overview.account(case_id, by=ADA, after=0, limit=None, sessions=office.sessions)
    assert len(office.look(case_id, ADA).case.inspections) == 1
    assert _inspections(told)
    with office.sessions.begin() as session:
        assert told[len(whole) - 2] == secret
        whole = ledger.of_case(session, case_id)
        hidden = {w.entry.action for t, w in zip(told, whole, strict=True) if t != w}
        assert hidden == {"declare_interests", "assign_reviewer", "review"}  # deliberations
        assert documents.load(session, case_id, Paper.INSPECTION_RECORD, 1).sealed_at


def _inspections(lines: list[LedgerLine]) -> list[SealedEntry]:
    read = [line for line in lines if isinstance(line, SealedEntry)]
    return [line for line in read if line.entry.action == Action.OPEN_INSPECTION]


@pytest.mark.rule("R60-6")
def test_the_number_of_an_announced_inspection_does_not_tell_of_a_secret_one(
    office: Office,
) -> None:
    """Two cases that differ in the version alone, which tells that something happened (not what)."""
    told = []
    for key, announced in (("a", False), ("b", True)):
        case_id = office.active(key)
        inspection(office, case_id, announced=announced)
        inspection(office, case_id, announced=True)
        told.append(office.look(case_id, ADA).case.inspections)

    secret, (_, open_one) = told
    assert [i.number for i in secret] == [open_one.number]
    assert open_one.number > 2


@pytest.mark.rule("R78")
def test_whoever_supports_does_not_inspect_and_whoever_inspects_does_nothing_else(
    office: Office,
) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken) as refusal:
        inspection(office, case_id, by=SUE)
    with pytest.raises(NotFound):
        overview.account(case_id, by=INA, after=0, limit=None, sessions=office.sessions)
    with pytest.raises(NotFound):
        taken(office, case_id, INA)
    with pytest.raises(NotAllowedError):
        take(office.case(case_id), Action.SUSPEND, INA)
    number = inspection(office, case_id).inspections[-1].number
    seen = office.look(case_id, INA)
    after = order(office, case_id, replace(MAX, unit=Unit.ENFORCEMENT), "NL")

    assert [r.rule for r in refusal.value.reasons] == ["R78"]
    assert set(seen.possible) == ENFORCING
    assert {"plan", "stretches"} <= set(seen.facts)
    assert {"reviews", "decision", "guidance"}.isdisjoint(seen.facts)
    assert [i["number"] for i in seen.facts["inspections"]] == [number]
    assert after.stage is Stage.SUSPENDED
    closing(office, case_id, number, INA)
    seen = office.look(case_id, INA)
    assert set(seen.facts) == {"id", "stage", "version", "orders", "inspections"}
    assert seen.documents == ()


SOURCE_CODE = {
    "source_code_reasons": "to see the rule",
    "necessary_for_conformity": True,
    "other_means_exhausted": True,
}


@pytest.mark.rule("R74-13")
@pytest.mark.parametrize("missing", SOURCE_CODE)
def test_source_code_is_seen_with_reasons_when_necessary_and_as_a_last_resort(
    office: Office, missing: str
) -> None:
    case_id = office.active()
    empty: dict[str, object] = {missing: type(SOURCE_CODE[missing])()}

    with pytest.raises(RuleBroken) as refusal:
        inspection(office, case_id, **(SOURCE_CODE | empty))
    inspection(office, case_id, **SOURCE_CODE)

    assert [r.rule for r in refusal.value.reasons] == ["R74-13"]
    assert office.case(case_id).inspections[-1].wants_source_code


OLAF = Person("Olaf", Role.AI_OFFICE, "AI Office")
INFRASTRUCTURE = Classification((IncidentClass.CRITICAL_INFRASTRUCTURE,), CausalLink.LIKELY)


def taken(
    office: Office,
    case_id: CaseId,
    by: Person,
    commission_reference: str = "C-1",
    *,
    told: str = "R-1",
) -> Case:
    return incident_reports.take_measures(
        case_id,
        1,
        measures="inspected",
        commission_reference=commission_reference,
        rights_reference=told,
        **supervising(office, by),
    )


@pytest.mark.rule("R75-01")
def test_the_ai_office_orders_and_inspects_instead_of_the_member_states(office: Office) -> None:
    case_id = office.active(very_large_platform=True)
    for national in (SUE, MAX):
        with pytest.raises(RuleBroken) as refused:
            order(office, case_id, national, "NL")
        assert [r.rule for r in refused.value.reasons] == ["R75-01"]
        with pytest.raises(RuleBroken, match="exclusively competent"):
            inspection(office, case_id, by=national)
    with pytest.raises(RuleBroken, match="how to challenge"):
        order(office, case_id, OLAF, EVERYWHERE)

    stopped = order(office, case_id, OLAF, EVERYWHERE, remedy="The General Court, two months.")
    orders.tell_other_authorities(case_id, 1, "ref", **supervising(office, OLAF))
    inspected = inspection(office, case_id, by=replace(OLAF, unit=Unit.ENFORCEMENT))
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    with pytest.raises(RuleBroken, match="exclusively competent"):
        orders.lift(case_id, 1, **supervising(office, TOM))
    lifted = orders.lift(case_id, 1, **supervising(office, replace(OLAF, name="Ida")))

    assert stopped.stage is Stage.SUSPENDED
    assert stopped.orders[0].remedy == "The General Court, two months."
    assert inspected.inspections[0].by == str(OLAF)
    assert lifted.orders[0].lifted_by == "Ida (AI Office)"


@pytest.mark.rule("R75-01")
def test_where_the_member_states_are_competent_the_ai_office_neither_orders_nor_inspects() -> None:
    case = a_case(stage=Stage.ACTIVE)
    supervising = (Action.GIVE_ORDER, Action.LIFT_ORDER, Action.TELL_AUTHORITIES)
    for action in (*supervising, Action.OPEN_INSPECTION, Action.CLOSE_INSPECTION):
        ai_office, national = (replace(by, unit=Unit.ENFORCEMENT) for by in (OLAF, MAX))
        assert [r.rule for r in against(case, action, ai_office)] == ["R75-01"]
        assert against(case, action, national) == ()


@pytest.mark.rule("R75-01")
def test_in_the_sandbox_of_the_union_the_authority_is_the_ai_office() -> None:
    own = replace(APPLICATION, very_large_platform=True)
    seat = Seat(Role.AI_OFFICE, "", "AI Office", Capacity.LEAD, NOON)
    case = a_case(application=own, seats=(seat,))

    lead, national = (replace(by, unit=Unit.ENFORCEMENT) for by in (SUE, MAX))
    assert against(case, Action.OPEN_INSPECTION, lead) == ()
    assert [r.rule for r in against(case, Action.OPEN_INSPECTION, national)] == ["R75-01"]


@pytest.mark.rule("R75-1a")
@pytest.mark.rule("R75-01")
def test_the_ai_office_receives_acts_and_forwards_instead_of_the_member_states(
    office: Office,
) -> None:
    case_id = office.active(very_large_platform=True)
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, INFRASTRUCTURE)

    case = reported(office, case_id, complete=True)
    with pytest.raises(RuleBroken) as abroad:
        taken(office, case_id, DORA)
    taken(office, case_id, OLAF)
    with pytest.raises(RuleBroken) as unforwarded:
        closed(office, case_id, OLAF)
    incident_reports.forward(case_id, 1, union=UNION, **simple(office, OLAF))
    after = closed(office, case_id, OLAF)

    assert {c.country for c in case.deadlines if c.name in {Name.DL_11, Name.DL_13}} == {"EU"}
    assert [r.rule for r in abroad.value.reasons] == ["R75-01"]
    assert [r.rule for r in unforwarded.value.reasons] == ["R75-1a"]
    assert after.incidents[0].forwarded_to == ("market_surveillance:NL",)
    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=50)
    sent = [(p.kind, p.addressee) for p in posted if p.kind == "incident_report"]
    assert set(sent) == {
        ("incident_report", "ai_office"),
        ("incident_report", "commission"),
        ("incident_report", "market_surveillance:NL"),
    }


@pytest.mark.rule("R75-01")
@pytest.mark.rule("R75-1a")
def test_the_ai_office_has_no_say_on_incidents_of_the_member_states(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    office.suspend(case_id)  # from then on the AI Office knows the case

    with pytest.raises(NotFound, match="no incident 1"):
        taken(office, case_id, OLAF)
    with pytest.raises(NotFound, match="no incident 1"):
        incident_reports.forward(case_id, 1, union=UNION, **simple(office, OLAF))


@pytest.mark.rule("R73-09")
def test_what_other_law_takes_is_held_and_mitigated_but_not_reported(office: Office) -> None:
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    before = opened(office, case_id)

    with pytest.raises(FieldRefused, match=r"never.* sign-off"):
        classified(office, case_id, DEATH)
    judged = classified(office, case_id, DEATH, by=SUE)
    with pytest.raises(RuleBroken, match="2022/2554"):
        reported(office, case_id, complete=True)
    responded(office, case_id, mitigated=True)
    after = closed(office, case_id)

    assert ("DL-10", "incident 1 NL") in running(before)
    assert not {n for n, _ in running(judged)} & {"DL-10", "DL-11", "DL-12"}
    assert judged.incidents[0].holds_evidence
    assert after.incidents[0].closed_at


@pytest.mark.rule("R73-09")
def test_a_second_look_may_find_that_rights_are_touched_and_the_clock_runs_again(
    office: Office,
) -> None:
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    opened(office, case_id)
    classified(office, case_id, DEATH, by=SUE)

    again = classified(office, case_id, RIGHTS)
    with pytest.raises(FieldRefused, match="never"):
        classified(office, case_id, DEATH)

    assert ("DL-10", "incident 1 NL") in running(again)
    assert reported(office, case_id, complete=True).incidents[0].complete_report_at


@pytest.mark.rule("R73-06")
def test_a_hold_takes_the_right_to_change_pods_and_notes_what_ran(office: Office) -> None:
    case_id = office.active()
    before = office.case(case_id)
    opened(office, case_id)
    office.work()

    held = office.engine.standing[case_id]
    case = office.case(case_id)
    assert (held.held, held.frozen, held.generation) == (True, False, 2)
    assert case.incidents[0].images == office.cluster.images
    assert case.isolation == before.isolation
    assert case.stretches == before.stretches

    informed(office, case_id)
    office.work()
    lifted = office.engine.standing[case_id]
    assert (lifted.held, lifted.generation) == (False, 3)
    assert office.case(case_id).stage is Stage.ACTIVE


@pytest.mark.rule("R73-06")
def test_the_hold_stands_until_the_last_incident_lifts_it(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    opened(office, case_id)
    office.work()
    informed(office, case_id)
    office.work()
    assert office.engine.standing[case_id].held

    parts = simple(office, ADA) | {"nudge": office.nudge}
    incident_reports.inform_of_change(case_id, 2, "another threshold", **parts)
    office.work()
    assert not office.engine.standing[case_id].held


@pytest.mark.rule("R73-06")
def test_what_ran_is_noted_when_the_cluster_answers_again(office: Office) -> None:
    case_id = office.active()
    office.cluster.away = True
    opened(office, case_id)
    office.work()
    assert office.case(case_id).incidents[0].images_at is None

    office.cluster.away = False
    office.nudge("provision", case_id)
    office.nudge("pin", case_id)
    office.work()
    noted = office.case(case_id)
    office.nudge("pin", case_id)
    office.work()

    assert noted.incidents[0].images_at is not None
    assert office.case(case_id) == noted


@pytest.mark.rule("R73-06")
def test_a_suspended_test_resumes_with_the_rights_it_had(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    responded(office, case_id, mitigated=False)
    office.work()
    assert office.engine.standing[case_id].frozen
    informed(office, case_id)
    office.clock.forward(seconds=1)
    office.mitigate(case_id)
    office.resume(case_id, TOM)
    office.work()

    built = office.engine.standing[case_id]
    assert (built.frozen, built.held) == (False, False)
    assert office.case(case_id).is_measured
