"""What stands against closing a case."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_subjects import UNASKED
from sandbox.domain.debts import awaited_deletions, debts, unrecorded
from sandbox.domain.guards.registry import guard
from sandbox.domain.omission import Owed


@guard(Action.CLOSE, rule="R57-07c")
def the_exit_report_was_issued(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.exit_report_sha256:
        yield "the exit report was not issued"


@guard(Action.RECORD_OMISSION, rule="R57-07c")
def something_is_owed(case: Case, by: Person) -> Iterator[str]:
    """Until when it is owed, the stage says: it knows the day."""
    del by
    if not any(debts(case)):
        yield (
            "neither report nor closure of an incident, nor the outcomes of a test, nor the deletion of"
            " the data of its subjects are owed"
        )


@guard(Action.CLOSE, rule="R60-4i")
def data_of_subjects_who_were_not_asked_are_deleted(case: Case, by: Person) -> Iterator[str]:
    del by
    if _is_waited_for(case, unasked=True):
        yield "the data of subjects who were not asked for consent are not proven to be deleted"


@guard(Action.CLOSE, rule="R60-5")
def data_of_subjects_who_withdrew_are_deleted(case: Case, by: Person) -> Iterator[str]:
    del by
    if _is_waited_for(case, unasked=False):
        yield "the data of subjects who withdrew are not proven to be deleted"


@guard(Action.CLOSE, rule="R59-g")
def what_is_deleted_or_held_is_certified(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.deletion_certificate_sha256:
        yield "no certificate says that the environment is deleted, or why it is held"


def _is_waited_for(case: Case, *, unasked: bool) -> bool:
    is_owed = any(debt.owed is Owed.SUBJECT_DELETION for debt in unrecorded(case))
    return is_owed and any((c.subject == UNASKED) is unasked for c in awaited_deletions(case))
