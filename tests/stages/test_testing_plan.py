"""A plan of a real-world test goes to each Member State, and what each answers (Art. 60(4)(a)-(b), 60a)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Answer, Framework, Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.progress import Progress
from sandbox.domain.regime import REGIME, AnnexIARegistration
from sandbox.domain.seats import Capacity
from sandbox.domain.sector_law import SectorPermit
from sandbox.domain.territory import ANSWERS, TerritoryEvent, TerritoryState
from sandbox.domain.testing_basis import Basis
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.stages import (
    amend,
    consent,
    overview,
    real_world,
    seats,
    testing_plan,
    testing_terms,
)
from sandbox.store import clocks, ledger
from tests.factories import ADA, AUTHORITY, SUE, UNION
from tests.office import Office
from tests.real_world import AGREEMENT, DRAFT, EVIDENCE, FORM
from tests.stages.supervising import WIDERSPRUCH
from tests.stages.testing import (
    BO,
    DORA,
    MAX,
    ROLES,
    agree_terms,
    answer,
    approved,
    begin,
    draft,
    finish,
    lapse,
    more,
    on_duty,
    parts,
    prepared,
    register,
    show,
    sign,
    submit,
    told,
    waive,
    with_a_test,
)
from tests.stages.under_way import (
    TODAY,
    clock,
    germany,
    issued,
    seat,
    the_paper,
    the_test,
    watch,
)


@pytest.mark.rule("R60-4a")
@pytest.mark.rule("DL-02")
def test_a_plan_goes_to_each_member_state_and_its_days_are_counted_there(office: Office) -> None:
    office.union = germany(Answer.YES, date(2026, 12, 24))
    case_id = with_a_test(office)

    draft(office, case_id)
    case = submit(office, case_id)

    assert [(t.country, t.basis) for t in the_test(office, case_id).territories] == [
        ("NL", Basis.IN_SANDBOX),
        ("DE", Basis.ART_60),
    ]
    assert clock(case, Name.DL_02, "NL") == date(2026, 12, 24)
    assert clock(case, Name.DL_02, "DE") == date(2026, 12, 25)
    assert issued(office, case_id, Paper.TESTING_PLAN) == 2
    assert ("testing_plan_submitted", "market_surveillance:DE") in told(office)


@pytest.mark.rule("R60-4b")
@pytest.mark.rule("R57-05")
def test_other_thresholds_ask_every_authority_anew_and_a_running_test_keeps_its_own(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    plan = office.case(case_id).plan
    assert plan is not None
    lower = replace(plan, thresholds=(replace(plan.thresholds[0], value=0.01),))

    amend.propose(case_id, lower, "easier", catalogue=office.catalogue, **more(office))
    office.work()
    asked = office.case(case_id).amendment
    assert asked is not None
    amend.agree(case_id, asked.plan_sha256, **more(office, SUE))
    with pytest.raises(RuleBroken, match="written and approved anew"):
        begin(office, case_id)
    approved(office, case_id)
    agree_terms(office, case_id)
    consent.release(case_id, replace(FORM, version=2), **parts(office, ADA))
    real_world.open_consent(case_id, **parts(office, ADA))
    office.work()
    begin(office, case_id)

    assert the_test(office, case_id).thresholds == lower.thresholds
    with pytest.raises(RuleBroken, match="they stay until it is over"):
        amend.propose(case_id, plan, "as before", catalogue=office.catalogue, **more(office))


@pytest.mark.rule("R60-4b")
@pytest.mark.parametrize("tacit", list(Answer))
def test_silence_approves_only_where_the_law_says_so_and_never_inside_a_sandbox(
    office: Office, tacit: Answer
) -> None:
    office.union = germany(tacit)
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)

    office.clock.now = datetime(2026, 12, 24, 22, 59, tzinfo=UTC)  # 23:59 in Berlin
    lapse(office, case_id)
    assert {t.state for t in the_test(office, case_id).territories} == {TerritoryState.SUBMITTED}
    office.clock.forward(minutes=1)
    lapse(office, case_id)
    lapse(office, case_id)

    found = the_test(office, case_id)
    silent = (
        TerritoryState.APPROVED_TACIT
        if tacit is Answer.YES
        else (TerritoryState.AWAITING_AUTHORISATION)
    )
    assert found.territory("DE").state is silent
    assert found.territory("NL").state is TerritoryState.AWAITING_AUTHORISATION
    assert found.territory("DE").effective_on == (
        date(2026, 12, 25) if tacit is Answer.YES else None
    )
    assert told(office).count((f"testing_plan_{silent.value}", "market_surveillance:DE")) == 1


@pytest.mark.rule("R60-4b")
@pytest.mark.rule("DL-02")
@pytest.mark.parametrize("event", [*sorted(ANSWERS)])
def test_an_answer_after_the_period_does_not_undo_approval_by_silence_although_no_sweep_ran(
    office: Office, event: TerritoryEvent
) -> None:
    office.union = germany(Answer.YES)
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)

    office.clock.now = datetime(2026, 12, 24, 23, 0, tzinfo=UTC)  # 0:00 of the day after in Berlin
    with pytest.raises(RuleBroken, match="while DE is approved_tacit since 2026-12-25"):
        answer(office, case_id, DORA, "DE", event, "too many persons")
    lapse(office, case_id)

    found = the_test(office, case_id).territory("DE")
    assert (found.state, found.effective_on) == (
        TerritoryState.APPROVED_TACIT,
        date(2026, 12, 25),
    )
    assert found.answers == ()
    assert told(office).count(("testing_plan_approved_tacit", "provider:CreditCo")) == 1


@pytest.mark.rule("R60-4b")
def test_where_silence_approves_nothing_a_late_answer_is_as_good_as_any(office: Office) -> None:
    office.union = germany(Answer.NO)
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    office.clock.forward(days=45)

    answer(office, case_id, DORA, "DE", TerritoryEvent.OBJECT, "too many persons", WIDERSPRUCH)

    assert the_test(office, case_id).territory("DE").state is TerritoryState.OBJECTED


@pytest.mark.rule("R60-4b")
def test_the_sweep_finds_periods_that_are_over_in_any_time_zone(office: Office) -> None:
    office.union = germany(Answer.YES)
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)

    office.clock.now = datetime(2026, 12, 24, 23, 0, tzinfo=UTC)
    office.sweep()
    office.work()

    assert the_test(office, case_id).territory("DE").state is TerritoryState.APPROVED_TACIT


@pytest.mark.rule("R60-4b")
def test_a_question_stops_tacit_approval_and_a_decision_meets_the_clock(office: Office) -> None:
    office.union = germany(Answer.YES)
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    answer(office, case_id, DORA, "DE", TerritoryEvent.QUESTION, "how many persons?")
    office.clock.forward(days=60)
    lapse(office, case_id)

    assert the_test(office, case_id).territory("DE").state is TerritoryState.AWAITING_AUTHORISATION
    case = answer(office, case_id, DORA, "DE")
    assert the_test(office, case_id).territory("DE").is_approved
    assert [c.subject for c in case.deadlines if c.name is Name.DL_02 and c.met_at] == ["DE"]
    assert ("testing_plan_answered", "provider:CreditCo") in told(office)


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R76-1")
def test_an_authority_speaks_for_its_own_country_only(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)

    for by, rule in ((DORA, "R76-3"), (SUE, "R76-1")):
        with pytest.raises(RuleBroken) as refused:
            answer(office, case_id, by, "NL")
        assert {reason.rule for reason in refused.value.reasons} == {rule}
    with pytest.raises(RuleBroken, match="DE cannot decide for NL"):
        waive(office, case_id, DORA, "NL")
    with pytest.raises(RuleBroken, match="inside a sandbox only"):
        waive(office, case_id, DORA, "DE")
    waive(office, case_id, MAX, "NL")
    paul = Person("Paul", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
    with pytest.raises(NotFound):
        answer(office, case_id, paul, "DE")


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R60-4b")
def test_an_authority_of_another_member_state_at_the_table_speaks_for_its_own_territory(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    for country in ("BE", "DE"):
        seats.give(
            case_id,
            role=Role.AUTHORITY,
            country=country,
            organisation="",
            capacity=Capacity.CONCERNED,
            legal_basis="Art. 57(13)",
            union=office.union,
            **parts(office, SUE),
        )

    bea = Person("Bea", Role.AUTHORITY, "BIPT", "BE")
    with pytest.raises(RuleBroken, match="BE cannot decide for NL"):
        answer(office, case_id, bea, "NL")
    with pytest.raises(RuleBroken, match="BE cannot decide for NL"):
        waive(office, case_id, bea, "NL")
    answer(office, case_id, Person("Dirk", Role.AUTHORITY, "BNetzA", "DE"), "DE")

    assert the_test(office, case_id).territory("DE").answers[-1].country == "DE"


@pytest.mark.rule("R60-4a")
@pytest.mark.rule("R60-4j")
@pytest.mark.rule("R60-4k")
@pytest.mark.rule("R60-7")
def test_a_plan_without_what_it_stands_on_is_not_submitted(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)

    with pytest.raises(RuleBroken) as refused:
        testing_plan.submit(case_id, "NL", union=office.union, **more(office))

    assert {r.rule for r in refused.value.reasons} == {"R60-4g", "R60-4j", "R60-4k", "R60-7"}


@pytest.mark.rule("R60-4a")
@pytest.mark.rule("R60-4b")
def test_the_authority_of_a_member_state_that_only_the_plan_names_reads_it_and_answers(
    office: Office,
) -> None:
    case_id = with_a_test(office, test_member_states=("NL",))
    draft(office, case_id)
    with pytest.raises(NotFound):
        answer(office, case_id, DORA, "DE")
    submit(office, case_id)

    answer(office, case_id, DORA, "DE")

    assert the_test(office, case_id).territory("DE").is_approved


@pytest.mark.rule("R76-4")
def test_an_objection_says_why_and_how_to_challenge_it_and_a_better_plan_starts_anew(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    with pytest.raises(RuleBroken, match="no grounds"):
        answer(office, case_id, DORA, "DE", TerritoryEvent.OBJECT, " ")
    with pytest.raises(RuleBroken, match="how to challenge it"):  # the remedy of NL is none of DE
        answer(office, case_id, DORA, "DE", TerritoryEvent.OBJECT, "too many persons")
    answer(office, case_id, DORA, "DE", TerritoryEvent.OBJECT, "too many persons", WIDERSPRUCH)
    answer(office, case_id, MAX, "NL")

    said = the_test(office, case_id).territory("DE").answers[-1]
    assert (said.reasons, said.remedy) == ("too many persons", WIDERSPRUCH)
    with pytest.raises(RuleBroken, match="not possible while DE is objected"):
        submit(office, case_id, "DE")

    draft(office, case_id)
    found = the_test(office, case_id)
    assert found.plan.version == 2
    assert {t.state for t in found.territories} == {TerritoryState.PLAN_DRAFT}
    submit(office, case_id)
    answer(office, case_id, DORA, "DE")
    assert the_test(office, case_id).territory("DE").plan_version == 2


@pytest.mark.rule("R57-05")
@pytest.mark.rule("R60-1")
def test_no_test_is_planned_that_was_not_applied_for_or_that_the_law_does_not_know(
    office: Office,
) -> None:
    with pytest.raises(RuleBroken, match="no real-world test is part"):
        draft(office, office.active("other"))
    case_id = with_a_test(office, annex_iii=(), profiles_persons=False)
    with pytest.raises(RuleBroken, match="DE: not high-risk"):
        draft(office, case_id)
    draft(office, case_id, replace(DRAFT, countries=("NL",)))
    with pytest.raises(FieldRefused):
        draft(office, case_id, replace(DRAFT, countries=("US",)))


@pytest.mark.rule("R60a-5")
@pytest.mark.rule("R76-1")
def test_under_a_national_framework_the_sandbox_authority_agrees_and_no_days_run(
    office: Office,
) -> None:
    road = replace(UNION.of("NL"), framework_60a=Framework("Road Test Act", date(2026, 1, 1)))
    office.union = Union(dict(UNION.states) | {"NL": road})
    case_id = with_a_test(office, annex_iii=(), annex_i=("I-B18",), profiles_persons=False)
    draft(office, case_id, replace(DRAFT, countries=("NL",), within_sandbox=False))
    case = submit(office, case_id, "NL")

    assert [c for c in case.deadlines if c.name is Name.DL_02] == []
    answer(office, case_id, SUE, "NL")

    found = the_test(office, case_id)
    assert found.territory("NL").is_approved
    assert (found.number, found.registration_required) == ("Road Test Act", False)


@pytest.mark.rule("R76-1")
@pytest.mark.rule("R60-4c")
def test_a_test_under_a_national_framework_starts_without_a_registration(office: Office) -> None:
    road = replace(UNION.of("NL"), framework_60a=Framework("Road Test Act", date(2026, 1, 1)))
    office.union = Union(dict(UNION.states) | {"NL": road})
    case_id = with_a_test(office, annex_iii=(), annex_i=("I-B18",), profiles_persons=False)
    draft(office, case_id, replace(DRAFT, countries=("NL",), within_sandbox=False))
    submit(office, case_id, "NL")
    permit = SectorPermit("type approval", "RDW", reference="E4-7")
    show(office, case_id, replace(EVIDENCE, permits=(permit,)))
    sign(office, case_id, ADA)
    sign(office, case_id, BO)
    named = replace(FORM, test_number="Road Test Act")
    consent.release(case_id, named, **parts(office, ADA))
    with pytest.raises(RuleBroken, match="the plan is not approved"):
        real_world.open_consent(case_id, **parts(office, ADA))
    answer(office, case_id, SUE, "NL")

    real_world.open_consent(case_id, **parts(office, ADA))
    on_duty(office, case_id)
    begin(office, case_id)

    found = the_test(office, case_id)
    assert (found.state, found.registration) == (Progress.RUNNING, None)
    assert "Art. 60a asks for no registration" in found.number_means


@pytest.mark.rule("R60-4c")
def test_where_no_registration_is_required_a_product_is_tested_under_a_reference(
    office: Office,
) -> None:
    case_id = with_a_test(
        office,
        annex_iii=(),
        annex_i=("I-A11",),
        third_party_assessment=True,
        profiles_persons=False,
    )
    regime = replace(REGIME, annex_i_a_registration=AnnexIARegistration.NOT_REQUIRED)
    testing_plan.draft(
        case_id,
        DRAFT,
        authority=AUTHORITY,
        union=office.union,
        regime=regime,
        **parts(office, ADA),
    )
    submit(office, case_id)
    answer(office, case_id, MAX, "NL")
    answer(office, case_id, DORA, "DE")
    named = replace(FORM, test_number=case_id)
    consent.release(case_id, named, **parts(office, ADA))

    real_world.open_consent(case_id, **parts(office, ADA))

    assert the_test(office, case_id).state is Progress.CONSENT_OPEN


@pytest.mark.rule("R58-04")
def test_terms_inside_the_sandbox_are_proposed_by_one_and_accepted_by_the_other(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    with pytest.raises(RuleBroken, match="has not proposed"):
        testing_terms.accept(case_id, **parts(office, ADA))
    with pytest.raises(NotFound):
        testing_terms.propose(case_id, "t", "s", **parts(office, ADA))
    with pytest.raises(RuleBroken, match="both be stated"):
        testing_terms.propose(case_id, "t", " ", **parts(office, SUE))
    testing_terms.propose(case_id, "t", "s", **parts(office, SUE))
    with pytest.raises(NotFound):
        testing_terms.accept(case_id, **parts(office, SUE))
    testing_terms.accept(case_id, **parts(office, ADA))

    terms = the_test(office, case_id).terms
    assert terms is not None
    assert terms.are_agreed


@pytest.mark.rule("R60-4h")
def test_a_deployer_signs_the_words_of_the_provider_and_sees_its_test_alone(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    with pytest.raises(NotFound):
        sign(office, case_id, BO)
    with pytest.raises(FieldRefused, match="no deployer"):
        sign(office, case_id, ADA)
    show(office, case_id)
    with pytest.raises(FieldRefused, match="the words that the provider signed"):
        sign(office, case_id, BO)
    assert not sign(office, case_id, ADA)
    with pytest.raises(FieldRefused):
        sign(office, case_id, BO, "BankCo decides nothing")
    for other in ({"responsibilities": "CreditCo answers"}, {"oversight_persons": ("Eve",)}):
        with pytest.raises(FieldRefused):
            sign(office, case_id, BO, **other)
    assert sign(office, case_id, BO)
    assert issued(office, case_id, Paper.DEPLOYER_AGREEMENT) == 1
    paper = the_paper(office, case_id, Paper.DEPLOYER_AGREEMENT)
    assert paper["responsibilities"] == AGREEMENT.responsibilities
    assert paper["oversight_persons"] == ["Olga"]
    assert paper["signed_by"] == [str(ADA), str(BO)]
    assert not sign(office, case_id, ADA, f"{ROLES}, and reports")
    own = office.look(case_id, BO).facts
    assert set(own) >= {"test", "provider"}
    assert not own.keys() & {"plan", "decision", "reviews", "findings", "information"}
    assert not own["test"].keys() & {"evidence", "territories", "terms", "registration"}
    with pytest.raises(NotFound):
        sign(office, case_id, Person("Max", Role.DEPLOYER, "OtherBank"))


@pytest.mark.rule("R60-4c")
def test_a_register_that_does_not_take_the_test_blocks_it_with_proof(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    with pytest.raises(RuleBroken, match="when every territory approved"):
        register(office, case_id)
    approved(office, case_id)
    with pytest.raises(FieldRefused, match="proof that it was tried"):
        register(office, case_id, number="")
    register(office, case_id, number="", proof="refused on 2026-11-24, see screenshot")

    assert the_test(office, case_id).state is Progress.REGISTRATION_BLOCKED_EXTERNAL
    assert issued(office, case_id, Paper.REGISTRATION) == 1
    register(office, case_id)
    assert the_test(office, case_id).state is Progress.REGISTERED


def approvals(office: Office, case_id: CaseId) -> tuple[Deadline, ...]:
    return tuple(c for c in office.case(case_id).deadlines if c.name is Name.DL_02)


def awaited(office: Office, case_id: CaseId) -> set[str]:
    """Where an authority still owes its approval."""
    return {c.subject for c in approvals(office, case_id) if c.met_at is None}


def leave_open(office: Office, case_id: CaseId, open_ones: tuple[Deadline, ...]) -> None:
    """What an earlier version of the service left of the clocks of approval."""
    with office.sessions.begin() as session:
        others = (c for c in clocks.of_case(session, case_id) if c.name is not Name.DL_02)
        clocks.save(session, case_id, (*others, *open_ones))


@pytest.mark.rule("DL-02")
def test_when_the_participation_ends_no_authority_owes_an_approval_any_more(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    answer(office, case_id, DORA, "DE", TerritoryEvent.QUESTION, "how many persons?")

    office.end(case_id)
    office.work()
    office.clock.forward(days=40)
    watch(office)  # raised NotAllowedError as long as the clock ran

    assert {
        c.met_at is not None for c in office.case(case_id).deadlines if c.name is Name.DL_02
    } == {True}


@pytest.mark.rule("DL-02")
def test_when_a_test_ends_by_itself_no_authority_owes_an_approval_any_more(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    answer(office, case_id, MAX, "NL")
    assert awaited(office, case_id) == {"DE"}

    finish(office, case_id, Action.TERMINATE_TEST)

    assert awaited(office, case_id) == set()


@pytest.mark.rule("DL-02")
def test_the_end_of_a_participation_meets_a_clock_of_approval_that_its_test_left_open(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    open_ones = approvals(office, case_id)
    finish(office, case_id, Action.TERMINATE_TEST)
    leave_open(office, case_id, open_ones)
    assert awaited(office, case_id) == {"NL", "DE"}

    office.end(case_id)

    assert awaited(office, case_id) == set()


@pytest.mark.rule("DL-02")
def test_a_clock_of_approval_that_an_earlier_version_left_open_harms_no_worker(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    open_ones = approvals(office, case_id)
    office.end(case_id)
    office.work()
    leave_open(office, case_id, open_ones)
    office.clock.forward(days=40)

    watch(office)
    lapse(office, case_id)

    assert {t.state for t in the_test(office, case_id).territories} == {TerritoryState.SUBMITTED}


@pytest.mark.rule("R57-13")
def test_screening_records_route_and_seats_and_a_seat_opens_an_admitted_case(
    office: Office,
) -> None:
    anna = Person("Anna", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
    case_id = office.apply(real_world_test=True, test_member_states=("DE",))
    case = office.case(case_id)

    assert case.route is not None
    assert {(s.role, s.country) for s in case.seats} >= {(Role.MARKET_SURVEILLANCE, "DE")}
    with pytest.raises(NotFound):
        office.look(case_id, DORA)
    office.decide(case_id)
    office.look(case_id, DORA)
    with pytest.raises(NotFound):
        office.look(case_id, anna)
    seat(office, case_id)
    assert overview.queue(by=anna, stage=None, after=None, limit=9, sessions=office.sessions).cases
    with pytest.raises(RuleBroken, match="sits there already"):
        seat(office, case_id)


@pytest.mark.rule("DL-02")
@pytest.mark.rule("R60-4b")
def test_a_lapse_without_approval_is_recorded_once_and_stays_overdue_without_nudges(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    answer(office, case_id, DORA, "DE", TerritoryEvent.QUESTION, "who oversees it?")
    office.clock.now = datetime(2026, 12, 26, 12, tzinfo=UTC)

    watch(office)
    office.nudge.given.clear()
    office.sweep()

    assert "lapse" not in {stage for stage, _ in office.nudge.given}
    case = office.case(case_id)
    open_ones = {c.subject for c in case.deadlines if c.name is Name.DL_02 and c.overdue(TODAY)}
    assert open_ones == {"NL", "DE"}
    with office.sessions.begin() as session:
        taken = [e.entry.action for e in ledger.of_case(session, case_id)]
    assert taken.count(Action.LAPSE_TESTING_PLAN) == 1
    answer(office, case_id, MAX, "NL")
    (clock_there,) = [c for c in office.case(case_id).deadlines if c.key[:2] == (Name.DL_02, "NL")]
    assert clock_there.met_at


@pytest.mark.rule("DL-02")
def test_a_later_territory_still_lapses_when_an_earlier_one_has(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id, "DE")
    office.clock.forward(days=3)
    submit(office, case_id, "NL")
    for _ in range(40):
        office.clock.forward(days=1)
        watch(office)

    states = {t.country: t.state for t in the_test(office, case_id).territories}
    assert set(states.values()) == {TerritoryState.AWAITING_AUTHORISATION}
