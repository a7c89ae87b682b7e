"""What stands against an observer (Art. 57(4), 58(2)(f), 78)."""

from collections import Counter
from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard


@guard(Action.INVITE_OBSERVER, rule="R58-02f")
def nobody_is_invited_twice(case: Case, by: Person) -> Iterator[str]:
    del by
    here = Counter((o.name, o.organisation) for o in case.observers if o.ended_at is None)
    for (name, organisation), times in here.items():
        if times > 1:
            yield f"{name} ({organisation}) is invited already"


@guard(Action.INVITE_OBSERVER, rule="R57-04")
def an_observer_belongs_to_no_party(case: Case, by: Person) -> Iterator[str]:
    del by
    for observer in case.observers:
        if observer.organisation == case.provider:
            yield f"{observer.organisation} is the provider, not an outsider"
