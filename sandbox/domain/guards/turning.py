"""What a real-world test cannot do as far as it has come (rulebook 11)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import StepGuard, step_guard
from sandbox.domain.progress import Turn
from sandbox.domain.real_world import against_turning
from sandbox.errors import Reason

TURN_OF = {
    Action.REGISTER_TEST: Turn.REGISTER,
    Action.OPEN_CONSENT: Turn.OPEN_CONSENT,
    Action.START_TEST: Turn.START,
    Action.EXTEND_TEST: Turn.EXTEND,
    Action.SUSPEND_TEST: Turn.SUSPEND,
    Action.RESUME_TEST: Turn.RESUME,
    Action.END_TEST: Turn.END,
    Action.TERMINATE_TEST: Turn.TERMINATE,
    Action.NOTIFY_OUTCOMES: Turn.NOTIFY_OUTCOMES,
}


def _turns(turn: Turn) -> StepGuard:
    def the_test_has_come_far_enough_and_not_too_far(
        before: Case, after: Case, by: Person
    ) -> Iterator[Reason]:
        del after, by
        if before.test is not None:
            yield from against_turning(before.test, turn)

    return the_test_has_come_far_enough_and_not_too_far


for action, turn in TURN_OF.items():
    step_guard(action, rule="X-real-world")(_turns(turn))
