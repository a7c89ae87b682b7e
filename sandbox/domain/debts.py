"""What a provider, or an authority, still owes when the participation is over (Art. 60(8), 73(5), (8))."""

from collections.abc import Iterator
from datetime import date

from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadline_subjects import OUTCOMES
from sandbox.domain.deadlines import Deadline
from sandbox.domain.incident import REPORT_CLOCKS, Incident
from sandbox.domain.incident_acts import not_closed_by
from sandbox.domain.omission import Debt, Owed, is_recorded
from sandbox.domain.progress import Progress


def debts(case: Case) -> Iterator[Debt]:
    """Everything that is owed; a complete report until the day of the report it completes (X), a closure
    until that of the measures of who closes (X), and no deletion of what a legal hold keeps.
    """
    for incident in case.incidents:
        if incident.complete_report_at is None and not incident.unreportable_because:
            subjects = {incident.subject, *incident.report_subjects}
            days = [
                clock.due
                for clock in case.deadlines
                if clock.name in REPORT_CLOCKS and clock.subject in subjects
            ]
            yield Debt(Owed.COMPLETE_REPORT, incident.number, max(days, default=None))
        for country in not_closed_by(incident):
            yield Debt(Owed.CLOSURE, incident.number, _last_day(case, incident, country), country)
    test = case.test
    if test and test.started_on and test.state is not Progress.OUTCOMES_NOTIFIED:
        days = [
            clock.due
            for clock in case.deadlines
            if clock.name is Name.DL_18 and clock.subject.startswith(OUTCOMES)
        ]
        yield Debt(Owed.OUTCOMES, 0, max(days, default=None))
    waiting = [clock.due for clock in awaited_deletions(case)]
    if waiting and not case.processing.holds_everything:
        yield Debt(Owed.SUBJECT_DELETION, 0, max(waiting))


def unrecorded(case: Case) -> tuple[Debt, ...]:
    """What is owed and the authority does not go on without."""
    return tuple(
        debt
        for debt in debts(case)
        if not is_recorded(
            *(case.omissions, debt.owed, debt.incident, debt.country), until=_at_least_until(debt)
        )
    )


def awaited_deletions(case: Case) -> tuple[Deadline, ...]:
    """The clocks of subjects whose data are not proven to be deleted."""
    return tuple(c for c in case.deadlines if c.name is Name.DL_17 and c.met_at is None)


def _at_least_until(debt: Debt) -> date:
    """Whoever withdraws after an omission was recorded is owed the deletion anew."""
    return (debt.owed is Owed.SUBJECT_DELETION and debt.last_day) or date.min


def _last_day(case: Case, incident: Incident, country: str) -> date | None:
    """Of the measures of an authority, else of the report to it, else of the answer to the incident, which
    every one has: beside other reporting law no other clock need run.
    """
    subjects = {incident.subject, incident.subject_in(country)}
    for names in ({Name.DL_13}, REPORT_CLOCKS, {Name.DL_16}):
        days = [c.due for c in case.deadlines if c.name in names and c.subject in subjects]
        if days:
            return max(days)
    return None
