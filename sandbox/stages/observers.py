"""Observers from outside: invited by the authority, let in by the provider, shown their part alone
(Art. 57(4), 58(2)(f)).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.guidance import entry_facts
from sandbox.domain.naming import CaseId
from sandbox.domain.observers import Observer, ObserverKind, Part
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.readers import observer_scope
from sandbox.domain.views import names_somebody
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

INVITED_FOR_MAX = timedelta(days=731)  # X: longer than any participation is planned


def invite(
    case_id: CaseId,
    *,
    name: str,
    organisation: str,
    kind: ObserverKind,
    scope: tuple[Part, ...],
    until: date,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Invite an observer to parts of a case; the provider is asked to consent."""
    at = clock()
    today = authority.day(at)
    if not today <= until <= today + INVITED_FOR_MAX:
        raise FieldRefused("until", f"{until} is over, or more than two years ahead")
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        observer = Observer(
            number=len(case.observers) + 1,
            name=name,
            organisation=organisation,
            kind=kind,
            scope=scope,
            until=until,
            invited_by=str(by),
            invited_at=at,
        )
        after = take(case, Action.INVITE_OBSERVER, by, observers=(*case.observers, observer))
        record(
            session,
            after,
            Action.INVITE_OBSERVER,
            by,
            at,
            observer=observer.number,
            kind=kind.value,
            scope=[part.value for part in scope],
            until=until.isoformat(),
        )
        addressee = f"provider:{case.provider}"
        outbox.post(session, case_id, "observer_invited", addressee, at, observer=observer.number)
    nudge("notify", case_id)
    return after


def consent(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider lets an observer in; it may change its mind (`end`)."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        invited = _find(case, number)
        if invited.consented_at is not None:
            raise NotFound(f"observer {number} was consented to already")
        let_in = replace(invited, consented_by=str(by), consented_at=at)
        after = take(case, Action.CONSENT_TO_OBSERVER, by, observers=_with(case, let_in))
        record(session, after, Action.CONSENT_TO_OBSERVER, by, at, observer=number)
        for addressee in (f"observer:{let_in.organisation}", "authority"):
            outbox.post(session, case_id, "observer_let_in", addressee, at, observer=number)
    nudge("notify", case_id)
    return after


def end(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Either side ends an invitation, at once and without a reason."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        ended = replace(_find(case, number), ended_by=str(by), ended_at=at)
        after = take(case, Action.END_OBSERVER, by, observers=_with(case, ended))
        record(session, after, Action.END_OBSERVER, by, at, observer=number)
    return after


def look(
    case_id: CaseId, *, by: Person, sessions: Sessions, authority: Authority, clock: Clock
) -> dict[str, Any]:  # Any: JSON values
    """The parts of a case that an observer was invited to; without any, there is no case."""
    today = authority.day(clock())
    with sessions.begin() as session:
        case = cases.load(session, case_id)
        scope = observer_scope(case, by, today)
        if not scope:
            raise NotFound(f"there is no case {case_id}")
        return {part.value: SHOWN[part](session, case) for part in Part if part in scope}


def _find(case: Case, number: int) -> Observer:
    found = next((o for o in case.observers if o.number == number and o.ended_at is None), None)
    if found is None:
        raise NotFound(f"case {case.id} has no observer {number}")
    return found


def _with(case: Case, changed: Observer) -> tuple[Observer, ...]:
    return tuple(changed if o.number == changed.number else o for o in case.observers)


def _system(session: Session, case: Case) -> dict[str, Any]:
    """What the application says of the system, without what it marks as confidential."""
    del session
    said = ("system_name", "system_version", "intended_purpose")
    hidden = case.application.secret
    return {name: getattr(case.application, name) for name in said if name not in hidden}


def _plan(session: Session, case: Case) -> dict[str, Any]:
    """What the plan says of the test, without what it marks as confidential."""
    del session
    if case.plan is None:
        return {}
    said = {
        "version": case.plan.version,
        "objectives": case.plan.objectives,
        "methodology": case.plan.methodology,
        "requirements": list(case.plan.requirements),
        "thresholds": [str(threshold) for threshold in case.plan.thresholds],
        "first_day": case.plan.first_day.isoformat(),
        "last_day": case.plan.last_day.isoformat(),
    }
    return {name: value for name, value in said.items() if name not in case.plan.confidential}


def _risks(session: Session, case: Case) -> list[dict[str, Any]]:
    del session
    return [
        {
            "number": risk.number,
            "description": risk.description,
            "concern": risk.concern.value,
            "weight": risk.weight.value,
            "state": risk.state.value,
            "measures": risk.measures,
        }
        for risk in case.risks
    ]


def _guidance(session: Session, case: Case) -> list[dict[str, Any]]:
    """What was asked and answered, by no name: an observer looks at the sandbox, not at people."""
    del session
    answered = (entry_facts(item) for item in case.guidance if item.answered_at)
    return [
        {name: value for name, value in item.items() if not names_somebody(name)}
        for item in answered
    ]


def _reports(session: Session, case: Case) -> list[dict[str, Any]]:
    """That there is a report, its verdict and its hash: whoever has the file can verify it."""
    return [
        {"number": d.number, "verdict": d.verdict, "sha256": d.sha256}
        for d in documents.of_case(session, case.id)
        if d.kind is Paper.TEST_REPORT and d.sha256
    ]


SHOWN: dict[Part, Callable[[Session, Case], Any]] = {
    Part.SYSTEM: _system,
    Part.PLAN: _plan,
    Part.RISKS: _risks,
    Part.GUIDANCE: _guidance,
    Part.REPORTS: _reports,
}
