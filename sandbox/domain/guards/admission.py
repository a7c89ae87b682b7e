"""What stands against admitting an applicant."""

from collections.abc import Iterator

from sandbox.domain.case import Case, Person, Severity
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Action
from sandbox.domain.screening import excluded, missing


@guard(Action.ADMIT, rule="R58-D06")
def the_applicant_is_eligible(case: Case, by: Person) -> Iterator[str]:
    del by
    for finding in (*excluded(case.findings), *missing(case.findings)):
        word = "excluded" if finding.severity is Severity.EXCLUDED else "incomplete"
        yield f"{word}: {finding.sentence}"
