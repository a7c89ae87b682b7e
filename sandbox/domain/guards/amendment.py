"""What stands against changing a plan that both parties agreed on (draft act Art. 5(4), 8(1))."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sandbox.domain.action import Action
from sandbox.domain.amendment import extendable_until
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import day_guard, foreseen, guard
from sandbox.domain.plan_diff import changes
from sandbox.domain.progress import STOPPABLE
from sandbox.errors import Reason

ANSWERS = (Action.AGREE_AMENDMENT, Action.DECLINE_AMENDMENT)
NEW = (Action.PROPOSE_AMENDMENT, Action.AGREE_AMENDMENT)


@guard(*ANSWERS, Action.TAKE_BACK_AMENDMENT, rule="R58-D15")
def an_amendment_is_open(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.amendment is None:
        yield "no amendment of the plan is proposed"


@guard(Action.PROPOSE_AMENDMENT, rule="R58-D15")
def one_amendment_is_answered_before_the_next(case: Case, by: Person) -> Iterator[str]:
    del by
    settled = len(case.amendments)
    if case.amendment is not None and case.amendment.number > settled + 1:
        yield f"amendment {settled + 1} is open: it is answered or taken back first"


@guard(*ANSWERS, rule="R58-D15")
def the_other_party_answers(case: Case, by: Person) -> Iterator[str]:
    if case.amendment is not None and case.amendment.role is by.role:
        yield "a plan changes by both parties: the other one answers what you proposed"


@guard(Action.TAKE_BACK_AMENDMENT, rule="R58-D15")
def the_proposer_takes_it_back(case: Case, by: Person) -> Iterator[str]:
    if case.amendment is not None and case.amendment.role is not by.role:
        yield "who did not propose an amendment declines it instead"


@guard(Action.PROPOSE_AMENDMENT, rule="R58-D15")
def an_amendment_changes_something_and_says_why(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.amendment is None or case.plan is None:
        return
    if not case.amendment.reasons.strip():
        yield "the amendment states no reasons"
    if not changes(case.plan, case.amendment.plan):
        yield "the amendment changes nothing"


@guard(*NEW, rule="R58-D15")
def what_is_past_stays_as_it_was(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.amendment is None or case.plan is None:
        return
    changed, today = case.amendment.plan, case.amendment.settled_on or case.amendment.day
    if changed.first_day != case.plan.first_day:
        if case.stretches:
            yield f"the test has begun: the first day stays {case.plan.first_day}"
        elif changed.first_day < today:
            yield f"the plan would begin on {changed.first_day}, in the past"
    if changed.last_day < today:
        yield f"the plan would end on {changed.last_day}, in the past"


@guard(*NEW, rule="R60-4b")
def what_authorities_approved_stays_while_the_test_runs(case: Case, by: Person) -> Iterator[str]:
    del by
    asked, test = case.amendment, case.test
    if asked is None or case.plan is None or test is None or test.state not in STOPPABLE:
        return
    if asked.plan.thresholds != case.plan.thresholds:
        yield "a real-world test was approved with the thresholds in force: they stay until it is over"


@guard(*NEW, rule="R57-05")
def a_plan_outlasts_the_test_in_it(case: Case, by: Person) -> Iterator[str]:
    del by
    asked, test = case.amendment, case.test
    if asked is None or test is None or not test.is_in_sandbox or test.state not in STOPPABLE:
        return
    if asked.plan.last_day < test.last_day:
        yield (
            f"the plan would end on {asked.plan.last_day}, before the real-world test in it,"
            f" which lasts until {test.last_day}"
        )


@guard(*NEW, rule="R58-D20")
def the_end_moves_in_time(case: Case, by: Person) -> Iterator[str]:
    del by
    asked = case.amendment
    if asked is None or case.plan is None or not asked.extends(case.plan):
        return
    until, day = extendable_until(case.plan.last_day), asked.settled_on or asked.day
    if day > until:
        yield (
            f"an extension is agreed until {until}, 30 days before the planned end"
            f" {case.plan.last_day}; the participation ends as planned"
        )


@day_guard(Action.AGREE_AMENDMENT, rule="R58-D20")
def it_may_be_agreed_on_this_day(case: Case, day: date) -> Iterator[Reason]:
    """Before it is; an agreement brings its own day."""
    asked = case.amendment
    if asked is not None and asked.settled_on is None:
        today = replace(case, amendment=replace(asked, settled_on=day))
        yield from foreseen(case, today, Action.AGREE_AMENDMENT)
