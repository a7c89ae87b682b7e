"""Whoever waits for a step of somebody else is told when it was taken, and nobody else is (Art. 57, 75-77)."""

from dataclasses import replace

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import told_for
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.supervision import Office as Acting
from sandbox.domain.supervision import RequestKind
from sandbox.stages import orders, requests
from tests.factories import ADA, SUE, TOM, a_case
from tests.fakes import NOON
from tests.office import Office
from tests.real_world import DRAFT
from tests.stages import personal_data, test_processing
from tests.stages.supervising import (
    ABROAD,
    DORA,
    FAY,
    MAX,
    OLAF,
    order,
    simple,
    supervising,
)
from tests.stages.test_after import told
from tests.stages.test_requests import EVA, requested
from tests.stages.test_seats import end, give
from tests.stages.test_stops import notices
from tests.stages.test_two_supervisors_of_data import DINA, DIRK, at_one_table
from tests.stages.testing import draft, running, with_a_test
from tests.stages.under_way import resume as resume_test

PROVIDER, BANK = "provider:CreditCo", "deployer:BankCo"
SURVEILLANCE = ["market_surveillance:DE", "market_surveillance:NL"]


def mitigated(office: Office, case_id: CaseId) -> None:
    office.clock.forward(seconds=1)
    office.mitigate(case_id)


@pytest.mark.rule("R57-11b")
def test_the_authority_hears_of_a_mitigation_and_everybody_who_was_stopped_of_the_resumption(
    office: Office,
) -> None:
    case_id = running(office)
    office.suspend(case_id)

    mitigated(office, case_id)
    office.resume(case_id, TOM)

    assert told(office, "mitigation_recorded") == ["authority"]
    assert sorted(told(office, "participation_resumed")) == sorted(told(office, "suspension"))
    assert {PROVIDER, BANK, "ai_office"} <= set(told(office, "participation_resumed"))


@pytest.mark.rule("R57-11b")
@pytest.mark.rule("R78")
def test_where_a_test_is_only_drafted_nobody_hears_of_a_stop_nor_that_it_is_over(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id, replace(DRAFT, countries=("NL", "FR")))
    office.suspend(case_id)
    mitigated(office, case_id)

    office.resume(case_id, TOM)

    for notice in ("suspension", "participation_resumed"):
        assert PROVIDER in told(office, notice)
        assert "market_surveillance:FR" not in told(office, notice)


@pytest.mark.rule("R76-5")
@pytest.mark.rule("DL-26")
@pytest.mark.rule("D14")
def test_an_order_is_told_where_it_is_tested_and_not_where_a_test_is_only_drafted(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id, replace(DRAFT, countries=("NL", "FR")))

    ordered = order(office, case_id, MAX, "NL")
    office.work()

    assert not [clock for clock in ordered.deadlines if clock.name is Name.DL_26]
    assert "market_surveillance:FR" not in told(office, "order")
    (notice,) = notices(office, case_id)
    assert notice["addressees"] == [PROVIDER, "ai_office"]


@pytest.mark.rule("R57-13")
@pytest.mark.rule("R76-5")
def test_an_authority_at_the_table_hears_itself_where_it_acts_as_market_surveillance(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    give(office, case_id, role=Role.AUTHORITY, country="BE", organisation="FOD")
    draft(office, case_id, replace(DRAFT, countries=("NL", "BE")))

    ordered = order(office, case_id, MAX, "NL")

    assert [clock.subject for clock in ordered.deadlines if clock.name is Name.DL_26] == ["order 1"]
    assert "authority:BE" in told(office, "order")
    assert "market_surveillance:BE" not in told(office, "order")


@pytest.mark.rule("R76-3")
def test_whose_order_was_mitigated_hears_of_it_and_whoever_it_bound_that_it_is_lifted(
    office: Office,
) -> None:
    case_id = running(office)
    order(office, case_id, DORA, "DE")

    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, ABROAD))

    assert told(office, "order_mitigation_recorded") == ["market_surveillance:DE"]
    assert sorted(told(office, "order_lifted")) == sorted(told(office, "order"))
    assert {PROVIDER, BANK, "market_surveillance:NL"} <= set(told(office, "order_lifted"))
    assert "market_surveillance:DE" not in told(office, "order_lifted")


