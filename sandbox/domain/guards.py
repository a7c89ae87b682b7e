"""What must be true besides the edge: each guard names its rule and says every reason at once."""

from collections.abc import Callable, Iterator

from sandbox.domain.case import Case, Person, Severity
from sandbox.domain.lifecycle import Action, Role
from sandbox.domain.screening import excluded, missing
from sandbox.errors import Reason, RuleBroken

Guard = Callable[[Case, Person], Iterator[str]]
GUARDS: dict[Action, list[tuple[str, Guard]]] = {}


def guard(action: Action, *, rule: str) -> Callable[[Guard], Guard]:
    """Register a function that yields the reasons against an action."""

    def register(function: Guard) -> Guard:
        GUARDS.setdefault(action, []).append((rule, function))
        return function

    return register


def against(case: Case, action: Action, by: Person) -> tuple[Reason, ...]:
    """Every reason against an action, in the order of the guards; empty when there is none."""
    return tuple(
        Reason(rule, sentence)
        for rule, function in GUARDS.get(action, ())
        for sentence in function(case, by)
    )


def refuse_unless_lawful(case: Case, action: Action, by: Person) -> None:
    """RuleBroken with all reasons, or nothing."""
    reasons = against(case, action, by)
    if reasons:
        raise RuleBroken(reasons)


@guard(Action.ADMIT, rule="R58-D06")
def the_applicant_is_eligible(case: Case, by: Person) -> Iterator[str]:
    del by
    for finding in (*excluded(case.findings), *missing(case.findings)):
        word = "excluded" if finding.severity is Severity.EXCLUDED else "incomplete"
        yield f"{word}: {finding.sentence}"


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


@guard(Action.ACTIVATE, rule="R59-d")
def the_isolation_was_checked(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.isolation:
        yield "the isolation of the environment was not checked"
    for probe in case.isolation:
        if probe.proven and not probe.passed:
            yield f"isolation probe {probe.name}: expected {probe.expected}, saw {probe.seen}"


@guard(Action.RESUME, rule="R57-11b")
def the_risk_was_mitigated(case: Case, by: Person) -> Iterator[str]:
    del by
    since = case.suspension.at if case.suspension else None
    if case.mitigation is None or (since is not None and case.mitigation.at < since):
        yield "no mitigation was recorded since the suspension"


@guard(Action.RESUME, rule="X-four-eyes")
def a_second_person_resumes(case: Case, by: Person) -> Iterator[str]:
    if case.suspension is not None and case.suspension.by == str(by):
        yield "whoever suspended a test may not resume it: a second person must"


@guard(Action.CLOSE, rule="R57-07c")
def the_exit_report_was_issued(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.exit_report_sha256:
        yield "the exit report was not issued"


@guard(Action.CLOSE, rule="R59-g")
def the_deletion_is_certified(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.deletion_certificate_sha256:
        yield "the deletion of the environment is not certified"
