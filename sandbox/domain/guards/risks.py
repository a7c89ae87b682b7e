"""What stands against going on with a significant risk (Art. 57(6), (11))."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.risk import RiskState


@guard(Action.JUDGE_RISK, rule="R57-06")
def a_mitigation_works_when_something_shows_it(case: Case, by: Person) -> Iterator[str]:
    del by
    for risk in case.risks:
        if risk.state is RiskState.EFFECTIVE and not risk.has_evidence:
            yield f"risk {risk.number}: nothing shows that the mitigation works"


@guard(Action.RESUME, rule="R57-11a")
def a_significant_risk_is_mitigated_before_a_test_goes_on(case: Case, by: Person) -> Iterator[str]:
    """Inside its walls a test may go on to show that the mitigation works."""
    del by
    for risk in case.risks:
        if risk.is_significant and risk.state is RiskState.OPEN:
            yield f"risk {risk.number} is significant and no mitigation is recorded"


@guard(Action.ACTIVATE, Action.RESUME, rule="R57-11a")
def no_test_runs_on_a_risk_that_cannot_be_mitigated(case: Case, by: Person) -> Iterator[str]:
    del by
    for risk in case.risks:
        if risk.is_beyond_mitigation:
            yield f"risk {risk.number} is significant and cannot be mitigated"


@guard(Action.COMPLETE, Action.START_TEST, Action.RESUME_TEST, Action.EXTEND_TEST, rule="R57-11a")
def a_mitigation_was_judged_effective(case: Case, by: Person) -> Iterator[str]:
    """Persons outside meet the system only then, and only then a participation ends well; one with
    a risk that stays is terminated.
    """
    del by
    for risk in case.risks:
        if risk.is_significant and risk.state is not RiskState.EFFECTIVE:
            yield f"risk {risk.number} is significant and is {risk.state}, not judged effective"
