"""What authorities ask of each other (Art. 75, 77)."""

from dataclasses import replace

from sqlalchemy.orm import Session

from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.concerns import requests_of
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import told_for
from sandbox.domain.passage import take
from sandbox.domain.seats import home_of
from sandbox.domain.shares import Consultation
from sandbox.domain.sight import Sight
from sandbox.domain.supervision import REQUESTS, AuthorityRequest, Office, RequestKind
from sandbox.domain.views import may_be_given, of_document
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock
from sandbox.store import cases, documents, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def ask(
    case_id: CaseId,
    *,
    kind: RequestKind,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """Ask another authority; its clock starts where the law has one, and is counted where whoever asked
    sits (DL-22, DL-23). A body for fundamental rights need not know of the case before (Art. 77(1)).
    """
    at = clock()
    asking = REQUESTS[kind]
    with sessions.begin() as session:
        case = cases.load_for(
            session,
            case_id,
            by,
            version=version,
            asking=kind is RequestKind.RIGHTS_DOCUMENTS,
        )
        asked = AuthorityRequest(
            len(case.requests) + 1,
            kind,
            reasons,
            str(by),
            at,
            country=by.country,
            organisation=by.organisation,
        )
        started = tuple(
            authority.start(name, at, country=by.country, subject=asked.subject)
            for name in (asking.clock,)
            if name is not None
        )
        after = take(
            case,
            Action.ASK_AUTHORITY,
            by,
            requests=(*case.requests, asked),
            deadlines=(*case.deadlines, *started),
        )
        record(
            session,
            after,
            Action.ASK_AUTHORITY,
            by,
            at,
            request=asked.number,
            kind=kind.value,
            reasons=reasons,
        )
        home = home_of(case.seats, case.application.country)
        for role in sorted(asking.answered_by):
            if role is Role.MARKET_SURVEILLANCE and not home:
                continue  # a body of the Union is at home in no Member State
            to = Office(role, home).addressee
            outbox.post(session, case_id, "request", to, at, request=asked.number)
    return after


def answer(
    case_id: CaseId,
    number: int,
    text: str,
    *,
    given: tuple[str, ...] = (),
    consultations: tuple[Consultation, ...] = (),
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Answer a request; its clock is met, and who asked is told and may read the documents that are given
    along (`kind-number`, sealed). What concerns law enforcement is given after those that Art. 78(3) names were
    consulted.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        asked = next((r for r in requests_of(case, by) if r.number == number), None)
        if asked is None or asked.answered_at is not None:
            raise NotFound(f"case {case_id} has no open request {number}")
        _refuse_unless_given(session, case, given, by)
        answered = replace(
            asked,
            answer=text,
            answered_by=str(by),
            answered_at=at,
            documents=given,
            consultations=consultations,
        )
        clocks = case.deadlines
        name = REQUESTS[asked.kind].clock
        if name is not None:
            clocks = deadlines.meet(clocks, name, at, subject=asked.subject)
        after = take(
            case,
            Action.ANSWER_AUTHORITY,
            by,
            requests=tuple(answered if r.number == number else r for r in case.requests),
            deadlines=clocks,
        )
        record(
            session,
            after,
            Action.ANSWER_AUTHORITY,
            by,
            at,
            request=number,
            documents=list(given),
            consulted=[str(asked) for asked in consultations],
        )
        for addressee in _askers(case, asked):
            outbox.post(session, case_id, "request_answered", addressee, at, request=number)
    return after


def _askers(case: Case, asked: AuthorityRequest) -> tuple[str, ...]:
    """Whom an answer is told to; other bodies for fundamental rights of the country know nothing of it."""
    if asked.kind is RequestKind.RIGHTS_DOCUMENTS:
        return (f"{Role.RIGHTS_BODY.value}:{asked.country}:{asked.organisation}",)
    return told_for(case, Office(Role.MARKET_SURVEILLANCE, asked.country))


def _refuse_unless_given(session: Session, case: Case, names: tuple[str, ...], by: Person) -> None:
    """What somebody does not see itself is not there for them to give."""
    sealed = {
        f"{d.kind}-{d.number}": d
        for d in documents.of_case(session, case.id)
        if d.sealed_at and of_document(case, by, d.kind, d.number, d.assembled) is Sight.SEEN
    }
    for name in names:
        if name not in sealed:
            raise FieldRefused("documents", f"there is no sealed document {name}")
        if not may_be_given(case, sealed[name].assembled):
            raise FieldRefused("documents", f"{name} holds what is never shared (Art. 78)")
