"""What people may try besides the way of a case: support, orders, sharing, exports, publication."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.environment import Operation
from sandbox.domain.export import ExportClass
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.observers import ObserverKind
from sandbox.domain.observers import Part as Seen
from sandbox.domain.processing import Right
from sandbox.domain.risk import RiskState, Weight
from sandbox.domain.seats import Capacity
from sandbox.domain.supervision import EVERYWHERE, OrderKind
from sandbox.domain.tool import Dimension, Rights, ToolKind
from sandbox.stages import (
    attest,
    consent,
    experiments,
    good_faith,
    guidance,
    learning,
    observers,
    orders,
    place,
    proof,
    publication,
    real_world,
    revoke,
    safeguards,
    seats,
    suspend,
    tools,
)
from tests.factories import ADA, AUTHORITY, SUE, TOM, UNION
from tests.office import Office
from tests.stages import personal_data as data
from tests.stages import reviewing, testing
from tests.stages.supervising import ABROAD, INA, MAX, MIA, closing, order, simple, supervising
from tests.stages.test_omissions import go_on
from tests.stages.test_processing import resume, stop
from tests.stages.test_requisitions import require, supply
from tests.stages.test_shares import consent as consent_to_share
from tests.stages.test_shares import revoke as revoke_share
from tests.stages.test_shares import share
from tests.stages.test_support import LESSON, add_risk, grade, judge, mitigate

Attempt = Callable[[Office, CaseId], object]
A = Action
ANSWER: dict[str, Any] = {"answer": "Log it.", "law": ("Art. 12",)}
TOOL: dict[str, Any] = {
    "title": "gap",
    "kind": ToolKind.BENCHMARK,
    "dimension": Dimension.ACCURACY,
    "description": "hold-out",
    "rights": Rights.OPEN,
    "licence": "EUPL-1.2",
    "reference": "doi:1",
}


def told(office: Office, by: Person = ADA) -> dict[str, Any]:
    return simple(office, by) | {"nudge": office.nudge}


def in_days(office: Office, days: int) -> date:
    return AUTHORITY.day(office.clock()) + timedelta(days=days)


def newest(things: tuple[object, ...]) -> int:
    return len(things) or 1


def invited(office: Office, case_id: CaseId) -> Case:
    guest: dict[str, Any] = {
        "name": f"Nora {office.clock()}",
        "organisation": "TÜV",
        "kind": ObserverKind.NOTIFIED_BODY,
        "scope": (Seen.RISKS,),
    }
    until = in_days(office, 10)
    return observers.invite(case_id, **guest, until=until, **testing.more(office, SUE))


def lifted(office: Office, case_id: CaseId) -> Case:
    """A colleague of whoever gave the newest order lifts it."""
    given = office.case(case_id).orders
    by = {"NL": MIA, "DE": ABROAD}.get(given[-1].country, TOM) if given else TOM
    return orders.lift(case_id, newest(given), nudge=office.nudge, **supervising(office, by))


def changes_ordered(office: Office, case_id: CaseId) -> Case:
    changes: dict[str, Any] = {"required_changes": "log more", "remedy": "object within six weeks"}
    return order(office, case_id, SUE, EVERYWHERE, kind=OrderKind.MODIFY, **changes)


def seated(office: Office, case_id: CaseId) -> Case:
    return seats.give(
        case_id,
        role=Role.MARKET_SURVEILLANCE,
        country="FR",
        organisation="",
        capacity=Capacity.CONCERNED,
        legal_basis="Art. 57(13)",
        union=UNION,
        **simple(office),
    )


def unseated(office: Office, case_id: CaseId) -> Case:
    french: dict[str, Any] = {"role": Role.MARKET_SURVEILLANCE, "country": "FR", "organisation": ""}
    return seats.end(case_id, **french, reasons="not competent", **simple(office))


def asked_by_a_subject(office: Office, case_id: CaseId) -> Case:
    on = in_days(office, 0)
    asked: dict[str, Any] = {"right": Right.ACCESS, "subject": "S-1", "received_on": on}
    return experiments.receive_request(case_id, **asked, **simple(office, ADA))


def answered(office: Office, case_id: CaseId, number: int) -> Case:
    return experiments.answer_request(case_id, number, "here it is", **simple(office, ADA))


def revoked(office: Office, case_id: CaseId) -> None:
    parts = told(office, SUE) | {"authority": AUTHORITY, "union": UNION}
    revoke.revoke(case_id, "nobody answers", **parts)


def in_good_faith(office: Office, case_id: CaseId) -> None:
    file: dict[str, Any] = {"authority": AUTHORITY, "regime": office.regime}
    good_faith.issue(case_id, **told(office) | file)


SUPPORT: dict[str, tuple[A, Attempt]] = {
    "see a risk": (A.ADD_RISK, lambda o, c: add_risk(o, c, due=in_days(o, 30))),
    "weigh it": (A.GRADE_RISK, lambda o, c: grade(o, c, Weight.MINOR)),
    "mitigate it": (A.MITIGATE_RISK, lambda o, c: mitigate(o, c, evidence="run 2")),
    "accept it": (A.JUDGE_RISK, lambda o, c: judge(o, c, RiskState.EFFECTIVE)),
    "ask for guidance": (A.ASK_GUIDANCE, lambda o, c: guidance.ask(c, "Which?", **told(o))),
    "guide": (
        A.GIVE_GUIDANCE,
        lambda o, c: guidance.give(c, None, **ANSWER, **testing.more(o, SUE)),
    ),
    "acknowledge guidance": (
        A.ACKNOWLEDGE_GUIDANCE,
        lambda o, c: guidance.acknowledge(c, newest(o.case(c).guidance), **simple(o, ADA)),
    ),
    "follow guidance": (
        A.FOLLOW_GUIDANCE,
        lambda o, c: guidance.follow(
            *(c, newest(o.case(c).guidance)), followed=False, evidence="dear", **testing.more(o)
        ),
    ),
    "ask for the file": (A.ISSUE_GOOD_FAITH_FILE, in_good_faith),
    "learn": (
        A.PROPOSE_LESSON,
        lambda o, c: learning.propose(c, **LESSON, wording_is_public=False, **simple(o, ADA)),
    ),
    "confirm what was learnt": (
        A.CONFIRM_LESSON,
        lambda o, c: learning.confirm(c, 1, wording_is_public=True, **simple(o)),
    ),
    "offer a tool": (A.OFFER_TOOL, lambda o, c: tools.offer(c, **TOOL, **simple(o, ADA))),
    "list it": (A.LIST_TOOL, lambda o, c: tools.put_on_list(c, 1, **simple(o))),
    "invite an observer": (A.INVITE_OBSERVER, invited),
    "admit it": (
        A.CONSENT_TO_OBSERVER,
        lambda o, c: observers.consent(c, newest(o.case(c).observers), **told(o)),
    ),
    "show it out": (
        A.END_OBSERVER,
        lambda o, c: observers.end(c, newest(o.case(c).observers), **simple(o, ADA)),
    ),
    "warn of cost": (A.WARN_OF_COST, reviewing.warn),
    "bear it": (
        A.ACKNOWLEDGE_COST,
        lambda o, c: reviewing.acknowledge(o, c, newest(o.case(c).exceptional_costs)),
    ),
}


def walls_restored(office: Office, case_id: CaseId) -> None:
    office.engine.drifted = (Operation("delete", "NetworkPolicy/deny-all"),)
    office.clock.forward(hours=1)
    office.sweep()
    office.work()
    attest.restore(case_id, reasons="opened by hand", **told(office, SUE))


SUPERVISION: dict[str, tuple[A, Attempt]] = {
    "require changes": (A.GIVE_ORDER, changes_ordered),
    "know of the order": (
        A.CONFIRM_ORDER,
        lambda o, c: orders.confirm(c, newest(o.case(c).orders), **simple(o, ADA)),
    ),
    "mend it": (
        A.MITIGATE_ORDER,
        lambda o, c: orders.mitigate(c, newest(o.case(c).orders), "logged", **simple(o, ADA)),
    ),
    "lift the order": (A.LIFT_ORDER, lifted),
    "end the inspection": (
        A.CLOSE_INSPECTION,
        lambda o, c: closing(o, c, max((i.number for i in o.case(c).inspections), default=1), INA),
    ),
    "require papers": (A.REQUIRE_INFORMATION, lambda o, c: require(o, c, MAX)),
    "hand them over": (
        A.SUPPLY_INFORMATION,
        lambda o, c: supply(o, c, newest(o.case(c).requisitions)),
    ),
    "find a wall open and restore it": (A.RESTORE_WALLS, walls_restored),
    "share": (A.SHARE_CASE, share),
    "agree to share": (
        A.CONSENT_TO_SHARE,
        lambda o, c: consent_to_share(o, c, newest(o.case(c).shares)),
    ),
    "share no longer": (
        A.REVOKE_SHARE,
        lambda o, c: revoke_share(o, c, SUE, newest(o.case(c).shares)),
    ),
    "seat the French": (A.SEAT_AUTHORITY, seated),
    "ask the French to leave": (A.END_SEAT, unseated),
    "ask to stop": (A.ASK_TO_STOP, lambda o, c: suspend.ask(c, "tired", **told(o))),
    "go on without": (A.RECORD_OMISSION, go_on),
    "terminate the test": (
        A.TERMINATE_TEST,
        lambda o, c: testing.finish(o, c, A.TERMINATE_TEST),
    ),
    "tell of the stop": (
        A.TELL_OF_STOP,
        lambda o, c: real_world.tell_of_stop(c, "letter 3", **simple(o, ADA)),
    ),
    "tell of outcomes": (
        A.NOTIFY_OUTCOMES,
        lambda o, c: real_world.notify_outcomes(c, "as expected", **simple(o, ADA)),
    ),
    "prove what is gone": (
        A.PROVE_SUBJECT_DELETION,
        lambda o, c: consent.prove_deletion(c, 1, "log 7", **simple(o, ADA)),
    ),
    "take the appeal back": (A.WITHDRAW_APPEAL, reviewing.take_back),
    "take the admission back": (A.REVOKE_ADMISSION, revoked),
    "accept the place": (A.ACCEPT_OFFER, lambda o, c: place.accept(c, **simple(o, ADA))),
}

DATA: dict[str, tuple[A, Attempt]] = {
    "declare data": (A.DECLARE_DATASET, data.declare),
    "name another person": (A.NAME_PERSONS, lambda o, c: data.name(o, c, f"Bert {o.clock()}")),
    "ask for an export": (
        A.REQUEST_EXPORT,
        lambda o, c: data.ask_for_export(o, c, ExportClass.AGGREGATE),
    ),
    "let it out": (
        A.DECIDE_EXPORT,
        lambda o, c: data.decide_export(o, c, newest(o.case(c).processing.exports)),
    ),
    "keep it in": (
        A.DECIDE_EXPORT,
        lambda o, c: data.decide_export(o, c, newest(o.case(c).processing.exports), release=False),
    ),
    "stop processing": (A.STOP_PROCESSING, stop),
    "process again": (A.RESUME_PROCESSING, resume),
    "claim a right": (A.RECORD_RIGHTS_REQUEST, asked_by_a_subject),
    "answer it": (
        A.ANSWER_RIGHTS_REQUEST,
        lambda o, c: answered(o, c, 1),
    ),
    "train": (A.RECORD_EXPERIMENT, data.record_run),
    "look at data": (A.LOG_ACCESS, lambda o, c: data.log(o, c, f"{o.clock()}")),
    "doubt a deletion": (A.REFUSE_DELETION, lambda o, c: data.refuse(o, c, 1)),
    "summarise": (A.WRITE_SUMMARY, data.write_summary),
    "publish the summary": (A.PUBLISH_SUMMARY, data.publish),
    "confirm the interest": (
        A.CONFIRM_INTEREST,
        lambda o, c: safeguards.confirm_interest(c, **simple(o)),
    ),
    "state safeguards": (A.STATE_SAFEGUARDS, data.state),
    "publish findings": (
        A.PUBLISH_FINDINGS,
        lambda o, c: publication.publish_findings(c, "It helps.", **simple(o)),
    ),
    "decline to prove": (
        A.DECLINE_PROOF,
        lambda o, c: proof.decline(c, "nothing was done", **told(o, SUE)),
    ),
}
BESIDES = SUPPORT | SUPERVISION | DATA
