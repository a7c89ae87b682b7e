"""After the test: exit report, written proof, permissions, findings, questionnaires."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.outcome import Activity, ActivityKind, Objective, Outcome
from sandbox.domain.papers import Paper
from sandbox.domain.publication import Permission, Permit, holds, is_public
from sandbox.domain.regime import Publication
from sandbox.domain.supervision import RequestKind
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, OutOfDate, RuleBroken
from sandbox.stages import follow_up, orders, overview, proof, publication, requests
from sandbox.store import documents, outbox, register
from sandbox.store.documents import Document
from tests.factories import ADA, AUTHORITY, EVE, EXIT_WORDS, SUE
from tests.fakes import NOON
from tests.office import Office
from tests.stages.supervising import (
    MAX,
    RIGHTS,
    classified,
    opened,
    order,
    reported,
    responded,
    simple,
    supervising,
    taken,
)
from tests.stages.supervising import closed as incident_closed
from tests.stages.testing import draft, with_a_test

COMMISSION = Person("Cleo", Role.COMMISSION, "Commission")
BOARD = Person("Bob", Role.BOARD, "AI Board")
AI_OFFICE = Person("Ida", Role.AI_OFFICE, "AI Office")
TESTED = (Activity(ActivityKind.TESTING, "the hold-out was scored"),)
TRAINED = (Activity(ActivityKind.TRAINING, "ten epochs"),)


def nudged(office: Office, by: Person = SUE) -> dict[str, Any]:
    return {**simple(office, by), "nudge": office.nudge}


def ask(office: Office, case_id: CaseId, by: Person = ADA) -> Case:
    return proof.ask(case_id, authority=AUTHORITY, **nudged(office, by))


def issue(
    office: Office, case_id: CaseId, activities: tuple[Activity, ...] = TRAINED, by: Person = SUE
) -> int:
    number = proof.issue(case_id, activities, authority=AUTHORITY, **nudged(office, by))
    office.work()
    return number


def newest(office: Office, case_id: CaseId) -> str:
    """The hash of the exit report that was sealed last."""
    with office.sessions.begin() as session:
        sealed = documents.sealed_of_kind(session, case_id, Paper.EXIT_REPORT)
    return (sealed[-1].sha256 or "") if sealed else ""


def give(office: Office, case_id: CaseId, permission: Permission, by: Person) -> Case:
    return publication.give(case_id, permission, newest(office, case_id), **nudged(office, by))


def withdraw(office: Office, case_id: CaseId, permission: Permission, by: Person) -> Case:
    return publication.withdraw(case_id, permission, **simple(office, by))


def closed(office: Office, key: str = "k", **words: Any) -> CaseId:
    case_id = office.active(key)
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id, replace(EXIT_WORDS, **words))
    office.work()
    assert office.case(case_id).stage is Stage.CLOSED
    return case_id


def facts(office: Office, case_id: CaseId, paper: Paper, number: int = 1) -> dict[str, Any]:
    with office.sessions.begin() as session:
        found = documents.load(session, case_id, paper, number)
    assert found.sealed_at is not None
    assert found.assembled is not None
    return found.assembled


def told(office: Office, kind: str) -> list[str]:
    with office.sessions.begin() as session:
        return [
            p.addressee
            for p in outbox.page(session, state=None, after=None, limit=200)
            if p.kind == kind
        ]


@pytest.mark.rule("R57-07c")
@pytest.mark.rule("R57-09")
def test_the_exit_report_holds_the_words_the_numbers_and_the_incidents(office: Office) -> None:
    case_id = office.active()
    office.clock.forward(minutes=1)
    opened(office, case_id, "NL")
    office.end(case_id)
    outcome = Outcome(Objective.LEGAL_CERTAINTY, "Art. 10 is clear now")
    office.issue_exit_report(case_id, replace(EXIT_WORDS, outcomes=(outcome,), activities=TESTED))
    office.work()

    report = facts(office, case_id, Paper.EXIT_REPORT)
    assert report["requirements_evaluated"] == [
        {"requirement": "Art. 10", "verdict": "pass", "measured_by": ["group_gap at most 0.95"]},
        {"requirement": "Art. 15", "verdict": "pass", "measured_by": ["accuracy at least 0.7"]},
    ]
    assert {row["completeness_percent"] for row in report["metric_annex"]} == {100.0}
    assert report["activities"] == [{"kind": "testing", "description": "the hold-out was scored"}]
    assert report["outcomes"] == [{"objective": "legal_certainty", "text": "Art. 10 is clear now"}]
    assert [i["number"] for i in report["serious_incidents"]] == [1]
    assert report["consent_union_access"] is False
    assert office.case(case_id).outcomes == (outcome,)


@pytest.mark.rule("D8")
@pytest.mark.rule("R58-D21")
@pytest.mark.parametrize(
    ("action", "ground"), [(Action.TERMINATE, "unmitigable_risk"), (Action.COMPLETE, None)]
)
def test_the_exit_report_says_why_the_participation_ended(
    office: Office, action: Action, ground: str | None
) -> None:
    case_id = office.active()
    office.clock.forward(minutes=1)
    office.end(case_id, action)
    office.issue_exit_report(case_id)
    office.work()

    assert facts(office, case_id, Paper.EXIT_REPORT)["end_of_participation"] == {
        "ground": ground,
        "reasons": "objectives met",
        "decided_by": str(SUE),
    }


@pytest.mark.rule("R57-07c")
def test_an_exit_report_without_activities_and_results_is_refused_and_meets_no_clock(
    office: Office,
) -> None:
    case_id = office.active()
    office.end(case_id)
    office.work()

    with pytest.raises(RuleBroken) as refusal:
        office.issue_exit_report(case_id, replace(EXIT_WORDS, activities=(), results=" "))

    assert [(r.rule, r.sentence) for r in refusal.value.reasons] == [
        ("R57-07c", "the exit report names no activity that was carried out"),
        ("R57-07c", "the exit report says nothing of the results"),
    ]
    office.work()
    assert Name.DL_06 in {c.name for c in office.case(case_id).deadlines if c.met_at is None}
    with pytest.raises(NotFound):
        facts(office, case_id, Paper.EXIT_REPORT)


@pytest.mark.rule("R58-D17")
def test_a_case_closes_with_an_exit_report_that_tells_how_each_incident_ended(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "NL")
    classified(office, case_id, RIGHTS)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    office.work()
    assert all(c.met_at for c in office.case(case_id).deadlines if c.name is Name.DL_06)

    office.clock.forward(days=1)
    responded(office, case_id, mitigated=True)
    reported(office, case_id, complete=True)
    taken(office, case_id, SUE)
    incident_closed(office, case_id)
    office.work()
    assert office.case(case_id).stage is Stage.COMPLETED
    assert told(office, "exit_report_wanted_after_an_incident") == ["authority"]

    office.issue_exit_report(case_id)
    office.work()

    assert office.case(case_id).stage is Stage.CLOSED
    reports = [facts(office, case_id, Paper.EXIT_REPORT, number) for number in (1, 2)]
    states = [report["serious_incidents"][0]["state"] for report in reports]
    assert states == ["classified", "authority_closed"]


def test_an_exit_report_waits_for_the_numbers_and_never_passes_without_them(
    office: Office,
) -> None:
    office.metrics.value = None
    case_id = office.active()
    office.end(case_id)
    office.evidence.away = True
    office.issue_exit_report(case_id)
    office.work()
    with office.sessions.begin() as session:
        waiting = documents.load(session, case_id, Paper.EXIT_REPORT, 1)
    assert waiting.waiting_for == "the test report before it is sealed first"

    office.evidence.away = False
    office.sweep()
    office.work()

    report = facts(office, case_id, Paper.EXIT_REPORT)
    assert {r["verdict"] for r in report["requirements_evaluated"]} == {"no_data"}
    assert report["test_reports"][0]["verdict"] == "no_data"


@pytest.mark.rule("D9")
@pytest.mark.rule("DL-06")
@pytest.mark.parametrize("action", [Action.COMPLETE, Action.TERMINATE])
def test_the_end_of_a_participation_starts_the_clock_of_the_exit_report_which_meets_it(
    office: Office, action: Action
) -> None:
    case_id = office.active()
    before = [c for c in office.case(case_id).deadlines if c.name is Name.DL_06]
    office.end(case_id, action)

    (clock,) = [c for c in office.case(case_id).deadlines if c.name is Name.DL_06]
    office.work()
    office.issue_exit_report(case_id)
    office.work()

    assert (before, clock.started_on, clock.met_at) == ([], AUTHORITY.day(office.clock()), None)
    (met,) = [c for c in office.case(case_id).deadlines if c.name is Name.DL_06]
    assert met.met_at == office.clock()


@pytest.mark.rule("R57-07b")
@pytest.mark.rule("DL-07")
def test_a_proof_is_asked_for_by_the_participant_and_met_when_it_is_sealed(office: Office) -> None:
    case_id = office.active()
    with pytest.raises(RuleBroken, match="did not ask"):
        issue(office, case_id)
    with pytest.raises(NotAllowedError):
        ask(office, case_id, SUE)

    (clock,) = [c for c in ask(office, case_id).deadlines if c.name is Name.DL_07]
    with pytest.raises(RuleBroken, match="proof 1"):
        ask(office, case_id)
    number = issue(office, case_id)

    assert clock.subject == "proof 1"
    assert AUTHORITY.calendar.working_days(after=clock.started_on, through=clock.due) == 20
    assert [c.met_at for c in office.case(case_id).deadlines if c.name is Name.DL_07] == [
        office.clock()
    ]
    certified = facts(office, case_id, Paper.WRITTEN_PROOF, number)
    assert certified["completed"] is False
    assert certified["activities_successfully_done"][0]["kind"] == "training"
    assert certified["sectors"] == ["III-5b creditworthiness, fraud detection apart"]
    assert {r["verdict"] for r in certified["requirements_evaluated"]} == {"no_data"}
    assert "written_proof" not in told(office, "proof_requested")
    assert told(office, "written_proof") == ["provider:CreditCo"]


@pytest.mark.rule("R57-07b")
@pytest.mark.rule("DL-07")
def test_a_proof_of_nothing_is_declined_with_reasons_and_can_be_asked_for_again(
    office: Office,
) -> None:
    case_id = office.active()

    def decline(reasons: str = "nothing was trained or tested") -> Case:
        return proof.decline(case_id, reasons, **nudged(office))

    with pytest.raises(RuleBroken, match="did not ask"):
        decline()
    ask(office, case_id)
    with pytest.raises(RuleBroken, match="with reasons"):
        decline(" ")
    after = decline()

    assert [c.met_at for c in after.deadlines if c.name is Name.DL_07] == [office.clock()]
    assert told(office, "proof_declined") == ["provider:CreditCo"]
    (seen,) = office.look(case_id, ADA).case.proof_requests
    assert seen.declined is not None
    assert seen.declined.reasons == "nothing was trained or tested"
    with pytest.raises(RuleBroken, match="was declined"):
        issue(office, case_id)
    ask(office, case_id)
    issue(office, case_id)
    with pytest.raises(RuleBroken, match="was issued"):
        decline()


@pytest.mark.rule("R57-07b")
def test_a_proof_that_was_declined_is_not_declined_again_for_other_reasons(office: Office) -> None:
    case_id = office.active()
    ask(office, case_id)
    proof.decline(case_id, "nothing was trained", **nudged(office))
    declined_on = f"{office.clock():%Y-%m-%d}"
    office.clock.forward(days=1)

    with pytest.raises(RuleBroken, match=f"proof 1 was declined on {declined_on}"):
        proof.decline(case_id, "other reasons", **nudged(office))

    assert office.look(case_id, SUE).possible[Action.DECLINE_PROOF] != ()
    (kept,) = office.case(case_id).proof_requests
    assert kept.declined is not None
    assert kept.declined.reasons == "nothing was trained"


@pytest.mark.rule("R58-D16")
def test_testing_is_proven_by_a_sealed_report_only(office: Office) -> None:
    case_id = office.active()
    ask(office, case_id)
    with pytest.raises(RuleBroken, match="sealed test report"):
        issue(office, case_id, TESTED)
    with pytest.raises(RuleBroken, match="nothing to prove"):
        issue(office, case_id, ())

    office.clock.forward(minutes=1)
    office.report(case_id)
    office.work()
    number = issue(office, case_id, TESTED)

    verdicts = facts(office, case_id, Paper.WRITTEN_PROOF, number)["requirements_evaluated"]
    assert {v["verdict"] for v in verdicts} == {"pass"}


def test_a_suspended_test_that_was_completed_is_proven_as_completed(office: Office) -> None:
    case_id = office.active()
    office.suspend(case_id)
    office.end(case_id)
    office.work()
    ask(office, case_id)

    assert facts(office, case_id, Paper.WRITTEN_PROOF, issue(office, case_id))["completed"] is True


def test_a_late_proof_reminds_the_authority(office: Office) -> None:
    case_id = closed(office)
    ask(office, case_id)
    office.work()
    office.clock.forward(days=60)
    office.sweep_clocks()
    office.work()

    assert "authority" in told(office, "clock_overdue")


@pytest.mark.rule("R57-08")
def test_commission_and_board_read_the_exit_report_with_the_providers_agreement_only(
    office: Office,
) -> None:
    case_id = closed(office)
    readers = (COMMISSION, BOARD, AI_OFFICE)

    def reads(by: Person, paper: Paper = Paper.EXIT_REPORT) -> bool:
        try:
            found = overview.document(
                case_id, paper, 1, by=by, sessions=office.sessions, opened=True
            )
        except NotFound:
            return False
        return found.kind is paper

    assert not any(reads(by) for by in readers)
    give(office, case_id, Permission.UNION_ACCESS, ADA)
    assert all(reads(by) for by in readers)
    assert not any(reads(replace(by, unit=Unit.ENFORCEMENT)) for by in readers)
    assert not any(reads(by, Paper.TEST_REPORT) for by in readers)
    with pytest.raises(NotFound):
        office.look(case_id, COMMISSION)
    assert sorted(told(office, "access_to_an_exit_report")) == ["board", "commission"]
    withdraw(office, case_id, Permission.UNION_ACCESS, ADA)
    assert not any(reads(by) for by in readers)


@pytest.mark.rule("R57-08")
def test_each_party_agrees_and_takes_back_for_itself_alone(office: Office) -> None:
    case_id = closed(office)

    for permission, wrong in (
        (Permission.UNION_ACCESS, SUE),
        (Permission.PROVIDER_PUBLICATION, SUE),
        (Permission.AUTHORITY_PUBLICATION, ADA),
    ):
        with pytest.raises(RuleBroken, match="not for the"):
            give(office, case_id, permission, wrong)
    with pytest.raises(NotFound):
        give(office, case_id, Permission.UNION_ACCESS, EVE)
    give(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
    with pytest.raises(RuleBroken, match="already"):
        give(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
    with pytest.raises(RuleBroken, match="take back"):
        withdraw(office, case_id, Permission.PROVIDER_PUBLICATION, SUE)
    with pytest.raises(NotFound):
        withdraw(office, case_id, Permission.UNION_ACCESS, ADA)

    (permit,) = withdraw(office, case_id, Permission.PROVIDER_PUBLICATION, ADA).permits
    assert (permit.by, permit.withdrawn_by) == ("Ada (CreditCo)", "Ada (CreditCo)")


@pytest.mark.rule("DL-26")
@pytest.mark.rule("R76-5")
def test_other_authorities_can_still_be_told_of_an_order_when_its_case_is_closed(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    order(office, case_id, SUE, "NL")
    office.end(case_id, Action.TERMINATE)
    office.work()
    office.issue_exit_report(case_id)
    office.work()
    assert office.case(case_id).stage is Stage.CLOSED

    after = orders.tell_other_authorities(case_id, 1, "ref", **supervising(office))

    assert [c.met_at for c in after.deadlines if c.name is Name.DL_26] == [office.clock()]


@pytest.mark.rule("R57-08")
def test_what_both_agree_to_publish_is_one_report_that_they_could_read(office: Office) -> None:
    def published() -> list[str]:
        needs = Publication.BOTH
        with office.sessions.begin() as session:
            page = register.page(session, needs, after=None, limit=9)
        return [str((found.report.assembled or {})["results"]) for found in page if found.report]

    def both_agree() -> None:
        give(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
        give(office, case_id, Permission.AUTHORITY_PUBLICATION, SUE)

    case_id = office.active()
    with pytest.raises(RuleBroken, match="nothing to agree to"):
        give(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
    opened(office, case_id, "NL")  # which keeps the case open for another report
    office.end(case_id)
    office.issue_exit_report(case_id)
    office.work()
    assert told(office, "exit_report") == ["provider:CreditCo"]
    both_agree()
    assert published() == ["every bar was met"]

    office.issue_exit_report(case_id, replace(EXIT_WORDS, results="nobody read this"))
    office.work()

    assert published() == ["every bar was met"]
    with pytest.raises(OutOfDate, match="not the newest"):
        publication.give(case_id, Permission.PROVIDER_PUBLICATION, "ab" * 32, **nudged(office, ADA))
    assert facts(office, case_id, Paper.EXIT_REPORT, 2)["consent_publication_provider"] is False
    both_agree()
    assert published() == ["nobody read this"]
    withdraw(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
    assert published() == []


@pytest.mark.rule("R57-08")
def test_a_permit_from_before_it_named_a_report_publishes_nothing() -> None:
    old = tuple(Permit(permission, "Ada", NOON) for permission in Permission)

    assert holds(old, Permission.UNION_ACCESS)
    assert not is_public(old, Publication.BOTH, "ab" * 32)
    assert not is_public(old, Publication.BOTH, None)


@pytest.mark.rule("R58-D19")
def test_a_questionnaire_is_answered_once_and_whole(office: Office) -> None:
    case_id = closed(office)
    with pytest.raises(RuleBroken, match="no questionnaire"):
        follow_up.answer(case_id, 1, ("yes",), **simple(office, ADA))
    follow_up.send(case_id, ("On the market?", "Since when?"), **nudged(office))
    with pytest.raises(FieldRefused, match="2 questions were asked and 1 answered"):
        follow_up.answer(case_id, 1, ("yes",), **simple(office, ADA))

    after = follow_up.answer(case_id, 1, ("yes", "May"), **simple(office, ADA))

    assert after.questionnaires[0].answers == ("yes", "May")
    with pytest.raises(NotFound):
        follow_up.answer(case_id, 1, ("no", "June"), **simple(office, ADA))
    assert told(office, "questionnaire") == ["provider:CreditCo"]


@pytest.mark.rule("R58-D19")
def test_the_authority_tells_a_market_surveillance_authority_of_a_tested_system(
    office: Office,
) -> None:
    case_id = closed(office)
    requests.ask(
        case_id,
        kind=RequestKind.TESTED_SYSTEM,
        reasons="it is on the market now",
        authority=AUTHORITY,
        **simple(office, MAX),
    )
    with pytest.raises(RuleBroken, match="answered by the authority"):
        requests.answer(case_id, 1, "fine", **simple(office, MAX))

    after = requests.answer(case_id, 1, "see the exit report", **simple(office))

    assert after.requests[0].answered_by == "Sue"


def test_terminated_is_not_completed(office: Office) -> None:
    case_id = office.active()
    office.end(case_id, Action.TERMINATE)
    office.clock.forward(days=1)
    office.work()
    ask(office, case_id)

    assert facts(office, case_id, Paper.WRITTEN_PROOF, issue(office, case_id))["completed"] is False


@pytest.mark.rule("R57-08")
def test_the_ai_office_reads_the_outcomes_of_a_suspended_case_in_the_report_that_is_open_to_it(
    office: Office,
) -> None:
    case_id = office.active()
    office.suspend(case_id)
    office.end(case_id)
    outcome = Outcome(Objective.LEGAL_CERTAINTY, "Art. 10 is clear now")
    office.issue_exit_report(case_id, replace(EXIT_WORDS, outcomes=(outcome,)))
    office.work()

    def read() -> Document:
        return overview.document(
            *(case_id, Paper.EXIT_REPORT, 1),
            by=AI_OFFICE,
            sessions=office.sessions,
            opened=True,
        )

    with pytest.raises(NotFound):
        read()
    give(office, case_id, Permission.UNION_ACCESS, ADA)

    assert "Art. 10 is clear now" in str(read().assembled)
    assert office.look(case_id, AI_OFFICE).case.outcomes == ()  # the permission opens nothing else
    assert office.look(case_id, ADA).case.outcomes == (outcome,)
