"""Which clocks and alarms of a case are somebody's business (Art. 78)."""

from sandbox.domain.case import Case, Person
from sandbox.domain.concerns import is_own_subject
from sandbox.domain.deadlines import Deadline
from sandbox.domain.escalation import must_act
from sandbox.domain.readers import acting
from sandbox.domain.sight import column, sees
from sandbox.domain.view_table import AUDIT, WITH_DATA_PROTECTION


def shows_clock(case: Case, person: Person, clock: Deadline) -> bool:
    """Whether somebody may know of a clock: as of what it is about, or because they must act."""
    if not sees(case, person, "deadlines"):
        return False
    own = is_own_subject(case, person, clock.subject)
    if own is not None:
        return own
    if column(case, person) in WITH_DATA_PROTECTION | AUDIT:
        return True
    return waits_for(person, clock)


def waits_for(person: Person, clock: Deadline) -> bool:
    """Whether a clock waits for somebody, in the role and for the Member State they act for."""
    actor = acting(person)
    return must_act(actor.role, clock, actor.country)


def shows_alarm(case: Case, person: Person, metric: str) -> bool:
    """Whether an alarm is about what somebody may know; one of a clock names its subject."""
    return is_own_subject(case, person, metric.partition(" ")[2]) is not False
