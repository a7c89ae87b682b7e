"""What people look at of a plan: every version, and what changed between two."""

from dataclasses import replace

from sandbox.domain.case import Person
from sandbox.domain.naming import CaseId
from sandbox.domain.plan_diff import Change, changes
from sandbox.domain.sight import sees
from sandbox.store import cases, plans
from sandbox.store.database import Sessions
from sandbox.store.plans import PlanVersion


def of_case(case_id: CaseId, *, by: Person, sessions: Sessions) -> list[PlanVersion]:
    """Every version of a case that a person may know, oldest first."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing="plan", reading=True)
        found = plans.versions(session, case_id)
    if sees(case, by, "persons"):
        return found
    return [replace(version, proposed_by="") for version in found]


def difference(
    case_id: CaseId, before: int, after: int, *, by: Person, sessions: Sessions
) -> tuple[Change, ...]:
    """What changed from one version to another; NotFound when one was never proposed."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by, seeing="plan", reading=True)
        left, right = (plans.version(session, case_id, number) for number in (before, after))
    return changes(left.plan, right.plan)
