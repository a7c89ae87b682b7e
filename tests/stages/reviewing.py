"""What the people around a review do, for tests that walk through it."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from sandbox.domain.action import Action
from sandbox.domain.call import Call
from sandbox.domain.case import Case, Person
from sandbox.domain.criteria import Score, Weights
from sandbox.domain.fees import CostItem
from sandbox.domain.member_state import Answer, Union
from sandbox.domain.naming import CaseId
from sandbox.domain.periods import Period
from sandbox.stages import appeal, calls, cost, decide, review
from sandbox.store import ledger
from sandbox.store.tables import OutboxRow
from tests.factories import ADA, APPLICATION, AUTHORITY, CONVINCED, GOOD, SUE, TOM, UNION
from tests.office import Office

CALL = Call("autumn", "Autumn", date(2026, 11, 24), date(2026, 11, 30), weights=Weights(need=3))
FOUR_EYES = frozenset({Action.ADMIT, Action.REJECT})
SIX_WEEKS = Union(
    {"NL": replace(UNION.of("NL"), appeal=Period(weeks=6), appeal_suspends=Answer.YES)}
)


def publish(office: Office, call: Call = CALL, by: Person = SUE) -> Call:
    return calls.publish(
        call, by=by, sessions=office.sessions, authority=AUTHORITY, clock=office.clock
    )


def declare(
    office: Office, case_id: CaseId, by: Person, *interests: str, email: str = "t@authority.eu"
) -> Case:
    return review.declare(
        case_id,
        email=email,
        interests=interests,
        by=by,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )


def assign(office: Office, case_id: CaseId, reviewer: Person) -> Case:
    return review.assign(
        case_id,
        str(reviewer),
        by=SUE,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )


def judge(office: Office, case_id: CaseId, by: Person, scores: tuple[Score, ...] = GOOD) -> Case:
    return review.review(
        case_id,
        scores=scores,
        notes=CONVINCED,
        by=by,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )


def ask(office: Office, case_id: CaseId) -> Case:
    return decide.ask(
        case_id,
        "Which data?",
        by=SUE,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
    )


def answer(office: Office, case_id: CaseId, **changes: object) -> Case:
    return decide.answer(
        case_id,
        "German Credit.",
        replace(APPLICATION, **changes) if changes else None,  # type: ignore[arg-type]
        by=ADA,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
        regime=office.regime,
    )


def confirm(office: Office, case_id: CaseId, by: Person) -> Case:
    return decide.confirm(
        case_id,
        by=by,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        union=office.union,
        regime=office.regime,
        clock=office.clock,
        nudge=office.nudge,
    )


def lodge(office: Office, case_id: CaseId, by: Person = ADA) -> Case:
    return appeal.lodge(
        case_id,
        "The merit was misread.",
        by=by,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )


def rule(
    office: Office,
    case_id: CaseId,
    by: Person = TOM,
    *,
    upheld: bool,
    conditions: str | None = None,
    fee_eur: int | None = None,
) -> Case:
    return appeal.rule(
        case_id,
        upheld=upheld,
        reasons="Looked at again.",
        conditions=conditions,
        fee_eur=fee_eur,
        by=by,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        union=office.union,
        regime=office.regime,
        clock=office.clock,
        nudge=office.nudge,
    )


def take_back(office: Office, case_id: CaseId) -> Case:
    return appeal.withdraw(
        case_id,
        by=ADA,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
        nudge=office.nudge,
    )


def warn(office: Office, case_id: CaseId) -> Case:
    return cost.warn(
        case_id,
        (CostItem("300 GPU hours", 900), CostItem("audit", 100)),
        "more runs than planned",
        by=SUE,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )


def acknowledge(office: Office, case_id: CaseId, number: int = 1) -> Case:
    return cost.acknowledge(
        case_id,
        number,
        by=ADA,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
        nudge=office.nudge,
    )


def told(office: Office, case_id: CaseId) -> list[str]:
    with office.sessions.begin() as session:
        rows = session.scalars(select(OutboxRow.kind).where(OutboxRow.case_id == case_id))
        return list(rows)


def seated(office: Office, case_id: CaseId) -> list[str]:
    """Who was told of a seat."""
    with office.sessions.begin() as session:
        rows = select(OutboxRow.addressee).where(OutboxRow.case_id == case_id)
        return sorted(session.scalars(rows.where(OutboxRow.kind == "seat_given")))


def written(office: Office, case_id: CaseId) -> list[str]:
    with office.sessions.begin() as session:
        return [sealed.entry.action for sealed in ledger.of_case(session, case_id)]


def reviewed(office: Office, *reviewers: Person) -> CaseId:
    case_id = office.apply()
    for person in reviewers:
        declare(office, case_id, person)
        assign(office, case_id, person)
        judge(office, case_id, person)
    return case_id
