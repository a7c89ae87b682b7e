"""What stands against asking another authority, and against answering it (Art. 75(2a), 75(3), 77)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.offices import acts_for_ai_office
from sandbox.domain.supervision import REQUESTS


@guard(Action.ASK_AUTHORITY, rule="R78")
def an_authority_asks_for_what_the_law_lets_it_ask(case: Case, by: Person) -> Iterator[str]:
    for request in case.requests:
        asking = REQUESTS[request.kind]
        if request.by == str(by) and by.role not in asking.asked_by:
            yield f"{request.kind} is asked for by {_named(asking.asked_by)}"


@guard(Action.ANSWER_AUTHORITY, rule="R78")
def whoever_was_asked_answers(case: Case, by: Person) -> Iterator[str]:
    """Who runs the Union-level sandbox is the AI Office too."""
    roles = {by.role, *((Role.AI_OFFICE,) if acts_for_ai_office(case, by) else ())}
    for request in case.requests:
        asking = REQUESTS[request.kind]
        if request.answered_by == str(by) and roles.isdisjoint(asking.answered_by):
            yield f"{request.subject} is answered by {_named(asking.answered_by)}"


def _named(roles: frozenset[str]) -> str:
    return "the " + " or ".join(sorted(role.replace("_", " ") for role in roles))
