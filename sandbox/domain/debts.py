"""What a provider still owes when its participation is over (Art. 60(8), 73(5))."""

from collections.abc import Iterator

from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadline_subjects import OUTCOMES
from sandbox.domain.incident import REPORT_CLOCKS
from sandbox.domain.omission import Debt, Owed, is_recorded
from sandbox.domain.progress import Progress


def debts(case: Case) -> Iterator[Debt]:
    """Everything that is owed; a complete report until the day of the report it completes (X)."""
    for incident in case.incidents:
        if incident.complete_report_at is None and not incident.unreportable_because:
            subjects = {incident.subject, *incident.report_subjects}
            days = [
                clock.due
                for clock in case.deadlines
                if clock.name in REPORT_CLOCKS and clock.subject in subjects
            ]
            yield Debt(Owed.COMPLETE_REPORT, incident.number, max(days, default=None))
    test = case.test
    if test and test.started_on and test.state is not Progress.OUTCOMES_NOTIFIED:
        days = [
            clock.due
            for clock in case.deadlines
            if clock.name is Name.DL_18 and clock.subject.startswith(OUTCOMES)
        ]
        yield Debt(Owed.OUTCOMES, 0, max(days, default=None))


def unrecorded(case: Case) -> tuple[Debt, ...]:
    """What is owed and the authority does not go on without."""
    return tuple(
        debt for debt in debts(case) if not is_recorded(case.omissions, debt.owed, debt.incident)
    )
