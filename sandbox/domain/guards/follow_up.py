"""What stands against a follow-up after the exit (draft act Art. 7)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard


@guard(Action.ANSWER_QUESTIONNAIRE, rule="R58-D19")
def something_was_asked(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.questionnaires:
        yield "no questionnaire was sent"
