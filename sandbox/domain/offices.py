"""Which authority somebody acts for: what one did, no other undoes (Art. 73, 76(3))."""

from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import UNION_BODIES
from sandbox.domain.readers import acting
from sandbox.domain.supervision import Office


def office_of(person: Person, home: str) -> Office:
    """The authority somebody acts for; `home` is the country of whoever names none."""
    actor = acting(person)
    country = UNION_BODIES if actor.role is Role.AI_OFFICE else actor.country or home
    return Office(actor.role, country)
