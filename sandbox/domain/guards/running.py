"""What stands against starting a test, and against letting a suspended one go on."""

from collections.abc import Iterator
from datetime import date

from sandbox.domain.action import Action
from sandbox.domain.attestation import open_walls
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import day_guard, guard
from sandbox.domain.incident import Response
from sandbox.domain.lifecycle import Role


@guard(Action.ACTIVATE, rule="R59-d")
def the_isolation_was_checked(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.isolation:
        yield "the isolation of the environment was not checked"
    for probe in case.isolation:
        if probe.proven and not probe.passed:
            yield f"isolation probe {probe.name}: expected {probe.expected}, saw {probe.seen}"


@guard(Action.RESTORE_WALLS, rule="R59-d")
def a_wall_was_found_open(case: Case, by: Person) -> Iterator[str]:
    del by
    if not open_walls(case.isolation):
        yield "no attestation found a wall open: there is nothing to restore"


@day_guard(Action.AGREE_PLAN, Action.ACTIVATE, Action.RESUME, rule="R57-05")
def the_plan_is_not_over(case: Case, day: date) -> Iterator[str]:
    if case.plan is not None and day > case.plan.last_day:
        yield f"the plan ended on {case.plan.last_day}: its timeframe is over"


@guard(Action.RESUME, rule="R57-11b")
def the_risk_was_mitigated(case: Case, by: Person) -> Iterator[str]:
    """Since the suspension, when it has a cause, and since each incident that was not mitigated at once."""
    del by
    stop = case.suspension
    if stop is None:
        return
    causes = {stop.at: "the suspension"} if stop.is_for_cause else {}
    for incident in case.incidents:
        at = incident.responded_at
        if incident.response is Response.SUSPENDED and at is not None and at >= stop.at:
            causes[at] = f"{incident.subject} was answered"
    if causes and (case.mitigation is None or case.mitigation.at < max(causes)):
        yield f"no mitigation was recorded since {causes[max(causes)]}"


@guard(Action.RESUME, rule="X-four-eyes")
def a_second_person_resumes(case: Case, by: Person) -> Iterator[str]:
    if case.suspension is not None and case.suspension.by == str(by):
        yield "whoever suspended a test may not resume it: a second person must"


@guard(Action.SUSPEND, rule="R58-D21")
def a_person_suspends_for_a_cause(case: Case, by: Person) -> Iterator[str]:
    if by.role is not Role.SYSTEM and case.suspension and not case.suspension.is_for_cause:
        yield "that a real-world test came to its end is no ground for a person to suspend"
