"""What a plan must say, what changed between two versions, and how long its end may still move."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.action import Action
from sandbox.domain.amendment import Amendment, extendable_until
from sandbox.domain.call import Call
from sandbox.domain.environment import Operation
from sandbox.domain.guards.registry import against
from sandbox.domain.lifecycle import Role
from sandbox.domain.plan import (
    Bound,
    DurationReasons,
    ExecutionSite,
    Milestone,
    SandboxPlan,
    Threshold,
    not_supervised,
)
from sandbox.domain.plan_diff import between, changes
from sandbox.domain.plan_papers import OTHERWISE_RESPONSIBLE, sandbox_plan
from sandbox.domain.preview import CLOSING, reviewed
from sandbox.domain.terms import BUILT_IN, Clause, Heading, SignatureMethod, Terms, TermsAcceptance
from sandbox.errors import RuleBroken
from tests.factories import ADA, PLAN, SUE, a_case
from tests.fakes import NOON

texts = st.text(max_size=8)
plans = st.builds(
    lambda **changed: replace(PLAN, **changed),
    objectives=texts,
    scope=texts,
    egress=st.lists(texts, max_size=3, unique=True).map(tuple),
    personal_data=st.booleans(),
    last_day=st.dates(PLAN.first_day, date(2030, 1, 1)),
    thresholds=st.lists(
        st.builds(
            Threshold,
            st.sampled_from(["accuracy", "group_gap", "latency"]),
            st.sampled_from(Bound),
            st.integers(0, 3).map(float),
            st.just("Art. 15"),
            stop=st.booleans(),
        ),
        max_size=3,
        unique_by=lambda threshold: threshold.metric,
    ).map(tuple),
)


def without(plan: SandboxPlan, name: str) -> SandboxPlan:
    if name.startswith("duration."):
        part = name.removeprefix("duration.")
        return replace(plan, duration=replace(plan.duration, **{part: " "}))
    empty: Any = "" if isinstance(getattr(plan, name), str) else ()
    return replace(plan, **{name: empty})


def reasons_of(plan: SandboxPlan, **facts: Any) -> list[str]:
    case = a_case(plan=plan, dpa_reviewer="DPA", **facts)
    return [r.rule for r in against(case, Action.AGREE_PLAN, SUE)]


def an_amendment(plan: SandboxPlan, **changed: Any) -> Amendment:
    asked = Amendment(1, plan, "0" * 64, "needed", "Ada", Role.PROVIDER, NOON, NOON.date())
    return replace(asked, **changed)


@pytest.mark.rule("R58-D15")
@pytest.mark.rule("R58-D04")
@pytest.mark.rule("R58-D13")
@pytest.mark.rule("R58-02h")
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        *((name, "R58-D15") for name in ("milestones", "objectives", "scope", "conditions")),
        *((name, "R58-D15") for name in ("methodology", "requirements", "safeguards")),
        *((name, "R58-D15") for name in ("incident_procedure", "reporting_cadence")),
        *(("exit_criteria", "R58-D15"), ("laws_supervised", "R58-D04")),
        *(("duration.complexity", "R58-02h"), ("duration.capacity", "R58-D13")),
        ("duration.conformity_assessment", "R58-D13"),
    ],
)
def test_a_plan_without_an_element_is_not_agreed_on(name: str, rule: str) -> None:
    whole = reasons_of(PLAN)

    lacking = reasons_of(without(PLAN, name))

    assert rule not in whole
    assert sorted(lacking) == sorted([*whole, rule])


@pytest.mark.rule("R58-D15")
def test_every_missing_element_is_said_at_once() -> None:
    bare = PLAN
    for name in ("milestones", "scope", "laws_supervised", "reporting_cadence"):
        bare = without(bare, name)
    bare = replace(bare, duration=DurationReasons())

    assert reasons_of(bare) == [
        *reasons_of(PLAN),
        *("R58-D15", "R58-D15", "R58-D15", "R58-D04", "R58-02h", "R58-D13", "R58-D13"),
    ]


@pytest.mark.rule("R58-02e")
@pytest.mark.parametrize(
    ("requirement", "is_one"),
    [("Art. 15", True), ("Art. 8", True), ("Art. 60(4)(i)", True)]
    + [(wrong, False) for wrong in ("nice to have", "Art. 7", "Art. 16", "Art. 150", "15")],
)
def test_a_bar_names_the_requirement_that_it_is_evidence_for(
    requirement: str, is_one: bool
) -> None:
    bar = replace(PLAN.thresholds[0], requirement=requirement)

    reasons = reasons_of(replace(PLAN, thresholds=(bar,)))

    assert ("R58-02e" in reasons) is not is_one


@pytest.mark.rule("R58-D15")
def test_a_milestone_after_the_end_is_refused() -> None:
    late = replace(PLAN, milestones=(Milestone(9, "too late"),))

    assert Milestone(8, "just in time").due(PLAN.first_day) == PLAN.last_day - timedelta(days=1)
    assert "R58-D15" in reasons_of(late)
    with pytest.raises(ValueError, match="begin with 1"):
        Milestone(0, "never")


@pytest.mark.rule("R58-D25")
def test_a_project_elsewhere_names_the_facility() -> None:
    elsewhere = replace(PLAN, execution_site=ExecutionSite.TEF)

    assert "R58-D25" in reasons_of(elsewhere)
    assert "R58-D25" not in reasons_of(replace(elsewhere, facility="TEF-Health, Berlin"))


@pytest.mark.rule("R58-D15")
def test_only_fields_of_the_plan_can_be_marked_confidential() -> None:
    assert replace(PLAN, confidential=("methodology",)).confidential == ("methodology",)
    with pytest.raises(ValueError, match="secret_sauce"):
        replace(PLAN, confidential=("secret_sauce",))


@pytest.mark.rule("R58-D04")
def test_law_that_is_not_supervised_stays_the_participants() -> None:
    case = a_case()
    case = replace(
        case,
        plan=PLAN,
        application=replace(case.application, other_laws=("gdpr ", "Consumer Credit Directive")),
    )

    assert not_supervised(PLAN, case.application.other_laws) == ("Consumer Credit Directive",)
    facts = sandbox_plan(case, PLAN, "the authority", NOON, before=None)
    assert facts["laws_not_supervised"] == ["Consumer Credit Directive", OTHERWISE_RESPONSIBLE]


@pytest.mark.rule("R58-D09")
def test_the_signed_plan_names_the_guidance_of_the_board_that_its_call_took_into_account() -> None:
    call = Call("spring", "Spring", NOON.date(), guidance=("Board template 1",))

    named = [
        sandbox_plan(a_case(plan=PLAN, call=answered), PLAN, "the authority", NOON, before=None)[
            "guidance_taken_into_account"
        ]
        for answered in (call, None)
    ]

    assert named == [["Board template 1"], []]


@pytest.mark.rule("R58-D15")
def test_the_signed_plan_says_its_bars_unrounded_with_all_that_decides_whether_they_were_met() -> (
    None
):
    strict = replace(PLAN.thresholds[0], value=0.12345678, completeness_min=0.95)
    plan = replace(PLAN, thresholds=(strict, PLAN.thresholds[1]), settling_seconds=45)

    facts = sandbox_plan(a_case(plan=plan), plan, "the authority", NOON, before=None)

    assert facts["thresholds"] == [
        "accuracy at least 0.12345678 (Art. 15, completeness 0.95)",
        "group_gap at most 0.95 (Art. 10, completeness 0.9, stops the test)",
    ]
    assert facts["settling_seconds"] == 45


@pytest.mark.rule("R57-12b")
def test_the_terms_promise_what_the_law_gives_and_to_whom_it_gives_it() -> None:
    said = {clause.heading: clause.text for clause in BUILT_IN.clauses}

    assert "prospective providers" in said[Heading.GOOD_FAITH]
    assert (
        "other Union or national law whose authority was actively involved"
        in (said[Heading.GOOD_FAITH])
    )
    assert "SMEs and start-ups" not in said[Heading.FEES]


@given(plan=plans)
def test_a_plan_does_not_differ_from_itself(plan: SandboxPlan) -> None:
    assert changes(plan, replace(plan, version=plan.version + 1)) == ()


@given(before=plans, after=plans)
def test_what_differs_is_told_once_and_back_again(before: SandboxPlan, after: SandboxPlan) -> None:
    there, back = changes(before, after), changes(after, before)

    assert {(c.field, c.before, c.after) for c in there} == {
        (c.field, c.after, c.before) for c in back
    }
    told = {change.field.partition(".")[0] for change in there}
    differing = {
        f.name for f in fields(before) if getattr(before, f.name) != getattr(after, f.name)
    }
    assert told == differing


@pytest.mark.rule("R58-D15")
def test_thresholds_are_compared_by_metric_and_resources_by_part() -> None:
    strict = replace(PLAN.thresholds[0], value=0.8)
    after = replace(
        PLAN,
        thresholds=(strict, Threshold("latency", Bound.AT_MOST, 2.0, "Art. 15")),
        resources=replace(PLAN.resources, gpus=4),
        egress=("10.0.0.0/24",),
    )

    found = changes(PLAN, after)
    assert [(c.field, c.before, c.after) for c in found] == [
        ("resources.gpus", "2", "4"),
        (
            "thresholds.accuracy",
            "accuracy at least 0.7 (Art. 15, completeness 0.9)",
            "accuracy at least 0.8 (Art. 15, completeness 0.9)",
        ),
        (
            "thresholds.group_gap",
            "group_gap at most 0.95 (Art. 10, completeness 0.9, stops the test)",
            "",
        ),
        ("thresholds.latency", "", "latency at most 2.0 (Art. 15, completeness 0.9)"),
        ("egress", "", "10.0.0.0/24"),
    ]
    assert [str(found[0]), str(found[-1])] == [
        "resources.gpus: “2” became “4”",
        "egress: added “10.0.0.0/24”",
    ]


def test_a_bar_cannot_move_by_too_little_to_be_told() -> None:
    barely = replace(PLAN.thresholds[0], value=0.7000000001, completeness_min=0.9001)

    (change,) = changes(PLAN, replace(PLAN, thresholds=(barely, PLAN.thresholds[1])))

    assert "0.7000000001" in change.after
    assert "0.9001" in change.after


@pytest.mark.rule("R58-D20")
@pytest.mark.rule("DL-05")
@pytest.mark.parametrize(
    ("end", "until"),
    [
        (date(2027, 1, 19), date(2026, 12, 20)),  # a Sunday: it is not moved
        (date(2027, 3, 31), date(2027, 3, 1)),
    ],
)
def test_an_end_moves_until_thirty_days_before_it(end: date, until: date) -> None:
    assert extendable_until(end) == until
    for day, late in ((until, False), (until + timedelta(days=1), True)):
        asked = an_amendment(replace(PLAN, last_day=end + timedelta(days=7)), day=day)
        case = a_case(plan=replace(PLAN, last_day=end), amendment=asked)
        rules = [r.rule for r in against(case, Action.PROPOSE_AMENDMENT, ADA)]
        assert ("R58-D20" in rules) is late


@pytest.mark.rule("R58-D20")
def test_what_was_asked_in_time_is_not_agreed_too_late() -> None:
    longer = replace(PLAN, last_day=PLAN.last_day + timedelta(days=7))
    until = extendable_until(PLAN.last_day)
    late = an_amendment(longer, day=until, settled_on=until + timedelta(days=1))

    refused = against(a_case(plan=PLAN, amendment=late), Action.AGREE_AMENDMENT, SUE)

    assert [r.rule for r in refused if r.rule == "R58-D20"] == ["R58-D20"]
    shorter = replace(late, plan=replace(PLAN, last_day=PLAN.last_day - timedelta(days=1)))
    earlier = against(a_case(plan=PLAN, amendment=shorter), Action.AGREE_AMENDMENT, SUE)
    assert "R58-D20" not in [r.rule for r in earlier]


def test_a_preview_of_an_amendment_may_close_a_way_out_and_remove_nothing_else() -> None:
    closing = (Operation("update", "ResourceQuota/quota"), Operation("delete", CLOSING))

    assert reviewed(closing) == closing
    for harmful in (("delete", "Namespace/namespace"), ("replace", CLOSING)):
        with pytest.raises(RuleBroken, match=f"would {harmful[0]}"):
            reviewed((*closing, Operation(*harmful)))
    with pytest.raises(RuleBroken, match="still being made"):
        reviewed(None)


def test_terms_have_a_clause_for_every_heading_and_an_identity_by_content() -> None:
    assert {clause.heading for clause in BUILT_IN.clauses} == set(Heading)
    changed = (replace(BUILT_IN.clauses[0], text="others"), *BUILT_IN.clauses[1:])
    assert Terms("1", changed).sha256 != BUILT_IN.sha256
    for broken in (BUILT_IN.clauses[1:], (*BUILT_IN.clauses[1:], Clause(Heading.FEES, " "))):
        with pytest.raises(ValueError, match="fees_and_exceptional_costs"):
            Terms("2", broken)


@pytest.mark.rule("R57-12a")
@pytest.mark.rule("R58-D25")
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda a: replace(a, insurance=" "), "R57-12a"),
        (lambda a: replace(a, signatory=""), "R58-D25"),
        (lambda a: replace(a, function=""), "R58-D25"),
        (lambda a: replace(a, method=SignatureMethod.QUALIFIED), "R58-D25"),
    ],
)
def test_terms_are_accepted_by_a_named_person_who_says_the_insurance(
    change: Callable[[TermsAcceptance], TermsAcceptance], rule: str
) -> None:
    whole = TermsAcceptance(
        *("1", BUILT_IN.sha256, "Ada", "director", "none", SignatureMethod.SIMPLE, "", "Ada", NOON)
    )

    assert against(a_case(terms_accepted=(whole,)), Action.ACCEPT_TERMS, ADA) == ()
    refused = against(a_case(terms_accepted=(change(whole),)), Action.ACCEPT_TERMS, ADA)
    assert [r.rule for r in refused] == [rule]


def test_two_documents_differ_by_what_they_say_and_not_by_when_they_were_made() -> None:
    before = {
        "made_at": "1",
        "ledger_seal": "a",
        "terms_sha256": "b",
        "period": "May",
        "deployers": ["A"],
    }
    after = {
        "made_at": "2",
        "terms_sha256": "c",
        "period": "June",
        "deployers": ["A", "B"],
        "insurance": None,
    }

    assert [str(change) for change in between(before, after)] == [
        "period: “May” became “June”",
        "deployers: added “B”",
    ]
