"""What stands against agreeing on a plan."""

from collections.abc import Iterator

from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Action, Role


@guard(Action.AGREE_PLAN, rule="R57-05")
def the_provider_has_signed_the_plan(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.signed_by(Role.PROVIDER):
        yield "the provider has not signed this version of the plan"


@guard(Action.AGREE_PLAN, rule="R57-05")
def a_real_world_test_has_its_plan(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.application.real_world_test and case.plan and not case.plan.real_world_plan.strip():
        yield "a real-world test is part of the case, but the plan embeds no real-world testing plan"


@guard(Action.AGREE_PLAN, rule="R57-10")
def the_data_protection_authority_is_associated(case: Case, by: Person) -> Iterator[str]:
    del by
    processed = case.application.personal_data or (
        case.plan is not None and case.plan.personal_data
    )
    if processed and not case.dpa_reviewer:
        yield "personal data are processed, but no data protection authority is associated"


@guard(Action.AGREE_PLAN, rule="R58-D18")
def confidentiality_was_reviewed(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.plan is not None and not case.plan.confidentiality_reviewed:
        yield "what is confidential in the plan was not reviewed; unmarked content may be published"
