"""The guidance log: asked, given, acknowledged, followed or not; each answer is document D17
(Art. 57(6)-(7), (12)).
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.guidance import Guidance, paper
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.errors import NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def ask(
    case_id: CaseId,
    question: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider asks what the law expects; before admission too (Art. 62(1)(c))."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        item = Guidance(len(case.guidance) + 1, str(by), at, question)
        after = take(case, Action.ASK_GUIDANCE, by, guidance=(*case.guidance, item))
        record(session, after, Action.ASK_GUIDANCE, by, at, guidance=item.number)
        outbox.post(session, case_id, "guidance_asked", "authority", at, guidance=item.number)
    nudge("notify", case_id)
    return after


def give(
    case_id: CaseId,
    number: int | None,
    *,
    answer: str,
    law: tuple[str, ...],
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Answer a question, or give guidance on one's own (no number)."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        own = Guidance(len(case.guidance) + 1, str(by), at)
        asked = own if number is None else _find(case, number)
        if asked.answered_at is not None:
            raise NotFound(f"guidance {number} was given already; give further guidance on its own")
        given = replace(
            asked,
            answer=answer,
            law=law,
            role=by.role,
            country=by.country,
            answered_by=str(by),
            answered_at=at,
        )
        log = (*case.guidance, given) if number is None else _with(case, given)
        after = take(case, Action.GIVE_GUIDANCE, by, guidance=log)
        _issue(session, case, given, by, authority, at)
        record(session, after, Action.GIVE_GUIDANCE, by, at, guidance=given.number, law=list(law))
        addressee = f"provider:{case.provider}"
        outbox.post(session, case_id, "guidance_given", addressee, at, guidance=given.number)
    for stage in ("report", "notify"):
        nudge(stage, case_id)
    return after


def acknowledge(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider has read it."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        given = _find(case, number)
        if given.answered_at is None or given.acknowledged_at is not None:
            raise NotFound(f"case {case_id} has no guidance {number} to acknowledge")
        read = replace(given, acknowledged_by=str(by), acknowledged_at=at)
        after = take(case, Action.ACKNOWLEDGE_GUIDANCE, by, guidance=_with(case, read))
        record(session, after, Action.ACKNOWLEDGE_GUIDANCE, by, at, guidance=number)
    return after


def follow(
    case_id: CaseId,
    number: int,
    *,
    followed: bool,
    evidence: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider shows that it followed guidance, or says why it did not; D17 is issued anew.

    What was said before stays in the ledger and in the D17 of that day.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        read = _find(case, number)
        if read.acknowledged_at is None:
            raise NotFound(f"guidance {number} was not acknowledged yet")
        told = replace(
            read,
            followed=followed,
            evidence=evidence,
            followed_told_by=str(by),
            followed_told_at=at,
        )
        after = take(case, Action.FOLLOW_GUIDANCE, by, guidance=_with(case, told))
        _issue(session, case, told, by, authority, at)
        record(
            session,
            after,
            Action.FOLLOW_GUIDANCE,
            by,
            at,
            guidance=number,
            followed=followed,
            evidence=evidence,
        )
    nudge("report", case_id)
    return after


def _issue(
    session: Session, case: Case, item: Guidance, by: Person, authority: Authority, at: datetime
) -> None:
    facts = paper(item, case.id, case.application.applicant, authority.name, at)
    seal = {"ledger_seal": ledger.head(session, case.id)}
    documents.issue(session, case.id, Paper.GUIDANCE, str(by), at, facts | seal)


def _find(case: Case, number: int) -> Guidance:
    found = next((item for item in case.guidance if item.number == number), None)
    if found is None:
        raise NotFound(f"case {case.id} has no guidance {number}")
    return found


def _with(case: Case, changed: Guidance) -> tuple[Guidance, ...]:
    return tuple(changed if item.number == changed.number else item for item in case.guidance)
