"""A file does not stay open because its provider breaks the law (Art. 60(8), 73(5))."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.case import SYSTEM, Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.omission import Owed
from sandbox.domain.papers import Paper
from sandbox.domain.passage import against
from sandbox.errors import NotAllowedError, RuleBroken
from sandbox.stages import consent, good_faith, incident_reports, omissions, real_world
from sandbox.store import documents, ledger
from tests.factories import ADA, AUTHORITY, SUE
from tests.office import Office
from tests.stages.personal_data import hold
from tests.stages.supervising import (
    DEATH,
    DORA,
    RIGHTS,
    classified,
    opened,
    reported,
    responded,
    supervising,
    taken,
)
from tests.stages.supervising import closed as closed_incident
from tests.stages.supervising import running as clocks
from tests.stages.test_after import told
from tests.stages.test_consent import give
from tests.stages.testing import finish, parts, running
from tests.stages.under_way import watch


def go_on(office: Office, case_id: CaseId, reasons: str = "asked four times", **more: Any) -> Case:
    said = supervising(office) | {"nudge": office.nudge} | more
    return omissions.go_on(case_id, reasons, **said)


def ended_with_an_incident(office: Office) -> CaseId:
    case_id = office.active()
    opened(office, case_id)
    classified(office, case_id, RIGHTS)
    responded(office, case_id, mitigated=True)
    reported(office, case_id, complete=False)
    office.end(case_id, Action.TERMINATE)
    office.work()
    return case_id


def exit_reports(office: Office, case_id: CaseId) -> list[dict[str, Any]]:
    with office.sessions.begin() as session:
        found = documents.of_case(session, case_id)
    return [d.assembled or {} for d in found if d.kind is Paper.EXIT_REPORT]


@pytest.mark.rule("R73-05")
@pytest.mark.rule("R57-07c")
def test_a_case_closes_without_the_complete_report_that_never_came_and_says_so(
    office: Office,
) -> None:
    case_id = ended_with_an_incident(office)
    office.issue_exit_report(case_id)
    office.clock.forward(days=30)

    after = go_on(office, case_id)
    incident_reports.take_measures(
        case_id,
        1,
        measures="inspected",
        commission_reference="C-1",
        rights_reference="R-1",
        **supervising(office),
    )
    closed_incident(office, case_id)
    office.work()
    assert office.case(case_id).stage is Stage.TERMINATED  # its exit report knows nothing of it
    office.issue_exit_report(case_id)
    office.work()

    (omission,) = after.omissions
    assert (omission.owed, omission.incident) == (Owed.COMPLETE_REPORT, 1)
    assert office.case(case_id).stage is Stage.CLOSED
    assert office.case(case_id).omissions == after.omissions
    assert [o["reasons"] for o in exit_reports(office, case_id)[-1]["omissions"]] == [
        "asked four times"
    ]
    assert told(office, "omission_recorded") == ["provider:CreditCo"]
    with office.sessions.begin() as session:
        entry = ledger.latest(session, case_id, Action.RECORD_OMISSION)
    assert entry is not None
    assert entry.entry.facts["reasons"] == "asked four times"


@pytest.mark.rule("R73-05")
def test_before_the_last_day_the_refusal_names_what_is_owed(office: Office) -> None:
    case_id = ended_with_an_incident(office)
    reports = (Name.DL_10, Name.DL_11, Name.DL_12)
    due = max(c.due for c in office.case(case_id).deadlines if c.name in reports)

    with pytest.raises(RuleBroken, match=f"complete report of incident 1: owed until {due}"):
        go_on(office, case_id)
    while AUTHORITY.day(office.clock()) < due:
        office.clock.forward(days=1)
    with pytest.raises(RuleBroken):
        go_on(office, case_id)
    office.clock.forward(days=1)
    assert go_on(office, case_id).omissions[0].last_day == due
    with pytest.raises(RuleBroken, match="recorded already"):
        go_on(office, case_id)


@pytest.mark.rule("R73-05")
def test_nothing_is_recorded_where_nothing_is_owed_and_by_nobody_but_the_authority(
    office: Office,
) -> None:
    case_id = office.active()
    office.end(case_id)
    with pytest.raises(RuleBroken, match="are owed"):
        go_on(office, case_id)
    with pytest.raises(NotAllowedError):
        go_on(office, case_id, by=ADA)


@pytest.mark.rule("R60-8")
def test_a_case_closes_without_the_outcomes_that_were_never_notified(office: Office) -> None:
    case_id = running(office)
    office.end(case_id)
    office.work()
    with pytest.raises(RuleBroken, match="outcomes of the real-world test: owed until 2026-12-24"):
        go_on(office, case_id)

    office.clock.forward(days=40)
    go_on(office, case_id)
    office.issue_exit_report(case_id)
    for _ in range(3):
        watch(office)

    assert office.case(case_id).stage is Stage.CLOSED
    (said,) = exit_reports(office, case_id)[-1]["omissions"]
    assert (said["owed"], said["incident"], said["last_day"]) == ("outcomes", None, "2026-12-24")
    file = good_faith.read(
        case_id,
        by=SUE,
        sessions=office.sessions,
        authority=AUTHORITY,
        regime=office.regime,
        clock=office.clock,
    )
    assert any("outcomes" in d["deviation"] for d in file["deviations"])


def over_with_a_subject_who_withdrew(office: Office) -> CaseId:
    """All is done and told but that the data of the subject are gone."""
    case_id = running(office)
    give(office, case_id)
    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)
    finish(office, case_id)
    real_world.notify_outcomes(case_id, "as expected", **parts(office, ADA))
    office.end(case_id)
    office.issue_exit_report(case_id)
    for _ in range(3):
        watch(office)
    return case_id


@pytest.mark.rule("R60-5")
@pytest.mark.rule("DL-17")
def test_no_case_closes_while_a_subject_who_withdrew_waits_for_deletion(office: Office) -> None:
    case_id = over_with_a_subject_who_withdrew(office)
    waited = office.case(case_id).stage

    proved(office, case_id)
    for _ in range(2):
        watch(office)

    assert (waited, office.case(case_id).stage) == (Stage.COMPLETED, Stage.CLOSED)


@pytest.mark.rule("R60-5")
def test_a_case_closes_without_a_deletion_that_is_never_proven_and_it_stays_owed(
    office: Office,
) -> None:
    case_id = over_with_a_subject_who_withdrew(office)
    with pytest.raises(RuleBroken, match="the deletion of the data of subjects: owed until"):
        go_on(office, case_id)
    office.clock.forward(days=5)

    go_on(office, case_id)
    office.issue_exit_report(case_id)
    for _ in range(3):
        watch(office)

    assert office.case(case_id).stage is Stage.CLOSED
    assert [o["owed"] for o in exit_reports(office, case_id)[-1]["omissions"]] == [
        "subject_deletion"
    ]
    assert "DL-17" in {name for name, _ in clocks(office.case(case_id))}
    proved(office, case_id)
    assert "DL-17" not in {name for name, _ in clocks(office.case(case_id))}


@pytest.mark.rule("R60-5")
def test_whoever_withdraws_after_an_omission_is_owed_the_deletion_anew(office: Office) -> None:
    case_id = over_with_a_subject_who_withdrew(office)
    office.clock.forward(days=5)
    go_on(office, case_id)
    later = deadlines.start_at(Name.DL_17, office.clock(), subject="consent 2")
    case = office.case(case_id)

    assert not [r for r in against(case, Action.CLOSE, SYSTEM) if r.rule == "R60-5"]
    grown = replace(case, deadlines=(*case.deadlines, later))
    assert [r for r in against(grown, Action.CLOSE, SYSTEM) if r.rule == "R60-5"]


@pytest.mark.rule("R60-5")
@pytest.mark.rule("R59-g")
def test_a_case_may_close_on_a_legal_hold_that_keeps_the_data_of_who_withdrew(
    office: Office,
) -> None:
    case_id = over_with_a_subject_who_withdrew(office)
    before = against(office.case(case_id), Action.CLOSE, SYSTEM)

    held = against(hold(office, case_id), Action.CLOSE, SYSTEM)

    assert ["R60-5" in {r.rule for r in found} for found in (before, held)] == [True, False]


def proved(office: Office, case_id: CaseId) -> None:
    consent.prove_deletion(case_id, 1, "log 7", **parts(office, ADA))


def ended_with_a_report_to(office: Office, *countries: str) -> CaseId:
    case_id = office.active()
    opened(office, case_id, *countries)
    classified(office, case_id, DEATH)
    reported(office, case_id, complete=True)
    office.end(case_id, Action.COMPLETE)
    office.work()
    return case_id


@pytest.mark.rule("R73-08")
@pytest.mark.rule("R73-06")
def test_a_case_closes_without_the_authority_that_never_acts_on_an_incident_and_says_so(
    office: Office,
) -> None:
    case_id = ended_with_a_report_to(office, "DE")
    office.clock.forward(days=7)
    held = case_id in office.engine.standing
    with pytest.raises(
        RuleBroken, match="closure of incident 1 by the authority of DE: owed until"
    ):
        go_on(office, case_id)
    office.clock.forward(days=1)

    after = go_on(office, case_id, "nobody at the BNetzA answers")
    office.work()
    office.issue_exit_report(case_id)
    office.work()

    (omission,) = after.omissions
    assert (omission.owed, omission.incident, omission.country) == (Owed.CLOSURE, 1, "DE")
    assert ("DL-13", "incident 1 DE") not in clocks(after)
    assert not after.incidents[0].holds_evidence
    assert (held, case_id in office.engine.standing) == (True, False)
    assert told(office, "omission_recorded") == ["market_surveillance:DE", "provider:CreditCo"]
    assert office.case(case_id).stage is Stage.CLOSED
    report = exit_reports(office, case_id)[-1]
    assert [(o["owed"], o["country"]) for o in report["omissions"]] == [("closure", "DE")]
    assert report["serious_incidents"][0]["state"] == "complete_reported"  # nobody closed it
    file = good_faith.read(
        case_id,
        by=SUE,
        sessions=office.sessions,
        authority=AUTHORITY,
        regime=office.regime,
        clock=office.clock,
    )
    assert not any("closure" in d["deviation"] for d in file["deviations"])


@pytest.mark.rule("R73-08")
def test_an_authority_goes_on_without_others_but_not_without_itself(office: Office) -> None:
    case_id = ended_with_a_report_to(office, "NL", "DE", "FR")
    taken(office, case_id, DORA)
    closed_incident(office, case_id, DORA)
    office.clock.forward(days=10)

    after = go_on(office, case_id)
    with pytest.raises(RuleBroken, match="the authority's own to do"):
        go_on(office, case_id)
    taken(office, case_id, SUE)
    over = closed_incident(office, case_id, SUE)

    assert [o.country for o in after.omissions] == ["FR"]
    assert after.incidents[0].closed_at is None
    assert {key for key in clocks(after) if key[0] == "DL-13"} == {("DL-13", "incident 1 NL")}
    assert over.incidents[0].closed_at is not None


@pytest.mark.rule("R73-09")
def test_the_closure_of_an_incident_that_other_law_takes_is_owed_until_it_had_to_be_answered(
    office: Office,
) -> None:
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    opened(office, case_id, "DE")
    classified(office, case_id, DEATH, by=DORA)
    responded(office, case_id, mitigated=True)
    office.end(case_id)
    office.clock.forward(days=2)

    assert go_on(office, case_id).incidents[0].closed_at is not None
