"""What stands against planning a real-world test and against what authorities say of its plan."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard, step_guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.progress import UNSTARTED
from sandbox.domain.territory import ANSWERABLE, MOVES, Territory, TerritoryEvent
from sandbox.domain.testing_basis import Basis
from sandbox.errors import Reason

# What is done to a test that was planned before.
ON_A_PLAN = (
    *(Action.SUBMIT_TESTING_PLAN, Action.ANSWER_TESTING_PLAN, Action.WAIVE_CONDITION),
    *(Action.AGREE_TEST_TERMS, Action.SHOW_EVIDENCE, Action.SIGN_DEPLOYER_AGREEMENT),
    *(Action.REPORT_FOR_DUTY, Action.REGISTER_TEST, Action.OPEN_CONSENT, Action.START_TEST),
    *(Action.EXTEND_TEST, Action.SUSPEND_TEST, Action.RESUME_TEST, Action.END_TEST),
    *(Action.TERMINATE_TEST, Action.TELL_OF_STOP, Action.NOTIFY_OUTCOMES),
    Action.UPDATE_REGISTRATION,
)
ON_AN_OPEN_PLAN = (
    *(Action.SUBMIT_TESTING_PLAN, Action.ANSWER_TESTING_PLAN, Action.WAIVE_CONDITION),
    *(Action.AGREE_TEST_TERMS, Action.SIGN_DEPLOYER_AGREEMENT),
)


def territories(case: Case) -> tuple[Territory, ...]:
    """Those of the real-world test of a case; none when there is none."""
    return case.test.territories if case.test else ()


@guard(Action.PLAN_TEST, rule="R57-05")
def a_real_world_test_was_applied_for_or_agreed_on(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.has_real_world_test:
        yield "no real-world test is part of the application or of the agreed sandbox plan"


@guard(Action.PLAN_TEST, Action.SUBMIT_TESTING_PLAN, rule="R60-4i")
def only_law_enforcement_tests_without_consent(case: Case, by: Person) -> Iterator[str]:
    del by
    enforces = case.application.is_law_enforcement
    if case.test is not None and not case.test.plan.seeks_consent and not enforces:
        yield "only a test in law enforcement may go without the consent of its subjects"


@guard(*ON_A_PLAN, rule="R60-4a")
def a_real_world_test_is_planned(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.test is None:
        yield "no real-world test is planned"


@guard(*ON_AN_OPEN_PLAN, rule="R60-8")
def the_test_is_not_over(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.test is not None and case.test.is_over:
        yield f"the test is {case.test.state}"


@guard(Action.PLAN_TEST, Action.SUBMIT_TESTING_PLAN, rule="R60-1")
def the_law_allows_a_test_on_each_territory(case: Case, by: Person) -> Iterator[str]:
    del by
    for territory in territories(case):
        if not territory.footing.allows:
            yield f"{territory.country}: {territory.footing.reason}"


@guard(Action.ANSWER_TESTING_PLAN, Action.WAIVE_CONDITION, rule="R76-3")
def an_authority_speaks_for_its_own_territory(case: Case, by: Person) -> Iterator[str]:
    del by
    for territory in territories(case):
        countries = [answer.country for answer in territory.answers]
        for country in (*countries, *(waiver.country for waiver in territory.waivers)):
            if country != territory.country:
                who = country or "no country"
                yield f"an authority of {who} cannot decide for {territory.country}"


@step_guard(Action.PLAN_TEST, rule="R60-4b")
def the_plan_of_a_test_that_began_stays(before: Case, after: Case, by: Person) -> Iterator[str]:
    del after, by
    if before.test is not None and before.test.state not in UNSTARTED:
        yield f"the plan of a test that is {before.test.state} is not written anew"


@step_guard(Action.SUBMIT_TESTING_PLAN, rule="R60-4b")
def a_plan_waits_to_be_submitted(before: Case, after: Case, by: Person) -> Iterator[str]:
    """Until it is, somewhere."""
    del by
    known = territories(before)
    if before.test == after.test and all(
        (territory.state, TerritoryEvent.SUBMIT) not in MOVES for territory in known
    ):
        for territory in known:
            yield f"{territory.country}: nothing is submitted while it is {territory.state}"


@step_guard(Action.ANSWER_TESTING_PLAN, rule="R60-4b")
def a_plan_waits_for_its_answer(before: Case, after: Case, by: Person) -> Iterator[str | Reason]:
    """Until one is answered, on a territory of its own: for the sandbox authority one under Art. 60a."""
    if before.test is None or before.test != after.test:
        return
    is_lead = by.role is Role.AUTHORITY
    own = [
        territory
        for territory in territories(before)
        if (territory.basis is Basis.ART_60A if is_lead else by.country in {"", territory.country})
    ]
    if not own:
        yield Reason("R76-3", "another authority answers on each territory of the test")
    elif all(territory.state not in ANSWERABLE for territory in own):
        for territory in own:
            yield f"{territory.country}: no answer is possible while it is {territory.state}"


@guard(Action.ANSWER_TESTING_PLAN, rule="R76-1")
def the_sandbox_authority_answers_only_under_a_national_framework(
    case: Case, by: Person
) -> Iterator[str]:
    """Art. 76(1): under Art. 60a "market surveillance authority" reads as the competent authority."""
    if by.role is not Role.AUTHORITY:
        return
    for territory in territories(case):
        spoke = bool(territory.answers) and territory.answers[-1].by == str(by)
        if spoke and territory.basis is not Basis.ART_60A:
            yield f"{territory.country}: the market surveillance authority answers there"


@guard(Action.ANSWER_TESTING_PLAN, rule="R76-4")
def an_answer_says_why_and_an_objection_how_to_challenge_it(
    case: Case, by: Person
) -> Iterator[str]:
    del by
    for territory in territories(case):
        for answer in territory.answers:
            if not answer.reasons.strip():
                yield f"{territory.country}: the answer states no grounds"
            if answer.event is TerritoryEvent.OBJECT and not answer.remedy.strip():
                yield f"{territory.country}: the objection does not say how to challenge it"


@guard(Action.WAIVE_CONDITION, rule="R76-2")
def a_condition_is_waived_inside_a_sandbox_with_reasons(case: Case, by: Person) -> Iterator[str]:
    del by
    for territory in territories(case):
        if territory.waivers and territory.basis is not Basis.IN_SANDBOX:
            yield f"{territory.country}: a condition may be waived inside a sandbox only"
        if any(not waiver.reasons.strip() for waiver in territory.waivers):
            yield f"{territory.country}: the waiver states no reasons"


@step_guard(Action.WAIVE_CONDITION, rule="R76-2")
def a_territory_is_inside_the_sandbox(before: Case, after: Case, by: Person) -> Iterator[str]:
    """Until a condition is waived, one of its own."""
    is_inside = any(
        territory.basis is Basis.IN_SANDBOX and by.country in {"", territory.country}
        for territory in territories(before)
    )
    if before.test is not None and before.test == after.test and not is_inside:
        yield "no territory of the test, where the authority decides, is inside the sandbox"


@step_guard(Action.UPDATE_REGISTRATION, rule="R71-4")
def a_registration_is_there(before: Case, after: Case, by: Person) -> Iterator[str]:
    del after, by
    if before.test is not None and before.test.registration is None:
        yield "the test is not registered"


@guard(Action.AGREE_TEST_TERMS, rule="R58-04")
def terms_are_agreed_for_a_test_inside_the_sandbox(case: Case, by: Person) -> Iterator[str]:
    test, role = case.test, by.role
    if test is None:
        return
    if test.terms is None:
        yield "the authority has not proposed terms and safeguards for a real-world test"
        return
    if not test.is_in_sandbox:
        yield "no territory of the test is inside the sandbox"
    if not (test.terms.terms.strip() and test.terms.safeguards.strip()):
        yield "terms and safeguards must both be stated"
    if role is Role.AUTHORITY and test.terms.are_agreed:
        yield "only the provider accepts what the authority proposed"
