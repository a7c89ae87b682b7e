"""Whoever of the two parties has its turn is told that the other took a step (draft act Art. 4-6)."""

from dataclasses import replace

import pytest

from sandbox.domain.action import Action
from sandbox.domain.notice import sentence_of
from sandbox.stages import agree, testing_terms
from tests.factories import ADA, AUTHORITY, PLAN, SUE
from tests.office import Office
from tests.stages.reviewing import answer, ask
from tests.stages.test_after import told
from tests.stages.testing import draft, parts, with_a_test

PROVIDER = "provider:CreditCo"


@pytest.mark.rule("R58-D11")
def test_the_authority_is_told_that_its_question_was_answered(office: Office) -> None:
    case_id = office.apply()
    ask(office, case_id)

    answer(office, case_id)

    assert told(office, "information_requested") == [PROVIDER]
    assert told(office, "question_answered") == ["authority"]
    assert sentence_of("question_answered", {}) == "There is something new: question answered."


@pytest.mark.rule("R58-D15")
def test_each_party_is_told_of_what_the_other_did_with_the_plan(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    office.associate(case_id)
    office.propose(case_id)
    by_provider = told(office, "plan_proposed")
    sha256 = agree.propose(
        case_id,
        replace(PLAN, objectives="other"),
        authority=AUTHORITY,
        catalogue=office.catalogue,
        nudge=office.nudge,
        **parts(office, SUE),
    ).plan_sha256
    office.work()
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)

    assert by_provider == ["authority"]
    assert sorted(told(office, "plan_proposed")) == ["authority", PROVIDER]
    assert told(office, "plan_signed") == ["authority"]
    assert told(office, "plan_agreed") == [PROVIDER]


@pytest.mark.rule("R58-D17")
def test_the_provider_is_told_once_that_its_participation_ended(office: Office) -> None:
    completed, terminated = office.active("a"), office.active("b")

    office.end(completed)
    office.end(terminated, Action.TERMINATE)

    assert told(office, "participation_completed") == [PROVIDER]
    assert told(office, "termination").count(PROVIDER) == 1


@pytest.mark.rule("R58-04")
def test_terms_of_a_real_world_test_are_told_to_whoever_did_not_say_them(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)

    testing_terms.propose(case_id, "t", "s", **parts(office, SUE))
    testing_terms.accept(case_id, **parts(office, ADA))

    assert told(office, "real_world_test_terms_proposed") == [PROVIDER]
    assert told(office, "real_world_test_terms_accepted") == ["authority"]
