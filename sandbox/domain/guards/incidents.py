"""What stands against a step while a serious incident is open (Art. 60(7), 73)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Role


@guard(Action.RESUME, Action.LIFT_ORDER, Action.CLOSE, rule="R60-7")
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
        if incident.complete_report_at is None and not incident.unreportable_because:
            yield f"{incident.subject} lacks its complete report"
        elif incident.closed_at is None:
            yield f"{incident.subject} is not closed by the authority"


@guard(Action.CLOSE_INCIDENT, rule="R73-08")
def measures_were_taken_on_a_complete_report(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        if incident.closed_at is None or incident.unreportable_because:
            continue
        if incident.complete_report_at is None:
            yield f"{incident.subject} lacks its complete report"
        if incident.measures_at is None:
            yield f"{incident.subject}: the measures of the authority are not recorded"


@guard(Action.CLOSE_INCIDENT, rule="R73-08")
def every_authority_that_got_the_report_took_measures(case: Case, by: Person) -> Iterator[str]:
    del by
    for subject in _open_clocks(case, Name.DL_13):
        yield f"{subject}: the measures of this authority are not recorded"


@guard(Action.CLOSE_INCIDENT, rule="R73-11")
def the_commission_was_told(case: Case, by: Person) -> Iterator[str]:
    del by
    for subject in _open_clocks(case, Name.DL_14):
        yield f"{subject}: the Commission was not told"


@guard(Action.CLOSE_INCIDENT, rule="R73-07")
def the_bodies_for_rights_were_told(case: Case, by: Person) -> Iterator[str]:
    del by
    for subject in _open_clocks(case, Name.DL_15):
        yield f"{subject}: the bodies that protect fundamental rights were not told"


def _open_clocks(case: Case, name: Name) -> Iterator[str]:
    """The subjects of the clocks of a name that still run for an incident that is to be closed."""
    closed = [incident for incident in case.incidents if incident.closed_at is not None]
    subjects = {i.subject for i in closed}.union(*(i.report_subjects for i in closed))
    for clock in case.deadlines:
        if clock.name is name and clock.met_at is None and clock.subject in subjects:
            yield clock.subject


@guard(Action.CLASSIFY_INCIDENT, Action.TAKE_MEASURES, Action.CLOSE_INCIDENT, rule="R75-01")
def whoever_is_competent_acts_on_an_incident(case: Case, by: Person) -> Iterator[str]:
    is_for_ai_office = any(incident.is_for_ai_office for incident in case.incidents)
    if by.role is Role.AI_OFFICE and not is_for_ai_office:
        yield "the AI Office is not competent for this system (Art. 75(1))"
    if by.role is Role.MARKET_SURVEILLANCE and is_for_ai_office:
        yield "the AI Office is exclusively competent for this system (Art. 75(1))"


@guard(Action.FORWARD_INCIDENT, rule="R75-1a")
def only_what_the_ai_office_received_is_forwarded(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        if incident.forwarded_at is None:
            continue
        if not incident.is_for_ai_office:
            yield f"{incident.subject} went to the authorities of the Member States themselves"
        elif incident.initial_report_at is None:
            yield f"{incident.subject} was not reported yet"


@guard(Action.CLOSE_INCIDENT, rule="R75-1a")
def the_ai_office_forwarded_the_report(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        was_received = incident.is_for_ai_office and incident.initial_report_at is not None
        if was_received and incident.closed_at is not None and incident.forwarded_at is None:
            yield f"{incident.subject} was not forwarded to the authority of the provider's seat"
