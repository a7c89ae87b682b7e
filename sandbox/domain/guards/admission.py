"""What stands against admitting an applicant."""

from collections.abc import Iterator

from sandbox.domain import prohibited
from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.finding import Severity
from sandbox.domain.guards.registry import guard
from sandbox.domain.rule_versions import in_force
from sandbox.domain.screening import obstacles
from sandbox.errors import Reason


@guard(Action.ADMIT, rule="R58-D06")
def the_applicant_is_eligible(case: Case, by: Person) -> Iterator[Reason]:
    del by
    for finding in obstacles(case.findings):
        word = "excluded" if finding.severity is Severity.EXCLUDED else "incomplete"
        yield Reason(finding.rule, f"{word}: {finding.sentence}")


@guard(Action.ADMIT, rule="A5-ba")
def no_ban_has_begun_since_the_case_was_screened(case: Case, by: Person) -> Iterator[Reason]:
    """A case keeps the rules it was screened under, but nobody may admit what is banned by now."""
    del by
    if case.decision is None:
        return
    rules = in_force(case.decision.day)
    now = tuple(prohibited.findings(case.application, rules, case.practice_reviews))
    known = {finding.sentence for finding in obstacles(case.findings)}
    for finding in obstacles(now):
        if finding.sentence not in known:
            yield Reason(finding.rule, f"by the rules of {rules.name}: {finding.sentence}")


@guard(Action.REVIEW_PRACTICE, rule="X-practice")
def the_practice_was_declared_or_is_suspected(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.practice_reviews:
        return
    code = case.practice_reviews[-1].code
    hits = prohibited.hits(case.application)
    if code not in hits:
        found = ", ".join(hits) or "none"
        yield f"{code} was neither declared nor is it suspected; found: {found}"
