"""What stands against a step while a serious incident is open (Art. 60(7), 73)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.concerns import incidents_of
from sandbox.domain.deadline_rules import Name
from sandbox.domain.guards.registry import guard
from sandbox.domain.incident import Incident
from sandbox.domain.lifecycle import SUPERVISORS, Role
from sandbox.domain.offices import acts_for_ai_office
from sandbox.domain.omission import Owed, is_recorded
from sandbox.domain.supervision import Office


@guard(Action.RESUME, Action.LIFT_ORDER, Action.CLOSE, rule="R60-7")
def every_incident_was_responded_to(case: Case, by: Person) -> Iterator[str]:
    """Of what is not somebody's business no refusal tells; the lead, who resumes, knows of all."""
    for incident in incidents_of(case, by):
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


@guard(Action.AGREE_AMENDMENT, rule="R73-06")
def no_amendment_alters_what_is_held(case: Case, by: Person) -> Iterator[str]:
    del by
    asked, now = case.amendment, case.plan
    if asked is None or now is None or not asked.plan.needs_another_environment(now):
        return
    for incident in case.incidents:
        if incident.holds_evidence:
            yield (
                f"{incident.subject}: the plan asks for another environment, and nothing may be "
                "altered before the authority was informed of the change"
            )


@guard(Action.DELETE_DATASET, rule="R73-06")
def no_dataset_goes_while_evidence_is_held(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in case.processing.datasets:
        if dataset.deletion is None:
            continue
        for incident in case.incidents:
            if incident.holds_evidence and incident.opened_at <= dataset.deletion.reported_at:
                yield f"{dataset.subject}: evidence of {incident.subject} is held"


@guard(Action.REPORT_INCIDENT, rule="R73-06")
def a_complete_report_says_what_was_found_and_done(case: Case, by: Person) -> Iterator[str]:
    del by
    made = [(i.initial_report_at, i.complete_report_at) for i in case.incidents]
    newest = max((at for both in made for at in both if at), default=None)
    for incident in case.incidents:
        if incident.complete_report_at is None or incident.complete_report_at != newest:
            continue  # an earlier report must not keep the first one of another incident waiting
        said = {
            "what the investigation found": incident.investigation,
            "how the risk is assessed": incident.risk_assessment,
            "which corrective action is taken": incident.corrective_action,
            "how it was mitigated at once": incident.response or "",
        }
        for what, words in said.items():
            if not words.strip():
                yield f"{incident.subject}: a complete report says {what}"


@guard(Action.CLOSE, rule="R73-05")
def every_incident_was_reported_completely_and_closed(case: Case, by: Person) -> Iterator[str]:
    del by
    for incident in case.incidents:
        if _lacks_its_report(case, incident) and not incident.unreportable_because:
            yield f"{incident.subject} lacks its complete report"
        elif incident.closed_at is None:
            yield f"{incident.subject} is not closed by the authority"


def _lacks_its_report(case: Case, incident: Incident) -> bool:
    """Whether its complete report is still waited for."""
    omitted = is_recorded(case.omissions, Owed.COMPLETE_REPORT, incident.number)
    return incident.complete_report_at is None and not omitted


@guard(Action.CLOSE_INCIDENT, rule="R73-08")
def measures_were_taken_on_a_complete_report(case: Case, by: Person) -> Iterator[str]:
    for incident, office in _closed_now(case, by):
        if incident.unreportable_because:
            return
        if _lacks_its_report(case, incident):
            yield f"{incident.subject} lacks its complete report"
        measured = {act.office for act in incident.measures_taken}
        if incident.measures_at is None and office not in measured:
            yield f"{incident.subject}: the measures of the {office} are not recorded"


@guard(Action.CLOSE_INCIDENT, rule="R73-11")
def the_commission_was_told(case: Case, by: Person) -> Iterator[str]:
    for subject in _open_clocks(case, by, Name.DL_14):
        yield f"{subject}: the Commission was not told (DL-14)"


@guard(Action.CLOSE_INCIDENT, rule="R73-07")
def the_bodies_for_rights_were_told(case: Case, by: Person) -> Iterator[str]:
    for subject in _open_clocks(case, by, Name.DL_15):
        yield f"{subject}: the bodies that protect fundamental rights were not told"


def _closed_now(case: Case, by: Person) -> Iterator[tuple[Incident, Office]]:
    """The incident that somebody closes, and for which office: each closes for itself, and what others
    closed before, or another incident, keeps nobody waiting.
    """
    own = [
        (act.at, incident, act.office)
        for incident in case.incidents
        for act in incident.closures
        if act.by == str(by)
    ]
    if own:
        _, incident, office = max(own, key=lambda closure: closure[0])
        yield incident, office


def _open_clocks(case: Case, by: Person, name: Name) -> Iterator[str]:
    """The subjects of the clocks of a name that still run for who closes an incident."""
    subjects = {
        subject
        for incident, office in _closed_now(case, by)
        for subject in (incident.subject, incident.subject_in(office.country))
    }
    for clock in case.deadlines:
        if clock.name is name and clock.met_at is None and clock.subject in subjects:
            yield clock.subject


@guard(Action.CLASSIFY_INCIDENT, Action.TAKE_MEASURES, Action.CLOSE_INCIDENT, rule="R75-01")
def whoever_is_competent_acts_on_an_incident(case: Case, by: Person) -> Iterator[str]:
    received = any(incident.is_for_ai_office for incident in case.incidents)
    if by.role is Role.AI_OFFICE and not received:
        yield "the AI Office is not competent for this system (Art. 75(1))"
    is_national = by.role in SUPERVISORS and not acts_for_ai_office(case, by)
    if is_national and case.is_for_ai_office:
        yield "the AI Office is exclusively competent for this system (Art. 75(1))"


@guard(Action.TAKE_MEASURES, Action.CLOSE_INCIDENT, rule="R73-08")
def whoever_gets_the_report_acts_for_itself(case: Case, by: Person) -> Iterator[str]:
    for incident in case.incidents:
        if acts_for_ai_office(case, by) is not incident.is_for_ai_office:
            continue  # R75-01 says it
        asked = {recipient.country for recipient in incident.reported_to}
        for office in {act.office for act in (*incident.measures_taken, *incident.closures)}:
            if office.country not in asked:
                yield f"{incident.subject} is not reported to the {office}"


@guard(Action.FORWARD_INCIDENT, rule="R75-1a")
def the_ai_office_forwards(case: Case, by: Person) -> Iterator[str]:
    if not acts_for_ai_office(case, by):
        yield "the AI Office forwards what it received (Art. 75(1))"


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
