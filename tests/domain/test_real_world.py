"""A real-world test: its turns, its conditions one by one and all at once, its caps, its register."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain import real_world_papers
from sandbox.domain.action import Action
from sandbox.domain.amendment import Amendment
from sandbox.domain.application import MarketStatus, Party, PartyRole
from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import start_at
from sandbox.domain.guards.real_world import unmet
from sandbox.domain.lifecycle import Stage
from sandbox.domain.passage import against, take
from sandbox.domain.plan import SandboxPlan, Threshold
from sandbox.domain.progress import TURNS, Progress, Turn
from sandbox.domain.real_world import (
    Extension,
    RealWorldTest,
    Stop,
    against_turning,
    drafted,
    stopped,
    turned,
)
from sandbox.domain.regime import REGIME, AnnexIARegistration
from sandbox.domain.registration import AnnexIX, Registration, Section, section
from sandbox.domain.sector_law import Access, SectorPermit
from sandbox.domain.supervision import Order, OrderGround, OrderKind
from sandbox.domain.territory import Condition, Territory, TerritoryState, Waiver
from sandbox.domain.testing_basis import registration_required
from sandbox.domain.testing_conditions import (
    HEADINGS,
    OVERSEER_SILENCE_MAX,
    Duty,
    Ethics,
    Mechanism,
    Terms,
    Transfer,
    with_signed,
)
from sandbox.errors import FieldRefused, RuleBroken
from tests.factories import ADA, APPLICATION, SUE, a_case
from tests.fakes import NOON
from tests.real_world import (
    ABLE,
    AGREED,
    AGREEMENT,
    DRAFT,
    EVIDENCE,
    FIRST,
    FORM,
    INSIDE,
    ITEMS,
    LONGER,
    NUMBER,
    OUTSIDE,
    REGISTERED,
    ROAD,
    UNASKED,
    a_case_with,
    a_test,
    approved,
    started,
)

TURNS_WRITTEN_AGAIN = """
planned register registered
planned block registration_blocked_external
registration_blocked_external block registration_blocked_external
registration_blocked_external register registered
registered register registered
consent_open register registered
registered open_consent consent_open
planned open_consent consent_open
consent_open start running
running extend extended
suspended extend suspended
running suspend suspended
extended suspend suspended
suspended resume running
running end ended
extended end ended
suspended end ended
running terminate terminated
extended terminate terminated
suspended terminate terminated
planned terminate terminated
registration_blocked_external terminate terminated
registered terminate terminated
consent_open terminate terminated
ended notify_outcomes outcomes_notified
terminated notify_outcomes outcomes_notified
"""
WRITTEN = {(s, t): o for s, t, o in (x.split() for x in TURNS_WRITTEN_AGAIN.strip().splitlines())}
STOP_DE = Order(
    *(1, OrderKind.SUSPEND, OrderGround.PLAN_BREACH, "DE"),
    reasons="r",
    remedy="r",
    required_changes="",
    by="Dora",
    at=NOON,
)
WAIVED_DURATION = Waiver(Condition.DURATION, "a long study", "Max", "NL", NOON)
WAIVED_GROUPS = Waiver(Condition.VULNERABLE_GROUPS, "none take part", "Max", "NL", NOON)


def starting(test: RealWorldTest) -> RealWorldTest:
    return replace(test, state=Progress.RUNNING, started_on=FIRST, started_at=NOON)


def reasons(case: Case, action: Action = Action.START_TEST) -> dict[str, str]:
    if case.test is not None and case.test.started_on is None:
        case = replace(case, test=starting(case.test))
    return {r.rule: r.sentence for r in against(case, action, ADA)}


@pytest.mark.parametrize(("state", "turn"), list(itertools.product(Progress, Turn)))
def test_a_test_turns_exactly_as_the_table_says(state: Progress, turn: Turn) -> None:
    test = a_test(state=state)
    target = WRITTEN.get((state.value, turn.value))

    against = [reason.sentence for reason in against_turning(test, turn)]

    assert against == ([] if target else [f"{turn} is not possible: it is {state}"])
    assert turned(test, turn).state.value == (target or state.value)
    assert len(WRITTEN) == len(TURNS)


def test_an_extended_test_is_extended_again_after_a_suspension() -> None:
    notice = Extension(date(2027, 1, 15), date(2027, 2, 1), "r", "Ada", FIRST)

    assert turned(a_test(state=Progress.SUSPENDED, extensions=(notice,)), Turn.RESUME).state is (
        Progress.EXTENDED
    )


def with_evidence(**changes: Any) -> RealWorldTest:
    return a_test(evidence=replace(EVIDENCE, **changes))


# The twelve conditions of rulebook 4.2 (recall has a rule of its own), each broken alone.
BROKEN: dict[str, tuple[str, Case]] = {
    "approval": (
        "R60-4b",
        a_case_with(
            a_test(
                territories=(approved("NL"), approved("DE", state=TerritoryState.SUBMITTED)),
            )
        ),
    ),
    "registration": ("R60-4c", a_case_with(a_test(registration=None), consent_forms=())),
    "representative": ("R60-4d", a_case_with(a_test())),
    "transfers": (
        "R60-4e",
        a_case_with(with_evidence(transfers=(Transfer("US", Mechanism.NONE),))),
    ),
    "vulnerable persons": ("R60-4g", a_case_with(with_evidence(protections=()))),
    "agreements": ("R60-4h", a_case_with(a_test(agreements=()))),
    "consent form": ("R60-4i", a_case_with(a_test(), consent_forms=())),
    "overseers": ("R60-4j", a_case_with(with_evidence(overseers=()))),
    "reversal": ("R60-4k", a_case_with(with_evidence(reversal_drill=None))),
    "recall": ("R60-7", a_case_with(with_evidence(recall_runbook=None))),
    "impact assessment": ("R60-3", a_case_with(with_evidence(dpia_reference=""))),
    "prohibited": ("R60-1", a_case_with(a_test())),
    "end": ("R60-4f", a_case_with(a_test(plan=replace(DRAFT, last_day=date(2027, 6, 1))))),
    "terms": ("R58-04", a_case_with(a_test(terms=None))),
    "embedded": ("R57-05", a_case_with(a_test(), plan=None)),
    "insurance": ("R60-9", a_case_with(with_evidence(insurance=" "))),
    "market": ("R60-2", a_case_with(a_test())),
}
CHANGES: dict[str, dict[str, Any]] = {
    "representative": {"eu_establishment": False},
    "prohibited": {"prohibited": ("A5-c",)},
    "market": {"market_status": MarketStatus.ON_MARKET},
}


def broken(name: str) -> tuple[str, Case]:
    rule, case = BROKEN[name]
    return rule, replace(case, application=replace(case.application, **CHANGES.get(name, {})))


@pytest.mark.rule("R60-4b")
def test_a_test_that_meets_every_condition_may_start() -> None:
    assert reasons(a_case_with(a_test())) == {}
    take(a_case_with(a_test()), Action.START_TEST, ADA, test=starting(a_test()))


@pytest.mark.rule("R60-4c")
@pytest.mark.rule("R60-4d")
@pytest.mark.rule("R60-4e")
@pytest.mark.rule("R60-4g")
@pytest.mark.rule("R60-4h")
@pytest.mark.rule("R60-4i")
@pytest.mark.rule("R60-4j")
@pytest.mark.rule("R60-4k")
@pytest.mark.rule("R60-7")
@pytest.mark.rule("R60-3")
@pytest.mark.rule("R60-1")
@pytest.mark.rule("R60-2")
@pytest.mark.rule("R60-4f")
@pytest.mark.rule("R60-9")
@pytest.mark.rule("R58-04")
@pytest.mark.rule("R57-05")
@pytest.mark.parametrize("name", sorted(BROKEN))
def test_each_condition_alone_keeps_a_test_from_starting(name: str) -> None:
    rule, case = broken(name)
    also = {"R60-4i"} if name == "registration" else set()

    assert set(reasons(case)) == {rule} | also
    assert case.test is not None
    with pytest.raises(RuleBroken):
        take(replace(case, test=starting(case.test)), Action.START_TEST, ADA)


def test_all_conditions_are_told_at_once_each_with_its_rule() -> None:
    case = a_case_with(
        a_test(
            plan=replace(DRAFT, last_day=date(2028, 1, 1)),
            territories=(approved("NL", INSIDE, state=TerritoryState.OBJECTED),),
            registration=None,
            terms=None,
            agreements=(replace(AGREEMENT, deployer_signed_by=""),),
            duty=None,
            evidence=replace(
                EVIDENCE,
                transfers=(Transfer("US", Mechanism.NONE),),
                protections=(),
                overseers=(replace(ABLE, trained=False),),
                reversal_drill=None,
                recall_runbook=None,
                dpia_reference="",
                ethics=Ethics.REQUIRED,
                insurance="",
            ),
        ),
        consent_forms=(),
        plan=None,
    )
    for changes in CHANGES.values():
        case = replace(case, application=replace(case.application, **changes))

    assert set(reasons(case)) == {rule for rule, _ in BROKEN.values()}


def test_a_case_without_a_test_is_never_asked_for_its_conditions() -> None:
    assert reasons(a_case(test=None)) == {"R60-4a": "no real-world test is planned"}


@pytest.mark.rule("R60-4b")
@pytest.mark.parametrize(
    "territory",
    [
        approved("DE", plan_version=0),
        approved("DE", effective_on=FIRST + timedelta(days=1)),
        *(
            approved("DE", state=state)
            for state in TerritoryState
            if state not in {TerritoryState.APPROVED_EXPRESS, TerritoryState.APPROVED_TACIT}
        ),
    ],
)
def test_an_old_an_early_and_no_approval_do_not_count(territory: Any) -> None:
    case = a_case_with(a_test(territories=(approved("NL"), territory)))

    assert set(reasons(case)) == {"R60-4b"}


@pytest.mark.rule("R58-04")
def test_better_terms_that_are_only_proposed_stop_no_test() -> None:
    proposed = Terms("with weekly calls", "a person decides", "Sue", NOON)

    assert reasons(a_case_with(a_test(terms=proposed, agreed_terms=AGREED))) == {}
    assert set(reasons(a_case_with(a_test(terms=proposed)))) == {"R58-04"}


@pytest.mark.rule("R76-3")
def test_an_order_stops_the_test_on_its_territory_and_everywhere_only_where_none_is_left() -> None:
    everywhere = replace(STOP_DE, country="")
    in_nl = replace(STOP_DE, country="NL")

    assert reasons(a_case_with(a_test(), orders=(STOP_DE,))) == {}
    assert "DE: an order" in reasons(a_case_with(a_test(), orders=(STOP_DE, in_nl)))["R76-3"]
    assert reasons(a_case_with(a_test(), orders=(everywhere,))).keys() == {"R76-3"}


@pytest.mark.rule("R76-2")
def test_inside_a_sandbox_cap_and_protection_may_be_waived_everywhere_or_not_at_all() -> None:
    waivers = (WAIVED_DURATION, WAIVED_GROUPS)
    inside = approved("NL", INSIDE, waivers=waivers)
    long = replace(DRAFT, last_day=date(2028, 1, 1))
    case = a_case_with(
        a_test(plan=long, territories=(inside,), evidence=replace(EVIDENCE, protections=()))
    )

    assert reasons(case) == {}
    assert case.test is not None
    mixed = replace(case.test, territories=(inside, approved("DE")))
    assert set(reasons(replace(case, test=mixed))) == {"R60-4f", "R60-4g"}


@pytest.mark.rule("R76-2")
@pytest.mark.rule("R76-3")
@pytest.mark.parametrize(
    ("territory", "rule"),
    [
        (approved("NL", OUTSIDE, waivers=(WAIVED_DURATION,)), "R76-2"),
        (approved("NL", INSIDE, waivers=(replace(WAIVED_DURATION, reasons=" "),)), "R76-2"),
        (approved("DE", INSIDE, waivers=(WAIVED_DURATION,)), "R76-3"),
    ],
)
def test_a_waiver_outside_without_reasons_or_of_another_country_is_refused(
    territory: Any, rule: str
) -> None:
    case = a_case_with(a_test(territories=(territory,)))

    assert {r.rule for r in against(case, Action.WAIVE_CONDITION, SUE)} == {rule}


PERMIT = SectorPermit("type approval", "RDW", reference="E4-7")


@pytest.mark.rule("R60a-5")
@pytest.mark.rule("R76-1")
def test_under_60a_number_and_reversal_do_not_count_and_the_framework_names_the_test() -> None:
    test = a_test(
        territories=(approved("NL", ROAD),),
        registration_required=False,
        registration=None,
        terms=None,
        evidence=replace(EVIDENCE, reversal_drill=None, permits=(PERMIT,)),
    )
    form = replace(a_case_with(None).consent_forms[0], test_number="Road Test Act")

    assert test.number == "Road Test Act"
    assert reasons(a_case_with(test, consent_forms=(form,))) == {}
    assert set(reasons(a_case_with(test))) == {"R60-4i"}


@pytest.mark.rule("R60a-5")
@pytest.mark.parametrize(
    ("territories", "some", "all_of_them"),
    [
        ((approved("NL", OUTSIDE), approved("DE", INSIDE)), False, False),
        ((approved("NL", OUTSIDE), approved("DE", ROAD)), True, False),
        ((approved("NL", ROAD),), True, True),
    ],
)
def test_a_test_is_under_60a_where_a_national_framework_is_its_basis(
    territories: tuple[Territory, ...], some: bool, all_of_them: bool
) -> None:
    test = a_test(territories=territories)

    assert (test.is_under_60a, test.is_only_under_60a) == (some, all_of_them)


@pytest.mark.rule("DL-03")
@pytest.mark.rule("DL-04")
@pytest.mark.rule("R60-4f")
def test_the_caps_are_those_of_the_rulebook() -> None:
    first = date(2026, 12, 1)
    notice = Extension(date(2027, 6, 1), date(2027, 12, 1), "r", "Ada", first)

    assert a_test().cap(first) == date(2027, 6, 1)
    assert a_test(extensions=(notice,)).cap(first) == date(2027, 12, 1)
    assert a_test(extensions=(notice,), started_on=first).end_by() == date(2027, 12, 1)
    assert a_test().end_by() is None
    assert started().end_by() == DRAFT.last_day


@pytest.mark.rule("R60-4f")
@given(
    start=st.dates(date(2026, 8, 2), date(2035, 1, 1)),
    days=st.integers(0, 900),
    extra=st.integers(1, 900),
)
def test_no_test_ever_lasts_longer_than_its_cap(start: date, days: int, extra: int) -> None:
    last = start + timedelta(days=days)
    test = a_test(plan=replace(DRAFT, first_day=start, last_day=last), started_on=start)
    notice = Extension(last, last + timedelta(days=extra), "r", "Ada", start)

    first_end, last_end = test.end_by(), replace(test, extensions=(notice,)).end_by()

    assert first_end is not None
    assert last_end is not None
    assert first_end <= start + timedelta(days=184)
    assert last_end <= start + timedelta(days=366)


@pytest.mark.rule("R60-4f")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"sent_on": date(2027, 1, 15)}, ""),
        ({"sent_on": date(2027, 1, 16)}, "after the first end"),
        ({"new_last_day": date(2027, 1, 15)}, "not later"),
        ({"new_last_day": date(2027, 7, 15)}, ""),
        ({"new_last_day": date(2027, 7, 16)}, "after the cap of 2027-07-15"),
        ({"reasons": " "}, "does not explain"),
    ],
)
def test_an_extension_is_one_notice_with_reasons_before_the_first_end(
    changes: dict[str, Any], why: str
) -> None:
    notice = Extension(DRAFT.last_day, date(2027, 3, 1), "more data", "Ada", FIRST)
    extended = started(extensions=(replace(notice, **changes),), told_since=2)
    case = a_case_with(extended, consent_forms=(FORM, LONGER))

    assert [why in r.sentence for r in against(case, Action.EXTEND_TEST, ADA)] == [True] * bool(why)
    twice = replace(started(), extensions=(notice, notice))
    assert "extended once" in reasons(a_case_with(twice), Action.EXTEND_TEST)["R60-4f"]


@pytest.mark.rule("R61")
@pytest.mark.parametrize(
    ("forms", "told"),
    [
        ((FORM,), False),
        ((FORM, LONGER), True),
        ((FORM, replace(LONGER, conditions_and_duration=FORM.conditions_and_duration)), False),
        ((FORM, replace(LONGER, test_number="EU-2026-2")), False),
        ((FORM, replace(LONGER, released_at=NOON - timedelta(minutes=1))), False),
    ],
)
def test_a_test_is_extended_after_a_form_told_subjects_so(forms: Any, told: bool) -> None:
    notice = Extension(DRAFT.last_day, date(2027, 3, 1), "more data", "Ada", FIRST)
    case = a_case_with(started(extensions=(notice,), told_since=forms[-1].version))

    refused = against(replace(case, consent_forms=forms), Action.EXTEND_TEST, ADA)

    assert [r.rule for r in refused] == ([] if told else ["R61"])


@pytest.mark.rule("R57-05")
@pytest.mark.rule("R58-D20")
def test_inside_a_sandbox_a_test_ends_with_its_plan_and_outside_it_need_not() -> None:
    case = a_case_with(started())
    assert case.plan is not None
    short = replace(case, plan=replace(case.plan, last_day=DRAFT.last_day - timedelta(days=1)))
    outside = replace(started(), territories=(approved("DE"),))

    assert set(reasons(short)) == {"R57-05"}
    assert unmet(short) == ("the test would end on 2027-01-15, after its sandbox plan, 2027-01-14")
    assert "R58-D20" in {r.rule for r in against(short, Action.EXTEND_TEST, ADA)}
    for action in (Action.START_TEST, Action.EXTEND_TEST):
        assert {"R57-05", "R58-D20"}.isdisjoint(reasons(replace(short, test=outside), action))


@pytest.mark.rule("R57-05")
@pytest.mark.parametrize("test", [a_test(), started()])
def test_inside_a_sandbox_no_test_begins_before_its_plan_and_outside_it_may(
    test: RealWorldTest,
) -> None:
    case = a_case_with(test)
    assert case.plan is not None
    later = replace(case, plan=replace(case.plan, first_day=FIRST + timedelta(days=1)))
    outside = replace(later, test=replace(test, territories=(approved("DE"),)))

    assert reasons(later) == {
        "R57-05": "the test would begin on 2026-11-24, before its sandbox plan, 2026-11-25"
    }
    assert reasons(outside) == {}


@pytest.mark.rule("R60-4h")
def test_a_deployer_that_applied_jointly_signs_also_when_the_evidence_does_not_name_it() -> None:
    case = a_case_with(a_test(evidence=replace(EVIDENCE, deployers=()), agreements=()))
    bank = Party(PartyRole.DEPLOYER, "BankCo", "1", "NL")
    joint = replace(case, application=replace(case.application, parties=(bank,)))

    assert reasons(case) == {}
    assert reasons(joint) == {
        "R60-4h": "BankCo: no agreement that both signed, with instructions given"
    }


@pytest.mark.rule("GDPR-35")
@pytest.mark.rule("R60-3")
@pytest.mark.rule("R57-10")
@pytest.mark.parametrize("where", ["personal_data", "reuses_personal_data", "plan"])
def test_personal_data_are_personal_data_wherever_they_were_declared(where: str) -> None:
    bare = a_case_with(with_evidence(dpia_reference=""), dpa_reviewer="")
    assert bare.plan is not None
    facts: dict[str, Any] = {"personal_data": False, "reuses_personal_data": False}
    declared = {where: True} if where in facts else {}
    case = replace(
        bare,
        application=replace(bare.application, **(facts | declared)),
        plan=replace(bare.plan, personal_data=where == "plan"),
    )
    none = replace(case, application=replace(bare.application, **facts), plan=without(bare))

    assert case.processes_personal_data
    assert set(reasons(case)) == {"R60-3"}
    assert "R57-10" in {r.rule for r in against(case, Action.AGREE_PLAN, SUE)}
    assert not none.processes_personal_data
    assert reasons(none) == {}


def without(case: Case) -> SandboxPlan:
    """The plan of a case, without personal data."""
    assert case.plan is not None
    return replace(case.plan, personal_data=False)


@pytest.mark.rule("R60-4i")
def test_without_consent_only_law_enforcement_tests_and_no_silence_confirms_it() -> None:
    case = a_case_with(a_test(plan=UNASKED), consent_forms=())
    police = replace(case, application=replace(case.application, law_enforcement=True))
    silent = approved("DE", state=TerritoryState.APPROVED_TACIT)

    assert "R60-4i" in {r.rule for r in against(case, Action.PLAN_TEST, ADA)}
    assert "R60-4i" not in {r.rule for r in against(police, Action.PLAN_TEST, ADA)}
    border = replace(police.application, annex_iii=("III-7b",))
    at_the_border = replace(police, application=border)
    assert "R60-4i" in {r.rule for r in against(at_the_border, Action.PLAN_TEST, ADA)}
    assert reasons(police) == {}
    assert against(police, *OPEN) == ()
    unsaid = a_test(plan=UNASKED, territories=(approved("NL", INSIDE), silent))
    assert reasons(replace(police, test=unsaid)) == {
        "R60-4i": "DE: a test without consent is not expressly approved"
    }
    for alone in ("without_consent", "no_negative_effect"):
        with pytest.raises(ValueError, match="or neither"):
            replace(UNASKED, **{alone: " "})  # type: ignore[arg-type]  # a field by name


@pytest.mark.rule("R60-4i")
def test_a_case_closes_after_the_data_of_subjects_who_were_not_asked_are_gone() -> None:
    open_one = start_at(Name.DL_17, NOON, subject="subjects")
    case = a_case_with(started(plan=UNASKED), deadlines=(open_one,))

    assert (open_one.rule.article, open_one.due_at) == (
        "Art. 60(4)(i)",
        NOON.replace(minute=0) + timedelta(hours=73),
    )
    assert "R60-4i" in {r.rule for r in against(case, Action.CLOSE, ADA)}
    gone = replace(case, deadlines=(replace(open_one, met_at=NOON),))
    assert "R60-4i" not in {r.rule for r in against(gone, Action.CLOSE, ADA)}


@pytest.mark.rule("R60-4b")
def test_thresholds_stay_those_that_the_authorities_approved() -> None:
    case = a_case_with(started())
    assert case.plan is not None
    bars = case.plan.thresholds
    lower = (replace(bars[0], value=0.01),)
    kept, other = (started(thresholds=t) for t in (bars, lower))

    def refused(test: RealWorldTest, thresholds: tuple[Threshold, ...]) -> set[str]:
        assert case.plan is not None
        plan = replace(case.plan, thresholds=thresholds)
        asked = Amendment(1, plan, "a" * 64, "r", "Sue", SUE.role, NOON, FIRST)
        found = against(replace(case, test=test, amendment=asked), Action.AGREE_AMENDMENT, ADA)
        return {r.rule for r in found if "thresholds" in r.sentence}

    paper = real_world_papers.testing_plan(
        replace(case, plan_sha256="h"), kept, "NL", "A", NOON, None
    )
    assert paper["thresholds"] == [str(bar) for bar in bars]
    assert (paper["stop_criteria"], paper["plan_sha256"]) == ([str(bars[1])], "h")
    assert unmet(case) == unmet(replace(case, test=kept)) == ""
    assert "written and approved anew" in unmet(replace(case, test=other))
    assert set(reasons(a_case_with(a_test(thresholds=lower)))) == {"R60-4b"}
    assert "R60-4b" in reasons(a_case_with(a_test(thresholds=lower)), Action.SUBMIT_TESTING_PLAN)
    assert (refused(kept, lower), refused(kept, bars)) == ({"R60-4b"}, set())
    assert refused(a_test(thresholds=bars), lower) == set()
    assert (
        drafted(a_test(thresholds=bars), DRAFT, (), registration_required=True).thresholds is None
    )


@pytest.mark.rule("R57-05")
def test_an_amendment_does_not_end_a_plan_before_the_test_that_runs_in_it() -> None:
    case = a_case_with(started(), stage=Stage.ACTIVE)
    assert case.plan is not None

    def refused(last_day: date, test: RealWorldTest) -> bool:
        assert case.plan is not None
        plan = replace(case.plan, last_day=last_day)
        asked = Amendment(1, plan, "a" * 64, "r", "Sue", SUE.role, NOON, FIRST)
        found = against(replace(case, test=test, amendment=asked), Action.AGREE_AMENDMENT, ADA)
        return any("before the real-world test in it" in r.sentence for r in found)

    assert refused(date(2027, 1, 14), started())
    assert not refused(date(2027, 1, 15), started())
    assert not refused(date(2027, 1, 14), a_test())
    assert not refused(date(2027, 1, 14), replace(started(), territories=(approved("DE"),)))


@pytest.mark.rule("R60-4j")
def test_a_sign_of_life_counts_for_an_hour_and_only_from_who_is_able() -> None:
    old = Duty("Olga", NOON - OVERSEER_SILENCE_MAX - timedelta(seconds=1))
    edge = Duty("Olga", NOON - OVERSEER_SILENCE_MAX)

    assert reasons(a_case_with(a_test(duty=edge))) == {}
    assert set(reasons(a_case_with(a_test(duty=old)))) == {"R60-4j"}
    assert set(reasons(a_case_with(a_test(duty=Duty("Eve", NOON))))) == {"R60-4j"}
    stranger = a_case_with(a_test(duty=Duty("Eve", NOON)))
    assert {r.rule for r in against(stranger, Action.REPORT_FOR_DUTY, ADA)} == {"R60-4j"}


@pytest.mark.rule("R60-4j")
def test_conditions_are_asked_of_a_test_all_the_time_while_it_is_under_way() -> None:
    less = {
        "evidence": replace(EVIDENCE, insurance="", transfers=(Transfer("US", Mechanism.NONE),))
    }

    assert unmet(a_case_with(started())) == ""
    assert unmet(a_case_with(started(**less))) == (
        "test data go to US without a safeguard; it is not said how damage would be made good"
    )
    assert unmet(a_case_with(a_test(**less))) == unmet(a_case_with(None)) == ""
    assert against(a_case_with(started(**less)), Action.SHOW_EVIDENCE, ADA) == ()


@pytest.mark.rule("R60-4h")
def test_what_both_signed_stands_until_both_signed_other_words() -> None:
    new = replace(AGREEMENT, roles="BankCo decides nothing", deployer_signed_by="")
    other = replace(AGREEMENT, deployer="OtherBank")
    both = replace(new, deployer_signed_by="Bo (BankCo)")

    waiting = with_signed((AGREEMENT, other), new)

    assert waiting == (AGREEMENT, other, new)
    assert with_signed(waiting, replace(new, roles="x")) == (*waiting[:2], replace(new, roles="x"))
    assert with_signed(waiting, both) == (other, both)


@pytest.mark.rule("GDPR-35")
@pytest.mark.rule("R60-3")
def test_data_that_are_reused_alone_are_assessed_before_a_test() -> None:
    case = a_case_with(with_evidence(dpia_reference=""))
    reused = replace(case.application, personal_data=False, reuses_personal_data=True)

    assert "impact assessment" in reasons(replace(case, application=reused))["R60-3"]


@pytest.mark.parametrize("heading", [*HEADINGS, "stop_rules"])
def test_a_plan_without_one_of_its_headings_cannot_be_made(heading: str) -> None:
    with pytest.raises(ValueError, match=heading):
        replace(DRAFT, **{heading: " "})  # type: ignore[arg-type]  # a field by name


def test_a_plan_that_ends_before_it_begins_or_names_no_state_cannot_be_made() -> None:
    for wrong in ({"last_day": date(2026, 1, 1)}, {"countries": ()}, {"countries": ("NL", "NL")}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            replace(DRAFT, **wrong)


def test_a_new_plan_is_approved_anew_and_one_that_runs_is_not_written_anew() -> None:
    fresh = (approved("NL", state=TerritoryState.PLAN_DRAFT),)
    again = drafted(a_test(), DRAFT, fresh, registration_required=True)

    assert (again.plan.version, again.state, again.terms) == (2, Progress.REGISTERED, None)
    assert again.evidence == EVIDENCE
    with pytest.raises(RuleBroken, match="is running is not written anew"):
        drafted(started(), DRAFT, fresh, registration_required=True)


@pytest.mark.rule("R49-4")
@pytest.mark.rule("R49-5")
@pytest.mark.rule("R60-4c")
@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({}, Section.NORMAL),
        ({"annex_iii": ("III-2",)}, Section.NATIONAL),
        ({"annex_iii": ("III-2", "III-6a")}, Section.NATIONAL),
        ({"annex_iii": ("III-6a",)}, Section.SECURE),
        ({"annex_iii": ("III-7c",)}, Section.SECURE),
        ({"annex_iii": ("III-1a",)}, Section.NORMAL),
        ({"annex_iii": ("III-1a",), "law_enforcement": True}, Section.SECURE),
        ({"annex_iii": (), "annex_i": ("I-A11",)}, Section.NORMAL),
    ],
)
def test_where_a_test_is_registered(changes: dict[str, Any], where: Section) -> None:
    assert section(replace(APPLICATION, **changes)) is where


@pytest.mark.rule("R49-4")
@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-4c")
def test_a_register_takes_five_items_and_the_secure_section_four() -> None:
    secure = replace(REGISTERED, section=Section.SECURE)

    assert len(REGISTERED.as_items()) == 5
    assert REGISTERED.as_items()["unique_number"] == NUMBER
    assert REGISTERED.as_items().keys() - secure.as_items().keys() == {"plan_summary"}
    for wrong in (
        {"number": ""},
        {"items": AnnexIX("x", "y", " ")},
        {"section": Section.SECURE, "public": True},
    ):
        with pytest.raises(ValueError, match=r"number|plan_summary|public"):
            replace(REGISTERED, **wrong)


@pytest.mark.rule("R71-IX")
@pytest.mark.parametrize("name", ["provider_and_deployers", "description"])
def test_no_item_of_annex_ix_is_empty(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: Annex IX asks for it"):
        replace(ITEMS, **{name: " "})


@pytest.mark.rule("R60-4c")
def test_a_blocked_registration_keeps_the_test_unstarted_with_its_proof() -> None:
    blocked = Registration(Section.NORMAL, ITEMS, "", "screenshot of 2026-11-24", False, "A", NOON)
    state = Progress.REGISTRATION_BLOCKED_EXTERNAL

    case = a_case_with(a_test(state=state, registration=blocked))

    assert blocked.is_blocked
    assert {r.rule for r in against(case, Action.START_TEST, ADA)} == {"R60-4c", "R60-4i"}
    assert [*against_turning(a_test(state=state), Turn.START)]


@pytest.mark.rule("R60-4c")
def test_products_of_section_a_alone_are_registered_unless_the_installation_reads_otherwise() -> (
    None
):
    product = replace(APPLICATION, annex_iii=(), annex_i=("I-A11",))
    otherwise = replace(REGIME, annex_i_a_registration=AnnexIARegistration.NOT_REQUIRED)

    assert registration_required(product, (OUTSIDE,), REGIME)
    assert not registration_required(product, (OUTSIDE,), otherwise)
    assert registration_required(APPLICATION, (OUTSIDE,), otherwise)
    assert not registration_required(APPLICATION, (ROAD,), REGIME)


@pytest.mark.rule("R60-4c")
def test_registration_comes_after_approval() -> None:
    waiting = approved("DE", state=TerritoryState.SUBMITTED)
    case = a_case_with(a_test(territories=(approved("NL"), waiting)))

    assert {r.rule for r in against(case, Action.REGISTER_TEST, ADA)} == {"R60-4c"}


@pytest.mark.rule("R61")
def test_subjects_are_asked_after_the_number_is_in_the_form() -> None:
    early = a_case_with(a_test(state=Progress.REGISTERED))

    assert {r.rule for r in against(early, Action.RECORD_CONSENT, ADA)} == {"R61"}
    assert against(a_case_with(a_test()), Action.RECORD_CONSENT, ADA) == ()
    assert {r.rule for r in against(a_case_with(a_test(), consent_forms=()), *OPEN)} == {"R61"}


OPEN = (Action.OPEN_CONSENT, ADA)


@pytest.mark.rule("R60-4c")
@pytest.mark.rule("R60-4b")
def test_consent_opens_after_approval_and_where_one_is_required_after_a_number() -> None:
    waiting = approved("DE", state=TerritoryState.SUBMITTED)
    unregistered = a_case_with(a_test(registration=None))
    early = a_case_with(a_test(territories=(approved("NL"), waiting)))
    product = a_test(registration=None, registration_required=False, reference="c1")
    form = replace(FORM, test_number="c1")

    assert {r.rule for r in against(unregistered, *OPEN)} == {"R60-4c", "R61"}
    assert {r.rule for r in against(early, *OPEN)} == {"R60-4b"}
    assert product.number_means == "reference of this service: no registration is required"
    assert against(a_case_with(product, consent_forms=(form,)), *OPEN) == ()
    assert {r.rule for r in against(a_case_with(product), *OPEN)} == {"R61"}


@pytest.mark.rule("R60-8")
def test_a_stop_is_written_into_the_register_and_a_case_closes_after_its_outcomes() -> None:
    halted = stopped(started(), Turn.SUSPEND, Stop("a wrong score", "Ada", NOON), FIRST)
    over = stopped(halted, Turn.TERMINATE, Stop("no remedy", "Ada", NOON), FIRST)

    assert (halted.ended_on, over.ended_on) == (None, FIRST)
    assert over.registration is not None
    assert over.registration.as_items()["suspension_or_termination"] == (
        "2026-11-24: suspended: a wrong score; 2026-11-24: terminated: no remedy"
    )
    assert "R60-8" in {r.rule for r in against(a_case_with(over), Action.CLOSE, ADA)}
    told = turned(over, Turn.NOTIFY_OUTCOMES)
    assert "R60-8" not in {r.rule for r in against(a_case_with(told), Action.CLOSE, ADA)}


def test_a_country_that_is_no_territory_is_refused() -> None:
    with pytest.raises(FieldRefused):
        a_test().territory("FR")


@pytest.mark.rule("R60-4a")
def test_a_testing_plan_has_the_headings_of_the_definition_and_no_other() -> None:
    """Art. 3(53): eight, whatever number is said of them elsewhere."""
    assert (
        *("objectives", "methodology"),
        *("geographical_scope", "population_scope", "temporal_scope"),
        *("monitoring", "organisation", "conduct"),
    ) == HEADINGS


@pytest.mark.rule("R60a-6")
@pytest.mark.rule("R60a-4")
@pytest.mark.parametrize(
    ("evidence", "owner", "rules"),
    [
        ({"permits": (PERMIT,)}, "", set()),
        ({"permits": (replace(PERMIT, reference="", set_aside_because="closed road"),)}, "", set()),
        ({}, "", {"R60a-6"}),
        ({"permits": (replace(PERMIT, reference=" "),)}, "", {"R60a-6"}),
        ({"permits": (PERMIT,)}, "City of Ghent", {"R60a-4"}),
        (
            {"permits": (PERMIT,), "infrastructure": (Access("City of Ghent", "traffic lights"),)},
            *("", {"R60a-4"}),
        ),
        (
            {
                "permits": (PERMIT,),
                "infrastructure": (Access("City of Ghent", "traffic lights", "deed 4"),),
            },
            *("City of Ghent", set()),
        ),
    ],
)
def test_under_60a_sector_law_is_settled_and_owners_of_infrastructure_agreed(
    evidence: dict[str, Any], owner: str, rules: set[str]
) -> None:
    party = Party(PartyRole.INFRASTRUCTURE_OWNER, owner, "1", "BE")
    test = a_test(territories=(approved("NL", ROAD),), evidence=replace(EVIDENCE, **evidence))
    case = a_case_with(test)
    if owner:
        case = replace(case, application=replace(case.application, parties=(party,)))

    elsewhere = replace(test, territories=(approved("NL"), approved("DE")))
    assert set(reasons(case)) == rules
    assert reasons(replace(case, test=elsewhere)) == {}


@pytest.mark.rule("R76-1")
def test_two_frameworks_name_a_test_together_and_it_is_said_that_no_register_did() -> None:
    rail = replace(ROAD, framework="Rail Test Act")
    test = a_test(
        territories=(approved("NL", ROAD), approved("DE", rail)),
        registration_required=False,
        registration=None,
    )

    assert test.number == "Road Test Act; Rail Test Act"
    assert "no registration" in test.number_means
    assert a_test().number_means == "Union-wide number"
    assert a_test(registration=None).number_means == "none yet"
