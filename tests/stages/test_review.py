"""Calls, reviewers, questions and decisions over a real database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sandbox.domain.application import BaseModel
from sandbox.domain.call import Fee
from sandbox.domain.case import Person
from sandbox.domain.criteria import Criterion, Score
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.papers import Paper
from sandbox.domain.regime import Member, Regime, Sandbox, SandboxKind
from sandbox.domain.review import Section
from sandbox.domain.seats import Capacity
from sandbox.domain.selection import standing
from sandbox.domain.size import Size, SizeClass
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.stages import calls, overview, review, seats
from sandbox.store import documents, ledger
from tests.factories import ADA, AUTHORITY, EVE, GOOD, RIA, SUE, TOM, UNION
from tests.office import Office
from tests.stages.reviewing import (
    CALL,
    FOUR_EYES,
    SIX_WEEKS,
    answer,
    ask,
    assign,
    confirm,
    declare,
    judge,
    lodge,
    publish,
    reviewed,
    rule,
    seated,
    told,
)


@pytest.mark.rule("R58-D02")
def test_a_call_is_published_once_before_it_opens_by_the_authority(office: Office) -> None:
    publish(office)

    with pytest.raises(FieldRefused, match="published already"):
        publish(office, replace(CALL, title="Other"))
    with pytest.raises(FieldRefused, match="before it opens"):
        publish(office, replace(CALL, id="late", opens_on=date(2026, 11, 23)))
    with pytest.raises(NotFound):
        publish(office, replace(CALL, id="mine"), by=ADA)
    assert calls.published(sessions=office.sessions) == [CALL]


@pytest.mark.rule("R58-02a")
def test_an_application_keeps_its_call_and_a_closed_or_unknown_one_is_refused(
    office: Office,
) -> None:
    publish(office)
    case_id = office.apply(call="autumn")

    assert office.case(case_id).call == CALL
    assert office.case(office.apply("rolling")).call is None
    with pytest.raises(FieldRefused, match="no call spring"):
        office.apply("other", call="spring")
    office.clock.forward(days=8)
    with pytest.raises(FieldRefused, match="from 2026-11-24 until 2026-11-30"):
        office.apply("late", call="autumn")
    assert office.apply(call="autumn") == case_id  # sent again after a lost answer


def test_an_answer_cannot_move_an_application_to_another_call(office: Office) -> None:
    publish(office)
    case_id = office.apply()
    ask(office, case_id)

    with pytest.raises(FieldRefused, match="stays with the call"):
        answer(office, case_id, call="autumn")


@pytest.mark.rule("R58-02a")
@pytest.mark.rule("R58-D11")
def test_the_clock_of_a_decision_runs_on_while_a_question_is_open(office: Office) -> None:
    case_id = office.apply()
    clocks = office.case(case_id).deadlines

    ask(office, case_id)
    office.clock.forward(days=40)
    assert office.look(case_id).case.deadlines == clocks
    answer(office, case_id)
    office.clock.forward(days=60)

    case = office.case(case_id)
    assert case.deadlines == clocks
    assert clocks[0].overdue(AUTHORITY.day(office.look(case_id).at))


@pytest.mark.rule("R58-D11")
def test_every_question_keeps_its_answer_and_ten_working_days(office: Office) -> None:
    case_id = office.apply()
    ask(office, case_id)
    answer(office, case_id)
    office.clock.forward(days=1)
    case = ask(office, case_id)

    first, second = case.information
    assert (first.question, first.asked_by, first.answer) == (
        *("Which data?", "Sue", "German Credit."),
    )
    assert (first.answered_by, first.due) == ("Ada (CreditCo)", date(2026, 12, 8))
    assert second.answered_at is None
    assert (case.information_asked, case.information_given) == ("Which data?", "")
    asked, answered = "information_requested", "question_answered"
    assert told(office, case_id) == [asked, answered, asked]


@pytest.mark.rule("R58-02a")
@pytest.mark.parametrize(("admitted", "stage"), [(True, Stage.ADMITTED), (False, Stage.REJECTED)])
def test_a_silent_provider_stops_no_decision(office: Office, admitted: bool, stage: Stage) -> None:
    case_id = office.apply()
    ask(office, case_id)
    office.clock.forward(days=15)

    office.decide(case_id, admitted=admitted, four_eyes=FOUR_EYES)
    decided = confirm(office, case_id, TOM)

    assert (decided.stage, decided.deadlines[0].met_at) == (stage, office.clock())


@pytest.mark.rule("R58-D11")
def test_nobody_is_rejected_while_the_time_to_answer_runs_unless_the_law_has_no_more(
    office: Office,
) -> None:
    case_id = office.apply()
    last_day = office.case(case_id).deadlines[0].due
    ask(office, case_id)
    with pytest.raises(RuleBroken, match="may answer until 2026-12-08"):
        office.decide(case_id, admitted=False)
    answer(office, case_id)
    office.clock.now += timedelta(days=(last_day - date(2026, 11, 24)).days)
    ask(office, case_id)

    assert office.decide(case_id, admitted=False).stage is Stage.REJECTED


@pytest.mark.rule("X-conflict")
def test_a_conflict_refuses_an_assignment_with_every_reason(office: Office) -> None:
    case_id = office.apply(contact_email="ada@creditco.eu")
    strange = Person("Ada", Role.AUTHORITY, "CreditCo")
    with pytest.raises(RuleBroken, match="signed no declaration"):
        assign(office, case_id, TOM)
    declare(office, case_id, strange, "my company", email="ada@creditco.eu")

    with pytest.raises(RuleBroken) as refusal:
        assign(office, case_id, strange)

    assert [r.sentence for r in refusal.value.reasons] == [
        "Ada (CreditCo) has declared an interest: my company",
        "Ada belongs to CreditCo, a party of the case",
        "Ada has an e-mail address at creditco.eu, as a party of the case has",
        "Ada has acted for the provider",
    ]
    assert office.case(case_id).assignments == ()


@pytest.mark.rule("X-conflict")
def test_whoever_acted_for_the_provider_in_an_earlier_case_decides_nothing(
    office: Office,
) -> None:
    office.apply("earlier", by=Person("Max", Role.PROVIDER, "CreditCo"))
    case_id = office.apply("now")
    changed_sides = Person("Max", Role.AUTHORITY, "")

    for admitted in (True, False):
        with pytest.raises(RuleBroken, match="has acted for the provider"):
            office.decide(case_id, admitted=admitted, by=changed_sides)
    other = office.apply("other", by=EVE)
    assert office.decide(other, by=changed_sides).stage is Stage.ADMITTED


@pytest.mark.rule("X-conflict")
@pytest.mark.parametrize(
    ("interests", "email", "found"),
    [
        (("shares",), "sue@authority.eu", "Sue has declared an interest: shares"),
        ((), "sue@creditco.eu", "Sue has an e-mail address at creditco.eu"),
    ],
)
def test_whoever_declared_an_interest_neither_decides_nor_confirms_nor_rules(
    office: Office, interests: tuple[str, ...], email: str, found: str
) -> None:
    case_id = office.apply(contact_email="ada@creditco.eu")
    declare(office, case_id, SUE, *interests, email=email)
    for admitted in (True, False):
        with pytest.raises(RuleBroken, match=found):
            office.decide(case_id, admitted=admitted)
    office.decide(case_id, admitted=False, by=TOM, four_eyes=FOUR_EYES)
    with pytest.raises(RuleBroken, match=found):
        confirm(office, case_id, SUE)
    confirm(office, case_id, RIA)
    lodge(office, case_id)

    with pytest.raises(RuleBroken, match=found):
        rule(office, case_id, SUE, upheld=True)


@pytest.mark.rule("X-conflict")
def test_an_interest_told_after_a_judgement_takes_the_scores_and_the_proposal_away(
    office: Office,
) -> None:
    case_id = office.apply()
    office.decide(case_id, four_eyes=FOUR_EYES)
    declare(office, case_id, TOM)
    assert office.case(case_id).proposal is not None

    declare(office, case_id, RIA, "a new job")

    assert office.case(case_id).proposal is None
    with pytest.raises(RuleBroken, match="no reviewer has scored S1"):
        office.decide(case_id)
    assign(office, case_id, TOM)
    judge(office, case_id, TOM)
    assert office.decide(case_id).stage is Stage.ADMITTED


@pytest.mark.rule("X-conflict")
def test_who_proposed_and_then_tells_of_an_interest_is_not_confirmed(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, four_eyes=FOUR_EYES)
    declare(office, case_id, SUE, "a cousin")

    with pytest.raises(RuleBroken, match="Sue has declared an interest: a cousin"):
        confirm(office, case_id, TOM)


@pytest.mark.rule("R58-02c")
def test_reviewers_are_averaged_and_the_call_weighs(office: Office) -> None:
    publish(office)
    case_id = office.apply(call="autumn")
    for person, points in ((SUE, 2), (TOM, 5)):
        declare(office, case_id, person)
        assign(office, case_id, person)
        need = Score(Criterion.NEED, points, "seen")
        judge(office, case_id, person, (need, *GOOD[1:]))

    assert {note.section for note in office.look(case_id).case.reviews[1].notes} == set(Section)
    office.decide(case_id)
    office.work()

    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 1)
    assert letter.state == "sealed"
    assert letter.assembled is not None
    # (3 * 3.5 + 4 * 4) / 7
    assert letter.assembled["selection"]["weighted_total"] == 3.79
    assert letter.assembled["selection"]["criteria"][0]["reasons"] == ["seen", "seen"]
    assert letter.assembled["reviewed_by"] == ["Sue", "Tom"]


@pytest.mark.rule("R62-1")
def test_the_queue_shows_score_and_priority_to_the_authority_alone(office: Office) -> None:
    case_id = reviewed(office, TOM)

    for person, hidden in ((SUE, False), (ADA, True)):
        (case,) = overview.queue(
            by=person, stage=None, after=None, limit=9, sessions=office.sessions
        ).cases
        assert (case.reviews == ()) is hidden
        assert (office.look(case_id, person).case.reviews == ()) is hidden


@pytest.mark.rule("R58-D07")
@pytest.mark.rule("R58-D10")
def test_a_decision_waits_for_scores_and_reasons_once_somebody_reviews(office: Office) -> None:
    case_id = office.apply()
    declare(office, case_id, TOM)
    assign(office, case_id, TOM)
    judge(office, case_id, TOM, (Score(Criterion.NEED, 4), *GOOD[2:]))

    with pytest.raises(RuleBroken) as refusal:
        office.decide(case_id, admitted=False)

    found = [(r.rule, r.sentence.rpartition(" S")[2][:1]) for r in refusal.value.reasons]
    assert found == [("R58-D07", "1"), ("R58-D07", "2")]
    assert "a score without one is a draft" in str(refusal.value)
    judge(office, case_id, TOM)
    assert office.decide(case_id).stage is Stage.ADMITTED


@pytest.mark.rule("R58-D07")
@pytest.mark.rule("R58-D10")
@pytest.mark.parametrize("admitted", [True, False])
def test_nobody_is_admitted_or_rejected_whom_nobody_reviewed(
    office: Office, admitted: bool
) -> None:
    case_id = office.apply(real_world_test=True)
    office.review = office.case  # type: ignore[method-assign]  # nobody reviews

    with pytest.raises(RuleBroken) as refusal:
        office.decide(case_id, admitted=admitted)

    rules = [r.rule for r in refusal.value.reasons]
    assert sorted(rules) == ["R58-D07"] * len(Criterion) + ["R58-D10"] * len(Section)


@pytest.mark.rule("R58-D06")
def test_who_is_excluded_is_rejected_without_reviewers_by_a_letter_with_its_remedy(
    office: Office,
) -> None:
    case_id = office.apply(personal_data=True, prohibited=("A5-c",))
    office.review = office.case  # type: ignore[method-assign]  # nobody reviews
    office.decide(case_id, admitted=False, union=SIX_WEEKS)
    office.work()

    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 1).assembled
    assert letter is not None
    assert (letter["outcome"], letter["decided_by"]) == ("rejected", "Sue")
    assert letter["remedy"] == AUTHORITY.remedy
    assert letter["appeal_until"] == "2027-01-05"
    assert (letter["selection"]["criteria"], letter["selection"]["sections"]) == ([], [])
    assert "R57-10" in {finding["rule"] for finding in letter["screening"]}
    assert told(office, case_id) == ["decision"]


@pytest.mark.rule("R58-D10")
def test_who_reads_another_application_than_was_reviewed_reviews_it_again(office: Office) -> None:
    case_id = reviewed(office, TOM)
    other = office.apply("other", EVE, applicant="X", registration_number="8", system_name="Y")
    ask(office, case_id)
    answer(office, case_id)
    assert standing(office.case(case_id)).total == 4.0
    ask(office, case_id)

    case = answer(office, case_id, contact_email="a@authority.eu", registration_number="8")

    assert standing(case).total is None
    assert [review.outdated for review in case.reviews] == [True]
    assert [link.case_id for link in case.linked_cases] == [other]
    assert "e-mail address at authority.eu" in case.assignments[0].detected[0]
    with office.sessions.begin() as session:
        entries = [sealed.entry for sealed in ledger.of_case(session, case_id)]
    answers = [entry.facts["changed"] for entry in entries if entry.action == "answer"]
    assert answers == [[], ["registration_number", "contact_email"]]
    with pytest.raises(RuleBroken, match="no reviewer has scored S1"):
        office.decide(case_id)
    with pytest.raises(RuleBroken, match="e-mail address"):
        judge(office, case_id, TOM)
    declare(office, case_id, TOM, email="tom@ministry.eu")
    judge(office, case_id, TOM)
    assert office.decide(case_id).stage is Stage.ADMITTED


@pytest.mark.rule("R58-D03")
@pytest.mark.rule("R58-02d")
@pytest.mark.parametrize("size", [Size(12, 1, 1), Size(5000, 10**10, 10**10)])
def test_nobody_without_an_office_in_the_union_is_admitted_before_the_fee_is_said(
    office: Office, size: Size
) -> None:
    case_id = office.apply(
        size=size,
        eu_establishment=False,
        authorised_representative="Rep",
        representative_liable=True,
    )
    with pytest.raises(RuleBroken, match="no list names the fee") as refusal:
        office.decide(case_id)
    office.decide(case_id, fee_eur=700, four_eyes=FOUR_EYES)
    confirm(office, case_id, TOM)

    assert [r.rule for r in refusal.value.reasons] == ["R58-D03"]
    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 1).assembled
    assert letter is not None
    assert letter["fee_eur"] == 700


@pytest.mark.rule("R57-10")
@pytest.mark.rule("R57-13")
@pytest.mark.rule("R75-01")
def test_whoever_has_a_seat_is_told_once_on_admission_and_data_protection_once_associated(
    office: Office,
) -> None:
    members = (Member("NL", "desk"), Member("BE", "desk"))
    joint = Sandbox(SandboxKind.JOINT, members, "Lead", "agreement", home="NL")
    office.regime = Regime(sandbox=joint)
    case_id = office.apply(
        real_world_test=True,
        test_member_states=("NL", "DE", "FR"),
        base_model=BaseModel("m", "CreditCo", same_undertaking=True),
    )
    asked: dict[str, Any] = {"version": None, "sessions": office.sessions, "clock": office.clock}
    seats.give(
        case_id,
        role=Role.MARKET_SURVEILLANCE,
        country="FR",
        organisation="DGCCRF",
        capacity=Capacity.CONCERNED,
        legal_basis="Art. 57(13)",
        by=SUE,
        union=UNION,
        **asked,
    )
    office.decide(case_id, admitted=False)
    assert seated(office, case_id) == ["provider:CreditCo"]
    lodge(office, case_id)
    rule(office, case_id, upheld=True)

    office.decide(case_id)

    of_admission = ["ai_office", "authority:BE"]
    of_admission += [f"market_surveillance:{country}" for country in ("DE", "FR", "NL")]
    of_admission.append("provider:CreditCo")  # of the seat that was given
    assert seated(office, case_id) == of_admission
    for _ in range(2):
        office.associate(case_id)
    assert seated(office, case_id) == sorted([*of_admission, "data_protection:NL"])


@pytest.mark.rule("R57-10")
@pytest.mark.rule("R57-03")
def test_the_edps_is_told_by_its_name_of_its_seats_in_a_national_sandbox(office: Office) -> None:
    case_id = office.apply(union_body=True, country="BE")
    office.decide(case_id)
    office.associate(case_id)

    assert seated(office, case_id) == ["authority:EDPS", "data_protection:EDPS"]


@pytest.mark.rule("R58-D02")
@pytest.mark.rule("R58-D10")
def test_a_rejection_has_no_fee(office: Office) -> None:
    publish(office, replace(CALL, fees=(Fee(SizeClass.LARGE, 9000, "share of cost"),)))
    case_id = office.apply(call="autumn", size=Size(5000, 10**10, 10**10))
    with pytest.raises(FieldRefused, match="a rejection has no fee"):
        office.decide(case_id, admitted=False, fee_eur=9000)

    rejected = office.decide(case_id, admitted=False)

    assert rejected.decision is not None
    assert rejected.decision.fee_eur is None
    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 1).assembled
    assert letter is not None
    assert (letter["fee_eur"], letter["fee_reason"]) == (None, None)


@pytest.mark.rule("X-four-eyes")
def test_where_four_eyes_are_asked_for_a_second_person_confirms(office: Office) -> None:
    case_id = office.apply()
    proposed = office.decide(case_id, four_eyes=FOUR_EYES)
    assert (proposed.stage, proposed.decision) == (Stage.SCREENING, None)
    assert office.look(case_id, ADA).case.proposal is None
    assert told(office, case_id) == ["decision_proposed"]

    with pytest.raises(RuleBroken, match="second person"):
        confirm(office, case_id, SUE)
    decided = confirm(office, case_id, TOM)

    assert decided.stage is Stage.ADMITTED
    assert decided.decision is not None
    assert (decided.decision.proposed_by, decided.decision.by) == ("Sue", "Tom")
    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 1).assembled
        entries = [e.entry for e in ledger.of_case(session, case_id)]
    assert letter is not None
    assert (letter["proposed_by"], letter["decided_by"]) == ("Sue", "Tom")
    assert [(e.action, e.actor) for e in entries[-2:]] == [
        ("propose_decision", "Sue"),
        ("admit", "Tom"),
    ]
    assert "admitted" not in entries[-2].facts
    assert entries[-1].facts["proposed_by"] == "Sue"


@pytest.mark.rule("X-four-eyes")
def test_a_proposal_that_could_not_take_effect_or_is_out_of_date_is_none(office: Office) -> None:
    excluded = office.apply("excluded", prohibited=("A5-c",))
    with pytest.raises(RuleBroken, match="social scoring"):
        office.decide(excluded, four_eyes=FOUR_EYES)
    case_id = office.apply()
    with pytest.raises(RuleBroken, match="no decision is proposed"):
        confirm(office, case_id, TOM)
    office.decide(case_id, four_eyes=FOUR_EYES)
    ask(office, case_id)
    answer(office, case_id)

    with pytest.raises(RuleBroken, match="no decision is proposed"):
        confirm(office, case_id, TOM)


def test_repeat_applicants_are_found_for_the_authority(office: Office) -> None:
    first = office.apply("first", contact_email="ada@creditco.eu")
    second = office.apply(
        *("second", EVE),
        applicant="Shell",
        registration_number="9",
        system_name="Other",
        contact_email="max@creditco.eu",
    )
    office.apply("third", EVE, applicant="X", registration_number="8", system_name="Y")

    assert review.linked(first, by=SUE, sessions=office.sessions) == {second: ("e-mail domain",)}
    with pytest.raises(NotFound):
        review.linked(first, by=ADA, sessions=office.sessions)


@pytest.mark.rule("R58-02b")
def test_a_place_in_the_queue_is_by_date_and_not_by_score(office: Office) -> None:
    late = reviewed(office, TOM)
    office.clock.now -= timedelta(days=3)
    early = office.apply("early")

    page = overview.queue(by=SUE, stage=None, after=None, limit=9, sessions=office.sessions)

    assert [case.id for case in page.cases] == [early, late]


@pytest.mark.rule("R57-16")
def test_a_sandbox_that_ended_admits_nobody_who_applied_before(office: Office) -> None:
    case_id = office.apply()
    office.review(case_id)
    over = Sandbox(established_on=date(2026, 1, 1), ended_on=date(2026, 11, 1))
    office.regime = Regime(sandbox=over)

    with pytest.raises(RuleBroken, match="ended on 2026-11-01"):
        office.decide(case_id)

    assert office.decide(case_id, admitted=False).stage is Stage.REJECTED
