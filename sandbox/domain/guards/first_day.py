"""What stands against the first day of a real-world test alone: a test that began goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import day_guard, foreseen, guard
from sandbox.domain.real_world import RealWorldTest
from sandbox.errors import Reason


@guard(Action.START_TEST, rule="R60-4h")
def those_that_applied_jointly_signed_too(case: Case, by: Person) -> Iterator[str]:
    """Also where the provider does not show them among the deployers."""
    del by
    if case.test is not None:
        shown = case.test.evidence.deployers
        hidden = tuple(deployer for deployer in case.deployers if deployer not in shown)
        yield from lack_of_agreements(case.test, hidden)


def lack_of_agreements(test: RealWorldTest, deployers: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each of some deployers whose agreement (D15) both sides have not signed."""
    signed = {agreement.deployer for agreement in test.agreements if agreement.is_signed}
    for deployer in deployers:
        if deployer not in signed:
            yield f"{deployer}: no agreement that both signed, with instructions given"


@guard(Action.START_TEST, rule="R57-05")
def no_test_begins_before_the_sandbox_plan(case: Case, by: Person) -> Iterator[str]:
    del by
    test, plan = case.test, case.plan
    if test is None or plan is None or not test.is_in_sandbox:
        return
    begins_on = test.started_on
    if begins_on is not None and begins_on < plan.first_day:
        yield f"the test would begin on {begins_on}, before its sandbox plan, {plan.first_day}"


@day_guard(Action.START_TEST, rule="R60-4f")
def it_may_start_on_this_day(case: Case, day: date) -> Iterator[Reason]:
    """Before it is pressed; a start brings its own day, with which the guards see the test."""
    if case.test is None:
        return
    if case.test.started_on is None:
        today = replace(case, test=replace(case.test, started_on=day))
        yield from foreseen(case, today, Action.START_TEST)
