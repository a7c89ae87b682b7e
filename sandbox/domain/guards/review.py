"""What stands against making somebody a reviewer, and against a review."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.review import interests_of, newest
from sandbox.domain.selection import conflicts_of


@guard(Action.ASSIGN_REVIEWER, rule="X-conflict")
def the_reviewer_has_declared_to_have_no_interest(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.assignments:
        return
    reviewer = case.assignments[-1].reviewer
    if newest(case.declarations, reviewer) is None:
        yield f"{reviewer} has signed no declaration of interests for this case"
        return
    yield from interests_of(case.declarations, reviewer)


@guard(Action.ASSIGN_REVIEWER, rule="X-conflict")
def no_conflict_of_the_reviewer_was_found(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.assignments:
        yield from case.assignments[-1].detected


@guard(Action.REVIEW, rule="X-conflict")
def who_reviews_was_assigned(case: Case, by: Person) -> Iterator[str]:
    if str(by) not in {assignment.reviewer for assignment in case.assignments}:
        yield f"{by} is not assigned to this case"


@guard(Action.REVIEW, rule="X-conflict")
def who_reviews_has_no_interest_by_now(case: Case, by: Person) -> Iterator[str]:
    yield from conflicts_of(case, str(by))
