"""What stands against opening an exit report to others, and against telling of a case in public."""

from collections import Counter
from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.confidential import telling
from sandbox.domain.guards.registry import guard
from sandbox.domain.publication import GIVEN_BY


@guard(Action.GIVE_PERMISSION, rule="R57-08")
def each_party_agrees_for_itself_alone(case: Case, by: Person) -> Iterator[str]:
    for permit in case.permits:
        if permit.by == str(by) and GIVEN_BY[permit.permission] is not by.role:
            yield f"{permit.permission} is not for the {by.role} to give"


@guard(Action.GIVE_PERMISSION, rule="R57-08")
def what_is_given_is_not_given_twice(case: Case, by: Person) -> Iterator[str]:
    del by
    standing = Counter(
        (p.permission, p.report_sha256) for p in case.permits if p.withdrawn_at is None
    )
    for (permission, _), times in standing.items():
        if times > 1:
            yield f"{permission} was given already"


@guard(Action.WITHDRAW_PERMISSION, rule="R57-08")
def each_party_takes_back_its_own(case: Case, by: Person) -> Iterator[str]:
    for permit in case.permits:
        if permit.withdrawn_by == str(by) and GIVEN_BY[permit.permission] is not by.role:
            yield f"{permit.permission} is not for the {by.role} to take back"


@guard(Action.PUBLISH_FINDINGS, rule="R58-D18")
def nothing_marked_confidential_is_published(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.key_findings:
        yield from telling(case, case.key_findings[-1].text)
