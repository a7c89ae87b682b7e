"""Processing is watched, stopped and resumed; what leaves is classified; every access is logged."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sandbox.domain.access_log import first_break
from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.dataset import DatasetKind
from sandbox.domain.environment import Wanted
from sandbox.domain.export import ExportClass, ExportState
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.processing import Right
from sandbox.domain.regime import LogRetention, Regime
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.stages import access_log, experiments, exports, processing
from sandbox.store import access_log as kept_log
from sandbox.store import environments, ledger, outbox
from tests.factories import ADA, AUTHORITY, EVE, SUE, TOM
from tests.office import Office
from tests.real_world import FIRST
from tests.stages.personal_data import (
    DAN,
    NEW,
    RUN,
    active,
    ask_for_export,
    comment,
    common,
    decide_export,
    declare,
    delete,
    hold,
    let_in,
    lift,
    log,
    record_run,
    state,
    verify,
)
from tests.stages.supervising import informed, opened
from tests.stages.testing import running

CREATED = replace(NEW, kind=DatasetKind.SANDBOX_CREATED_PERSONAL)
LAST_DAY = replace(NEW, retention_until=date(2026, 11, 26))
LAST_MINUTE = datetime(2026, 11, 26, 22, 59, tzinfo=UTC)  # 23:59 where the authority is
NEVER_CLASSES = (ExportClass.SANDBOX_CREATED_PERSONAL, ExportClass.SPECIAL_CATEGORIES)


def stop(office: Office, case_id: CaseId, by: Person = SUE) -> Case:
    return processing.stop(
        case_id,
        "somebody can be told apart",
        cluster=office.cluster,
        authority=AUTHORITY,
        nudge=office.nudge,
        **common(office, by),
    )


def resume(office: Office, case_id: CaseId, by: Person = TOM) -> Case:
    return processing.resume(case_id, "noise was added", nudge=office.nudge, **common(office, by))


def wanted(office: Office, case_id: CaseId) -> Wanted:
    with office.sessions.begin() as session:
        return environments.load(session, case_id)[0].wanted


def told(office: Office, kind: str) -> set[str]:
    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=200)
    return {p.addressee for p in posted if p.kind == kind}


def actions(office: Office, case_id: CaseId) -> list[str]:
    with office.sessions.begin() as session:
        return [sealed.entry.action for sealed in ledger.of_case(session, case_id)]


@pytest.mark.rule("R59-c")
@pytest.mark.parametrize("by", [SUE, ADA, DAN])
def test_one_click_stops_processing_at_once_and_nothing_comes_in_or_goes_out(
    office: Office, by: Person
) -> None:
    case_id = active(office)
    let_in(office, case_id)
    asked = ask_for_export(office, case_id, ExportClass.AGGREGATE)

    case = stop(office, case_id, by)

    assert (case.stage, case.is_measured) == (Stage.ACTIVE, False)
    assert wanted(office, case_id) is Wanted.FROZEN
    assert "frozen" in actions(office, case_id)
    assert told(office, "processing_stopped") == {
        *("authority", "data_protection:NL", "provider:CreditCo")
    }
    with pytest.raises(RuleBroken):
        let_in(office, case_id)
    with pytest.raises(RuleBroken):
        decide_export(office, case_id, asked.number)
    assert len(stop(office, case_id, by).processing.stops) == 1


@pytest.mark.rule("R59-c")
@pytest.mark.rule("R57-10")
def test_a_stop_of_the_data_protection_authority_counts_beside_that_of_the_provider(
    office: Office,
) -> None:
    case_id = active(office)
    stop(office, case_id, ADA)

    case = stop(office, case_id, DAN)

    assert [found.role for found in case.processing.stops] == [Role.PROVIDER, Role.DATA_PROTECTION]
    assert actions(office, case_id).count("stop_processing") == 2
    with pytest.raises(RuleBroken, match="the data protection authority stopped it"):
        resume(office, case_id, TOM)


@pytest.mark.rule("R57-10")
def test_an_objection_to_what_is_inside_proposes_a_stop_and_lets_nothing_go_on_until_it_is_withdrawn(
    office: Office,
) -> None:
    case_id = active(office)
    number = let_in(office, case_id)

    comment(office, case_id, number, objects=True)
    (alarm,) = [text for _, text in office.look(case_id).alarms if "objects" in text]
    stop(office, case_id)
    with pytest.raises(RuleBroken) as refused:
        resume(office, case_id)
    comment(office, case_id, number, objects=False)
    resume(office, case_id)

    assert alarm.startswith("the data protection authority objects to dataset 1")
    assert alarm.endswith("it is proposed to stop processing")
    assert [(r.rule, r.sentence) for r in refused.value.reasons] == [
        ("R57-10", "dataset 1: the data protection authority objects")
    ]
    assert not office.case(case_id).processing.is_stopped


@pytest.mark.rule("R59-c")
def test_a_second_person_resumes_and_the_next_run_begins(office: Office) -> None:
    case_id = active(office)
    stop(office, case_id)
    office.work()
    with pytest.raises(RuleBroken):
        resume(office, case_id, SUE)

    resume(office, case_id)
    office.work()

    case = office.case(case_id)
    assert wanted(office, case_id) is Wanted.RUNNING
    assert (case.is_measured, len(case.stretches)) == (True, 2)
    assert case.stretches[0].ended_by == "stop_processing"
    with pytest.raises(FieldRefused):
        resume(office, case_id)


@pytest.mark.rule("R73-06")
def test_processing_that_goes_on_during_a_hold_gives_no_right_back(office: Office) -> None:
    case_id = active(office)
    opened(office, case_id)
    office.work()
    stop(office, case_id)
    office.work()
    assert office.engine.standing[case_id].frozen
    resume(office, case_id)
    office.work()
    assert not office.engine.standing[case_id].frozen
    assert office.engine.standing[case_id].held

    informed(office, case_id)
    office.work()
    assert not office.engine.standing[case_id].held


@pytest.mark.rule("R59-c")
def test_a_stop_outlasts_a_suspension_and_stands_without_a_cluster(office: Office) -> None:
    case_id = active(office)
    office.cluster.away = True
    stop(office, case_id)
    office.cluster.away = False
    office.work()
    office.suspend(case_id)
    office.mitigate(case_id)

    with pytest.raises(RuleBroken) as refused:
        office.resume(case_id, TOM)
    assert [reason.rule for reason in refused.value.reasons] == ["R59-c"]
    resume(office, case_id)
    assert wanted(office, case_id) is Wanted.FROZEN  # the suspension stands
    office.resume(case_id, TOM)
    assert wanted(office, case_id) is Wanted.RUNNING


@pytest.mark.rule("R59-c")
def test_a_breached_alert_stops_processing_by_itself(office: Office) -> None:
    case_id = active(office)
    office.clock.forward(minutes=1)
    office.sweep()
    office.work()
    assert not office.case(case_id).processing.is_stopped

    office.metrics.value = 0.4  # the alert is at 0.5
    office.clock.forward(minutes=1)
    office.sweep()
    office.work()
    office.sweep()
    office.work()

    (stopped,) = office.case(case_id).processing.stops
    assert (stopped.by, stopped.metric) == ("system", "accuracy")
    assert stopped.reasons == "accuracy at least 0.5 is broken: measured 0.4"
    assert wanted(office, case_id) is Wanted.FROZEN


@pytest.mark.rule("R59-c")
def test_an_alert_that_cannot_be_measured_is_an_alarm_and_no_breach(office: Office) -> None:
    case_id = active(office)
    office.metrics.away = True
    office.clock.forward(minutes=1)
    office.sweep()
    office.work()

    assert not office.case(case_id).processing.is_stopped
    texts = [text for _, text in office.look(case_id).alarms]
    assert any("accuracy at least 0.5 cannot be judged" in text for text in texts)


@pytest.mark.rule("R59-c")
def test_a_real_world_test_stops_with_the_processing(office: Office) -> None:
    case_id = running(office)

    case = stop(office, case_id)

    assert case.test is not None
    assert (case.test.state.value, case.test.started_on) == ("suspended", FIRST)


@pytest.mark.rule("R59-e")
@pytest.mark.parametrize("claimed", NEVER_CLASSES)
def test_what_must_never_leave_is_blocked_recorded_and_counted(
    office: Office, claimed: ExportClass
) -> None:
    case_id = active(office)

    asked = ask_for_export(office, case_id, claimed, basis="consent of everybody")

    assert asked.state is ExportState.BLOCKED
    with pytest.raises(RuleBroken) as refused:
        decide_export(office, case_id, asked.number)
    assert [reason.rule for reason in refused.value.reasons] == ["R59-e"]
    assert exports.counts(case_id, by=SUE, sessions=office.sessions) == {
        (claimed.value, "blocked"): 1
    }
    assert actions(office, case_id)[-1] == Action.REQUEST_EXPORT


@pytest.mark.rule("R59-e")
@pytest.mark.rule("R4a")
@pytest.mark.parametrize("kind", [DatasetKind.SANDBOX_CREATED_PERSONAL, DatasetKind.ART9_BIAS])
def test_another_name_does_not_open_the_gate(office: Office, kind: DatasetKind) -> None:
    case_id = active(office)
    number = declare(office, case_id, replace(NEW, kind=kind))

    assert ask_for_export(office, case_id, ExportClass.AGGREGATE, number).state == "blocked"
    plain = ask_for_export(office, case_id, ExportClass.AGGREGATE)
    with pytest.raises(RuleBroken):
        decide_export(
            office, case_id, plain.number, classified=ExportClass.SANDBOX_CREATED_PERSONAL
        )
    with pytest.raises(FieldRefused, match="no dataset 7"):
        ask_for_export(office, case_id, ExportClass.AGGREGATE, 7)


@pytest.mark.rule("R59-e")
def test_the_authority_reviews_what_may_leave_once(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    ask_for_export(office, case_id, ExportClass.AGGREGATE)
    ask_for_export(office, case_id, ExportClass.ORIGINAL, number)
    ask_for_export(office, case_id, ExportClass.ORIGINAL, number, basis="Art. 6(1)(c) GDPR")

    assert decide_export(office, case_id, 1, release=False).state is ExportState.REFUSED
    with pytest.raises(RuleBroken):
        decide_export(office, case_id, 2)
    assert decide_export(office, case_id, 3).state is ExportState.RELEASED
    with pytest.raises(FieldRefused):
        decide_export(office, case_id, 3)
    with pytest.raises(NotFound):
        decide_export(office, case_id, 4)
    assert told(office, "export") == {"authority"}


@pytest.mark.rule("R59-e")
def test_weights_wait_for_their_assessment_unless_the_installation_reads_the_law_otherwise(
    office: Office,
) -> None:
    case_id = active(office)

    assert ask_for_export(office, case_id, ExportClass.MODEL_WEIGHTS).state == "blocked"
    office.regime = Regime(weights_are_personal_data=False)
    assert ask_for_export(office, case_id, ExportClass.MODEL_WEIGHTS).state == "waiting"


@pytest.mark.rule("R59-h")
def test_a_batch_that_is_sent_twice_counts_once_and_the_ledger_keeps_its_hash(
    office: Office,
) -> None:
    case_id = active(office)
    let_in(office, case_id)

    first = log(office, case_id, "a", "b", "b")
    again = log(office, case_id, "b", "a")
    more = log(office, case_id, "c", "a")

    assert (first.added, first.known) == (2, 1)
    assert (again.added, again.known, again.seal) == (0, 2, first.seal)
    assert (more.added, more.known) == (1, 1)
    with office.sessions.begin() as session:
        lines = list(kept_log.every(session, case_id))
        entries = ledger.of_case(session, case_id)
    hashes = [s.entry.facts["log_sha256"] for s in entries if s.entry.action == Action.LOG_ACCESS]
    assert [line.access.key for line in lines] == ["a", "b", "c"]
    assert first_break(lines) is None
    assert hashes == [first.seal, more.seal]


@pytest.mark.rule("R59-h")
@pytest.mark.rule("R59-d")
def test_an_access_by_somebody_who_is_not_named_is_logged_and_told(office: Office) -> None:
    case_id = active(office)
    let_in(office, case_id)

    assert log(office, case_id, "a").unauthorised == 0
    assert log(office, case_id, "b", who="Mallory").unauthorised == 1
    assert told(office, "unauthorised_access") == {"authority", "data_protection:NL"}
    page = access_log.page(case_id, after=1, limit=9, dataset=1, by=SUE, sessions=office.sessions)
    assert [(line.access.who, line.authorised) for line in page] == [("Mallory", False)]


@pytest.mark.rule("R59-g")
@pytest.mark.rule("R59-h")
def test_after_the_last_day_of_its_retention_no_access_to_a_dataset_is_authorised(
    office: Office,
) -> None:
    case_id = active(office)
    let_in(office, case_id, LAST_DAY)

    office.clock.now = LAST_MINUTE
    assert log(office, case_id, "a").unauthorised == 0
    office.clock.forward(minutes=1)
    assert log(office, case_id, "b").unauthorised == 1
    assert told(office, "unauthorised_access") == {"authority", "data_protection:NL"}


@pytest.mark.rule("R59-g")
@pytest.mark.rule("R59-e")
def test_after_the_last_day_of_its_retention_no_export_of_a_dataset_is_released(
    office: Office,
) -> None:
    case_id = active(office)
    number = let_in(office, case_id, LAST_DAY)
    for _ in range(2):
        ask_for_export(office, case_id, ExportClass.ORIGINAL, number, basis="Art. 6(1)(c) GDPR")
    ask_for_export(office, case_id, ExportClass.AGGREGATE)

    office.clock.now = LAST_MINUTE
    assert decide_export(office, case_id, 1).state is ExportState.RELEASED
    office.clock.forward(minutes=1)
    with pytest.raises(RuleBroken, match="dataset 1: it was to be deleted on 2026-11-26"):
        decide_export(office, case_id, 2)
    assert decide_export(office, case_id, 2, release=False).state is ExportState.REFUSED
    assert decide_export(office, case_id, 3).state is ExportState.RELEASED


def test_what_cannot_have_happened_is_not_logged_and_strangers_read_nothing(
    office: Office,
) -> None:
    case_id = active(office)
    let_in(office, case_id)

    with pytest.raises(FieldRefused, match="no dataset 7"):
        log(office, case_id, "a", dataset=7)
    with pytest.raises(FieldRefused, match="at most 500"):
        log(office, case_id, *map(str, range(501)))
    office.clock.forward(days=1)
    log(office, case_id, "a")
    office.clock.forward(days=-1)
    with pytest.raises(FieldRefused, match="after it happened"):
        access_log.append(
            case_id,
            [
                replace(line.access, key="b")
                for line in access_log.page(
                    case_id, after=0, limit=1, dataset=None, by=SUE, sessions=office.sessions
                )
            ],
            by=ADA,
            sessions=office.sessions,
            authority=AUTHORITY,
            clock=office.clock,
            nudge=office.nudge,
        )
    for stranger in (EVE, Person("Otto", Role.OPERATOR, "")):
        with pytest.raises(NotFound):
            access_log.page(
                case_id, after=0, limit=1, dataset=None, by=stranger, sessions=office.sessions
            )


def out(office: Office, case_id: CaseId) -> None:
    record_run(office, case_id)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    office.work()
    office.sweep()
    office.work()


def lines(office: Office, case_id: CaseId) -> int:
    with office.sessions.begin() as session:
        return kept_log.count(session, case_id)


@pytest.mark.rule("DL-20")
@pytest.mark.rule("R59-h")
@pytest.mark.parametrize(("kept", "left"), [(LogRetention.DELETE, 0), (LogRetention.KEEP, 1)])
def test_the_log_outlives_the_participation_as_the_installation_says(
    office: Office, kept: LogRetention, left: int
) -> None:
    office.regime = Regime(log_retention_after_exit=kept)
    case_id = active(office)
    number = let_in(office, case_id)
    log(office, case_id, "a")
    out(office, case_id)
    assert (
        lines(office, case_id) == 1
    )  # a dataset is not certified yet, its certificate names the log

    delete(office, case_id, number)
    verify(office, case_id, number)
    office.sweep()
    office.work()

    assert lines(office, case_id) == left
    assert office.sweep() == 0
    with office.sessions.begin() as session:
        (entry,) = (
            s.entry for s in ledger.of_case(session, case_id) if s.entry.action == Action.SETTLE_LOG
        )
    assert (entry.facts["outcome"], entry.facts["lines"]) == (kept.value, 1)


@pytest.mark.rule("DL-20")
def test_a_hold_keeps_the_log_too(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    log(office, case_id, "a")
    hold(office, case_id)
    out(office, case_id)
    office.sweep()
    office.work()
    assert (office.case(case_id).stage, lines(office, case_id)) == (Stage.CLOSED, 1)

    lift(office, case_id)
    delete(office, case_id, number)
    verify(office, case_id, number)
    office.sweep()
    office.work()

    assert lines(office, case_id) == 0


@pytest.mark.rule("R59-h")
@pytest.mark.rule("R73-06")
def test_the_log_stays_while_the_evidence_of_an_incident_is_held(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    log(office, case_id, "a")
    delete(office, case_id, number)
    verify(office, case_id, number)
    opened(office, case_id)

    out(office, case_id)

    assert office.case(case_id).holds_evidence
    assert lines(office, case_id) == 1


@pytest.mark.rule("R59-i")
def test_experiments_are_kept_for_the_technical_documentation(office: Office) -> None:
    case_id = active(office)
    let_in(office, case_id)

    assert [record_run(office, case_id) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(FieldRefused, match="no dataset 9"):
        record_run(office, case_id, replace(RUN, datasets=(9,)))

    page = experiments.page(case_id, after=1, limit=1, by=ADA, sessions=office.sessions)
    found = experiments.technical_documentation(case_id, by=ADA, sessions=office.sessions)
    assert [run.number for run in page] == [2]
    assert [run.number for run in found.experiments] == [1, 2, 3]
    assert found.experiments[0].metrics == {"accuracy": 0.81}
    assert found.experiments[0].by == str(ADA)
    assert found.case.processing.safeguards.process.startswith("train")


@pytest.mark.rule("R59-f")
def test_requests_of_data_subjects_are_recorded_and_answered_once(office: Office) -> None:
    case_id = active(office)
    experiments.receive_request(
        case_id, right=Right.ACCESS, subject="p-1", received_on=FIRST, **common(office, ADA)
    )

    answered = experiments.answer_request(case_id, 1, "here it is", **common(office, ADA))

    assert answered.processing.rights_requests[0].answer == "here it is"
    with pytest.raises(NotFound):
        experiments.answer_request(case_id, 1, "again", **common(office, ADA))


def test_stating_safeguards_again_leaves_what_was_published(office: Office) -> None:
    case_id = active(office)

    assert state(office, case_id).processing.is_published