@pytest.mark.rule("R59-c")
def test_whoever_heard_that_processing_stopped_hears_that_it_goes_on(office: Office) -> None:
    case_id = personal_data.active(office)
    test_processing.stop(office, case_id)

    test_processing.resume(office, case_id)

    assert sorted(told(office, "processing_resumed")) == [
        *("authority", "data_protection:NL", PROVIDER)
    ]


@pytest.mark.rule("R59-c")
@pytest.mark.rule("R57-10")
def test_nobody_hears_that_processing_goes_on_while_another_authority_stops_it(
    office: Office,
) -> None:
    case_id = at_one_table(office)
    test_processing.stop(office, case_id)
    test_processing.stop(office, case_id, DIRK)

    test_processing.resume(office, case_id, DINA)

    assert told(office, "processing_resumed") == []
    assert PROVIDER in told(office, "processing_stop_lifted")


@pytest.mark.rule("R75-2a")
@pytest.mark.rule("R77")
@pytest.mark.parametrize(
    ("kind", "asks", "answers", "hears"),
    [
        (RequestKind.ASSESSMENT, MAX, OLAF, "market_surveillance:NL"),
        (RequestKind.ASSESSMENT, SUE, OLAF, "authority"),
        (RequestKind.TESTED_SYSTEM, MAX, SUE, "market_surveillance:NL"),
        (RequestKind.RIGHTS_DOCUMENTS, EVA, SUE, "rights_body:NL:Equality"),
    ],
)
def test_whoever_asked_and_nobody_else_hears_of_the_answer(
    office: Office, kind: RequestKind, asks: Person, answers: Person, hears: str
) -> None:
    case_id = office.active()
    requested(office, case_id, kind, asks)

    requests.answer(case_id, 1, "so", **simple(office, answers))

    assert told(office, "request_answered") == [hears]


@pytest.mark.rule("R75-2a")
@pytest.mark.rule("R57-13")
def test_an_answer_to_whose_seat_ended_is_told_to_the_authority_that_reads_it(
    office: Office,
) -> None:
    case_id = office.active()
    give(office, case_id)
    requested(office, case_id, RequestKind.TESTED_SYSTEM, FAY)
    end(office, case_id)

    requests.answer(case_id, 1, "so", **simple(office, SUE))

    assert told(office, "request_answered") == ["authority"]


@pytest.mark.rule("X-four-eyes")
def test_the_authority_hears_that_a_decision_waits_for_a_second_person_and_the_provider_does_not(
    office: Office,
) -> None:
    office.decide(office.apply(), four_eyes=frozenset({Action.ADMIT}))

    assert told(office, "decision_proposed") == ["authority"]


@pytest.mark.rule("R60-7")
def test_deployers_and_the_authority_of_the_sandbox_hear_that_a_test_goes_on(
    office: Office,
) -> None:
    case_id = running(office)
    office.suspend(case_id)
    mitigated(office, case_id)
    office.resume(case_id, TOM)
    office.work()

    resume_test(office, case_id)

    assert sorted(told(office, "real_world_test_resumed")) == ["authority", BANK, *SURVEILLANCE]


@pytest.mark.rule("R57-13")
def test_an_authority_that_does_not_lead_hears_beside_market_surveillance_of_its_state() -> None:
    table = tuple(
        Seat(role, country, "desk", Capacity.CONCERNED, NOON)
        for role, country in (
            (Role.AUTHORITY, "BE"),
            (Role.AUTHORITY, "DE"),
            (Role.MARKET_SURVEILLANCE, "DE"),
        )
    )
    case = a_case(stage=Stage.ACTIVE, seats=table)

    for country, *hears in (
        ("BE", "authority:BE"),
        ("DE", "market_surveillance:DE", "authority:DE"),
        ("FR", "authority"),
        ("", "authority"),
    ):
        assert told_for(case, Acting(Role.MARKET_SURVEILLANCE, country)) == (*hears,)
