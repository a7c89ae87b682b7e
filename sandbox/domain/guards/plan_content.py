"""What a plan must say before anybody agrees on it, first or amended (draft act Art. 5(2))."""

import re
from collections.abc import Iterator

from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import AGREEING, guard
from sandbox.domain.plan import ExecutionSite

# Field -> what is missing without it: Art. 3(54) and the letters of draft act Art. 5(2).
ELEMENTS = {
    "milestones": "(b) milestones",
    "objectives": "(c) objectives",
    "scope": "(c) a scope",
    "conditions": "conditions (Art. 3(54))",
    "methodology": "a methodology (Art. 3(54))",
    "requirements": "(d) the requirements covered",
    "safeguards": "(f) safeguards against risks",
    "incident_procedure": "(f) a procedure for serious incidents",
    "reporting_cadence": "how often is reported",
    "exit_criteria": "exit criteria",
}

# What a bar is evidence for: Art. 8 to 15, or a condition of Art. 59 or 60 (rulebook 10.1).
REQUIREMENT = re.compile(r"Art\. (8|9|1[0-5]|59|60)(\(\w+\))*")


@guard(*AGREEING, rule="R58-02e")
def each_threshold_is_evidence_for_a_requirement(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    for threshold in plan.thresholds if plan is not None else ():
        if not REQUIREMENT.fullmatch(threshold.requirement):
            yield (
                f"{threshold.metric} is evidence for “{threshold.requirement}”, which is no article "
                "of Art. 8 to 15, 59 or 60"
            )


@guard(*AGREEING, rule="R58-D15")
def the_plan_has_every_element(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    if plan is None:
        return
    for name, element in ELEMENTS.items():
        if not _said(getattr(plan, name)):
            yield f"the plan lacks {element}"
    for milestone in plan.milestones:
        if milestone.due(plan.first_day) > plan.last_day:
            yield f"milestone “{milestone.what}” (week {milestone.week}) is after the plan's end"


@guard(*AGREEING, rule="R58-D04")
def the_plan_says_which_law_is_supervised(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    if plan is not None and not _said(plan.laws_supervised):
        yield "the plan does not list the law that is supervised (d)"


@guard(*AGREEING, rule="R58-02h")
def the_duration_fits_complexity_and_scale(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    if plan is not None and not _said(plan.duration.complexity):
        yield "the duration is not justified by complexity, scale and needs"


@guard(*AGREEING, rule="R58-D13")
def the_duration_is_proportionate(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    if plan is None:
        return
    if not _said(plan.duration.capacity):
        yield "the duration is not justified by the authority's capacity and priorities"
    if not _said(plan.duration.conformity_assessment):
        yield "the plan does not say which part of the conformity assessment its duration covers"


@guard(*AGREEING, rule="R58-D25")
def another_facility_is_named(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    if plan is None or plan.execution_site is ExecutionSite.OWN_CLUSTER:
        return
    if not _said(plan.facility):
        yield f"the project runs in a facility ({plan.execution_site}) that the plan does not name"


def _said(value: object) -> bool:
    """A text that is not blank, or a list with such an entry."""
    if isinstance(value, tuple):
        return any(_said(entry) for entry in value)
    return bool(value.strip()) if isinstance(value, str) else value is not None
