"""What people look at of a plan: every version, and what changed between two."""

from sandbox.domain.case import Person
from sandbox.domain.naming import CaseId
from sandbox.domain.plan_diff import Change, changes
from sandbox.store import cases, plans
from sandbox.store.database import Sessions
from sandbox.store.plans import PlanVersion


def of_case(case_id: CaseId, *, by: Person, sessions: Sessions) -> list[PlanVersion]:
    """Every version of a case that a person may know, oldest first."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by)
        return plans.versions(session, case_id)


def difference(
    case_id: CaseId, before: int, after: int, *, by: Person, sessions: Sessions
) -> tuple[Change, ...]:
    """What changed from one version to another; NotFound when one was never proposed."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by)
        left, right = (plans.version(session, case_id, number) for number in (before, after))
    return changes(left.plan, right.plan)
