"""What stands against agreeing on a plan."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import AGREEING, guard
from sandbox.domain.lifecycle import Role


@guard(Action.AGREE_PLAN, rule="R57-05")
def the_provider_has_signed_the_plan(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.signed_by(Role.PROVIDER):
        yield "the provider has not signed this version of the plan"


@guard(*AGREEING, rule="R57-05")
def a_real_world_test_has_its_plan(case: Case, by: Person) -> Iterator[str]:
    del by
    plan, test = case.on_the_table, case.test
    planned = test is not None and test.is_in_sandbox and not test.is_over
    tested = planned or case.application.real_world_test
    if tested and plan and not plan.real_world_plan.strip():
        yield "a real-world test is part of the case, but the plan embeds no real-world testing plan"


@guard(*AGREEING, rule="R57-10")
def the_data_protection_authority_is_associated(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    processed = case.processes_personal_data or (plan is not None and plan.needs_dpa)
    if processed and not case.dpa_reviewer:
        yield "personal data are processed, but no data protection authority is associated"


@guard(*AGREEING, rule="R58-D18")
def confidentiality_was_reviewed(case: Case, by: Person) -> Iterator[str]:
    del by
    plan = case.on_the_table
    if plan is not None and not plan.confidentiality_reviewed:
        yield "what is confidential in the plan was not reviewed; unmarked content may be published"
