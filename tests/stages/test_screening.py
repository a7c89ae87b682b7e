"""A case keeps the rules it was screened under; a human judges practices; links stay secret."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sandbox.domain.application import (
    ApplicantRole,
    BaseModel,
    Depictions,
    Party,
    PartyRole,
    SyntheticOutput,
)
from sandbox.domain.case import Case, Person
from sandbox.domain.finding import Severity
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.regime import Regime, Sandbox, SandboxKind
from sandbox.domain.screening import outcome
from sandbox.domain.size import SizeClass
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, RuleBroken
from sandbox.stages import overview, screen
from sandbox.store import ledger
from tests.factories import ADA, APPLICATION, AUTHORITY, EVE, SUE
from tests.office import Office
from tests.stages.reviewing import answer, ask, written

FROM_THEN = datetime(2026, 12, 2, 12, tzinfo=UTC)
GENERATOR: dict[str, Any] = {
    "synthetic_output": (SyntheticOutput.VIDEO,),
    "deep_fakes": True,
    "depictions": Depictions.UNSAFEGUARDED,
}


def judge(office: Office, case_id: CaseId, code: str, *, confirmed: bool, why: str = "y") -> Case:
    return screen.review_practice(
        case_id,
        code,
        confirmed=confirmed,
        reasons=why,
        by=SUE,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
    )


def replayed(office: Office, case_id: CaseId, rules: str, by: Person = SUE) -> screen.Replay:
    return screen.replay(
        case_id,
        rules,
        by=by,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        regime=office.regime,
    )


@pytest.mark.rule("A5-ba")
@pytest.mark.rule("A5-bb")
def test_an_old_case_keeps_the_outcome_of_its_version_and_a_new_one_gets_the_new(
    office: Office,
) -> None:
    old = office.apply("old", **GENERATOR)
    office.clock.now = FROM_THEN
    new = office.apply("new", **GENERATOR)
    ask(office, old)
    answered = answer(office, old, **GENERATOR, users="studios")

    assert (office.case(old).rules_version, office.case(new).rules_version) == (
        *("2026-08-02", "2026-12-02"),
    )
    assert outcome(answered.findings) == "eligible"
    assert {f.rules_version for f in answered.findings} == {"2026-08-02"}
    assert outcome(office.case(new).findings) == "excluded"


def test_a_case_that_waits_for_screening_has_the_rules_of_the_day_it_came_in(
    office: Office,
) -> None:
    office.clock.now = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)  # 2 December where it sits

    assert office.case(office.apply(**GENERATOR)).rules_version == "2026-12-02"


@pytest.mark.rule("A5-ba")
def test_what_is_banned_by_now_is_not_admitted_whatever_version_a_case_keeps(
    office: Office,
) -> None:
    banned = office.apply("banned", **GENERATOR)
    safe = office.apply(
        "safe",
        synthetic_output=(SyntheticOutput.VIDEO,),
        depictions=Depictions.SAFEGUARDED,
        depiction_safeguards="a classifier",
    )
    early = office.apply("early", **GENERATOR)
    assert office.decide(early).stage is Stage.ADMITTED
    office.clock.now = FROM_THEN

    with pytest.raises(RuleBroken, match=r"by the rules of 2026-12-02: .*A5-ba"):
        office.decide(banned)
    assert office.decide(banned, admitted=False).stage is Stage.REJECTED
    assert office.decide(safe).stage is Stage.ADMITTED


@pytest.mark.rule("A5-ba")
@pytest.mark.rule("A5-bb")
def test_a_ban_begins_with_the_day_of_the_authority_and_not_of_utc(office: Office) -> None:
    banned = office.apply(**GENERATOR)
    office.clock.now = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)  # 2 December where it sits

    with pytest.raises(RuleBroken, match=r"by the rules of 2026-12-02: .*A5-bb"):
        office.decide(banned)


@pytest.mark.rule("X-practice")
@pytest.mark.rule("A5-g")
def test_a_suspected_practice_is_admitted_only_after_a_supervisor_cleared_it(
    office: Office,
) -> None:
    case_id = office.apply(annex_iii=("III-1b",))
    with pytest.raises(RuleBroken, match="suspected"):
        office.decide(case_id)
    with pytest.raises(FieldRefused, match="says why"):
        judge(office, case_id, "A5-g", confirmed=False, why=" ")
    with pytest.raises(RuleBroken, match="found: A5-g"):
        judge(office, case_id, "A5-a", confirmed=False)

    judge(office, case_id, "A5-g", confirmed=True)
    with pytest.raises(RuleBroken, match="confirmed by Sue"):
        office.decide(case_id)
    cleared = judge(office, case_id, "A5-g", confirmed=False, why="hair colour only")

    assert any("cleared by Sue: hair colour only" in f.sentence for f in cleared.findings)
    assert written(office, case_id)[-2:] == ["review_practice", "review_practice"]
    assert office.decide(case_id).stage is Stage.ADMITTED


@pytest.mark.rule("X-practice")
def test_a_clearing_does_not_outlive_the_application_it_was_made_on(office: Office) -> None:
    case_id = office.apply(annex_iii=("III-1b",))
    judge(office, case_id, "A5-g", confirmed=False)

    ask(office, case_id)
    assert outcome(answer(office, case_id).findings) == "eligible"
    ask(office, case_id)
    changed = answer(office, case_id, annex_iii=("III-1b",), intended_purpose="by religion")

    assert outcome(changed.findings) == "excluded"
    assert changed.practice_reviews == ()


def test_linked_applicants_are_told_to_the_authority_and_to_nobody_else(office: Office) -> None:
    first = office.apply("first", contact_email="ada@creditco.eu")
    second = office.apply(
        *("second", EVE),
        applicant="Crédit-Co GmbH",
        registration_number="9",
        system_name="fair score",
        contact_email="max@creditco.eu",
    )
    partner = Party(PartyRole.CO_APPLICANT, "Y", APPLICATION.registration_number, "NL")
    third = office.apply(
        *("third", EVE),
        applicant="X",
        registration_number="8",
        system_name="Z",
        parties=(partner,),
    )
    office.apply("stranger", EVE, applicant="S", registration_number="7", system_name="T")

    (link,) = office.look(second, SUE).case.linked_cases
    assert (link.case_id, link.provider) == (first, "CreditCo")
    assert link.common == ("e-mail domain", "applicant", "system")
    assert {k.case_id: k.common for k in office.case(third).linked_cases} == {
        first: ("registration number",),
        second: ("account",),
    }
    assert office.look(second, EVE).case.linked_cases == ()
    (seen,) = overview.queue(
        by=ADA, stage=None, after=None, limit=9, sessions=office.sessions
    ).cases
    assert seen.linked_cases == ()
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, second)
    assert all(first not in str(sealed.entry.facts) for sealed in entries)
    assert all(first not in finding.sentence for finding in office.case(second).findings)


def test_the_authority_replays_a_case_under_other_rules_and_nothing_is_kept(
    office: Office,
) -> None:
    case_id = office.apply(**GENERATOR)
    before = office.case(case_id)

    later = replayed(office, case_id, "2026-12-02")
    same = replayed(office, case_id, "2026-08-02")

    assert later.outcome == "excluded"
    assert {f.rule for f in later.findings if f.severity is Severity.EXCLUDED} == {
        *("A5-ba", "A5-bb"),
    }
    assert len(later.added) == len(later.removed) == 2
    assert (same.findings, same.added, same.removed) == (before.findings, (), ())
    assert office.case(case_id) == before
    with pytest.raises(NotFound):
        replayed(office, case_id, "2026-12-02", by=ADA)


@pytest.mark.rule("DL-01")
def test_the_clock_of_the_decision_starts_on_the_day_of_the_application(office: Office) -> None:
    (clock,) = office.case(office.apply()).deadlines

    assert (clock.name, clock.started_on, clock.due, clock.met_at) == (
        *("DL-01", date(2026, 11, 24), date(2027, 2, 24)),
        None,
    )


@pytest.mark.rule("DL-01")
def test_a_question_does_not_pause_the_clock_of_the_decision(office: Office) -> None:
    """`incomplete_application` has one value: it runs (rulebook 12)."""
    case_id = office.apply()
    before = office.case(case_id).deadlines

    ask(office, case_id)

    assert office.case(case_id).deadlines == before


@pytest.mark.rule("R58-D06")
def test_an_old_case_is_admitted_without_the_questions_that_came_later(office: Office) -> None:
    unasked: dict[str, Any] = {
        "applicant_role": ApplicantRole.UNANSWERED,
        "role_evidence": "",
        "market_evidence": "",
    }
    old = office.apply("old", **unasked)
    office.clock.now = FROM_THEN
    new = office.apply("new", **unasked)

    assert office.decide(old).stage is Stage.ADMITTED
    with pytest.raises(RuleBroken, match="as what the applicant applies"):
        office.decide(new)


@pytest.mark.rule("R58-02d")
def test_the_authority_says_what_showed_the_size_class_and_other_figures_need_it_again(
    office: Office,
) -> None:
    case_id = office.apply()

    def confirm(by: Person, seen: str = "accounts of 2025, as filed") -> Case:
        return screen.confirm_size(
            case_id, seen, by=by, version=None, sessions=office.sessions, clock=office.clock
        )

    assert not office.case(case_id).size_is_confirmed
    with pytest.raises(FieldRefused, match="what was seen"):
        confirm(SUE, " ")
    with pytest.raises(NotAllowedError):
        confirm(ADA)
    checked = confirm(SUE).size_check
    assert checked is not None
    assert (checked.size_class, checked.by) == (SizeClass.SMALL, "Sue")
    assert office.case(case_id).size_is_confirmed

    ask(office, case_id)
    answer(office, case_id, size=replace(APPLICATION.size, headcount_awu=300))

    assert not office.case(case_id).size_is_confirmed


def test_cases_of_one_account_are_linked_whatever_names_they_have(office: Office) -> None:
    first = office.apply("first")
    office.apply("third", EVE, applicant="E", registration_number="8", system_name="Y")
    second = office.apply("second", applicant="O", registration_number="9", system_name="X")

    (link,) = office.case(second).linked_cases
    assert (link.case_id, link.common) == (first, ("account",))


@pytest.mark.rule("R57-03a")
def test_the_union_level_sandbox_admits_only_what_the_ai_office_supervises(
    office: Office,
) -> None:
    office.regime = Regime(sandbox=Sandbox(SandboxKind.UNION))
    own = BaseModel("Large", "CreditCo", same_undertaking=True)
    barred, meant = office.apply("barred"), office.apply("meant", base_model=own)

    with pytest.raises(RuleBroken, match=r"R57-03a: .*only for systems under Art\. 75"):
        office.decide(barred)
    assert office.decide(meant).stage is Stage.ADMITTED
    ask(office, barred)
    assert outcome(answer(office, barred, base_model=own).findings) == "eligible"


@pytest.mark.rule("R57-03")
def test_the_sandbox_of_the_edps_admits_only_union_bodies_and_replays_as_it_screens(
    office: Office,
) -> None:
    office.regime = Regime(sandbox=Sandbox(SandboxKind.EDPS))
    case_id = office.apply()
    rules = office.case(case_id).rules_version
    with pytest.raises(RuleBroken, match=r"R57-03: .*is for Union bodies"):
        office.decide(case_id)

    found = replayed(office, case_id, rules)

    assert (found.outcome, found.added, found.removed) == ("excluded", (), ())
