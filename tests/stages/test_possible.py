"""What is shown as possible is what the step answers: every reason against it, or none."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from sandbox.domain.action import Action
from sandbox.domain.articles import article
from sandbox.domain.case import Case, Person
from sandbox.domain.naming import CaseId
from sandbox.domain.progress import Progress
from sandbox.errors import Reason, RuleBroken
from sandbox.stages import real_world
from tests.factories import ADA, SUE
from tests.office import Office
from tests.real_world import DRAFT
from tests.stages.supervising import DORA, MAX, order
from tests.stages.testing import (
    answer,
    approved,
    begin,
    draft,
    finish,
    parts,
    prepared,
    running,
    show,
    stop,
    submit,
    with_a_test,
)
from tests.stages.under_way import extend, resume, the_test

Step = Callable[[Office, CaseId], Case]


def open_consent(office: Office, case_id: CaseId) -> Case:
    return real_world.open_consent(case_id, **parts(office, ADA))


def notify(office: Office, case_id: CaseId) -> Case:
    return real_world.notify_outcomes(case_id, "fair enough", **parts(office, ADA))


def longer(office: Office, case_id: CaseId) -> Case:
    return extend(office, case_id, date(2027, 3, 1))


TURNS: dict[Action, Step] = {
    Action.OPEN_CONSENT: open_consent,
    Action.START_TEST: begin,
    Action.EXTEND_TEST: longer,
    Action.SUSPEND_TEST: stop,
    Action.RESUME_TEST: resume,
    Action.END_TEST: finish,
    Action.NOTIFY_OUTCOMES: notify,
}


def shown(office: Office, case_id: CaseId, by: Person, action: Action) -> set[Reason]:
    return set(office.look(case_id, by).possible[action])


def refused(step: Step, office: Office, case_id: CaseId) -> set[Reason]:
    with pytest.raises(RuleBroken) as refusal:
        step(office, case_id)
    return set(refusal.value.reasons)


def possible(office: Office, case_id: CaseId) -> set[Action]:
    """The turns of a test that are shown as possible; each other one is refused for what is shown."""
    against = {action: shown(office, case_id, ADA, action) for action in TURNS}
    for action, reasons in against.items():
        if reasons:
            assert reasons <= refused(TURNS[action], office, case_id)
    return {action for action, reasons in against.items() if not reasons}


@pytest.mark.rule("R60-4a")
@pytest.mark.rule("R60-4b")
@pytest.mark.rule("R60-4i")
def test_a_premature_step_is_refused_with_every_reason_and_its_article(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)

    assert possible(office, case_id) == set()
    reasons = refused(begin, office, case_id)
    assert reasons == shown(office, case_id, ADA, Action.START_TEST)
    assert {"X-real-world", "R60-4b", "R60-4c", "R60-4i", "R58-04"} < {r.rule for r in reasons}
    assert "start is not possible: it is planned" in {r.sentence for r in reasons}
    assert all(article(r.rule) for r in reasons)
    assert the_test(office, case_id).state is Progress.PLANNED


@pytest.mark.rule("X-real-world")
@pytest.mark.rule("R60-4f")
@pytest.mark.rule("R60-8")
def test_a_turn_is_shown_as_possible_when_the_test_has_it(office: Office) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    assert possible(office, case_id) == {Action.START_TEST}

    begin(office, case_id)
    running = {Action.SUSPEND_TEST, Action.END_TEST}
    assert possible(office, case_id) - {Action.EXTEND_TEST} == running

    finish(office, case_id)
    assert possible(office, case_id) == {Action.NOTIFY_OUTCOMES}
    notify(office, case_id)
    assert possible(office, case_id) == set()


@pytest.mark.rule("R60-4b")
@pytest.mark.rule("R76-3")
def test_an_answer_is_shown_as_possible_where_a_plan_of_its_own_waits_for_one(
    office: Office,
) -> None:
    def sentences(by: Person) -> list[str]:
        return sorted(r.sentence for r in shown(office, case_id, by, Action.ANSWER_TESTING_PLAN))

    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id, "DE")
    assert sentences(DORA) == []
    assert sentences(SUE) == ["another authority answers on each territory of the test"]

    answer(office, case_id, DORA, "DE")
    assert sentences(DORA) == ["DE: no answer is possible while it is approved_express"]

    draft(office, case_id)
    assert sentences(DORA) == ["DE: no answer is possible while it is plan_draft"]
    submit(office, case_id, "NL")
    assert sentences(MAX) == []
    assert sentences(DORA) == ["DE: no answer is possible while it is plan_draft"]


@pytest.mark.rule("R60-4b")
@pytest.mark.rule("R76-2")
@pytest.mark.rule("R76-3")
def test_what_needs_a_plan_in_draft_a_sandbox_or_an_order_is_shown_once_it_is_there(
    office: Office,
) -> None:
    def against(by: Person, action: Action) -> list[str]:
        return [reason.sentence for reason in shown(office, case_id, by, action)]

    case_id = with_a_test(office)
    draft(office, case_id, replace(DRAFT, countries=("NL",)))
    show(office, case_id)
    assert against(ADA, Action.SUBMIT_TESTING_PLAN) == []
    assert against(ADA, Action.PLAN_TEST) == []
    for by, action in ((ADA, Action.CONFIRM_ORDER), (ADA, Action.MITIGATE_ORDER)):
        assert against(by, action) == ["no order was given"]
    submit(office, case_id, "NL")
    assert against(ADA, Action.SUBMIT_TESTING_PLAN) == [
        "NL: nothing is submitted while it is submitted"
    ]
    assert against(MAX, Action.WAIVE_CONDITION) == []
    order(office, case_id, MAX, "NL")
    assert against(ADA, Action.MITIGATE_ORDER) == []


@pytest.mark.rule("R76-2")
@pytest.mark.rule("R71-4")
def test_outside_the_sandbox_nothing_is_shown_to_be_waived_nor_without_a_number_to_be_updated(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id, "NL", "DE")

    (outside,) = shown(office, case_id, DORA, Action.WAIVE_CONDITION)
    (unregistered,) = shown(office, case_id, ADA, Action.UPDATE_REGISTRATION)

    assert outside.sentence == (
        "no territory of the test, where the authority decides, is inside the sandbox"
    )
    assert shown(office, case_id, MAX, Action.WAIVE_CONDITION) == set()
    assert unregistered.sentence == "the test is not registered"


@pytest.mark.rule("R60-4b")
def test_the_plan_of_a_test_that_began_is_not_shown_to_be_written_anew(office: Office) -> None:
    (again,) = shown(office, running(office), ADA, Action.PLAN_TEST)

    assert again.sentence == "the plan of a test that is running is not written anew"
