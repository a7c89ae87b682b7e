"""What stands against a step while a serious incident is open (Art. 60(7), 73)."""

from collections.abc import Iterator

from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Action


@guard(Action.RESUME, Action.LIFT_ORDER, rule="R60-7")
def every_incident_was_responded_to(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        if incident.response is None:
            yield f"{incident.subject}: nobody has decided how it is mitigated"


@guard(Action.RESUME, rule="R73-06")
def the_evidence_hold_was_lifted(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        if incident.holds_evidence:
            yield (
                f"{incident.subject}: nothing may be altered before the authority was informed of "
                "the change, since that could spoil finding the cause"
            )


@guard(Action.CLOSE, rule="R73-05")
def every_incident_was_reported_completely_and_closed(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        if incident.complete_report_at is None:
            yield f"{incident.subject} lacks its complete report"
        elif incident.closed_at is None:
            yield f"{incident.subject} is not closed by the authority"


@guard(Action.CLOSE_INCIDENT, rule="R73-08")
def measures_were_taken_on_a_complete_report(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        if incident.closed_at is None:
            continue
        if incident.complete_report_at is None:
            yield f"{incident.subject} lacks its complete report"
        if incident.measures_at is None:
            yield f"{incident.subject}: the measures of the authority are not recorded"
