"""The walls of a standing environment are looked at again and again (Art. 59(1)(d), R59-d)."""

from datetime import timedelta

import pytest

from sandbox.domain.action import Action
from sandbox.domain.attestation import DECLARED, EVERY
from sandbox.domain.blueprint import Blueprint
from sandbox.domain.case import Person
from sandbox.domain.environment import Environment, Operation
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.errors import FieldRefused, NotAllowedError, RuleBroken
from sandbox.stages import attest
from sandbox.store import attestations, documents, environments, ledger
from tests.factories import ADA, SUE
from tests.office import Office
from tests.stages.test_after import told

pytestmark = pytest.mark.rule("R59-d")
GONE = Operation("delete", "NetworkPolicy/deny-all")
OPEN = f"{DECLARED}: delete NetworkPolicy/deny-all"
REASONS = "somebody had removed the wall by hand"


@pytest.fixture
def case_id(office: Office) -> CaseId:
    return office.active()


def there(office: Office, case_id: CaseId) -> Environment:
    with office.sessions.begin() as session:
        return environments.load(session, case_id)[0]


def attested(office: Office, case_id: CaseId) -> list[object]:
    """What each attestation in the ledger found open."""
    with office.sessions.begin() as session:
        lines = ledger.of_case(session, case_id)
    return [line.entry.facts["open"] for line in lines if line.entry.action == "walls_attested"]


def after_an_hour(office: Office) -> None:
    office.clock.now += EVERY
    office.sweep()
    office.work()


def restore(office: Office, case_id: CaseId, reasons: str = REASONS, by: Person = SUE) -> None:
    attest.restore(
        case_id,
        reasons=reasons,
        by=by,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
        nudge=office.nudge,
    )


def test_walls_that_were_just_proven_are_looked_at_an_hour_later(
    office: Office, case_id: CaseId
) -> None:
    built_at = there(office, case_id).attested_at
    office.sweep()
    office.work()
    assert there(office, case_id).attested_at == built_at

    after_an_hour(office)

    assert there(office, case_id).attested_at == office.clock()
    assert there(office, case_id).deviation == ""


def test_an_attestation_that_finds_nothing_changes_no_case_and_stands_in_the_ledger_once_a_day(
    office: Office, case_id: CaseId
) -> None:
    before = office.case(case_id)

    for _ in range(48):
        after_an_hour(office)

    assert office.case(case_id) == before
    assert attested(office, case_id) == [[], []]


def test_an_open_wall_is_told_once_and_stands_in_the_case_until_it_is_closed(
    office: Office, case_id: CaseId
) -> None:
    office.engine.drifted = (GONE,)
    after_an_hour(office)
    after_an_hour(office)

    assert sorted(told(office, "walls_open")) == ["authority", "operator", "provider:CreditCo"]
    assert there(office, case_id).deviation == OPEN
    assert [p.name for p in office.case(case_id).isolation if p.proven and not p.passed] == [
        DECLARED
    ]
    assert [sentence for _, sentence in office.look(case_id).alarms] == [OPEN]

    office.engine.drifted = ()
    after_an_hour(office)

    assert there(office, case_id).deviation == ""
    assert all(p.passed or not p.proven for p in office.case(case_id).isolation)
    assert attested(office, case_id) == [[OPEN], []]
    assert len(told(office, "walls_open")) == 3


def test_another_wall_that_opens_is_told_again(office: Office, case_id: CaseId) -> None:
    office.engine.drifted = (GONE,)
    after_an_hour(office)
    office.engine.drifted = (GONE, Operation("update", "ResourceQuota/quota"))
    after_an_hour(office)

    assert len(told(office, "walls_open")) == 6


def test_an_outage_is_no_proof_and_says_so(office: Office, case_id: CaseId) -> None:
    last = there(office, case_id).attested_at
    office.cluster.away = True
    after_an_hour(office)

    assert there(office, case_id).attested_at == last
    assert there(office, case_id).deviation == "not attested: the cluster does not answer"
    assert attested(office, case_id) == []
    with office.sessions.begin() as session:
        assert attestations.count_deviating(session) == 1

    office.cluster.away = False
    office.clock.forward(minutes=1)
    office.sweep()
    office.work()
    assert there(office, case_id).deviation == ""


