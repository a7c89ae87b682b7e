"""The self-check says what screening says, and what would change it is tried, not foretold."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.application import (
    ApplicantRole,
    Application,
    BaseModel,
    Depictions,
    MarketStatus,
    Party,
    PartyRole,
    PublicInterestArea,
    SyntheticOutput,
)
from sandbox.domain.finding import Severity
from sandbox.domain.high_risk import ANNEX_I, ANNEX_III
from sandbox.domain.prohibited import PRACTICES
from sandbox.domain.regime import Regime, Sandbox, SandboxKind
from sandbox.domain.rule_versions import VERSIONS, in_force, named
from sandbox.domain.screening import obstacles, outcome, screen, screen_under
from sandbox.domain.self_check import SelfCheck, check
from sandbox.errors import FieldRefused
from tests.factories import APPLICATION, AUTHORITY

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(2026, 7, 1), date(2027, 12, 31))
OF_THE_UNION = Regime(sandbox=Sandbox(SandboxKind.UNION))
DEPLOYER = Party(PartyRole.DEPLOYER, "Bank", "1", "NL")


def checked(application: Application, today: date = TODAY) -> SelfCheck:
    return check(application, today, AUTHORITY, Regime())


def some(words: object) -> st.SearchStrategy[tuple[str, ...]]:
    listed = st.lists(st.sampled_from(sorted(words)), max_size=2, unique=True)  # type: ignore[call-overload]
    return listed.map(tuple)


def applications() -> st.SearchStrategy[Application]:
    return st.builds(
        lambda **answers: replace(APPLICATION, **answers),
        applicant_role=st.sampled_from(ApplicantRole),
        role_evidence=st.sampled_from(["", "a roadmap"]),
        market_evidence=st.sampled_from(["", "no release"]),
        prohibited=some(PRACTICES),
        annex_iii=some(ANNEX_III),
        annex_i=some(ANNEX_I),
        profiles_persons=st.booleans(),
        law_enforcement=st.booleans(),
        financial_institution=st.booleans(),
        synthetic_output=some(SyntheticOutput),
        depictions=st.sampled_from(Depictions),
        depiction_safeguards=st.sampled_from(["", "a filter"]),
        market_status=st.sampled_from(MarketStatus),
        planned_modification=st.sampled_from(["", "another purpose"]),
        on_market_since=st.sampled_from([None, date(2026, 1, 1)]),
        eu_establishment=st.booleans(),
        authorised_representative=st.sampled_from(["", "Rep B.V."]),
        representative_liable=st.booleans(),
        defence_only=st.booleans(),
        research_only=st.booleans(),
        model_alone=st.booleans(),
        base_model=st.sampled_from([None, BaseModel("M", "P", same_undertaking=True)]),
        regulatory_questions=st.sampled_from(["", "which?"]),
        personal_data=st.booleans(),
        reuses_personal_data=st.booleans(),
        public_interest_area=st.sampled_from(["", *PublicInterestArea]),
        real_world_test=st.booleans(),
        requested_start=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        weeks=st.integers(1, 520),
    )


@given(applications(), DAYS)
def test_the_outcome_is_that_of_the_screening(application: Application, day: date) -> None:
    findings = screen(application, day)
    severities = {finding.severity for finding in findings}

    found = checked(application, day)

    assert found.findings == findings
    assert found.outcome == outcome(findings)
    assert (found.outcome == "excluded") == (Severity.EXCLUDED in severities)
    assert (found.outcome == "eligible") == severities.isdisjoint(
        {Severity.EXCLUDED, Severity.MISSING}
    )


@given(applications(), DAYS)
def test_the_same_facts_under_the_same_version_give_the_same_findings(
    application: Application, day: date
) -> None:
    rules = in_force(day)

    assert screen(application, day) == screen_under(rules, SandboxKind.NATIONAL, application)
    assert screen(application, rules.effective_on) == screen(application, day)
    assert {f.rules_version for f in screen(application, day)} == {rules.name}


@given(applications(), DAYS, st.sampled_from([SandboxKind.NATIONAL, SandboxKind.UNION]))
def test_every_obstacle_has_a_change_that_would_remove_it(
    application: Application, day: date, kind: SandboxKind
) -> None:
    found = check(application, day, AUTHORITY, Regime(sandbox=Sandbox(kind)))

    standing = {f.sentence for f in obstacles(found.findings)}
    removable = {sentence for change in found.would_change for sentence in change.removes}

    assert removable == standing


@pytest.mark.rule("A5-g")
def test_a_practice_that_was_declared_and_is_suspected_goes_with_two_answers_only() -> None:
    answers = {"prohibited": ("A5-g",), "annex_iii": ("III-1b",), "profiles_persons": False}

    found = checked(replace(APPLICATION, **answers))  # type: ignore[arg-type]  # fields by name

    (told,) = found.would_change
    assert told.change == (
        "it does without A5-g: biometric categorisation by sensitive attributes, and it is not used"
        " for III-1b: biometric categorisation by sensitive attributes"
    )


@pytest.mark.rule("R60-2")
def test_no_change_is_told_that_brings_another_obstacle() -> None:
    on_market = replace(
        APPLICATION,
        research_only=True,
        market_status=MarketStatus.ON_MARKET,
        real_world_test=False,
    )

    told = [change.change for change in checked(on_market).would_change]

    assert "it is tested in real-world conditions" not in told
    assert "it is meant for more than scientific research" in told


@pytest.mark.rule("R57-03a")
@pytest.mark.parametrize(
    ("answers", "change"),
    [
        ({"annex_i": ("I-A11",)}, "it is no product of Annex I"),
        ({"financial_institution": True}, "it is not of a financial institution (Art. 74(6))"),
    ],
)
def test_what_keeps_a_system_on_an_own_model_national_is_told(
    answers: dict[str, object], change: str
) -> None:
    own = replace(APPLICATION, base_model=BaseModel("M", "P", same_undertaking=True))

    found = check(replace(own, **answers), TODAY, AUTHORITY, OF_THE_UNION)  # type: ignore[arg-type]

    assert [told.change for told in found.would_change] == [
        change,
        "it is, or is part of, a designated very large platform or search engine",
    ]


@given(applications())
def test_no_later_rules_let_in_what_earlier_ones_kept_out(application: Application) -> None:
    kind = SandboxKind.NATIONAL
    found = [obstacles(screen_under(rules, kind, application)) for rules in VERSIONS]

    for before, after in pairwise(found):
        assert {f.sentence for f in before} <= {f.sentence for f in after}


@given(applications())
def test_no_expected_end_lies_before_the_decision_and_a_real_world_test_is_answered_after_it(
    application: Application,
) -> None:
    days = {expected.rule: expected.day for expected in checked(application).expected}

    assert days["DL-01"] == date(2027, 2, 24)
    assert days["X"] == date(2027, 1, 23)
    assert days["R58-D15"] == date(2027, 3, 24)
    answered = days["DL-02"] if application.real_world_test else days["DL-01"]
    began = max(application.requested_start, answered)
    assert began < days["R58-D13"] == began + timedelta(weeks=application.weeks) < days["DL-06"]
    last_to_extend = days["R58-D13"] - timedelta(days=30)
    assert days.get("DL-05", last_to_extend) == last_to_extend
    assert ("DL-05" in days) == (last_to_extend > days["DL-01"])
    assert ("DL-19" in days) == (application.personal_data or application.reuses_personal_data)
    if application.real_world_test:
        assert days["DL-01"] < days["DL-02"]
        assert began < days["DL-03"] <= began + timedelta(days=184)
        assert days["DL-03"] < days["DL-04"]


@pytest.mark.rule("DL-05")
@pytest.mark.parametrize(
    ("start", "real_world_test", "end"),
    [
        (date(2026, 12, 4), False, "end, if it begins on the last day for the decision"),
        (date(2027, 3, 4), False, "end, if it begins on the day asked for"),
        (
            date(2027, 3, 4),
            True,
            "end, if it begins on the last day for the answer on its testing plan",
        ),
        (date(2028, 3, 4), True, "end, if it begins on the day asked for"),
    ],
)
def test_nothing_begins_or_is_extended_before_it_can_be_decided(
    start: date, real_world_test: bool, end: str
) -> None:
    asked = replace(APPLICATION, requested_start=start, weeks=2, real_world_test=real_world_test)

    found = checked(asked, date(2026, 12, 3)).expected

    days = {expected.rule: expected.day for expected in found}
    assert [expected.what for expected in found if expected.rule == "R58-D13"] == [end]
    assert days["R58-D13"] >= days["DL-01"] + timedelta(weeks=2)
    assert days.get("DL-05", date.max) > days["DL-01"] == date(2027, 3, 3)


PLAIN = replace(APPLICATION, real_world_test=False, public_interest_area="", personal_data=False)
ALWAYS = {"D1", "D2", "D3", "D4", "D8", "D9", "D14", "D16", "D17"}


@pytest.mark.parametrize(
    ("answers", "documents"),
    [
        ({}, set()),
        ({"real_world_test": True}, {"D5", "D6", "D7", "D13", "D15", "D18"}),
        ({"parties": (DEPLOYER,)}, set()),
        ({"public_interest_area": PublicInterestArea.ENERGY}, {"D11"}),
        ({"personal_data": True}, {"D12"}),
        ({"reuses_personal_data": True}, {"D11", "D12"}),
    ],
)
def test_exactly_the_papers_that_apply_are_listed(
    answers: dict[str, object], documents: set[str]
) -> None:
    found = checked(replace(PLAIN, **answers))  # type: ignore[arg-type]  # fields by name

    assert {paper.document for paper in found.papers} == ALWAYS | documents


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2025, 1, 1), "2026-08-02"),
        (date(2026, 11, 30), "2026-08-02"),
        (date(2026, 12, 1), "2026-12-01"),
        (date(2026, 12, 2), "2026-12-02"),
        (date(2030, 1, 1), "2026-12-02"),
    ],
)
def test_a_day_has_the_newest_version_that_has_begun(day: date, name: str) -> None:
    assert in_force(day).name == name
    assert named(name) is in_force(day)


def test_a_version_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(FieldRefused, match="2026-08-02, 2026-12-01, 2026-12-02"):
        named("2020-01-01")


def test_versions_follow_each_other() -> None:
    days = [rules.effective_on for rules in VERSIONS]

    assert days == sorted(set(days))


@pytest.mark.rule("R57-03")
@pytest.mark.rule("R57-03a")
def test_a_self_check_says_whom_the_sandbox_is_for_and_what_would_change_it() -> None:
    own_model = "it is built on a general-purpose model of the same undertaking"
    platform = "it is, or is part of, a designated very large platform or search engine"
    for kind, changes in (
        (SandboxKind.UNION, [own_model, platform]),
        (SandboxKind.EDPS, ["it is for a Union body"]),
    ):
        found = check(APPLICATION, TODAY, AUTHORITY, Regime(sandbox=Sandbox(kind)))

        assert found.outcome == "excluded"
        assert found.findings == screen(APPLICATION, TODAY, kind=kind)
        assert [told.change for told in found.would_change] == changes
    assert checked(APPLICATION).outcome == "eligible"
