"""What people may try in the life of a case, each with the step it is when it is lawful; and how each
clock of the law is met.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.exit_report import knows_every_incident
from sandbox.domain.incident import CausalLink, Classification, IncidentClass, found
from sandbox.domain.lifecycle import EDGES, Role
from sandbox.domain.naming import CaseId
from sandbox.domain.outcome import Activity, ActivityKind
from sandbox.domain.papers import Paper
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.progress import STOPPABLE, Progress
from sandbox.domain.publication import Permission
from sandbox.domain.supervision import RequestKind
from sandbox.domain.territory import TerritoryEvent
from sandbox.stages import (
    clocks,
    consent,
    follow_up,
    incident_reports,
    orders,
    place,
    proof,
    publication,
    real_world,
    requests,
)
from sandbox.store import documents
from tests.factories import ADA, AUTHORITY, SUE, TOM
from tests.office import Office
from tests.real_world import LONGER
from tests.stages import personal_data as data
from tests.stages import reviewing, testing
from tests.stages.besides import BESIDES
from tests.stages.supervising import (
    DORA,
    MAX,
    OLAF,
    classified,
    inspection,
    opened,
    order,
    reported,
    responded,
    simple,
    supervising,
)
from tests.stages.test_amend import Table
from tests.stages.test_clocks import plan_from_today, tell_ai_office
from tests.stages.test_consent import by_letter, give

Attempt = Callable[[Office, CaseId], object]
A = Action
PROOF = (Activity(ActivityKind.TRAINING, "ten epochs"),)
TOKENS = count()


def newest(case: Case) -> int:
    """The incident that people are busy with: the newest."""
    return len(case.incidents) or 1


def classify(office: Office, case_id: CaseId, kind: IncidentClass, number: int = 0) -> None:
    judged = Classification((kind,), CausalLink.LIKELY)
    classified(office, case_id, judged, SUE, number or newest(office.case(case_id)))


def report(office: Office, case_id: CaseId, *, complete: bool, number: int = 0) -> None:
    reported(office, case_id, complete=complete, number=number or newest(office.case(case_id)))


def measures(office: Office, case_id: CaseId, by: Person, number: int) -> None:
    told: dict[str, Any] = {
        "commission_reference": "C",
        "rights_reference": "R",
        "authority": AUTHORITY,
    }
    incident_reports.take_measures(
        case_id, number, measures="looked into", **told, **simple(office, by)
    )


def close(office: Office, case_id: CaseId, number: int) -> None:
    """Each authority that got the report closes it for itself."""
    known = found(office.case(case_id).incidents, number)
    closed_by = {act.office.country for act in known.closures}
    for by, country in ((SUE, "NL"), (DORA, "DE")):
        if country in {r.country for r in known.reported_to} - closed_by:
            incident_reports.close(case_id, number, nudge=office.nudge, **supervising(office, by))


def told_others(office: Office, case_id: CaseId, number: int) -> None:
    """Whoever gave an order tells the others of it."""
    giver = office.case(case_id).orders[number - 1].office
    assert giver is not None
    by = SUE if giver.role is Role.AUTHORITY else {"NL": MAX, "DE": DORA}[giver.country]
    orders.tell_other_authorities(case_id, number, "ref", **supervising(office, by))


def in_force(office: Office, case_id: CaseId) -> SandboxPlan:
    return office.case(case_id).plan or plan_from_today(office)


def amended(office: Office, case_id: CaseId, by: Person, gpus: int) -> Case:
    plan = in_force(office, case_id)
    changed = replace(plan, scope=f"{office.clock()}", resources=replace(plan.resources, gpus=gpus))
    return Table(office, case_id).propose(changed, by)


def extended(office: Office, case_id: CaseId) -> Case:
    last_day = in_force(office, case_id).last_day + timedelta(weeks=12)
    return Table(office, case_id).extend(last_day)


def longer_test(office: Office, case_id: CaseId) -> None:
    case = office.case(case_id)
    until = case.planned_test().last_day + timedelta(days=20)
    told = replace(LONGER, version=case.newest_form + 1)
    consent.release(case_id, told, **simple(office, ADA))
    real_world.extend(case_id, until, "more data", **testing.more(office))


def started(office: Office, case_id: CaseId) -> None:
    testing.on_duty(office, case_id)
    testing.begin(office, case_id)


def resumed(office: Office, case_id: CaseId) -> None:
    testing.on_duty(office, case_id)
    real_world.resume(case_id, **testing.more(office))


def consented(office: Office, case_id: CaseId) -> tuple[int, str]:
    """A subject of its own consents: the number of its consent, and its token."""
    token = f"{case_id} {next(TOKENS)}"
    return give(office, case_id, token, subject=token), token


def withdrawn(office: Office, case_id: CaseId) -> None:
    _, token = consented(office, case_id)
    consent.withdraw(token, sessions=office.sessions, clock=office.clock)


def withdrawn_by_letter(office: Office, case_id: CaseId) -> None:
    number, _ = consented(office, case_id)
    by_letter(office, case_id, number)


def deleted(office: Office, case_id: CaseId, number: int) -> None:
    data.delete(office, case_id, number)
    data.verify(office, case_id, number)


def by_hand(office: Office, case_id: CaseId, name: Name) -> None:
    at = office.clock()
    event = at if name is Name.DL_24 else AUTHORITY.day(at)
    clocks.start(
        case_id,
        name,
        event,
        f"since {at:%m-%d %H.%M}",
        "ticket",
        authority=AUTHORITY,
        **simple(office, ADA),
    )


def asked(office: Office, case_id: CaseId, kind: RequestKind) -> None:
    requests.ask(case_id, kind=kind, reasons="why", authority=AUTHORITY, **simple(office))


def end(action: Action) -> Attempt:
    return lambda o, c: o.end(c, action)


# What anybody may try, lawful or not at that moment.
ATTEMPTS: dict[str, tuple[Action, Attempt]] = {
    "admit": (A.ADMIT, lambda o, c: o.decide(c)),
    "reject": (A.REJECT, lambda o, c: o.decide(c, admitted=False)),
    "appeal": (A.LODGE_APPEAL, reviewing.lodge),
    "uphold": (
        A.UPHOLD_APPEAL,
        lambda o, c: reviewing.rule(o, c, TOM, upheld=True, conditions=f"as of {o.clock()}"),
    ),
    "dismiss": (A.DISMISS_APPEAL, lambda o, c: reviewing.rule(o, c, TOM, upheld=False)),
    "associate": (A.ASSOCIATE_DPA, lambda o, c: o.associate(c)),
    "sign": (
        A.PROPOSE_PLAN,
        lambda o, c: o.sign(c, o.propose(c, plan_from_today(o)).plan_sha256),
    ),
    "agree": (A.AGREE_PLAN, lambda o, c: o.agree(c, o.case(c).plan_sha256)),
    "suspend": (A.SUSPEND, lambda o, c: o.suspend(c)),
    "mitigate": (A.RECORD_MITIGATION, lambda o, c: o.mitigate(c)),
    "resume": (A.RESUME, lambda o, c: o.resume(c, TOM)),
    "tell the AI Office": (A.NOTIFY_AI_OFFICE, tell_ai_office),
    "report": (A.REQUEST_REPORT, lambda o, c: o.report(c)),
    "complete": (A.COMPLETE, end(A.COMPLETE)),
    "exit report": (A.ISSUE_EXIT_REPORT, lambda o, c: o.issue_exit_report(c)),
    "ask for proof": (
        A.REQUEST_PROOF,
        lambda o, c: proof.ask(c, authority=AUTHORITY, nudge=o.nudge, **simple(o, ADA)),
    ),
    "prove": (
        A.ISSUE_PROOF,
        lambda o, c: proof.issue(c, PROOF, authority=AUTHORITY, nudge=o.nudge, **simple(o)),
    ),
    "open to the Union": (
        A.GIVE_PERMISSION,
        lambda o, c: publication.give(c, Permission.UNION_ACCESS, nudge=o.nudge, **simple(o, ADA)),
    ),
    "close to the Union": (
        A.WITHDRAW_PERMISSION,
        lambda o, c: publication.withdraw(c, Permission.UNION_ACCESS, **simple(o, ADA)),
    ),
    "ask afterwards": (
        A.SEND_QUESTIONNAIRE,
        lambda o, c: follow_up.send(c, ("well?",), nudge=o.nudge, **simple(o)),
    ),
    "answer afterwards": (
        A.ANSWER_QUESTIONNAIRE,
        lambda o, c: follow_up.answer(c, 1, ("yes",), **simple(o, ADA)),
    ),
    "incident": (A.OPEN_INCIDENT, lambda o, c: opened(o, c, "NL", "DE")),
    "a death": (A.CLASSIFY_INCIDENT, lambda o, c: classify(o, c, IncidentClass.DEATH)),
    "rights touched": (
        A.CLASSIFY_INCIDENT,
        lambda o, c: classify(o, c, IncidentClass.FUNDAMENTAL_RIGHTS),
    ),
    "infrastructure": (
        A.CLASSIFY_INCIDENT,
        lambda o, c: classify(o, c, IncidentClass.CRITICAL_INFRASTRUCTURE),
    ),
    "answer": (
        A.RESPOND_TO_INCIDENT,
        lambda o, c: responded(o, c, mitigated=True, number=newest(o.case(c))),
    ),
    "cannot answer": (
        A.RESPOND_TO_INCIDENT,
        lambda o, c: responded(o, c, mitigated=False, number=newest(o.case(c))),
    ),
    "report incident": (A.REPORT_INCIDENT, lambda o, c: report(o, c, complete=False)),
    "report all": (A.REPORT_INCIDENT, lambda o, c: report(o, c, complete=True)),
    "Dutch measures": (A.TAKE_MEASURES, lambda o, c: measures(o, c, MAX, newest(o.case(c)))),
    "German measures": (A.TAKE_MEASURES, lambda o, c: measures(o, c, DORA, newest(o.case(c)))),
    "close incident": (A.CLOSE_INCIDENT, lambda o, c: close(o, c, newest(o.case(c)))),
    "order abroad": (A.GIVE_ORDER, lambda o, c: order(o, c, DORA, "DE")),
    "order at home": (A.GIVE_ORDER, lambda o, c: order(o, c, MAX, "NL")),
    "inspect": (A.OPEN_INSPECTION, inspection),
    "ask for an assessment": (A.ASK_AUTHORITY, lambda o, c: asked(o, c, RequestKind.ASSESSMENT)),
    "ask about a model": (
        A.ASK_AUTHORITY,
        lambda o, c: asked(o, c, RequestKind.MODEL_INFORMATION),
    ),
    "a breach of data": (A.START_CLOCK, lambda o, c: by_hand(o, c, Name.DL_24)),
    "a systemic model": (A.START_CLOCK, lambda o, c: by_hand(o, c, Name.DL_21)),
    "plan a test": (A.PLAN_TEST, testing.draft),
    "submit it": (A.SUBMIT_TESTING_PLAN, testing.submit),
    "approve it": (A.ANSWER_TESTING_PLAN, lambda o, c: testing.answer(o, c, MAX, "NL")),
    "ask about it": (
        A.ANSWER_TESTING_PLAN,
        lambda o, c: testing.answer(o, c, DORA, "DE", TerritoryEvent.QUESTION),
    ),
    "approve it abroad": (A.ANSWER_TESTING_PLAN, lambda o, c: testing.answer(o, c, DORA, "DE")),
    "waive the cap": (A.WAIVE_CONDITION, lambda o, c: testing.waive(o, c, MAX, "NL")),
    "prepare it": (A.REGISTER_TEST, testing.prepared),
    "start it": (A.START_TEST, started),
    "extend it": (A.EXTEND_TEST, longer_test),
    "stop it": (A.SUSPEND_TEST, testing.stop),
    "resume it": (A.RESUME_TEST, resumed),
    "end it": (A.END_TEST, testing.finish),
    "consent and withdraw": (A.RECORD_CONSENT, withdrawn),
    "withdraw by letter": (A.WITHDRAW_CONSENT, withdrawn_by_letter),
    "let data in": (A.RELEASE_DATASET, data.let_in),
    "delete data": (A.DELETE_DATASET, lambda o, c: deleted(o, c, 1)),
    "hold": (A.PLACE_HOLD, data.hold),
    "lift": (A.LIFT_HOLD, data.lift),
}

# The same for the agreed plan.
AMENDMENTS: dict[str, tuple[Action, Attempt]] = {
    "amend": (A.PROPOSE_AMENDMENT, lambda o, c: amended(o, c, ADA, 2)),
    "amend by the authority": (A.PROPOSE_AMENDMENT, lambda o, c: amended(o, c, SUE, 3)),
    "extend": (A.PROPOSE_AMENDMENT, extended),
    "agree amendment": (A.AGREE_AMENDMENT, lambda o, c: Table(o, c).agree(SUE)),
    "provider agrees": (A.AGREE_AMENDMENT, lambda o, c: Table(o, c).agree(ADA)),
    "decline": (A.DECLINE_AMENDMENT, lambda o, c: Table(o, c).refuse(A.DECLINE_AMENDMENT, SUE)),
    "take back": (
        A.TAKE_BACK_AMENDMENT,
        lambda o, c: Table(o, c).refuse(A.TAKE_BACK_AMENDMENT, ADA),
    ),
    "amend and agree": (
        A.PROPOSE_AMENDMENT,
        lambda o, c: (amended(o, c, ADA, 4), Table(o, c).agree(SUE)),
    ),
    "extend and agree": (
        A.PROPOSE_AMENDMENT,
        lambda o, c: (extended(o, c), Table(o, c).agree(SUE)),
    ),
}
EVERYTHING = ATTEMPTS | AMENDMENTS | BESIDES


def _on_an_incident(case: Case) -> bool:
    return any(known.closed_at is None for known in case.incidents)


def _in_state(*states: Progress) -> Callable[[Case], bool]:
    return lambda case: case.test is not None and case.test.state in states


def _on_data(case: Case) -> bool:
    return case.application.reuses_personal_data


def _on_an_amendment(case: Case) -> bool:
    return case.amendment is not None


INCIDENT_STEPS = (
    *(A.CLASSIFY_INCIDENT, A.RESPOND_TO_INCIDENT, A.REPORT_INCIDENT),
    *(A.TAKE_MEASURES, A.CLOSE_INCIDENT),
)
BEFORE_A_TEST = (A.SUBMIT_TESTING_PLAN, A.ANSWER_TESTING_PLAN, A.REGISTER_TEST)
DATA_STEPS = (
    *(
        A.DECLARE_DATASET,
        A.NAME_PERSONS,
        A.REQUEST_EXPORT,
        A.LOG_ACCESS,
        A.REFUSE_DELETION,
        A.STATE_SAFEGUARDS,
    ),
    *(A.RECORD_EXPERIMENT, A.WRITE_SUMMARY, A.PUBLISH_SUMMARY, A.CONFIRM_INTEREST),
    *(A.STOP_PROCESSING, A.RESUME_PROCESSING, A.RECORD_RIGHTS_REQUEST, A.ANSWER_RIGHTS_REQUEST),
)
# What a step is about; where that is missing it cannot succeed, whatever the stage.
NEEDS: dict[Action, Callable[[Case], bool]] = {
    **dict.fromkeys(INCIDENT_STEPS, _on_an_incident),
    **dict.fromkeys(BEFORE_A_TEST, _in_state(Progress.PLANNED)),
    A.PLAN_TEST: lambda case: case.application.real_world_test and case.test is None,
    A.WAIVE_CONDITION: lambda case: case.test is not None,
    A.START_TEST: _in_state(Progress.CONSENT_OPEN),
    A.EXTEND_TEST: _in_state(Progress.RUNNING, Progress.SUSPENDED),
    A.SUSPEND_TEST: _in_state(Progress.RUNNING, Progress.EXTENDED),
    A.RESUME_TEST: _in_state(Progress.SUSPENDED),
    A.END_TEST: _in_state(*STOPPABLE),
    **dict.fromkeys(
        (A.RECORD_CONSENT, A.WITHDRAW_CONSENT), _in_state(Progress.CONSENT_OPEN, *STOPPABLE)
    ),
    **dict.fromkeys((A.RELEASE_DATASET, A.DELETE_DATASET, A.PLACE_HOLD, A.LIFT_HOLD), _on_data),
    **dict.fromkeys((A.AGREE_AMENDMENT, A.DECLINE_AMENDMENT), _on_an_amendment),
    A.TAKE_BACK_AMENDMENT: _on_an_amendment,
    **dict.fromkeys(DATA_STEPS, _on_data),
    **dict.fromkeys((A.GRADE_RISK, A.MITIGATE_RISK, A.JUDGE_RISK), lambda case: bool(case.risks)),
    **dict.fromkeys((A.CONFIRM_ORDER, A.MITIGATE_ORDER, A.LIFT_ORDER), lambda c: bool(c.orders)),
    **dict.fromkeys((A.CONSENT_TO_OBSERVER, A.END_OBSERVER), lambda case: bool(case.observers)),
    **dict.fromkeys((A.CONSENT_TO_SHARE, A.REVOKE_SHARE), lambda case: bool(case.shares)),
    **dict.fromkeys((A.ACKNOWLEDGE_GUIDANCE, A.FOLLOW_GUIDANCE), lambda c: bool(c.guidance)),
    A.END_SEAT: lambda case: any(seat.given_by for seat in case.seats),
    A.CLOSE_INSPECTION: lambda case: bool(case.inspections),
    A.SUPPLY_INFORMATION: lambda case: bool(case.requisitions),
    A.ACKNOWLEDGE_COST: lambda case: bool(case.exceptional_costs),
    A.DECIDE_EXPORT: lambda case: bool(case.processing.exports),
    **dict.fromkeys((A.ISSUE_PROOF, A.DECLINE_PROOF), lambda case: bool(case.proof_requests)),
}


def fitting(case: Case) -> list[str]:
    """What a case has an edge for, and what it is about; nothing else may succeed."""
    known = {edge.action for edge in EDGES if edge.source is case.stage}
    return sorted(
        name
        for name, (action, _) in EVERYTHING.items()
        if action in known and NEEDS.get(action, lambda _: True)(case)
    )


def withdraw(office: Office, case_id: CaseId) -> None:
    parts = simple(office, ADA) | {"authority": AUTHORITY, "nudge": office.nudge}
    place.withdraw(case_id, **parts)


def _number(subject: str) -> int:
    """What a clock is about by its number, whatever country stands before or after it."""
    return next(int(word) for word in subject.split() if word.isdigit())


def knowing_exit_report(office: Office, case_id: CaseId) -> None:
    """The authority issues another exit report after an incident was closed or left out."""
    with office.sessions.begin() as session:
        issued = [d for d in documents.of_case(session, case_id) if d.kind is Paper.EXIT_REPORT]
    if not any(knows_every_incident(office.case(case_id), d.wanted_at) for d in issued):
        office.issue_exit_report(case_id)


def _told_of_stop(office: Office, case_id: CaseId, subject: str) -> None:
    parts = simple(office, ADA)
    if subject.startswith("outcomes"):
        real_world.notify_outcomes(case_id, "as expected", **parts)
    else:
        real_world.tell_of_stop(case_id, "letter 3", **parts)


def _answered(office: Office, case_id: CaseId, subject: str) -> None:
    requests.answer(case_id, _number(subject), "so", **simple(office, OLAF))


def _reported(office: Office, case_id: CaseId, subject: str) -> None:
    reported(office, case_id, complete=True, number=_number(subject))


def _measures(office: Office, case_id: CaseId, subject: str) -> None:
    measures(office, case_id, DORA if subject.endswith("DE") else MAX, _number(subject))


def _met_by_hand(name: Name) -> "Duty":
    return lambda o, c, subject: clocks.meet(c, name, subject, "ticket", **simple(o))


# How whoever owes it meets each clock; those left out end with the participation.
Duty = Callable[[Office, CaseId, str], object]
DUTIES: dict[Name, Duty] = {
    Name.DL_06: lambda o, c, _: knowing_exit_report(o, c),
    Name.DL_07: lambda o, c, _: ATTEMPTS["prove"][1](o, c),
    Name.DL_08: lambda o, c, _: tell_ai_office(o, c),
    **dict.fromkeys((Name.DL_10, Name.DL_11, Name.DL_12), _reported),
    **dict.fromkeys((Name.DL_13, Name.DL_14, Name.DL_15), _measures),
    Name.DL_16: lambda o, c, s: responded(o, c, mitigated=True, number=_number(s)),
    Name.DL_17: lambda o, c, s: consent.prove_deletion(c, _number(s), "log 7", **simple(o, ADA)),
    Name.DL_18: _told_of_stop,
    Name.DL_19: lambda o, c, s: deleted(o, c, _number(s)) if s else None,
    Name.DL_21: _met_by_hand(Name.DL_21),
    **dict.fromkeys((Name.DL_22, Name.DL_23), _answered),
    Name.DL_24: _met_by_hand(Name.DL_24),
    Name.DL_26: lambda o, c, s: told_others(o, c, _number(s)),
}
