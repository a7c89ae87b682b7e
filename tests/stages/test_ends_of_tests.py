"""How a real-world test stops, goes on and ends, and who is told (Art. 60(7)-(8))."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Stage
from sandbox.domain.member_state import Union
from sandbox.domain.notice import sentence_of
from sandbox.domain.papers import Paper
from sandbox.domain.progress import Progress
from sandbox.domain.readers import may_know
from sandbox.domain.real_world import PLACE_LOST
from sandbox.domain.seal import first_break
from sandbox.domain.suspension import SuspensionGround
from sandbox.domain.testing_conditions import Mechanism, Proven, Transfer
from sandbox.errors import FieldRefused, RuleBroken
from sandbox.stages import (
    place,
    real_world,
    revoke,
    suspend,
    testing_evidence,
)
from sandbox.store import cases, ledger, outbox
from tests.factories import ADA, AUTHORITY, SUE, TOM, UNION
from tests.office import Office
from tests.real_world import DRAFT, EVIDENCE
from tests.stages.supervising import DORA, MAX
from tests.stages.testing import (
    BO,
    approved,
    begin,
    draft,
    finish,
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
    IDA,
    clock,
    deviations,
    issued,
    resume,
    the_test,
    watch,
)


@pytest.mark.rule("R60-4f")
@pytest.mark.rule("R60-8")
@pytest.mark.rule("DL-03")
@pytest.mark.rule("DL-18")
def test_after_its_last_day_a_test_stops_by_itself_and_everybody_is_told(office: Office) -> None:
    last = date(2027, 5, 24)
    case_id = running(office, replace(DRAFT, last_day=last))

    office.clock.now = datetime(2027, 5, 24, 21, 59, tzinfo=UTC)  # 23:59 in Amsterdam
    on_duty(office, case_id)
    watch(office)
    assert the_test(office, case_id).is_under_way
    office.clock.forward(minutes=1)
    watch(office)
    watch(office)

    case = office.case(case_id)
    assert (the_test(office, case_id).state, case.stage) == (Progress.ENDED, Stage.SUSPENDED)
    assert the_test(office, case_id).ended_on == date(2027, 5, 25)
    assert case.suspension is not None
    assert case.suspension.silent_at is not None
    assert clock(case, Name.DL_18, "real-world test NL") == date(2027, 5, 26)
    assert [c.met_at is not None for c in case.deadlines if c.name is Name.DL_03] == [True] * 2
    for addressee in ("market_surveillance:DE", "provider:CreditCo", "authority"):
        assert told(office).count(("real_world_test_stopped", addressee)) == 1
    assert issued(office, case_id, Paper.NOTICE) == 1  # what ends as planned has no other cause


@pytest.mark.rule("R58-D21")
@pytest.mark.rule("R57-11b")
def test_a_test_that_ends_as_planned_breaches_nothing_and_the_case_goes_on(office: Office) -> None:
    case_id = running(office)
    office.clock.now = datetime(2027, 1, 15, 22, 30, tzinfo=UTC)
    on_duty(office, case_id)
    office.clock.forward(minutes=31)
    watch(office)

    case = office.case(case_id)
    assert (case.stage, the_test(office, case_id).state) == (Stage.SUSPENDED, Progress.ENDED)
    assert case.suspension is not None
    assert case.suspension.ground is SuspensionGround.TEST_ENDED
    assert Name.DL_08 not in {clock.name for clock in case.deadlines}
    assert not may_know(case, IDA)
    assert not [d for d in deviations(office, case_id) if "suspended" in d]
    office.resume(case_id, SUE)
    assert office.case(case_id).stage is Stage.ACTIVE


@pytest.mark.rule("R58-D21")
def test_no_person_suspends_because_a_test_came_to_its_end(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken) as refusal:
        suspend.suspend(
            case_id,
            ground=SuspensionGround.TEST_ENDED,
            reasons="over",
            cluster=office.cluster,
            **more(office, SUE),
        )

    assert [r.rule for r in refusal.value.reasons] == ["R58-D21"]


@pytest.mark.rule("R60-4j")
def test_an_hour_without_an_overseer_stops_the_test_until_one_is_back(office: Office) -> None:
    case_id = running(office)
    office.clock.forward(minutes=54)
    watch(office)
    assert the_test(office, case_id).is_under_way
    office.clock.forward(minutes=7)
    watch(office)

    case = office.case(case_id)
    assert (the_test(office, case_id).state, case.stage) == (Progress.SUSPENDED, Stage.SUSPENDED)
    assert "no overseer" in the_test(office, case_id).stops[-1].reasons
    office.mitigate(case_id)
    office.resume(case_id, TOM)
    office.work()
    with pytest.raises(RuleBroken, match="no overseer is on duty"):
        resume(office, case_id)
    on_duty(office, case_id, BO)
    resume(office, case_id)
    assert the_test(office, case_id).state is Progress.RUNNING
    with pytest.raises(RuleBroken, match="not rostered"):
        testing_evidence.report_for_duty(
            case_id, "Eve", by=ADA, sessions=office.sessions, clock=office.clock
        )


@pytest.mark.rule("R60-4j")
@pytest.mark.rule("R60-9")
def test_who_truthfully_shows_that_a_condition_fell_away_stops_the_test_at_once(
    office: Office,
) -> None:
    case_id = running(office)
    show(office, case_id, replace(EVIDENCE, recall_runbook=Proven("in ten seconds", "c" * 64)))
    assert the_test(office, case_id).is_under_way

    case = show(office, case_id, replace(EVIDENCE, overseers=(), insurance=""))

    found = the_test(office, case_id)
    assert (found.state, case.stage) == (Progress.SUSPENDED, Stage.SUSPENDED)
    assert found.evidence.insurance == ""
    for reason in ("nobody is rostered", "how damage would be made good"):
        assert reason in found.stops[-1].reasons
    assert case.suspension is not None
    assert case.suspension.silent_at is not None
    assert ("real_world_test_stopped", "market_surveillance:DE") in told(office)


@pytest.mark.rule("R60-4e")
def test_a_condition_that_fell_away_elsewhere_stops_the_test_at_the_next_look(
    office: Office,
) -> None:
    case_id = running(office)
    with office.sessions.begin() as session:
        case = cases.load(session, case_id)
        unsafe = replace(EVIDENCE, transfers=(Transfer("US", Mechanism.NONE),))
        changed = replace(case.planned_test(), evidence=unsafe)
        cases.save(session, replace(case, test=changed, version=case.version + 1))

    watch(office)

    assert the_test(office, case_id).state is Progress.SUSPENDED
    assert "US without a safeguard" in the_test(office, case_id).stops[-1].reasons


@pytest.mark.rule("R60-4h")
def test_new_words_for_a_deployer_wait_beside_those_that_both_signed(office: Office) -> None:
    case_id = running(office)

    assert not sign(office, case_id, ADA, "BankCo decides, and reports")
    watch(office)
    assert the_test(office, case_id).is_under_way
    assert [a.is_signed for a in the_test(office, case_id).agreements] == [True, False]
    with pytest.raises(FieldRefused, match="the words that the provider signed"):
        sign(office, case_id, BO)
    assert sign(office, case_id, BO, "BankCo decides, and reports")
    (agreement,) = the_test(office, case_id).agreements
    assert agreement.roles == "BankCo decides, and reports"


@pytest.mark.rule("R60-8")
@pytest.mark.rule("DL-18")
def test_a_provider_stops_its_test_and_tells_its_authorities(office: Office) -> None:
    case_id = running(office)

    case = stop(office, case_id)

    assert (case.stage, the_test(office, case_id).state) == (Stage.SUSPENDED, Progress.SUSPENDED)
    assert clock(case, Name.DL_18, "real-world test DE") == date(2026, 11, 25)
    after = real_world.tell_of_stop(case_id, "letter 3", **parts(office, ADA))
    assert [c.met_at is not None for c in after.deadlines if c.name is Name.DL_18] == [True] * 2
    registration = the_test(office, case_id).registration
    assert registration is not None
    assert registration.updates[-1].text == "suspended: a wrong score"


def test_whoever_suspends_the_case_suspends_its_test(office: Office) -> None:
    case_id = running(office)

    office.suspend(case_id)

    assert the_test(office, case_id).state is Progress.SUSPENDED
    assert ("real_world_test_stopped", "market_surveillance:DE") in told(office)


@pytest.mark.rule("R60-8")
@pytest.mark.parametrize(
    ("action", "state"),
    [(Action.COMPLETE, Progress.ENDED), (Action.TERMINATE, Progress.TERMINATED)],
)
def test_a_case_ends_with_its_test_and_closes_after_the_outcomes(
    office: Office, action: Action, state: Progress
) -> None:
    case_id = running(office)
    office.end(case_id, action)
    assert the_test(office, case_id).state is state
    assert clock(office.case(case_id), Name.DL_18, "outcomes DE") == date(2026, 12, 24)
    office.work()
    office.issue_exit_report(case_id)
    for _ in range(3):
        watch(office)
    assert office.case(case_id).stage is not Stage.CLOSED

    real_world.notify_outcomes(case_id, "no wrong refusal", **parts(office, ADA))
    for _ in range(3):
        watch(office)

    assert the_test(office, case_id).state is Progress.OUTCOMES_NOTIFIED
    assert office.case(case_id).stage is Stage.CLOSED
    assert ("real_world_test_outcomes", "market_surveillance:DE") in told(office)


@pytest.mark.rule("R60-8")
@pytest.mark.parametrize("action", [Action.END_TEST, Action.TERMINATE_TEST])
def test_a_test_ends_before_its_case_and_the_ledger_tells_all_of_it(
    office: Office, action: Action
) -> None:
    case_id = running(office)
    finish(office, case_id, action)
    office.work()

    assert office.case(case_id).stage is Stage.ACTIVE
    assert not the_test(office, case_id).is_under_way
    assert told(office).count(("real_world_test_stopped", "authority")) == 1
    assert ("real_world_test_stopped", "provider:CreditCo") not in told(office)  # it knows
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, case_id)
    assert first_break(entries) is None
    assert wrong(read(sealed.entry for sealed in entries)) == ()
    with pytest.raises(RuleBroken):
        finish(office, case_id, action)


@pytest.mark.rule("R60-8")
def test_a_test_that_never_started_is_given_up_with_its_case(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    for _ in range(3):
        watch(office)

    assert office.case(case_id).stage is Stage.CLOSED
    assert the_test(office, case_id).state is Progress.TERMINATED
    assert issued(office, case_id, Paper.NOTICE) == 0  # nobody had heard of it
    assert not [c for c in office.case(case_id).deadlines if c.name is Name.DL_18]


@pytest.mark.rule("R60-8")
@pytest.mark.rule("DL-18")
def test_a_registered_test_is_given_up_before_it_starts(office: Office) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)

    case = finish(office, case_id, Action.TERMINATE_TEST)

    test = the_test(office, case_id)
    assert (case.stage, test.state, test.started_on) == (Stage.ACTIVE, Progress.TERMINATED, None)
    assert test.registration is not None
    assert test.registration.updates[-1].text == "terminated: done"
    assert issued(office, case_id, Paper.REGISTRATION) == 2
    due = {c.subject for c in case.deadlines if c.name is Name.DL_18 and c.met_at is None}
    assert due == {"real-world test DE", "real-world test NL"}  # there are no outcomes
    for again in (lambda: begin(office, case_id), lambda: draft(office, case_id)):
        with pytest.raises(RuleBroken, match="is terminated"):
            again()
    with pytest.raises(RuleBroken, match="the test is terminated"):
        waive(office, case_id, MAX, "NL")
    real_world.tell_of_stop(case_id, "letter 4", **parts(office, ADA))


@pytest.mark.rule("R60-8")
@pytest.mark.rule("R60-4a")
def test_an_authority_that_had_an_earlier_version_of_the_plan_is_not_forgotten(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    dutch = replace(DRAFT, countries=("NL",))

    draft(office, case_id, dutch)
    assert may_know(office.case(case_id), DORA)
    case = finish(office, case_id, Action.TERMINATE_TEST)

    assert ("testing_plan_rewritten", "market_surveillance:DE") in told(office)
    for country in ("NL", "DE"):
        assert ("real_world_test_stopped", f"market_surveillance:{country}") in told(office)
    due = {c.subject for c in case.deadlines if c.name is Name.DL_18 and c.met_at is None}
    assert due == {"real-world test DE", "real-world test NL"}
    after = real_world.tell_of_stop(case_id, "letter 4", **parts(office, ADA))
    assert all(c.met_at for c in after.deadlines if c.name is Name.DL_18)


@pytest.mark.rule("R60-8")
@pytest.mark.parametrize("revoked", [True, False])
def test_whoever_loses_its_place_gives_up_the_test_that_authorities_know_of(
    office: Office, *, revoked: bool
) -> None:
    case_id = office.apply(real_world_test=True, test_member_states=("NL", "DE"))
    office.decide(case_id)
    office.associate(case_id)
    draft(office, case_id)
    submit(office, case_id, "DE")

    if revoked:
        revoke.revoke(case_id, "silence", union=office.union, **more(office, SUE))
    else:
        place.withdraw(case_id, **more(office))

    case = office.case(case_id)
    stopped = [at for kind, at in told(office) if kind == "real_world_test_stopped"]
    assert the_test(office, case_id).state is Progress.TERMINATED
    assert stopped == ["market_surveillance:DE", "deployer:BankCo"]
    assert issued(office, case_id, Paper.NOTICE) == 1
    assert all(clock.met_at for clock in case.deadlines)
    (stop,) = the_test(office, case_id).stops
    assert stop.ground == (PLACE_LOST if revoked else SuspensionGround.PARTICIPANT_REQUEST)


@pytest.mark.rule("R60-8")
@pytest.mark.rule("DL-18")
def test_the_outcomes_are_owed_on_the_territories_of_the_test_and_tell_nobody_else_that_it_ended(
    office: Office,
) -> None:
    case_id = with_a_test(office, test_member_states=("NL", "DE", "FR"))
    draft(office, case_id, replace(DRAFT, countries=("FR", "NL", "DE")))
    submit(office, case_id, "FR")
    approved(office, case_id)  # by a plan without FR
    prepared(office, case_id)
    begin(office, case_id)

    def owed(case: Case) -> set[str]:
        return {c.subject for c in case.deadlines if c.name is Name.DL_18 and c.met_at is None}

    stops = {f"real-world test {country}" for country in ("NL", "DE", "FR")}
    assert owed(finish(office, case_id)) == stops | {"outcomes NL", "outcomes DE"}
    after = real_world.notify_outcomes(case_id, "no wrong refusal", **parts(office, ADA))
    assert owed(after) == {"real-world test FR"}
    assert owed(real_world.tell_of_stop(case_id, "letter 1", **parts(office, ADA))) == set()


@pytest.mark.rule("R60-8")
@pytest.mark.rule("DL-18")
def test_a_notice_of_the_stop_leaves_the_outcomes_due_and_they_are_reminded_of(
    office: Office,
) -> None:
    case_id = running(office)
    finish(office, case_id)

    real_world.tell_of_stop(case_id, "letter 3", **parts(office, ADA))
    due = {
        c.subject for c in office.case(case_id).deadlines if c.name is Name.DL_18 and not c.met_at
    }
    office.clock.now = datetime(2026, 12, 17, 12, tzinfo=UTC)
    office.sweep_clocks()
    office.work()

    assert due == {"outcomes NL", "outcomes DE"}
    with office.sessions.begin() as session:
        told_of = [
            p
            for p in outbox.page(session, state=None, after=None, limit=200)
            if p.facts.get("subject") == "outcomes NL"
        ]
    assert [(p.kind, p.addressee) for p in told_of] == [("clock_week_before", "provider:CreditCo")]
    assert "final outcomes" in sentence_of(told_of[0].kind, told_of[0].facts)
    real_world.notify_outcomes(case_id, "no wrong refusal", **parts(office, ADA))
    assert all(c.met_at for c in office.case(case_id).deadlines if c.name is Name.DL_18)


@pytest.mark.rule("R57-12b")
@pytest.mark.rule("DL-18")
def test_a_notice_on_the_last_day_of_its_own_territory_is_no_deviation(office: Office) -> None:
    lisbon = replace(UNION.of("DE"), time_zone="Europe/Lisbon")
    there = replace(AUTHORITY, union=Union(dict(UNION.states) | {"DE": lisbon}))
    case_id = running(office)
    acting = more(office) | {"authority": there}
    real_world.suspend(case_id, "a wrong score", cluster=office.cluster, **acting)

    office.clock.now = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # the 26th in Amsterdam
    real_world.tell_of_stop(case_id, "letter 1", **parts(office, ADA))

    late = [text for text in deviations(office, case_id, there) if "DL-18" in text]
    assert len(late) == 1
    assert "real-world test NL" in late[0]
