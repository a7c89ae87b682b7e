"""A serious incident with its clocks and reports, over a real database."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.deadline_rules import Name
from sandbox.domain.incident import (
    Awareness,
    Response,
)
from sandbox.domain.lifecycle import Stage
from sandbox.domain.papers import Paper
from sandbox.errors import FieldRefused, RuleBroken
from sandbox.monitoring.language import words
from sandbox.monitoring.spoken import spoken
from sandbox.stages import incident_reports
from sandbox.stages.incidents import UNANSWERED
from sandbox.store import alarms, documents, ledger, outbox
from tests.factories import ADA, AUTHORITY, SUE, TOM, UNION
from tests.office import Office
from tests.stages.supervising import (
    DEATH,
    RIGHTS,
    classified,
    closed,
    informed,
    opened,
    reported,
    responded,
    running,
    simple,
    supervising,
    taken,
)
from tests.stages.testing import BO
from tests.stages.testing import running as running_test
from tests.stages.under_way import deviations


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


@pytest.mark.rule("R73-05")
def test_its_report_says_in_the_words_of_its_reader_that_the_service_answered(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id)
    classified(office, case_id, RIGHTS)
    office.clock.forward(hours=3)
    office.sweep()
    office.work()
    reported(office, case_id, complete=True)

    with office.sessions.begin() as session:
        said = documents.load(session, case_id, Paper.INCIDENT_REPORT, 1).assembled or {}
    assert (said["responded_by"], said["measures"]) == ("system", UNANSWERED)
    german = spoken(said, words("de"))
    assert german["responded_by"] == "System"
    assert german["measures"].startswith("keine Entscheidung über Abhilfe innerhalb einer Stunde")


@pytest.mark.rule("DL-16")
@pytest.mark.rule("R60-7")
@pytest.mark.rule("R57-12b")
@pytest.mark.parametrize("by", [BO, ADA])
def test_what_a_deployer_noticed_hours_ago_uses_up_nothing_of_the_hour_of_the_provider(
    office: Office, by: Person
) -> None:
    case_id = running_test(office)
    now = office.clock()
    noticed = now - timedelta(hours=12)
    opened(office, case_id, aware_at=noticed, aware_party=Awareness.DEPLOYER, by=by)
    office.clock.forward(minutes=55)
    office.sweep()
    office.work()
    waiting = office.case(case_id)
    responded(office, case_id, mitigated=True)

    assert waiting.stage is Stage.ACTIVE
    assert waiting.incidents[0].response is None
    assert running(waiting)["DL-16", "incident 1"].started_at == now
    assert running(waiting)["DL-10", "incident 1 NL"].started_on == AUTHORITY.day(noticed)
    assert not [d for d in deviations(office, case_id) if "DL-16" in d]
    with office.sessions.begin() as session:
        assert wrong(read(s.entry for s in ledger.of_case(session, case_id))) == ()


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
        alarmed = [a.sentence for a in alarms.of_case(session, case_id) if "proposed" in a.sentence]
    for kind in ("clock_overdue", "suspension_proposed"):
        about = {p.addressee for p in posted if p.kind == kind and p.facts.get("clock") == "DL-12"}
        assert about == {"provider:CreditCo", "authority", "market_surveillance:DE"}
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


@pytest.mark.rule("R60-7")
@pytest.mark.rule("R57-11b")
def test_a_provider_cannot_say_later_that_it_mitigated_at_once(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    informed(office, case_id)
    office.clock.forward(hours=3)
    office.sweep()
    office.work()

    with pytest.raises(RuleBroken, match=r"answered \(suspended\).*POST …/mitigation") as refused:
        responded(office, case_id, mitigated=True)
    with pytest.raises(RuleBroken, match="no mitigation was recorded"):
        office.resume(case_id, TOM)

    assert [reason.rule for reason in refused.value.reasons] == ["R60-7"]
    assert office.case(case_id).incidents[0].response is Response.SUSPENDED


@pytest.mark.rule("R60-7")
def test_what_was_mitigated_at_once_may_become_worse_until_the_incident_is_closed(
    office: Office,
) -> None:
    case_id = office.active()
    for _ in range(2):
        opened(office, case_id)
    for number in (1, 2):
        responded(office, case_id, mitigated=True, number=number)
    with pytest.raises(RuleBroken, match=r"answered \(mitigated\)"):
        responded(office, case_id, mitigated=True)
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)
    taken(office, case_id, SUE)
    closed(office, case_id)

    with pytest.raises(RuleBroken, match=r"answered \(mitigated\)"):
        responded(office, case_id, mitigated=False)
    worse = responded(office, case_id, mitigated=False, number=2)

    assert [i.response for i in worse.incidents] == [Response.MITIGATED, Response.SUSPENDED]
    assert worse.stage is Stage.SUSPENDED


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
    kinds = ["initial report", "complete report"]
    assert [d.assembled["kind"] for d in made if d.assembled] == kinds
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
