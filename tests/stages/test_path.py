"""One case from application to closure over a real database, with fakes for what lies outside."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sandbox.domain.action import Action
from sandbox.domain.application import PublicInterestArea
from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.environment import Phase, Wanted, next_step
from sandbox.domain.lifecycle import Stage
from sandbox.domain.papers import Paper
from sandbox.domain.seal import first_break
from sandbox.errors import (
    FieldRefused,
    GuardrailBroken,
    LeaseLost,
    NotAllowedError,
    NotFound,
    OutOfDate,
    RuleBroken,
)
from sandbox.stages import (
    overview,
    place,
    revoke,
    screen,
    suspend,
    sweep,
)
from sandbox.store import calendar, documents, environments, ledger, outbox
from tests.factories import ADA, AUTHORITY, EVE, OPA, PLAN, SUE, TOM, UNION
from tests.office import Office
from tests.stages.personal_data import publish, write_summary


def test_a_case_walks_the_whole_path(office: Office) -> None:
    case_id = office.active()
    assert office.case(case_id).stage is Stage.ACTIVE

    office.clock.forward(minutes=1)
    assert office.suspend(case_id).suspension is not None
    office.work()
    assert office.engine.standing[case_id].frozen
    office.clock.forward(seconds=1)
    office.mitigate(case_id)
    office.resume(case_id, TOM)
    office.work()
    assert not office.engine.standing[case_id].frozen
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    assert case_id not in office.engine.standing
    office.issue_exit_report(case_id)
    office.work()

    closed = office.case(case_id)
    assert closed.stage is Stage.CLOSED
    assert {c.name for c in closed.deadlines if c.met_at is None} == {Name.DL_08}
    case = suspend.notify_ai_office(
        case_id, "r", by=SUE, version=None, sessions=office.sessions, clock=office.clock
    )
    assert [c.name for c in case.deadlines if c.met_at is None] == []
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, case_id)
        assert first_break(entries) is None
        assert calendar.held(session) == ()
        assert {d.kind for d in documents.of_case(session, case_id) if d.sealed_at} == {
            "application",
            "decision",
            "terms",
            "sandbox-plan",
            "test-report",
            "exit-report",
            "deletion-certificate",
            "notice",
        }


def test_the_same_application_with_the_same_key_is_one_case(office: Office) -> None:
    first, again = office.apply("k"), office.apply("k")

    assert first == again
    with pytest.raises(OutOfDate):
        office.apply("k", system_name="Another")


def test_screening_twice_changes_nothing(office: Office) -> None:
    case_id = office.apply()
    before = office.case(case_id)

    screen.screen(case_id, sessions=office.sessions, authority=AUTHORITY, clock=office.clock)

    assert office.case(case_id) == before


@pytest.mark.rule("R58-D06")
def test_an_excluded_application_cannot_be_admitted_but_rejected(office: Office) -> None:
    case_id = office.apply(prohibited=("A5-c",))

    with pytest.raises(RuleBroken, match="social scoring"):
        office.decide(case_id)

    assert office.decide(case_id, admitted=False).stage is Stage.REJECTED


@pytest.mark.rule("R57-05")
@pytest.mark.rule("R57-10")
@pytest.mark.rule("R58-D14")
@pytest.mark.rule("R58-D18")
def test_every_reason_against_an_agreement_is_said_at_once(office: Office) -> None:
    case_id = office.apply(real_world_test=True)
    office.decide(case_id)
    plan = replace(PLAN, confidentiality_reviewed=False)
    sha256 = office.propose(case_id, plan).plan_sha256

    with pytest.raises(RuleBroken) as refusal:
        office.agree(case_id, sha256)

    rules = [r.rule for r in refusal.value.reasons]
    assert rules == ["R57-05", "R57-05", "R57-10", "R58-D18", "R58-01"]


@pytest.mark.rule("R57-10")
def test_data_that_are_reused_alone_are_personal_data_to_the_end(office: Office) -> None:
    case_id = office.apply(
        personal_data=False,
        reuses_personal_data=True,
        public_interest_area=PublicInterestArea.HEALTH_SAFETY,
    )
    office.decide(case_id)
    sha256 = office.propose(case_id, replace(PLAN, personal_data=False)).plan_sha256
    office.sign(case_id, sha256)
    with pytest.raises(RuleBroken, match="no data protection authority is associated"):
        office.agree(case_id, sha256)
    office.associate(case_id)
    office.agree(case_id, sha256)
    write_summary(office, case_id)
    publish(office, case_id)
    office.work()

    office.end(case_id)

    assert Name.DL_19 in {clock.name for clock in office.case(case_id).deadlines}


@pytest.mark.rule("DL-19")
def test_personal_data_that_only_the_plan_declares_are_to_be_deleted_at_the_end(
    office: Office,
) -> None:
    case_id = office.active(personal_data=False)

    office.end(case_id)

    assert Name.DL_19 in {clock.name for clock in office.case(case_id).deadlines}


@pytest.mark.rule("R57-05")
def test_a_plan_that_ended_before_it_was_agreed_is_proposed_anew(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    office.associate(case_id)
    sha256 = office.propose(case_id).plan_sha256
    office.sign(case_id, sha256)
    office.clock.forward(days=(PLAN.last_day - office.clock().date()).days + 1)

    with pytest.raises(RuleBroken, match="the plan ended on"):
        office.agree(case_id, sha256)

    assert office.case(case_id).stage is Stage.PLAN_NEGOTIATION


@pytest.mark.rule("R57-05")
def test_a_test_does_not_go_on_after_the_last_day_of_its_plan(office: Office) -> None:
    case_id = office.active()
    office.suspend(case_id)
    office.clock.forward(days=(PLAN.last_day - office.clock().date()).days + 1)

    with pytest.raises(RuleBroken) as late:
        office.resume(case_id, TOM)
    office.mitigate(case_id)

    assert [reason.rule for reason in late.value.reasons] == ["R57-11b", "R57-05"]
    assert [r.rule for r in office.look(case_id, TOM).possible[Action.RESUME]] == ["R57-05"]
    assert office.case(case_id).stage is Stage.SUSPENDED


@pytest.mark.rule("R57-05")
def test_no_test_begins_in_an_environment_that_stands_after_the_last_day_of_its_plan(
    office: Office,
) -> None:
    case_id = office.agreed()
    office.clock.forward(days=(PLAN.last_day - AUTHORITY.day(office.clock())).days + 1)

    office.work()

    found = office.look(case_id)
    assert (found.case.stage, found.case.stretches) == (Stage.PLAN_AGREED, ())
    assert found.environment is not None
    assert f"the plan ended on {PLAN.last_day}" in found.environment.waiting_for


def test_a_signature_counts_for_the_version_that_was_read(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    old = office.propose(case_id).plan_sha256
    office.sign(case_id, old)
    new = office.propose(case_id, replace(PLAN, objectives="Others.")).plan_sha256

    with pytest.raises(OutOfDate):
        office.agree(case_id, old)
    with pytest.raises(RuleBroken, match="has not signed"):
        office.agree(case_id, new)


def test_an_unknown_metric_an_old_start_or_open_egress_is_refused(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    strange = replace(PLAN.thresholds[0], metric="beauty")

    with pytest.raises(FieldRefused, match="beauty"):
        office.propose(case_id, replace(PLAN, thresholds=(strange,)))
    with pytest.raises(FieldRefused, match="past"):
        office.propose(case_id, replace(PLAN, first_day=date(2026, 1, 1)))
    with pytest.raises(GuardrailBroken):
        office.propose(case_id, replace(PLAN, egress=("0.0.0.0/0",)))


def test_too_few_gpus_make_a_case_wait_with_a_day_and_numbers(office: Office) -> None:
    office.active("first")
    big = replace(PLAN, resources=replace(PLAN.resources, gpus=7))

    case_id = office.agreed("second", big)
    office.work()

    found = office.look(case_id)
    assert found.environment is not None
    assert found.environment.waiting_for == (
        "7 GPUs of type H100 were asked for on 24 November 2026; 6 are free"
    )
    office.cluster.gpus = 9
    sweep.observe(sessions=office.sessions, cluster=office.cluster, clock=office.clock)
    office.sweep()
    office.work()
    assert office.case(case_id).stage is Stage.ACTIVE


@pytest.mark.rule("R59-d")
def test_an_open_wall_keeps_the_case_from_becoming_active(office: Office) -> None:
    office.cluster.open_wall = True
    case_id = office.agreed()
    office.work()

    found = office.look(case_id)

    assert found.case.stage is Stage.PLAN_AGREED
    assert found.environment is not None
    assert "isolation check failed" in found.environment.waiting_for


def test_a_refused_engine_is_tried_again_until_it_works(office: Office) -> None:
    office.engine.breaks = True
    case_id = office.agreed()
    office.work()
    failed = office.look(case_id).environment
    assert failed is not None
    assert failed.phase is Phase.FAILED
    assert failed.retry_at is not None

    assert office.sweep() == 0  # not before its time
    office.engine.breaks = False
    office.clock.forward(minutes=1)
    office.sweep()
    office.work()

    assert office.case(case_id).stage is Stage.ACTIVE


def test_provisioning_twice_is_once(office: Office) -> None:
    case_id = office.active()
    with office.sessions.begin() as session:
        before = len(ledger.of_case(session, case_id))

    office.provision(case_id)

    with office.sessions.begin() as session:
        assert len(ledger.of_case(session, case_id)) == before


def test_a_worker_that_overslept_writes_nothing(office: Office) -> None:
    case_id = office.agreed()
    hour = timedelta(hours=1)
    with office.sessions.begin() as session:
        now = office.clock()
        slow = environments.claim(session, case_id, now, lasting=hour, owner="a", token="1")
        assert environments.claim(session, case_id, now, lasting=hour, owner="b", token="2") is None
    with office.sessions.begin() as session:
        quick = environments.claim(session, case_id, now + hour, lasting=hour, owner="b", token="2")
        assert quick is not None
        environments.settle(
            session, quick, phase=Phase.READY, applied_generation=1, stack_exists=True
        )

    assert slow is not None
    with pytest.raises(LeaseLost), office.sessions.begin() as session:
        environments.settle(
            session, slow, phase=Phase.FAILED, applied_generation=0, stack_exists=True
        )


def test_the_lease_of_a_dead_process_is_freed_by_the_sweep(office: Office) -> None:
    case_id = office.agreed()
    with office.sessions.begin() as session:
        environments.claim(
            session,
            case_id,
            office.clock(),
            lasting=timedelta(hours=1),
            owner="dead",
            token="1",
        )
    office.nudge.given.clear()

    sweep.sweep(
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
        alive=lambda _: False,
    )
    office.work()

    assert office.case(case_id).stage is Stage.ACTIVE


@pytest.mark.rule("R58-D21")
def test_a_stop_stands_although_the_cluster_is_away_and_is_made_good_later(
    office: Office,
) -> None:
    case_id = office.active()
    office.cluster.away = True

    stopped = office.suspend(case_id)
    office.work()
    office.cluster.away = False
    office.clock.forward(minutes=1)
    office.sweep()
    office.work()

    assert stopped.stage is Stage.SUSPENDED
    assert office.engine.standing[case_id].frozen


@pytest.mark.rule("R57-11b")
@pytest.mark.rule("X-four-eyes")
def test_a_test_resumes_after_mitigation_and_by_a_second_person(office: Office) -> None:
    case_id = office.active()
    office.clock.forward(minutes=1)
    office.suspend(case_id)

    with pytest.raises(RuleBroken) as refusal:
        office.resume(case_id, SUE)
    assert [r.rule for r in refusal.value.reasons] == ["R57-11b", "X-four-eyes"]
    office.mitigate(case_id)
    office.resume(case_id, TOM)

    assert office.case(case_id).stage is Stage.ACTIVE


def test_a_run_begins_when_the_environment_is_back_and_not_at_the_resumption(
    office: Office,
) -> None:
    case_id = office.active()
    office.suspend(case_id)
    office.work()
    office.clock.forward(seconds=1)
    office.mitigate(case_id)

    office.resume(case_id, TOM)
    resumed = office.case(case_id)
    office.clock.forward(seconds=20)
    office.monitor(case_id)
    office.work()
    back = office.case(case_id)

    assert not resumed.is_measured
    assert office.look(case_id).alarms == ()
    assert back.is_measured
    assert back.stretches[-1].started_at == office.clock()


def test_a_broken_bar_raises_one_alarm_a_run(office: Office) -> None:
    case_id = office.active()
    office.metrics.value = 0.99
    office.clock.forward(seconds=30)

    office.monitor(case_id)
    office.monitor(case_id)

    assert [text for _, text in office.look(case_id).alarms] == [
        "group_gap at most 0.95 is broken: measured 0.99"
    ]


def test_prometheus_down_means_no_data_and_nothing_passes(office: Office) -> None:
    case_id = office.active()
    office.clock.forward(minutes=1)
    office.metrics.away = True

    number = office.report(case_id)
    office.work()

    with office.sessions.begin() as session:
        made = documents.load(session, case_id, Paper.TEST_REPORT, number)
    assert made.verdict == "no_data"
    assert made.assembled is not None
    assert "does not answer" in str(made.assembled["notes"])


def test_a_report_is_not_lost_while_the_store_is_away(office: Office) -> None:
    case_id = office.active()
    office.clock.forward(minutes=1)
    office.evidence.away = True
    number = office.report(case_id)
    office.work()
    with office.sessions.begin() as session:
        assert documents.load(session, case_id, Paper.TEST_REPORT, number).state == "waiting"

    office.evidence.away = False
    office.metrics.value = 0.1  # what is measured later must not change what was assembled
    office.sweep()
    office.work()

    with office.sessions.begin() as session:
        sealed = documents.load(session, case_id, Paper.TEST_REPORT, number)
    assert (sealed.state, sealed.verdict) == ("sealed", "pass")


@pytest.mark.rule("R57-07c")
@pytest.mark.rule("R58-D17")
@pytest.mark.rule("R59-g")
def test_a_case_closes_only_with_exit_report_and_certificate(office: Office) -> None:
    case_id = office.active()
    office.end(case_id, Action.TERMINATE)
    office.work()

    assert office.case(case_id).stage is Stage.TERMINATED
    office.issue_exit_report(case_id)
    office.work()
    assert office.case(case_id).stage is Stage.CLOSED


def test_a_withdrawn_case_is_removed_and_gives_its_gpus_back(office: Office) -> None:
    case_id = office.agreed()
    office.provision(case_id)
    other = office.agreed("other")

    place.withdraw(
        other,
        by=ADA,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )
    office.work()

    with office.sessions.begin() as session:
        assert [r.case_id for r in calendar.held(session)] == [case_id]
        environment = environments.find(session, other)
        told = [
            (p.kind, p.addressee) for p in outbox.page(session, state=None, after=None, limit=50)
        ]
    assert ("withdrawn", "authority") in told
    assert environment is not None
    assert environment.wanted is Wanted.ABSENT
    assert next_step(environment) is None


@pytest.mark.rule("R58-D10")
def test_the_authority_ends_the_case_of_a_silent_provider_and_its_gpus_are_free(
    office: Office,
) -> None:
    case_id = office.agreed()

    def revoked(reasons: str) -> Case:
        return revoke.revoke(
            *(case_id, reasons),
            by=SUE,
            version=None,
            sessions=office.sessions,
            authority=AUTHORITY,
            union=UNION,
            clock=office.clock,
            nudge=office.nudge,
        )

    with pytest.raises(FieldRefused, match="with reasons"):
        revoked(" ")
    after = revoked("nobody answers")
    office.work()

    assert after.stage is Stage.WITHDRAWN
    assert [c for c in after.deadlines if c.met_at is None] == []
    seen = office.look(case_id, ADA).case.revocation
    assert seen is not None
    assert (seen.reasons, seen.remedy) == ("nobody answers", AUTHORITY.remedy)
    assert "admission_revoked" in [notice.kind for notice in office.notifier.taken]
    with office.sessions.begin() as session:
        letter = documents.sealed_of_kind(session, case_id, Paper.DECISION)[-1].assembled or {}
    assert (letter["outcome"], letter["reasons"]) == ("admission taken back", "nobody answers")
    assert (letter["remedy"], letter["appeal_until"]) == (seen.remedy, f"{seen.appeal_until}")
    assert (letter["decided_by"], letter["created_by"]) == ("Sue", "Sue")
    with office.sessions.begin() as session:
        assert calendar.held(session) == ()
        environment = environments.find(session, case_id)
    assert environment is not None
    assert environment.wanted is Wanted.ABSENT


def test_another_providers_case_and_every_case_for_the_operator_do_not_exist(
    office: Office,
) -> None:
    case_id = office.apply()

    for stranger in (EVE, OPA):
        with pytest.raises(NotFound):
            office.look(case_id, stranger)
        listed = overview.queue(
            by=stranger, stage=None, after=None, limit=10, sessions=office.sessions
        )
        assert (listed.cases, listed.next) == ((), None)


def test_an_action_at_the_wrong_stage_says_what_is_possible(office: Office) -> None:
    case_id = office.apply()

    with pytest.raises(NotAllowedError, match="possible now: ask, associate_dpa, admit, reject"):
        office.suspend(case_id)


def test_pages_hold_every_case_once_the_nearest_deadline_first(office: Office) -> None:
    for n in range(7):
        office.apply(f"k{n}")
        office.clock.forward(days=1 if n % 2 else 0)

    seen: list[Case] = []
    while True:
        page = overview.queue(
            by=SUE,
            stage=None,
            after=seen[-1].id if seen else None,
            limit=3,
            sessions=office.sessions,
        )
        seen += page.cases
        if page.next is None:
            break

    assert len({case.id for case in seen}) == 7
    dues = [case.deadlines[0].due for case in seen]
    assert dues == sorted(dues)
