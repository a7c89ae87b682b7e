"""What stands against a follow-up after the exit (draft act Art. 7)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.supervision import REQUESTS, RequestKind


@guard(Action.ANSWER_QUESTIONNAIRE, rule="R58-D19")
def something_was_asked(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.questionnaires:
        yield "no questionnaire was sent"


@guard(Action.ANSWER_AUTHORITY, rule="R58-D19")
def the_authority_itself_tells_of_a_tested_system(case: Case, by: Person) -> Iterator[str]:
    for request in case.requests:
        told = request.kind is RequestKind.TESTED_SYSTEM and request.answered_by == str(by)
        if told and REQUESTS[request.kind][1] is not by.role:
            yield f"{request.subject} is answered by the {Role.AUTHORITY}"
