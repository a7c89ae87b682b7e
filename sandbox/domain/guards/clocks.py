"""What stands against starting a clock by hand."""

from collections import Counter
from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard


@guard(Action.START_CLOCK, rule="X-clock")
def no_two_clocks_are_the_same(case: Case, by: Person) -> Iterator[str]:
    del by
    for (name, subject, day), times in Counter(c.key for c in case.deadlines).items():
        if times > 1:
            yield f"{name} runs already for {subject or 'this case'} since {day}"
