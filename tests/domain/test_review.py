"""Conflicts, missing reasons, the letter and links between applicants: tables and properties."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.application import Party, PartyRole
from sandbox.domain.articles import article
from sandbox.domain.call import Call, Focus
from sandbox.domain.case import Case
from sandbox.domain.conflict import Candidate, Parties, detect, parties_of
from sandbox.domain.criteria import Criterion, Score, Weights
from sandbox.domain.deadline_rules import Name
from sandbox.domain.decision import Decision
from sandbox.domain.finding import Finding, Severity
from sandbox.domain.high_risk import ANNEX_I, ANNEX_III, EXITS
from sandbox.domain.letter import decision_letter
from sandbox.domain.lifecycle import Stage
from sandbox.domain.links import links
from sandbox.domain.passage import GUARDS, against
from sandbox.domain.prohibited import PRACTICES
from sandbox.domain.regime import Regime, Sandbox, SandboxKind
from sandbox.domain.review import (
    Assignment,
    Declaration,
    Review,
    Section,
    SectionNote,
    SectionVerdict,
)
from sandbox.domain.selection import standing
from sandbox.domain.size import Figures, Linked, Partner, Size
from sandbox.domain.views import narrowed
from sandbox.rulebook import RULES
from tests.factories import ADA, APPLICATION, AUTHORITY, CONVINCED, SUE, TOM, a_case
from tests.fakes import NOON

PARTIES = Parties(
    ("CreditCo", "CreditCo B.V.", ""), ("ada@creditco.eu", ""), ("Ada (CreditCo)", "Max (CreditCo)")
)
REJECTION = Decision(
    False, "no", "Object.", "", "Sue", NOON, fee_eur=0, appeal_until=date(2027, 1, 5)
)


def screening(**changes: object) -> Case:
    return a_case(stage=Stage.SCREENING, **changes)


def reviewed(*scores: Score, reviewer: str = "Tom") -> Case:
    return screening(
        assignments=(Assignment(reviewer, "Sue", NOON),),
        reviews=(Review(reviewer, NOON, scores, CONVINCED),),
    )


def all_scored(points: int = 4, reasons: str = "why") -> tuple[Score, ...]:
    return tuple(Score(criterion, points, reasons) for criterion in Criterion)


@pytest.mark.rule("X-conflict")
@pytest.mark.parametrize(
    ("candidate", "found"),
    [
        (Candidate("Sue"), ()),
        (Candidate("Sue", "", "sue@authority.eu"), ()),
        (Candidate("Sue", "CREDITCO  bv"), ("belongs to CreditCo",)),
        (Candidate("Sue", "creditco"), ("belongs to CreditCo",)),
        (Candidate("Sue", "B.V."), ()),
        (Candidate("Sue", "CreditCo Partners"), ()),
        (Candidate("Sue", "", "SUE@CreditCo.eu"), ("e-mail address at creditco.eu",)),
        (Candidate("Sue", "", "sue@mail.creditco.eu"), ()),
        (Candidate("ada"), ("has acted for the provider",)),
        (Candidate("Max", "Ministry"), ("has acted for the provider",)),
        (Candidate("Maxine"), ()),
        (
            Candidate("Ada", "CreditCo", "a@creditco.eu"),
            ("belongs to", "e-mail address", "has acted"),
        ),
    ],
)
def test_a_conflict_is_found_whatever_was_declared(
    candidate: Candidate, found: tuple[str, ...]
) -> None:
    sentences = detect(candidate, PARTIES)

    assert len(sentences) == len(found)
    assert all(part in sentence for part, sentence in zip(found, sentences, strict=True))


@pytest.mark.rule("X-conflict")
def test_the_parties_are_everybody_who_takes_part_and_every_enterprise_of_the_group() -> None:
    figures = Figures(1, 1, 1)
    group = replace(
        APPLICATION.size,
        linked=(Linked("Mother SE", figures),),
        partners=(Partner("Uncle AG", 30, figures),),
    )
    bank = Party(PartyRole.CO_APPLICANT, "Bank N.V.", "1", "NL", "bank.example")
    case = screening(application=replace(APPLICATION, size=group, parties=(bank,)))

    found = parties_of(case, ())

    assert detect(Candidate("Sue", "mother"), found) != ()
    assert detect(Candidate("Sue", "Uncle AG"), found) != ()
    assert detect(Candidate("Sue", "BANK"), found) != ()
    assert detect(Candidate("Sue", "", "sue@bank.example"), found) != ()


@pytest.mark.rule("X-conflict")
def test_what_a_reviewer_with_an_interest_has_judged_counts_no_more() -> None:
    case = reviewed(*all_scored())
    late = replace(case, declarations=(Declaration("Tom", "Tom", "", "", ("a job",), NOON),))
    found = replace(case, assignments=(Assignment("Tom", "Sue", NOON, ("Tom has acted",)),))
    letter = decision_letter(late, REJECTION, AUTHORITY, "0" * 64)

    assert standing(case).total == 4.0
    for other in (late, found):
        assert standing(other).total is None
        refused = against(other, Action.ADMIT, SUE)
        assert {r.rule for r in refused} == {"R58-D07", "R58-D10"}
    assert (letter["reviewed_by"], letter["selection"]["sections"]) == ([], [])


def test_a_domain_that_many_share_says_nothing() -> None:
    parties = Parties(("CreditCo",), ("ada@gmail.com",))

    assert detect(Candidate("Sue", "", "sue@gmail.com"), parties) == ()


@pytest.mark.rule("X-conflict")
@pytest.mark.parametrize(
    ("declared", "detected", "reasons"),
    [
        (None, (), ["signed no declaration"]),
        ((), (), []),
        (("shares in CreditCo",), (), ["shares in CreditCo"]),
        ((), ("Tom belongs to CreditCo",), ["belongs to"]),
        (("a", "b"), ("c",), ["interest: a", "interest: b", "c"]),
    ],
)
def test_an_assignment_needs_a_declaration_and_no_conflict(
    declared: tuple[str, ...] | None, detected: tuple[str, ...], reasons: list[str]
) -> None:
    signed = () if declared is None else (Declaration("Tom", "Tom", "", "t@a.eu", declared, NOON),)
    case = screening(declarations=signed, assignments=(Assignment("Tom", "Sue", NOON, detected),))

    found = against(case, Action.ASSIGN_REVIEWER, SUE)

    assert [r.rule for r in found] == ["X-conflict"] * len(reasons)
    assert all(part in r.sentence for part, r in zip(reasons, found, strict=True))


@pytest.mark.rule("X-conflict")
def test_only_an_assigned_reviewer_without_a_later_interest_reviews() -> None:
    late = Declaration("Tom", "Tom", "", "t@a.eu", ("a new job",), NOON)
    case = reviewed()

    assert against(case, Action.REVIEW, TOM) == ()
    assert [r.sentence for r in against(case, Action.REVIEW, SUE)] == [
        "Sue is not assigned to this case"
    ]
    assert against(replace(case, declarations=(late,)), Action.REVIEW, TOM) != ()


@pytest.mark.rule("R58-D07")
@pytest.mark.rule("R58-D10")
@given(scored=st.sets(st.sampled_from(Criterion)), drafted=st.sets(st.sampled_from(Criterion)))
def test_no_decision_while_a_criterion_has_no_score_with_a_reason(
    scored: set[Criterion], drafted: set[Criterion]
) -> None:
    drafts = (Score(c, 1, " ") for c in drafted - scored)
    case = reviewed(*(Score(c, 4, "why") for c in scored), *drafts)
    expected = [
        f"no reviewer has scored {c.code} {c.meaning} with a reason:"
        " a score without one is a draft and does not count"
        for c in Criterion
        if c not in scored
    ]

    for action in (Action.ADMIT, Action.REJECT):
        assert [r.sentence for r in against(case, action, SUE)] == expected
        unreviewed = against(replace(case, assignments=(), reviews=()), action, SUE)
        assert {r.rule for r in unreviewed} == {"R58-D07", "R58-D10"}


@pytest.mark.rule("R58-D07")
def test_a_criterion_that_weighs_nothing_is_judged_with_reasons_all_the_same() -> None:
    one = Call("one", "One", date(2026, 1, 1), weights=Weights(0, 0, 0, 0, innovation=1))
    novel = Score(Criterion.INNOVATION, 4, "novel")
    partly = replace(reviewed(novel), call=one)
    whole = replace(reviewed(*all_scored(1)[:-1], novel), call=one)
    decision = Decision(*(True, "Good.", "Object.", "", "Tom", NOON))

    for action in (Action.ADMIT, Action.REJECT):
        found = [r.sentence for r in against(partly, action, SUE) if r.rule == "R58-D07"]
        assert len(found) == 4
        assert against(whole, action, SUE) == ()
    selection = decision_letter(whole, decision, AUTHORITY, "0" * 64)["selection"]
    assert [(c["weight"], c["reasons"]) for c in selection["criteria"]] == [
        *[(0, ["why"])] * 4,
        (1, ["novel"]),
    ]
    assert selection["weighted_total"] == 4.0


@pytest.mark.rule("R58-D10")
@given(drafted=st.sets(st.sampled_from(Criterion), min_size=1))
def test_a_draft_neither_counts_nor_stops_a_decision_that_others_gave_their_reasons_for(
    drafted: set[Criterion],
) -> None:
    case = reviewed(*all_scored())
    drafts = Review("Una", NOON, tuple(Score(c, 1) for c in drafted), ())
    both = replace(case, reviews=(*case.reviews, drafts))

    for action in (Action.ADMIT, Action.REJECT):
        assert against(both, action, SUE) == ()
    assert standing(both) == standing(case)


@pytest.mark.rule("R58-D10")
@pytest.mark.parametrize("personal_data", [True, False])
@pytest.mark.parametrize("real_world", [True, False])
@given(judged=st.sets(st.sampled_from(Section)))
def test_no_decision_while_a_section_that_applies_has_no_verdict(
    judged: set[Section], personal_data: bool, real_world: bool
) -> None:
    notes = tuple(note for note in CONVINCED if note.section in judged)
    case = replace(
        reviewed(),
        reviews=(Review("Tom", NOON, all_scored(), notes),),
        application=replace(APPLICATION, personal_data=personal_data, real_world_test=real_world),
    )
    wanted = set(Section) - judged
    wanted -= set() if personal_data else {Section.PERSONAL_DATA}
    wanted -= set() if real_world else {Section.REAL_WORLD}

    for action in (Action.ADMIT, Action.REJECT):
        found = [r.sentence for r in against(case, action, SUE)]
        assert found == [
            f"no reviewer has a verdict on the section {s.label}" for s in Section if s in wanted
        ]


@pytest.mark.rule("R58-D10")
@pytest.mark.parametrize("admitted", [True, False])
@pytest.mark.parametrize(
    ("without", "told"),
    [
        ({"remedy": " "}, "how a decision can be challenged"),
        ({"appeal_until": None}, "the period to appeal"),
    ],
)
def test_nothing_is_decided_where_nobody_told_how_and_until_when_to_challenge_it(
    without: dict[str, Any], told: str, admitted: bool
) -> None:
    case = reviewed(*all_scored())
    action = Action.ADMIT if admitted else Action.REJECT
    whole = replace(REJECTION, admitted=admitted)

    (reason,) = against(replace(case, decision=replace(whole, **without)), action, SUE)

    assert (reason.rule, told in reason.sentence) == ("R58-D10", True)
    assert against(replace(case, decision=whole), action, SUE) == ()


def test_who_is_excluded_is_rejected_whatever_the_merit() -> None:
    excluded = Finding("R58-D06", Severity.EXCLUDED, "on the market")

    assert against(replace(reviewed(), findings=(excluded,)), Action.REJECT, SUE) == ()


@pytest.mark.rule("R58-D07")
@pytest.mark.parametrize(("points", "refused"), [(2, True), (3, False), (5, False)])
def test_merit_below_the_threshold_is_not_admitted(points: int, refused: bool) -> None:
    case = reviewed(*all_scored(points))

    assert bool(against(case, Action.ADMIT, SUE)) is refused
    assert against(case, Action.REJECT, SUE) == ()


@pytest.mark.rule("R62-1")
@pytest.mark.parametrize(
    ("size", "in_union", "points", "finding", "priority"),
    [
        (Size(12, 1, 1), True, 4, None, True),
        (Size(12, 1, 1), True, 2, None, False),
        (Size(12, 1, 1), True, None, None, False),
        (Size(12, 1, 1), True, 5, Severity.EXCLUDED, False),
        (Size(12, 1, 1), True, 5, Severity.MISSING, False),
        (Size(12, 1, 1), False, 5, None, False),
        (Size(500, 10**8, 1), True, 5, None, False),
        (Size(5000, 10**10, 10**10), True, 5, None, False),
    ],
)
def test_priority_comes_after_eligibility_and_merit(
    size: Size, in_union: bool, points: int | None, finding: Severity | None, priority: bool
) -> None:
    case = reviewed(*(all_scored(points) if points else ()))
    case = replace(
        case,
        application=replace(APPLICATION, size=size, eu_establishment=in_union),
        findings=(Finding("X-practice", finding, "x"),) if finding else (),
    )

    assert standing(case).priority is priority


@pytest.mark.rule("R57-03a")
@pytest.mark.parametrize(
    ("size", "in_union", "priority"),
    [
        (Size(12, 1, 1), False, True),
        (Size(500, 10**8, 1), True, True),
        (Size(5000, 10**10, 10**10), True, False),
    ],
)
def test_priority_in_the_union_level_sandbox_is_that_of_smes_and_mid_caps(
    size: Size, in_union: bool, priority: bool
) -> None:
    application = replace(APPLICATION, size=size, eu_establishment=in_union)
    case = replace(reviewed(*all_scored(4)), application=application)
    union = Regime(sandbox=Sandbox(SandboxKind.UNION))

    letter = decision_letter(case, REJECTION, AUTHORITY, "0" * 64, union)

    assert standing(case, SandboxKind.UNION).priority is priority
    assert letter["selection"]["priority_access"] is priority
    assert standing(case).priority is False


def test_the_letter_says_every_score_reason_finding_and_name() -> None:
    case = replace(
        reviewed(*all_scored(4, "because")),
        findings=(
            Finding("R57-10", Severity.NOTICE, "personal data"),
            Finding("X-practice", Severity.OK, "nothing prohibited"),
        ),
    )
    decision = Decision(
        *(True, "Good.", "Object.", "No faces.", "Tom", NOON),
        proposed_by="Sue",
        appeal_until=date(2027, 1, 5),
    )

    letter = decision_letter(case, decision, AUTHORITY, "0" * 64)

    assert letter["outcome"] == "admitted with conditions"
    assert [c["criterion"][:2] for c in letter["selection"]["criteria"]] == [
        *("S1", "S2", "S3", "S4", "S5")
    ]
    assert all(c["reasons"] == ["because"] for c in letter["selection"]["criteria"])
    assert letter["selection"]["weighted_total"] == 4.0
    assert {
        (n["section"], n["verdict"], n["reasons"]) for n in letter["selection"]["sections"]
    } == {(s.label, "convincing", "clear") for s in Section}
    assert [(f["rule"], f["article"]) for f in letter["screening"]] == [("R57-10", "Art. 57(10)")]
    assert (letter["proposed_by"], letter["decided_by"]) == ("Sue", "Tom")
    assert (letter["remedy"], letter["appeal_until"]) == ("Object.", "2027-01-05")
    assert "no presumption" in letter["statement"]


@pytest.mark.rule("R58-D09")
def test_a_letter_names_the_guidance_that_the_call_took_into_account() -> None:
    guidance = ("Board template 3 of 2026",)
    call = Call("c", "C", date(2026, 11, 1), guidance=guidance)

    letter = decision_letter(screening(call=call), REJECTION, AUTHORITY, "0" * 64)

    assert letter["selection"]["guidance_taken_into_account"] == list(guidance)


@pytest.mark.rule("R58-01")
def test_a_letter_names_the_text_whose_numbers_it_follows() -> None:
    letter = decision_letter(screening(), REJECTION, AUTHORITY, "0" * 64)

    assert letter["regime"].startswith("DRAFT_2025_12: ")
    assert "not adopted" in letter["regime"]


def test_how_the_authority_deliberates_is_its_own() -> None:
    case = replace(reviewed(*all_scored()), proposal=REJECTION)

    hidden = narrowed(case, ADA)

    assert (hidden.assignments, hidden.reviews, hidden.proposal) == ((), (), None)
    assert narrowed(case, SUE) == case


def test_a_review_judges_each_thing_once() -> None:
    note = SectionNote(Section.SYSTEM, SectionVerdict.UNCLEAR, "which version?")

    with pytest.raises(ValueError, match="each criterion"):
        Review("Tom", NOON, (Score(Criterion.NEED, 1), Score(Criterion.NEED, 2)))
    with pytest.raises(ValueError, match="each section"):
        Review("Tom", NOON, (), (note, note))


CREDITCO = Size(1, 1, 1, linked=(Linked("CREDITCO", Figures(1, 1, 1)),))


def test_two_applications_of_one_parent_are_linked_by_its_name() -> None:
    one, other = (
        replace(
            APPLICATION,
            applicant=name,
            registration_number=name,
            system_name=name,
            size=Size(1, 1, 1, partners=(Partner("Parent B.V.", 30, Figures(1, 1, 1)),)),
        )
        for name in ("One", "Other")
    )

    assert links(one, other) == ("group of enterprises",)


@pytest.mark.parametrize(
    ("changes", "common"),
    [
        ({"registration_number": "9", "applicant": "Other", "system_name": "X"}, ()),
        ({"applicant": "Other", "system_name": "X"}, ("registration number",)),
        ({"registration_number": "9", "system_name": "X"}, ("applicant",)),
        ({"registration_number": "9", "applicant": "creditco BV", "system_name": "fairscore"},
         ("applicant", "system")),
        ({"registration_number": "", "applicant": "", "system_name": ""}, ()),
        ({"registration_number": "", "applicant": "Other", "system_name": "X"}, ()),
        ({"registration_number": "9", "applicant": "Other", "system_name": "X", "size": CREDITCO},
         ("group of enterprises",)),
        ({"registration_number": "9", "system_name": "X", "size": CREDITCO}, ("applicant",)),
    ],
)  # fmt: skip
def test_applicants_are_linked_by_numbers_domains_and_names(
    changes: dict[str, Any], common: tuple[str, ...]
) -> None:
    assert links(APPLICATION, replace(APPLICATION, **changes)) == common


@pytest.mark.rule("R58-02a")
def test_who_is_in_no_register_has_no_number_in_common_with_others_that_are_in_none() -> None:
    one, other = (
        replace(
            APPLICATION,
            applicant=name,
            system_name=name,
            registration_number="",
            unregistered_because="an authority",
            parties=(Party(PartyRole.CO_APPLICANT, f"{name} too", "", "NL"),),
        )
        for name in ("One", "Other")
    )

    assert links(one, other) == ()


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("R57-05", "Art. 57(5)"),
        ("R6", "Art. 6"),
        ("R62-1", "Art. 62(1)"),
        ("R58-D06", "draft act Art. 3(2)"),
        ("R58-D24", "draft act, recitals 4, 7"),
        ("R58-02d", "Art. 58(2)(d)"),
        ("R60-4b", "Art. 60(4)(b)"),
        ("R75-1a", "Art. 75(1)"),
        ("R59-a", "Art. 59(1)(a)"),
        ("R2-3", "Art. 2(3)"),
        ("A5-ba", "Art. 5(1)(ba)"),
        ("T50-4b", "Art. 50(4)"),
        ("DL-02", "Art. 60(4)(b)"),
        ("III-5b", "Art. 6(2), Annex III point 5(b)"),
        ("III-2", "Art. 6(2), Annex III point 2"),
        ("I-A2", "Art. 6(1), Annex I Section A number 2"),
        ("E-a", "Art. 6(3)"),
        ("X-four-eyes", ""),
    ],
)
def test_a_rule_names_its_article(rule: str, found: str) -> None:
    assert article(rule) == found


@pytest.mark.rule("R58-D08")
def test_the_focus_is_that_of_the_year_in_which_it_came_in_where_the_authority_sits() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # 2027 where it sits
    call = Call("c", "C", date(2026, 11, 1), focus=(Focus(2027, ("III-5",)),))
    clock = deadlines.start(Name.DL_01, AUTHORITY.day(late), AUTHORITY.calendar)

    again = deadlines.start(Name.DL_01, date(2028, 1, 3), AUTHORITY.calendar, subject="appeal 1")
    plan_end = deadlines.start(Name.DL_05, date(2028, 2, 1), AUTHORITY.calendar)

    for clocks in ((clock,), (plan_end, again, clock)):
        assert standing(screening(received_at=late, call=call, deadlines=clocks)).in_focus


def test_every_rule_of_a_finding_and_of_a_guard_that_is_no_house_rule_has_an_article() -> None:
    guards = {rule for found in GUARDS.values() for rule, _ in found}
    codes = {*RULES, *ANNEX_III, *ANNEX_I, *EXITS, *PRACTICES, *(name.value for name in Name)}

    assert {rule for rule in guards | codes if not article(rule)} == {
        "X-clock",
        "X-conflict",
        "X-four-eyes",
    }


@pytest.mark.rule("R58-D06")
def test_a_refusal_names_each_finding_by_its_own_rule() -> None:
    findings = (
        Finding("A5-c", Severity.EXCLUDED, "social scoring"),
        Finding("R58-D03", Severity.MISSING, "no representative"),
    )
    case = replace(reviewed(*all_scored()), findings=findings)

    assert [r.rule for r in against(case, Action.ADMIT, SUE)] == ["A5-c", "R58-D03"]
