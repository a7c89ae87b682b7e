"""Which authority somebody acts for: what one did, no other undoes (Art. 73, 76(3))."""

from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.lifecycle import SUPERVISORS, Role
from sandbox.domain.member_state import UNION_BODIES
from sandbox.domain.readers import acting, of_right, seated
from sandbox.domain.supervision import Office


def may_enforce(case: Case, person: Person) -> bool:
    """Whether an inspector may act in a case that its authority knows of by right; it reads no file of
    it (rulebook 5.3).
    """
    supervises = acting(person).role in SUPERVISORS
    competent = supervises or (person.role is Role.AI_OFFICE and seated(case, person))
    return person.unit is Unit.ENFORCEMENT and competent and of_right(case, person)


def office_of(person: Person, home: str) -> Office:
    """The authority somebody acts for; `home` is the country of whoever names none."""
    actor = acting(person)
    country = UNION_BODIES if actor.role is Role.AI_OFFICE else actor.country or home
    return Office(actor.role, country)
