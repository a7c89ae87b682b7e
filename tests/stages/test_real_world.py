"""A real-world test from its plan to its outcomes, over a real database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, SuspensionGround
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.member_state import Answer, Framework, Union
from sandbox.domain.naming import CaseId
from sandbox.domain.notice import sentence_of
from sandbox.domain.papers import Paper
from sandbox.domain.periods import WorkingCalendar
from sandbox.domain.readers import may_know
from sandbox.domain.real_world import Progress, RealWorldTest
from sandbox.domain.regime import REGIME, AnnexIARegistration
from sandbox.domain.seal import first_break
from sandbox.domain.seats import Capacity
from sandbox.domain.sector_law import SectorPermit
from sandbox.domain.territory import TerritoryEvent, TerritoryState
from sandbox.domain.testing_basis import Basis
from sandbox.domain.testing_conditions import Mechanism, Proven, Transfer
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, RuleBroken
from sandbox.stages import (
    amend,
    consent,
    good_faith,
    overview,
    real_world,
    seats,
    suspend,
    testing_evidence,
    testing_plan,
    testing_terms,
)
from sandbox.store import cases, clocks, documents, ledger, outbox
from tests.factories import ADA, AUTHORITY, SUE, TOM, UNION
from tests.office import Office
from tests.real_world import AGREEMENT, DRAFT, EVIDENCE, FORM, LONGER
from tests.stages.test_consent import give, valid
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
    running,
    show,
    sign,
    stop,
    submit,
    told,
    waive,
    with_a_test,
)

TODAY = date(2026, 12, 26)


def germany(answer: Answer, *holidays: date) -> Union:
    changed = replace(
        UNION.of("DE"),
        time_zone="Europe/Berlin",
        calendar=WorkingCalendar("DE", frozenset(holidays)),
        tacit_approval=answer,
    )
    return Union(dict(UNION.states) | {"DE": changed})


def the_test(office: Office, case_id: CaseId) -> RealWorldTest:
    found = office.case(case_id).test
    assert found is not None
    return found


def clock(case: Case, name: Name, subject: str) -> date:
    (found,) = [c for c in case.deadlines if c.name is name and c.subject == subject]
    return found.due


def the_paper(office: Office, case_id: CaseId, paper: Paper) -> dict[str, Any]:
    with office.sessions.begin() as session:
        found = documents.load(session, case_id, paper, 1).assembled
    assert found is not None
    return found


def issued(office: Office, case_id: CaseId, paper: Paper) -> int:
    with office.sessions.begin() as session:
        return sum(d.kind == paper for d in documents.of_case(session, case_id))


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


@pytest.mark.rule("R76-4")
def test_an_objection_says_why_and_how_to_challenge_it_and_a_better_plan_starts_anew(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    with pytest.raises(RuleBroken, match="no grounds"):
        answer(office, case_id, DORA, "DE", TerritoryEvent.OBJECT, " ")
    answer(office, case_id, DORA, "DE", TerritoryEvent.OBJECT, "too many persons")
    answer(office, case_id, MAX, "NL")

    said = the_test(office, case_id).territory("DE").answers[-1]
    assert (said.reasons, said.remedy) == ("too many persons", AUTHORITY.remedy)
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
    assert clock(case, Name.DL_04, "real-world test NL") == date(2027, 11, 24)
    assert [c.met_at is not None for c in case.deadlines if c.name is Name.DL_03] == [True] * 2
    assert issued(office, case_id, Paper.EXTENSION) == 1
    with pytest.raises(RuleBroken, match="extend is not possible: it is extended"):
        extend(office, case_id, date(2027, 7, 14))


@pytest.mark.rule("R60-4f")
def test_after_the_first_end_no_notice_extends_it(office: Office) -> None:
    case_id = running(office)
    office.clock.now = datetime(2027, 1, 16, 12, tzinfo=UTC)

    with pytest.raises(RuleBroken, match="after the first end on 2027-01-15"):
        extend(office, case_id, date(2027, 2, 1))


def told_of_more(office: Office, case_id: CaseId) -> None:
    """A form that tells of a later end."""
    consent.release(case_id, LONGER, **parts(office, ADA))


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
def test_a_clock_of_approval_that_an_earlier_version_left_open_harms_no_worker(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    open_ones = tuple(c for c in office.case(case_id).deadlines if c.name is Name.DL_02)
    office.end(case_id)
    office.work()
    with office.sessions.begin() as session:
        others = (c for c in clocks.of_case(session, case_id) if c.name is not Name.DL_02)
        clocks.save(session, case_id, (*others, *open_ones))
    office.clock.forward(days=40)

    watch(office)
    lapse(office, case_id)

    assert {t.state for t in the_test(office, case_id).territories} == {TerritoryState.SUBMITTED}


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


def open_caps(case: Case) -> set[tuple[Name, str]]:
    caps = (c for c in case.deadlines if c.name in {Name.DL_03, Name.DL_04} and c.met_at is None)
    return {(cap.name, cap.subject) for cap in caps}


def extend(office: Office, case_id: CaseId, until: date) -> Case:
    return real_world.extend(case_id, until, "more data", **more(office))


@pytest.mark.rule("R60-4f")
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
    assert told(office).count(("real_world_test_stopped", "market_surveillance:DE")) == 1
    assert issued(office, case_id, Paper.NOTICE) == 1  # what ends as planned has no other cause


IDA = Person("Ida", Role.AI_OFFICE, "AI Office")


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


def deviations(office: Office, case_id: CaseId) -> list[str]:
    facts = good_faith.read(
        case_id,
        by=SUE,
        sessions=office.sessions,
        authority=AUTHORITY,
        regime=office.regime,
        clock=office.clock,
    )
    return [found["deviation"] for found in facts["deviations"]]


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


def watch(office: Office) -> None:
    office.sweep()
    office.work()


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


def resume(office: Office, case_id: CaseId) -> Case:
    return real_world.resume(case_id, **more(office))


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


@pytest.mark.parametrize("action", [Action.END_TEST, Action.TERMINATE_TEST])
def test_a_test_ends_before_its_case_and_the_ledger_tells_all_of_it(
    office: Office, action: Action
) -> None:
    case_id = running(office)
    finish(office, case_id, action)
    office.work()

    assert office.case(case_id).stage is Stage.ACTIVE
    assert not the_test(office, case_id).is_under_way
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, case_id)
    assert first_break(entries) is None
    assert wrong(read(sealed.entry for sealed in entries)) == ()
    with pytest.raises(RuleBroken):
        finish(office, case_id, action)


def test_a_test_that_never_started_does_not_keep_a_case_open(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    for _ in range(3):
        watch(office)

    assert office.case(case_id).stage is Stage.CLOSED


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


def seat(office: Office, case_id: CaseId) -> Case:
    return seats.give(
        case_id,
        role=Role.MARKET_SURVEILLANCE,
        country="FR",
        organisation="DGCCRF",
        capacity=Capacity.CONCERNED,
        union=office.union,
        **parts(office, SUE),
    )


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


def finland(*holidays: date) -> Union:
    """Another country for DE's seat, with days and holidays of its own."""
    calendar = WorkingCalendar("FI", frozenset(holidays))
    changed = replace(UNION.of("DE"), time_zone="Europe/Helsinki", calendar=calendar)
    return Union(dict(UNION.states) | {"DE": changed})


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
