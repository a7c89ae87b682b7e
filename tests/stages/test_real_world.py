"""A real-world test starts, runs up to its cap and is extended, over a real database (Art. 60)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sandbox.domain.action import Action
from sandbox.domain.application import Party, PartyRole
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.deadline_rules import Name
from sandbox.domain.papers import Paper
from sandbox.domain.progress import Progress
from sandbox.errors import NotAllowedError, NotFound, RuleBroken
from sandbox.stages import (
    real_world,
)
from sandbox.store import ledger
from tests.factories import ADA, AUTHORITY
from tests.office import Office
from tests.real_world import DRAFT, EVIDENCE
from tests.stages.test_consent import give, valid
from tests.stages.testing import (
    BO,
    MAX,
    answer,
    approved,
    begin,
    draft,
    more,
    on_duty,
    parts,
    prepared,
    running,
    show,
    sign,
    stop,
    submit,
    told,
    waive,
    with_a_test,
)
from tests.stages.under_way import (
    clock,
    extend,
    finland,
    issued,
    open_caps,
    the_test,
    told_of_more,
)


@pytest.mark.rule("DL-03")
@pytest.mark.rule("R60-4f")
def test_a_started_test_has_its_cap_and_its_authorities_know(office: Office) -> None:
    case_id = running(office)

    case = office.case(case_id)
    assert the_test(office, case_id).state is Progress.RUNNING
    assert clock(case, Name.DL_03, "real-world test DE") == date(2027, 5, 24)
    assert ("real_world_test_started", "market_surveillance:NL") in told(office)
    with pytest.raises(RuleBroken, match="start is not possible: it is running"):
        begin(office, case_id)


@pytest.mark.rule("R60-4b")
def test_a_start_that_is_refused_changes_nothing_and_says_every_reason(office: Office) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    office.clock.forward(hours=2)
    before = office.case(case_id)

    with pytest.raises(RuleBroken, match="no overseer is on duty"):
        begin(office, case_id)
    assert office.case(case_id) == before


def test_a_test_starts_after_its_steps_in_an_active_case(office: Office) -> None:
    case_id = with_a_test(office)
    with pytest.raises(NotFound, match="no real-world test is planned"):
        begin(office, case_id)
    draft(office, case_id)
    with pytest.raises(RuleBroken, match="start is not possible: it is planned"):
        begin(office, case_id)
    approved(office, case_id)
    prepared(office, case_id)
    office.suspend(case_id)
    with pytest.raises(NotAllowedError):
        begin(office, case_id)


@pytest.mark.rule("R60-4i")
def test_consent_counts_only_while_the_test_is_under_way(office: Office) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    give(office, case_id)

    assert not valid(office, case_id)
    begin(office, case_id)
    assert valid(office, case_id)
    stop(office, case_id)
    assert not valid(office, case_id)


@pytest.mark.rule("DL-04")
@pytest.mark.rule("R60-4f")
def test_it_is_extended_once_by_a_notice_before_its_first_end(office: Office) -> None:
    case_id = running(office)
    give(office, case_id)
    with pytest.raises(RuleBroken, match="tells subjects of the later end"):
        extend(office, case_id, date(2027, 3, 1))
    told_of_more(office, case_id)
    give(office, case_id, "anew", form_version=2)
    assert valid(office, case_id)
    with pytest.raises(RuleBroken, match="after the cap of 2027-07-15"):
        extend(office, case_id, date(2027, 7, 16))
    extend(office, case_id, date(2027, 7, 15))

    case = office.case(case_id)
    assert (valid(office, case_id), valid(office, case_id, "anew")) == (False, True)
    assert the_test(office, case_id).state is Progress.EXTENDED
    assert clock(case, Name.DL_04, "real-world test NL") == date(2027, 7, 15)
    assert [c.met_at is not None for c in case.deadlines if c.name is Name.DL_03] == [True] * 2
    assert issued(office, case_id, Paper.EXTENSION) == 1
    with pytest.raises(RuleBroken, match="extend is not possible: it is extended"):
        extend(office, case_id, date(2027, 7, 14))


@pytest.mark.rule("R60-4f")
def test_the_notice_is_sent_in_time_while_the_test_is_suspended(office: Office) -> None:
    case_id = running(office)
    stop(office, case_id)
    told_of_more(office, case_id)

    extend(office, case_id, date(2027, 3, 1))

    assert the_test(office, case_id).state is Progress.SUSPENDED
    assert clock(office.case(case_id), Name.DL_04, "real-world test NL") == date(2027, 7, 15)
    with pytest.raises(RuleBroken, match="a test is extended once"):
        extend(office, case_id, date(2027, 4, 1))


@pytest.mark.rule("R60-4f")
def test_after_the_first_end_no_notice_extends_it(office: Office) -> None:
    case_id = running(office)
    office.clock.now = datetime(2027, 1, 16, 12, tzinfo=UTC)

    with pytest.raises(RuleBroken, match="after the first end on 2027-01-15"):
        extend(office, case_id, date(2027, 2, 1))


@pytest.mark.rule("R76-2")
@pytest.mark.rule("DL-03")
def test_a_cap_that_is_waived_after_the_start_runs_no_longer_on_that_territory(
    office: Office,
) -> None:
    case_id = running(office)
    waived = waive(office, case_id, MAX, "NL")

    assert open_caps(waived) == {(Name.DL_03, "real-world test DE")}


@pytest.mark.rule("R76-2")
@pytest.mark.rule("DL-04")
def test_an_extended_cap_that_is_waived_runs_no_longer(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id, replace(DRAFT, countries=("NL",)))
    submit(office, case_id, "NL")
    answer(office, case_id, MAX, "NL")
    prepared(office, case_id)
    begin(office, case_id)
    told_of_more(office, case_id)
    extended = extend(office, case_id, date(2027, 3, 1))
    waived = waive(office, case_id, MAX, "NL")

    assert open_caps(extended) == {(Name.DL_04, "real-world test NL")}
    assert open_caps(waived) == set()


@pytest.mark.rule("DL-03")
@pytest.mark.rule("DL-18")
@pytest.mark.rule("R60-8")
def test_caps_notices_and_outcomes_are_counted_where_the_test_runs(office: Office) -> None:
    there = finland(date(2026, 11, 26), date(2026, 12, 25))
    authority = replace(AUTHORITY, union=there)
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    office.clock.now = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 00:30 in Helsinki
    on_duty(office, case_id)

    real_world.start(case_id, authority=authority, **parts(office, ADA))
    real_world.end(case_id, Action.END_TEST, "done", **(more(office) | {"authority": authority}))

    case = office.case(case_id)
    assert the_test(office, case_id).started_on == date(2026, 11, 24)
    assert clock(case, Name.DL_03, "real-world test NL") == date(2027, 5, 24)
    assert clock(case, Name.DL_03, "real-world test DE") == date(2027, 5, 25)
    assert clock(case, Name.DL_18, "real-world test NL") == date(2026, 11, 25)
    assert clock(case, Name.DL_18, "real-world test DE") == date(2026, 11, 27)
    assert clock(case, Name.DL_18, "outcomes NL") == date(2026, 12, 24)
    assert clock(case, Name.DL_18, "outcomes DE") == date(2026, 12, 28)
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, case_id)
    assert wrong(read(sealed.entry for sealed in entries)) == ()


@pytest.mark.rule("R60-4h")
def test_a_deployer_that_applied_jointly_signs_its_agreement_although_no_evidence_names_it(
    office: Office,
) -> None:
    bank = Party(PartyRole.DEPLOYER, "BankCo", "1", "NL")
    case_id = with_a_test(office, parties=(bank,))
    draft(office, case_id)
    show(office, case_id, replace(EVIDENCE, deployers=()))

    assert not sign(office, case_id, ADA)
    assert sign(office, case_id, BO)
