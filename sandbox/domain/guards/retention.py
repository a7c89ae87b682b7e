"""What stands against erasing the records of a case (Art. 78, rulebook 5.3)."""

from collections.abc import Iterator

from sandbox.domain import retention
from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.readers import is_lead


@guard(Action.PROPOSE_ERASURE, Action.CONFIRM_ERASURE, rule="R78")
def the_authority_that_runs_the_sandbox_erases(case: Case, by: Person) -> Iterator[str]:
    del case
    if not is_lead(by):
        yield "the records are those of the authority that runs the sandbox"


@guard(Action.PROPOSE_ERASURE, Action.CONFIRM_ERASURE, rule="R78")
def the_records_are_no_longer_needed(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.erasure is not None:
        yield from retention.against(case, case.erasure.keeping)


@guard(Action.CONFIRM_ERASURE, Action.ERASE, rule="R78")
def two_people_want_it(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.erasure is None:
        yield "nobody proposed to erase the records"
    elif not case.erasure.confirmed_by:
        yield "nobody confirmed that the records are erased"
    elif case.erasure.confirmed_by == case.erasure.proposed_by:
        yield "whoever proposed the erasure may not confirm it: a second person must"


@guard(Action.ERASE, rule="R78")
def no_hold_stands(case: Case, by: Person) -> Iterator[str]:
    del by
    yield from retention.standing_holds(case)


@guard(Action.PLACE_HOLD, rule="R78")
def what_is_being_erased_cannot_be_held(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.erasure is not None and case.erasure.begun_at is not None:
        yield "its erasure has begun: there may be nothing left to hold"
