"""What stands against guidance, and against saying that it was followed (Art. 57(7), (12))."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.readers import of_right
from sandbox.domain.seats import sits


@guard(Action.GIVE_GUIDANCE, rule="R57-07a")
def guidance_answers_and_names_its_law(case: Case, by: Person) -> Iterator[str]:
    del by
    for item in case.guidance:
        if item.answered_at is None:
            continue
        if not item.answer.strip():
            yield f"guidance {item.number} says nothing"
        if not any(law.strip() for law in item.law):
            yield f"guidance {item.number} does not name the law it explains"


@guard(Action.GIVE_GUIDANCE, rule="R57-12")
def who_gives_guidance_is_involved(case: Case, by: Person) -> Iterator[str]:
    """The shield of other law needs an authority that was actively involved."""
    if by.role is Role.DATA_PROTECTION:  # its seat counts once it is associated
        seated = of_right(case, by)
    else:
        seated = sits(case.seats, by.role, by.country, by.organisation)
    # An authority of another country that shares the sandbox supervises there (Art. 57(14)).
    own = tuple(s for s in case.seats if s.country and by.role is Role.MARKET_SURVEILLANCE)
    seated = seated or sits(own, Role.AUTHORITY, by.country, by.organisation)
    if by.role is Role.AUTHORITY or seated:
        return
    yield f"{by.role.replace('_', ' ')} {by.country} has no seat at this case".replace("  ", " ")


@guard(Action.FOLLOW_GUIDANCE, rule="R57-12")
def following_is_shown_and_not_following_explained(case: Case, by: Person) -> Iterator[str]:
    del by
    for item in case.guidance:
        if item.followed is None or item.evidence.strip():
            continue
        missing = "shows that it was followed" if item.followed else "says why it was not followed"
        yield f"guidance {item.number}: nothing {missing}"