def test_what_is_wanted_anew_meanwhile_is_looked_at_when_it_stands(
    office: Office, case_id: CaseId, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.clock.now += EVERY
    office.engine.drifted = (GONE,)
    look = office.engine.drift

    def while_somebody_suspends(blueprint: Blueprint) -> tuple[Operation, ...]:
        office.suspend(case_id)
        return look(blueprint)

    with monkeypatch.context() as patched:
        patched.setattr(office.engine, "drift", while_somebody_suspends)
        office.sweep()
        office.work()
    assert told(office, "walls_open") == []
    assert attested(office, case_id) == []

    office.clock.forward(minutes=1)
    office.sweep()
    office.work()
    assert there(office, case_id).attested_at == office.clock()


def test_the_authority_restores_the_walls_and_the_next_run_begins_behind_them(
    office: Office, case_id: CaseId
) -> None:
    office.engine.drifted = (GONE,)
    after_an_hour(office)

    restore(office, case_id)
    office.work()

    first, second = office.case(case_id).stretches
    assert (first.ended_by, second.ended_at) == (Action.RESTORE_WALLS, None)
    assert there(office, case_id).deviation == ""
    assert there(office, case_id).attested_at == office.clock()
    assert all(p.passed or not p.proven for p in office.case(case_id).isolation)
    assert office.engine.standing[case_id].generation == 2
    assert [probe.name for probe in office.case(case_id).isolation] == ["egress", "dns"]


@pytest.mark.parametrize("restored", [True, False])
def test_the_report_names_a_wall_that_was_open_in_its_run_also_when_it_is_closed_again(
    office: Office, case_id: CaseId, *, restored: bool
) -> None:
    office.engine.drifted = (GONE,)
    after_an_hour(office)
    if restored:
        restore(office, case_id)
    office.engine.drifted = ()
    after_an_hour(office)

    number = office.report(case_id)
    office.work()

    with office.sessions.begin() as session:
        report = documents.load(session, case_id, Paper.TEST_REPORT, number)
    assert report.assembled is not None
    assert f"A wall was found open in run 1: {OPEN}" in report.assembled["notes"]


def test_each_wall_has_its_own_alarm(office: Office, case_id: CaseId) -> None:
    harmless = Operation("update", "ConfigMap/notes")
    for drifted in ((harmless,), (), (GONE,)):
        office.engine.drifted = drifted
        after_an_hour(office)

    sentences = [sentence for _, sentence in office.look(case_id).alarms]
    assert sentences == [f"{DECLARED}: update ConfigMap/notes", OPEN]


def test_walls_of_a_suspended_test_are_restored_and_looked_at_while_it_stands_still(
    office: Office, case_id: CaseId
) -> None:
    office.suspend(case_id)
    office.work()
    office.engine.drifted = (GONE,)
    after_an_hour(office)

    restore(office, case_id)
    office.work()
    office.sweep()
    office.work()

    assert office.engine.standing[case_id].frozen
    assert attested(office, case_id) == [[OPEN], []]


def test_walls_that_stand_are_not_restored(office: Office, case_id: CaseId) -> None:
    with pytest.raises(RuleBroken, match="R59-d: no attestation found a wall open"):
        restore(office, case_id)


def test_whoever_restores_says_why(office: Office, case_id: CaseId) -> None:
    office.engine.drifted = (GONE,)
    after_an_hour(office)

    with pytest.raises(FieldRefused, match="says why"):
        restore(office, case_id, " ")


def test_the_provider_restores_nothing(office: Office, case_id: CaseId) -> None:
    with pytest.raises(NotAllowedError):
        restore(office, case_id, by=ADA)


def test_nothing_is_looked_at_that_is_gone(office: Office, case_id: CaseId) -> None:
    office.end(case_id)
    office.work()
    office.clock.now += timedelta(days=1)
    with office.sessions.begin() as session:
        assert attestations.due(session, office.clock()) == []
