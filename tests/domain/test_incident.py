"""Serious incidents: which clock counts, what cannot be changed, who may know."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.action import Action
from sandbox.domain.application import Party, PartyRole
from sandbox.domain.case import Person, Unit
from sandbox.domain.deadline_rules import BY_NAME, Name
from sandbox.domain.deadlines import recomputed, start
from sandbox.domain.escalation import addressees, ladder, must_act
from sandbox.domain.incident import (
    CausalLink,
    Classification,
    Incident,
    IncidentClass,
    IncidentState,
    Response,
    reclassified,
)
from sandbox.domain.incident_clocks import met_by
from sandbox.domain.incident_report import report_facts
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.member_state import UNION_BODIES, Union
from sandbox.domain.passage import against
from sandbox.domain.readers import may_know
from sandbox.domain.reporting import OtherLaw, other_law, recipients
from sandbox.domain.screening import screen
from sandbox.domain.supervision import EVERYWHERE, Order, OrderGround, OrderKind, is_stopped
from sandbox.errors import RuleBroken
from tests.factories import ADA, APPLICATION, CALENDAR, UNION, a_case
from tests.fakes import NOON

INCIDENT = Incident(1, NOON, "Ada", NOON, ("DE",), "a wrong refusal", "one", "Ada", NOON)


@pytest.mark.rule("R73-02")
@pytest.mark.rule("R73-03")
@pytest.mark.rule("R73-04")
@pytest.mark.parametrize(
    ("classes", "widespread", "clock", "due"),
    [
        ([IncidentClass.HEALTH], False, Name.DL_10, date(2026, 11, 23)),
        ([IncidentClass.FUNDAMENTAL_RIGHTS], False, Name.DL_10, date(2026, 11, 23)),
        ([IncidentClass.PROPERTY_ENVIRONMENT], False, Name.DL_10, date(2026, 11, 23)),
        ([IncidentClass.DEATH], False, Name.DL_12, date(2026, 11, 16)),
        ([IncidentClass.CRITICAL_INFRASTRUCTURE], False, Name.DL_11, date(2026, 11, 10)),
        ([IncidentClass.HEALTH], True, Name.DL_11, date(2026, 11, 10)),
    ],
)
def test_each_class_has_its_clock(
    classes: list[IncidentClass], widespread: bool, clock: Name, due: date
) -> None:
    judged = Classification(tuple(classes), CausalLink.LIKELY, widespread)

    assert judged.clock is clock
    assert start(clock, date(2026, 11, 6), CALENDAR).due == due


@given(
    st.lists(st.sampled_from(IncidentClass), min_size=1, unique=True),
    st.booleans(),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_of_several_clocks_the_shortest_counts(
    classes: list[IncidentClass], widespread: bool, day: date
) -> None:
    whole = Classification(tuple(classes), CausalLink.SUSPECTED, widespread)
    single = [Classification((c,), CausalLink.SUSPECTED, widespread) for c in classes]

    assert start(whole.clock, day, CALENDAR).due == min(
        start(one.clock, day, CALENDAR).due for one in single
    )


@pytest.mark.parametrize("signed_off", [True, False])
def test_a_later_day_needs_the_sign_off_of_a_supervisor(signed_off: bool) -> None:
    death = Classification((IncidentClass.DEATH,), CausalLink.LIKELY)
    harm = Classification((IncidentClass.HEALTH,), CausalLink.LIKELY)
    known = replace(INCIDENT, classification=death)

    later = reclassified(
        known, harm, due=date(2026, 12, 4), new_due=date(2026, 12, 9), signed_off=signed_off
    )
    earlier = reclassified(
        known, death, due=date(2026, 12, 9), new_due=date(2026, 12, 4), signed_off=False
    )

    assert (later is not None) == signed_off
    assert earlier is not None


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, IncidentState.HOLD_PLACED),
        (
            {"classification": Classification((IncidentClass.DEATH,), CausalLink.LIKELY)},
            IncidentState.CLASSIFIED,
        ),
        ({"initial_report_at": NOON}, IncidentState.INITIAL_REPORTED),
        (
            {"initial_report_at": NOON, "response": Response.MITIGATED},
            IncidentState.INVESTIGATING,
        ),
        ({"complete_report_at": NOON}, IncidentState.COMPLETE_REPORTED),
        ({"complete_report_at": NOON, "closed_at": NOON}, IncidentState.AUTHORITY_CLOSED),
    ],
)
def test_the_state_is_the_furthest_its_facts_have_reached(
    facts: dict[str, object], state: IncidentState
) -> None:
    assert replace(INCIDENT, **facts).state is state  # type: ignore[arg-type]  # fields by name


@pytest.mark.rule("R73-06")
def test_evidence_is_held_until_the_authority_knows_of_the_change() -> None:
    assert INCIDENT.holds_evidence
    assert not replace(INCIDENT, authority_informed_of_change_at=NOON).holds_evidence


@pytest.mark.parametrize(
    "wrong",
    [
        {"countries": ()},
        {"occurred_at": NOON + timedelta(hours=1)},
        {"aware_at": NOON + timedelta(hours=1)},
    ],
)
def test_an_incident_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"incident|aware"):
        replace(INCIDENT, **wrong)  # type: ignore[arg-type]  # fields by name


def test_every_clock_of_a_report_is_in_the_catalogue() -> None:
    assert {Name.DL_10, Name.DL_11, Name.DL_12} <= set(BY_NAME)


@pytest.mark.rule("R76-3")
def test_an_order_stops_its_own_territory_and_no_other() -> None:
    order = Order(1, OrderKind.SUSPEND, OrderGround.PLAN_BREACH, "DE", "r", "m", "", "Max", NOON)
    everywhere = replace(order, country=EVERYWHERE)

    assert is_stopped((order,), "DE")
    assert not is_stopped((order,), "FR")
    assert is_stopped((everywhere,), "FR")
    assert not is_stopped((replace(order, lifted_at=NOON),), "DE")
    assert not is_stopped((replace(order, kind=OrderKind.MODIFY),), "DE")


CASE = a_case()
RIGHTS = replace(
    INCIDENT,
    classification=Classification((IncidentClass.FUNDAMENTAL_RIGHTS,), CausalLink.LIKELY),
)


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("person", "changes", "known"),
    [
        (Person("a", Role.AUTHORITY, ""), {}, True),
        (Person("a", Role.AUTHORITY, "", unit=Unit.ENFORCEMENT), {}, False),
        (Person("a", Role.AUDITOR, ""), {}, True),
        (Person("a", Role.PROVIDER, "CreditCo"), {}, True),
        (Person("a", Role.PROVIDER, "OtherCo"), {}, False),
        (Person("a", Role.DEPLOYER, "CreditCo"), {}, False),
        (Person("a", Role.OPERATOR, "CreditCo"), {}, False),
        (Person("a", Role.BOARD, ""), {}, False),
        (Person("a", Role.COMMISSION, ""), {}, False),
        (Person("a", Role.MARKET_SURVEILLANCE, "", "NL"), {}, False),
        (Person("a", Role.MARKET_SURVEILLANCE, "", "NL"), {"stage": Stage.ADMITTED}, True),
        (Person("a", Role.MARKET_SURVEILLANCE, "", "DE"), {}, False),
        (Person("a", Role.MARKET_SURVEILLANCE, "", "DE"), {"incidents": (INCIDENT,)}, True),
        (Person("a", Role.DATA_PROTECTION, "", "NL"), {}, False),
        (Person("a", Role.DATA_PROTECTION, "", "NL"), {"dpa_reviewer": "DPA"}, True),
        (Person("a", Role.RIGHTS_BODY, "", "DE"), {"incidents": (INCIDENT,)}, False),
        (Person("a", Role.RIGHTS_BODY, "", "DE"), {"incidents": (RIGHTS,)}, True),
        (Person("a", Role.AI_OFFICE, ""), {}, False),
    ],
)
def test_who_may_know_of_a_case(person: Person, changes: dict[str, object], known: bool) -> None:
    assert may_know(replace(CASE, **changes), person) is known  # type: ignore[arg-type]  # by name


def under(rule: str) -> Incident:
    return replace(INCIDENT, other_law=OtherLaw(rule, "another law"))


@pytest.mark.rule("R73-09")
@pytest.mark.rule("R73-10")
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"equivalent_reporting_law": "DORA"}, "R73-09"),
        ({"equivalent_reporting_law": "DORA", "annex_iii": ()}, None),
        ({"annex_i": ("I-A11",)}, "R73-10"),
        ({"annex_i": ("I-A12",), "equivalent_reporting_law": "DORA"}, "R73-10"),
        ({"annex_i": ("I-A4",)}, None),
    ],
)
def test_devices_and_equivalent_law_have_reports_of_their_own(
    changes: dict[str, Any], rule: str | None
) -> None:
    application = replace(APPLICATION, **changes)
    law = other_law(application)
    said = [f.rule for f in screen(application, NOON.date()) if f.rule.startswith("R73")]

    assert (law.rule if law else None) == rule
    assert said == ([rule] if rule else [])


@pytest.mark.rule("R73-09")
@pytest.mark.rule("R73-10")
@pytest.mark.parametrize("rule", ["R73-09", "R73-10"])
@pytest.mark.parametrize(
    ("classes", "widespread", "clock"),
    [
        ((IncidentClass.DEATH,), False, None),
        ((IncidentClass.CRITICAL_INFRASTRUCTURE, IncidentClass.HEALTH), True, None),
        ((IncidentClass.FUNDAMENTAL_RIGHTS,), False, Name.DL_10),
        ((IncidentClass.FUNDAMENTAL_RIGHTS, IncidentClass.DEATH), False, Name.DL_10),
        ((IncidentClass.FUNDAMENTAL_RIGHTS,), True, Name.DL_11),
    ],
)
def test_beside_other_reporting_law_only_fundamental_rights_are_reported(
    rule: str, classes: tuple[IncidentClass, ...], widespread: bool, clock: Name | None
) -> None:
    judged = Classification(classes, CausalLink.LIKELY, widespread)
    known = replace(under(rule), classification=judged)

    assert known.report_clock(judged) is clock
    assert (known.unreportable_because == "") == (clock is not None)
    assert known.holds_evidence
    if clock is None:
        with pytest.raises(RuleBroken, match="another law") as refusal:
            known.refuse_unless_reportable()
        assert [reason.rule for reason in refusal.value.reasons] == [rule]


@pytest.mark.rule("R75-1a")
def test_the_ai_office_gets_what_it_is_competent_for_and_no_member_state_does() -> None:
    theirs = recipients(("DE", "FR"), None, UNION, for_ai_office=True)
    known = replace(INCIDENT, countries=("DE", "FR"), recipients=theirs)

    assert known.addressees == ("ai_office",)
    assert known.report_subjects == {"incident 1 EU"}
    assert known.is_for_ai_office


@pytest.mark.rule("R73-10")
def test_incidents_of_devices_go_to_whom_the_member_state_chose() -> None:
    chosen = {"DE": replace(UNION.of("DE"), device_incidents_to="device_authority")}
    union = Union({**UNION.states, **chosen})
    law = other_law(replace(APPLICATION, annex_i=("I-A11",)))

    device = recipients(("DE", "FR"), law, union, for_ai_office=False)
    other = recipients(("DE",), None, union, for_ai_office=False)

    assert [r.addressee for r in device] == ["device_authority:DE", "market_surveillance:FR"]
    assert [r.addressee for r in other] == ["market_surveillance:DE"]


@pytest.mark.rule("R75-1a")
def test_a_clock_of_the_ai_office_waits_for_it_and_counts_at_its_seat() -> None:
    there = UNION.receiving(UNION_BODIES)
    clock = start(Name.DL_13, date(2026, 11, 6), there.calendar)
    steps = ladder(clock, there.calendar, ZoneInfo(there.time_zone))

    assert there.day(NOON) == UNION.of("BE").day(NOON)
    assert addressees(steps[-2], clock, "CreditCo")[0] == "ai_office"
    assert must_act(Role.AI_OFFICE, clock)
    assert not must_act(Role.MARKET_SURVEILLANCE, clock)
    assert recomputed(clock) == clock


@pytest.mark.rule("R73-05")
def test_a_report_of_what_was_recorded_before_says_what_nobody_asked_then() -> None:
    bank = Party(PartyRole.DEPLOYER, "Bank", "1", "NL")
    case = a_case(application=replace(APPLICATION, parties=(bank,)), incidents=(INCIDENT,))

    said = report_facts(case, INCIDENT, "Authority", "Ada", NOON, complete=False)

    assert (said["deployers"], said["test_number"]) == (["Bank"], None)
    assert (said["aware_party"], said["risk_assessment"]) == ("not recorded", "not finished")


@pytest.mark.rule("R73-05")
def test_what_was_complete_before_keeps_no_other_incident_from_being_reported() -> None:
    before = replace(INCIDENT, initial_report_at=NOON, complete_report_at=NOON)
    first = replace(INCIDENT, number=2, initial_report_at=NOON + timedelta(hours=1))

    def refused(*incidents: Incident) -> int:
        return len(against(a_case(incidents=incidents), Action.REPORT_INCIDENT, ADA))

    assert refused(before) == 4
    assert refused(before, first) == 0


def test_a_clock_for_all_authorities_as_earlier_versions_started_it_is_met_by_any() -> None:
    for_all = start(Name.DL_13, date(2026, 11, 24), CALENDAR, subject="incident 1")

    (clock,) = met_by((for_all,), INCIDENT, Name.DL_13, NOON, place="DE")

    assert clock.met_at == NOON
