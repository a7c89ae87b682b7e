"""Borderline applications and what screening says of each, by the rules of a day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sandbox.domain.application import (
    AnnexIIIExit,
    ApplicantRole,
    Application,
    BaseModel,
    Depictions,
    MarketStatus,
    PublicInterestArea,
    SyntheticOutput,
)
from sandbox.domain.finding import Finding, PracticeReview, Severity
from sandbox.domain.high_risk import ANNEX_I, ANNEX_III, has_left_annex_iii, is_high_risk
from sandbox.domain.prohibited import PRACTICES
from sandbox.domain.regime import SandboxKind
from sandbox.domain.routing import Competent, competent, is_for_ai_office
from sandbox.domain.screening import excluded, obstacles, outcome, screen
from sandbox.domain.size import Linked, Size
from tests.factories import APPLICATION
from tests.fakes import NOON

rule = pytest.mark.rule
BEFORE, AFTER = date(2026, 12, 1), date(2026, 12, 2)
OK, MISSING, EXCLUDED, NOTICE = (
    Severity.OK,
    Severity.MISSING,
    Severity.EXCLUDED,
    Severity.NOTICE,
)
VIDEO = (SyntheticOutput.VIDEO,)
LARGE = Size(800, 200_000_000, 200_000_000)
MID_CAP = Size(400, 100_000_000, 100_000_000)
OWN_MODEL = BaseModel("Large", "CreditCo", same_undertaking=True)
OTHER_MODEL = BaseModel("Large", "ModelCo", same_undertaking=False)


def changed(**answers: Any) -> Application:
    return replace(APPLICATION, **answers)


def found(application: Application, rule_id: str, on: date = BEFORE) -> list[Finding]:
    return [f for f in screen(application, on) if f.rule == rule_id]


TABLE: tuple[tuple[str, dict[str, Any], date, str, Severity | None], ...] = (
    # what is asked of generators, and when
    ("no generator", {}, AFTER, "A5-ba", None),
    ("text only", {"synthetic_output": (SyntheticOutput.TEXT,)}, AFTER, "A5-ba", None),
    ("audio too", {"synthetic_output": (SyntheticOutput.AUDIO,)}, AFTER, "A5-ba", MISSING),
    ("deep fakes, whatever else", {"deep_fakes": True}, AFTER, "A5-ba", MISSING),
    ("unanswered, before", {"synthetic_output": VIDEO}, BEFORE, "A5-ba", NOTICE),
    ("unanswered, from then", {"synthetic_output": VIDEO}, AFTER, "A5-ba", MISSING),
    (
        "not described, from then",
        {"synthetic_output": VIDEO, "depictions": Depictions.SAFEGUARDED},
        AFTER,
        "A5-ba",
        MISSING,
    ),
    (
        "safeguarded",
        {
            "synthetic_output": VIDEO,
            "depictions": Depictions.SAFEGUARDED,
            "depiction_safeguards": "classifier",
        },
        AFTER,
        "A5-ba",
        OK,
    ),
    (
        "not foreseeable",
        {"synthetic_output": VIDEO, "depictions": Depictions.NOT_FORESEEABLE},
        AFTER,
        "A5-ba",
        OK,
    ),
    (
        "unsafeguarded, before",
        {"synthetic_output": VIDEO, "depictions": Depictions.UNSAFEGUARDED},
        BEFORE,
        "A5-bb",
        NOTICE,
    ),
    (
        "unsafeguarded, from then",
        {"synthetic_output": VIDEO, "depictions": Depictions.UNSAFEGUARDED},
        AFTER,
        "A5-bb",
        EXCLUDED,
    ),
    ("no media after all", {"depictions": Depictions.UNSAFEGUARDED}, AFTER, "A5-ba", None),
    # suspicions
    ("emotions alone", {"annex_iii": ("III-1c",)}, BEFORE, "A5-f", None),
    ("emotions at work", {"annex_iii": ("III-1c", "III-4b")}, BEFORE, "A5-f", EXCLUDED),
    ("emotions at school", {"annex_iii": ("III-1c", "III-3d")}, BEFORE, "A5-f", EXCLUDED),
    ("offending, profiled", {"annex_iii": ("III-6d",)}, BEFORE, "A5-d", EXCLUDED),
    (
        "offending, not profiled",
        {"annex_iii": ("III-6d",), "profiles_persons": False},
        BEFORE,
        "A5-d",
        None,
    ),
    ("categories", {"annex_iii": ("III-1b",)}, BEFORE, "A5-g", EXCLUDED),
    ("remote, private", {"annex_iii": ("III-1a",)}, BEFORE, "A5-h", None),
    (
        "remote, police",
        {"annex_iii": ("III-1a",), "law_enforcement": True},
        BEFORE,
        "A5-h",
        EXCLUDED,
    ),
    (
        "remote, police by its area",
        {"annex_iii": ("III-1a", "III-6e"), "law_enforcement": False},
        BEFORE,
        "A5-h",
        EXCLUDED,
    ),
    # scope
    ("defence", {"defence_only": True}, BEFORE, "R2-3", EXCLUDED),
    ("defence, tested", {"defence_only": True, "real_world_test": True}, BEFORE, "R2-3", EXCLUDED),
    ("research", {"research_only": True}, BEFORE, "R2-6", EXCLUDED),
    ("research, tested", {"research_only": True, "real_world_test": True}, BEFORE, "R2-6", None),
    ("research, told", {"research_only": True, "real_world_test": True}, BEFORE, "R2-8", NOTICE),
    ("model alone", {"model_alone": True}, BEFORE, "R3-55", EXCLUDED),
    # market
    ("not on the market", {}, BEFORE, "R58-D06", None),
    ("contradiction", {"on_market_since": date(2026, 1, 1)}, BEFORE, "R58-D06", MISSING),
    ("on the market", {"market_status": MarketStatus.ON_MARKET}, BEFORE, "R58-D06", EXCLUDED),
    (
        "modified, how?",
        {"market_status": MarketStatus.SUBSTANTIAL_MODIFICATION},
        BEFORE,
        "R58-D06",
        MISSING,
    ),
    (
        "modified",
        {
            "market_status": MarketStatus.SUBSTANTIAL_MODIFICATION,
            "planned_modification": "new purpose",
        },
        BEFORE,
        "R58-D06",
        None,
    ),
    # size and establishment
    ("an SME is free", {}, BEFORE, "R58-D01", NOTICE),
    ("a large one may pay", {"size": LARGE}, BEFORE, "R58-D02", NOTICE),
    ("a mid-cap may pay", {"size": MID_CAP}, BEFORE, "R58-D02", NOTICE),
    ("an SME does not", {}, BEFORE, "R58-D02", None),
    # Art. 50
    ("no chat", {}, BEFORE, "T50-1", None),
    ("public text, edited", {"public_interest_text": True, "editorial_control": True}, BEFORE,
     "T50-4b", None),
    # persons
    ("no personal data", {"personal_data": False}, BEFORE, "R57-10", None),
    ("no reuse, no area", {}, BEFORE, "R59-a", NOTICE),
    ("reuse, no area", {"reuses_personal_data": True}, BEFORE, "R59-a", MISSING),
    (
        "reuse in an area",
        {"reuses_personal_data": True, "public_interest_area": PublicInterestArea.ENERGY},
        BEFORE,
        "R59-a",
        NOTICE,
    ),
    ("test, where?", {"real_world_test": True}, BEFORE, "R60-4a", NOTICE),
    (
        "test, there",
        {"real_world_test": True, "test_member_states": ("NL",)},
        BEFORE,
        "R60-4a",
        None,
    ),
    (
        "vulnerable subjects",
        {"real_world_test": True, "vulnerable_groups": ("minors",)},
        BEFORE,
        "R60-4g",
        NOTICE,
    ),
    # merit
    ("no questions", {"regulatory_questions": " "}, BEFORE, "R58-D07", MISSING),
)  # fmt: skip


@rule("R58-D06")
@pytest.mark.parametrize(
    ("answers", "severities"),
    [
        ({}, []),
        ({"applicant_role": ApplicantRole.UNANSWERED}, [MISSING]),
        ({"applicant_role": ApplicantRole.NONE}, [EXCLUDED]),
        ({"role_evidence": " "}, [MISSING]),
        ({"market_evidence": " "}, [MISSING]),
        ({"role_evidence": "", "market_evidence": ""}, [MISSING, MISSING]),
    ],
)
def test_who_applies_and_where_the_system_stands_is_shown_but_older_cases_were_not_asked(
    answers: dict[str, Any], severities: list[Severity]
) -> None:
    application = changed(**answers)

    assert [f.severity for f in found(application, "R58-D06", BEFORE)] == severities
    assert found(application, "R58-D06", date(2026, 11, 30)) == []


@rule("A5-ba")
@rule("A5-bb")
@rule("A5-d")
@rule("A5-f")
@rule("A5-g")
@rule("A5-h")
@rule("R58-D01")
@rule("R58-D02")
@rule("R58-D06")
@rule("R58-D07")
@rule("R59-a")
@pytest.mark.parametrize(
    ("answers", "on", "rule_id", "severity"),
    [pytest.param(*row[1:], id=f"{row[0]}: {row[3]}") for row in TABLE],
)
def test_a_borderline_application_is_judged(
    answers: dict[str, Any], on: date, rule_id: str, severity: Severity | None
) -> None:
    severities = [f.severity for f in found(changed(**answers), rule_id, on)]

    assert severities[:1] == ([severity] if severity else [])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("A5-a", marks=rule("A5-a")),
        pytest.param("A5-b", marks=rule("A5-b")),
        pytest.param("A5-ba", marks=rule("A5-ba")),
        pytest.param("A5-bb", marks=rule("A5-bb")),
        pytest.param("A5-c", marks=rule("A5-c")),
        pytest.param("A5-d", marks=rule("A5-d")),
        pytest.param("A5-e", marks=rule("A5-e")),
        pytest.param("A5-f", marks=rule("A5-f")),
        pytest.param("A5-g", marks=rule("A5-g")),
        pytest.param("A5-h", marks=rule("A5-h")),
    ],
)
def test_a_declared_practice_excludes_from_the_day_of_its_ban(code: str) -> None:
    application = changed(prohibited=(code,))
    is_new = code in {"A5-ba", "A5-bb"}

    (before,), (after,) = found(application, code, BEFORE), found(application, code, AFTER)

    assert before.severity is (NOTICE if is_new else EXCLUDED)
    assert ("applies from 2026-12-02" in before.sentence) == is_new
    assert after.severity is EXCLUDED
    assert after.sentence == f"prohibited practice {code}: {PRACTICES[code]} (Art. 5)"


@rule("X-practice")
@pytest.mark.parametrize("answers", [{"prohibited": ("A5-c",)}, {"annex_iii": ("III-1b",)}])
def test_a_supervisor_clears_or_confirms_a_practice_and_nothing_else(
    answers: dict[str, Any],
) -> None:
    application = changed(**answers)
    (hit,) = excluded(screen(application, BEFORE))
    cleared = PracticeReview(hit.rule, confirmed=False, reasons="it is not", by="Sue", at=NOON)
    confirmed = replace(cleared, confirmed=True, reasons="it is")

    told = [f for f in screen(application, BEFORE, (cleared,)) if f.rule == hit.rule]
    (kept,) = excluded(screen(application, BEFORE, (cleared, confirmed)))
    other = replace(cleared, code="A5-a")

    assert [(f.severity, f.sentence.endswith("cleared by Sue: it is not")) for f in told] == [
        (NOTICE, True)
    ]
    assert kept.sentence.endswith("confirmed by Sue: it is")
    assert excluded(screen(application, BEFORE, (other,))) == (hit,)


@rule("R58-D03")
def test_without_an_office_in_the_union_somebody_there_is_named_and_liable() -> None:
    abroad = changed(eu_establishment=False)
    represented = replace(abroad, authorised_representative="Rep B.V.")
    liable = replace(represented, representative_liable=True)

    def wanting(application: Application) -> list[str]:
        return [f.sentence for f in obstacles(screen(application, BEFORE))]

    assert wanting(abroad) == [
        "without an office in the Union an authorised representative must be named"
    ]
    assert wanting(represented) == [
        "the authorised representative has not taken responsibility and liability"
    ]
    assert wanting(liable) == wanting(APPLICATION) == []
    assert [f.severity for f in found(liable, "R58-D03")] == [NOTICE]
    assert "says whether a fee is due" in found(liable, "R62-1")[0].sentence


@rule("R58-D03")
@rule("R62-1")
def test_an_applicant_from_outside_the_union_that_names_no_office_in_it_is_looked_at() -> None:
    abroad = changed(country="US", eu_establishment=True)

    (notice,) = found(abroad, "R58-D03")
    assert (notice.severity, notice.about) == (NOTICE, "eu_office")
    assert "not where it is" in notice.sentence
    for known in (
        replace(abroad, eu_office="Amsterdam"),
        replace(abroad, eu_establishment=False, authorised_representative="Rep B.V."),
        changed(country="DE"),
    ):
        assert not any("not where it is" in f.sentence for f in found(known, "R58-D03"))


@rule("R60-2")
def test_a_system_on_the_market_is_not_tested_in_the_real_world() -> None:
    placed = changed(market_status=MarketStatus.ON_MARKET)
    tested = replace(placed, real_world_test=True)
    modified = replace(tested, market_status=MarketStatus.SUBSTANTIAL_MODIFICATION)

    assert found(placed, "R60-2") == []
    assert [f.severity for f in found(tested, "R60-2")] == [EXCLUDED]
    assert [f.severity for f in found(modified, "R60-2")] == [NOTICE]


@rule("R62-1")
@rule("R63")
@rule("R99")
@pytest.mark.parametrize(
    ("answers", "priority", "simplified", "cap"),
    [
        ({}, OK, OK, "lower"),
        ({"eu_establishment": False}, NOTICE, OK, "lower"),
        ({"size": MID_CAP}, NOTICE, None, "lower"),
        ({"size": LARGE}, NOTICE, None, "higher"),
        (
            {"size": Size(12, 1, 1, linked=(Linked("P", Size(1, 1, 1)),))},
            *(OK, NOTICE, "lower"),
        ),
    ],
)
def test_size_and_office_decide_on_priority_simplification_and_the_cap_of_fines(
    answers: dict[str, Any], priority: Severity, simplified: Severity | None, cap: str
) -> None:
    application = changed(**answers)

    assert [f.severity for f in found(application, "R62-1")] == [priority]
    assert [f.severity for f in found(application, "R63")] == ([simplified] if simplified else [])
    (warning,) = found(application, "R99")
    assert f"the {cap} of the two" in warning.sentence


@rule("R49-2")
@rule("III-1a III-1b III-1c III-2 III-3a III-3b III-3c III-3d III-4a III-4b III-5a III-5b III-5c")
@rule("III-5d III-6a III-6b III-6c III-6d III-6e III-7a III-7b III-7c III-7d III-8a III-8b")
@pytest.mark.parametrize("code", sorted(ANNEX_III))
def test_every_area_of_annex_iii_is_high_risk_unless_an_exit_is_open(code: str) -> None:
    plain = changed(annex_iii=(code,), profiles_persons=False)
    claimed = replace(plain, annex_iii_exit=AnnexIIIExit.NARROW_TASK)
    profiling = replace(claimed, profiles_persons=True)

    assert [is_high_risk(a) for a in (plain, claimed, profiling)] == [True, False, True]
    assert "high-risk" in found(plain, code)[0].sentence
    assert "Annex VIII Section B" in found(claimed, "E-a")[0].sentence
    assert "not open" in found(profiling, "E-a")[0].sentence


@pytest.mark.parametrize(
    ("exit_", "meaning"),
    [
        pytest.param("E-a", "a narrow procedural task", marks=rule("E-a")),
        pytest.param("E-b", "improves a finished human activity", marks=rule("E-b")),
        pytest.param("E-c", "detects patterns without replacing human review", marks=rule("E-c")),
        pytest.param("E-d", "a preparatory task", marks=rule("E-d")),
    ],
)
def test_each_exit_leaves_annex_iii_unless_persons_are_profiled(exit_: str, meaning: str) -> None:
    claimed = changed(annex_iii_exit=AnnexIIIExit(exit_), profiles_persons=False)
    profiling = replace(claimed, profiles_persons=True)

    assert (has_left_annex_iii(claimed), has_left_annex_iii(profiling)) == (True, False)
    assert (is_high_risk(claimed), is_high_risk(profiling)) == (False, True)
    assert found(claimed, exit_)[0].sentence.startswith(f"{exit_} ({meaning}): document")
    assert "is not open: persons are profiled" in found(profiling, exit_)[0].sentence


@rule("E-a E-b E-c E-d")
@pytest.mark.parametrize("exit_", AnnexIIIExit)
def test_an_exit_from_no_area_is_told(exit_: AnnexIIIExit) -> None:
    application = changed(annex_iii=(), annex_iii_exit=exit_)

    assert "none was declared" in found(application, exit_.value)[0].sentence
    assert not is_high_risk(application)


@pytest.mark.parametrize("code", sorted(ANNEX_I))
def test_a_product_is_high_risk_with_a_third_party_and_section_b_keeps_its_own_law(
    code: str,
) -> None:
    plain = changed(annex_iii=(), annex_i=(code,), safety_component=True)
    assessed = replace(plain, third_party_assessment=True)

    assert (is_high_risk(plain), is_high_risk(assessed)) == (False, True)
    assert found(assessed, code)[0].sentence.startswith("high-risk")
    assert bool(found(plain, "R2-2")) == code.startswith("I-B")


def test_machinery_is_of_section_b() -> None:
    assert [code for code, product in ANNEX_I.items() if product == "machinery"] == ["I-B21"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        pytest.param({"interacts_with_persons": True}, "T50-1", marks=rule("T50-1")),
        pytest.param({"synthetic_output": VIDEO}, "T50-2", marks=rule("T50-2")),
        pytest.param({"annex_iii": ("III-1c",)}, "T50-3", marks=rule("T50-3")),
        pytest.param({"annex_iii": ("III-1b",)}, "T50-3", marks=rule("T50-3")),
        pytest.param({"deep_fakes": True}, "T50-4a", marks=rule("T50-4a")),
        pytest.param({"public_interest_text": True}, "T50-4b", marks=rule("T50-4b")),
    ],
)
def test_a_duty_to_tell_comes_with_what_it_is_about(answers: dict[str, Any], code: str) -> None:
    assert found(APPLICATION, code) == []
    assert [f.severity for f in found(changed(**answers), code)] == [NOTICE]


@rule("T50-2")
@pytest.mark.parametrize(
    ("since", "on", "grace"),
    [
        (date(2026, 8, 1), BEFORE, True),
        (date(2026, 8, 1), AFTER, False),
        (date(2026, 8, 2), BEFORE, False),
        (None, BEFORE, False),
    ],
)
def test_marking_has_a_grace_for_what_was_on_the_market_before(
    since: date | None, on: date, grace: bool
) -> None:
    application = changed(synthetic_output=VIDEO, on_market_since=since)

    assert ("by 2026-12-02" in found(application, "T50-2", on)[0].sentence) == grace


@rule("R75-01")
@rule("R57-03a")
@pytest.mark.parametrize(
    ("answers", "for_ai_office"),
    [
        ({}, False),
        ({"base_model": OTHER_MODEL}, False),
        ({"base_model": OWN_MODEL}, True),
        ({"base_model": OWN_MODEL, "annex_i": ("I-A11",)}, False),
        ({"base_model": OWN_MODEL, "annex_iii": ("III-2",)}, False),
        ({"base_model": OWN_MODEL, "annex_iii": ("III-6a",)}, False),
        ({"base_model": OWN_MODEL, "annex_iii": ("III-7d",)}, False),
        ({"base_model": OWN_MODEL, "law_enforcement": True}, False),
        ({"base_model": OWN_MODEL, "financial_institution": True}, False),
        ({"base_model": OWN_MODEL, "annex_iii": ("III-8a",)}, False),
        ({"base_model": OWN_MODEL, "annex_iii": ("III-8b",)}, True),
        ({"very_large_platform": True, "annex_iii": ("III-2",)}, True),
    ],
)
def test_the_ai_office_is_competent_for_models_of_the_house_and_large_platforms(
    answers: dict[str, Any], for_ai_office: bool
) -> None:
    application = changed(**answers)

    assert is_for_ai_office(application) is for_ai_office
    assert bool(found(application, "R57-03a")) is for_ai_office
    told = [f.sentence for f in found(application, "R75-01")]
    own = application.base_model is OWN_MODEL
    assert bool(told) == (for_ai_office or own)
    assert all(("exclusively" in sentence) == for_ai_office for sentence in told)


@rule("R57-03a")
@pytest.mark.parametrize(("size", "word"), [(MID_CAP, "with"), (LARGE, "without")])
def test_the_union_level_sandbox_gives_mid_caps_priority_too(size: Size, word: str) -> None:
    (told,) = found(changed(size=size, very_large_platform=True), "R57-03a")

    assert f"{word} priority" in told.sentence


@rule("R57-03")
@rule("R57-03a")
@pytest.mark.parametrize(
    ("kind", "answers", "barred"),
    [
        (SandboxKind.NATIONAL, {}, []),
        (SandboxKind.NATIONAL, {"base_model": OWN_MODEL, "union_body": True}, []),
        (SandboxKind.UNION, {}, ["R57-03a"]),
        (SandboxKind.UNION, {"base_model": OWN_MODEL}, []),
        (SandboxKind.UNION, {"base_model": OWN_MODEL, "annex_iii": ("III-2",)}, ["R57-03a"]),
        (SandboxKind.EDPS, {}, ["R57-03"]),
        (SandboxKind.EDPS, {"union_body": True}, []),
        (SandboxKind.EDPS, {"union_body": True, "base_model": OWN_MODEL}, []),
    ],
)
def test_a_sandbox_of_the_union_keeps_out_whom_it_is_not_for(
    kind: SandboxKind, answers: dict[str, Any], barred: list[str]
) -> None:
    told = screen(changed(**answers), BEFORE, kind=kind)

    assert [f.rule for f in excluded(told)] == barred


@rule("R57-03a")
@rule("R62-1")
@pytest.mark.parametrize(
    ("answers", "national", "union"),
    [
        ({}, True, True),
        ({"eu_establishment": False}, False, True),
        ({"size": MID_CAP}, False, True),
        ({"size": LARGE}, False, False),
    ],
)
def test_screening_says_once_who_comes_first_in_this_sandbox(
    answers: dict[str, Any], national: bool, union: bool
) -> None:
    application = changed(base_model=OWN_MODEL, **answers)

    for kind, about, first in (
        (SandboxKind.NATIONAL, "R62-1", national),
        (SandboxKind.UNION, "R57-03a", union),
    ):
        findings = screen(application, BEFORE, kind=kind)
        (told,) = [f for f in findings if f.sentence.startswith("size class")]
        assert (told.rule, "no priority access" not in told.sentence) == (about, first)
    assert [f.rule for f in findings].count("R57-03a") == 1


@pytest.mark.parametrize(
    ("answers", "who"),
    [
        ({}, Competent.MARKET_SURVEILLANCE),
        ({"annex_iii": ("III-1a",)}, Competent.MARKET_SURVEILLANCE),
        ({"annex_i": ("I-B13",)}, Competent.MARKET_SURVEILLANCE),
        ({"annex_i": ("I-A11",)}, Competent.SECTOR_AUTHORITY),
        ({"annex_i": ("I-A11",), "annex_iii": ("III-8b",)}, Competent.DATA_PROTECTION),
        ({"annex_iii": ("III-1a",), "law_enforcement": True}, Competent.DATA_PROTECTION),
        ({"annex_iii": ("III-6a",), "financial_institution": True}, Competent.FINANCIAL_SUPERVISOR),
        ({"financial_institution": True, "union_body": True}, Competent.EDPS),
        ({"union_body": True, "very_large_platform": True}, Competent.AI_OFFICE),
    ],
)
def test_the_order_of_routing_is_that_of_the_law(answers: dict[str, Any], who: Competent) -> None:
    assert competent(changed(**answers)) is who


@rule("R57-10")
def test_personal_data_call_for_a_data_protection_authority() -> None:
    reused = changed(personal_data=False, reuses_personal_data=True)

    assert [f.severity for f in found(APPLICATION, "R57-10")] == [NOTICE]
    assert [f.severity for f in found(reused, "R57-10")] == [NOTICE]


def test_an_open_question_of_the_form_is_told_and_keeps_nobody_out() -> None:
    answered = changed(
        contact_email="a@b.eu",
        **dict.fromkeys(("users", "affected_persons", "maturity", "learning_potential"), "x"),
        **dict.fromkeys(("public_interest", "viability", "market_evidence"), "x"),
        data_sources=("x",),
    )

    assert "contact, users" in found(APPLICATION, "R58-D07")[0].sentence
    assert found(answered, "R58-D07") == []
    assert outcome(screen(APPLICATION, BEFORE)) == "eligible"


def test_every_finding_names_the_version_of_the_rules() -> None:
    assert {f.rules_version for f in screen(APPLICATION, BEFORE)} == {"2026-12-01"}
    assert {f.rules_version for f in screen(APPLICATION, AFTER)} == {"2026-12-02"}
