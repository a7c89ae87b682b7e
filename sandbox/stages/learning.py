"""Lessons of a case: proposed, confirmed, read across cases without telling of whom (Art. 57(9))."""

from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.confidential import refuse_to_tell
from sandbox.domain.learning import Lesson, Published, sector
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.outcome import Objective
from sandbox.domain.passage import take
from sandbox.domain.size import size_class
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock
from sandbox.store import cases, lessons
from sandbox.store.database import Sessions
from sandbox.store.record import record

LEARNERS = frozenset(
    {
        *(Role.AUTHORITY, Role.MARKET_SURVEILLANCE, Role.DATA_PROTECTION, Role.RIGHTS_BODY),
        *(Role.AI_OFFICE, Role.BOARD, Role.COMMISSION, Role.AUDITOR),
    }
)


def propose(
    case_id: CaseId,
    *,
    topic: str,
    text: str,
    article: str,
    objective: Objective,
    wording_is_public: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Lesson:
    """Record a lesson; that of an authority counts at once, that of a provider when confirmed.

    RuleBroken when a public wording tells what is marked confidential.
    """
    is_authority = by.role is Role.AUTHORITY
    if wording_is_public and not is_authority:
        raise FieldRefused("wording_is_public", "an authority judges whether a wording is public")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        lesson = Lesson(
            number=lessons.next_number(session, case_id),
            topic=topic,
            text=text,
            article=article,
            objective=objective,
            sector=sector(case.application),
            size=size_class(case.application.size),
            proposed_by=str(by),
            proposed_at=at,
        )
        if is_authority:
            lesson = replace(
                lesson,
                confirmed_by=str(by),
                confirmed_at=at,
                wording_is_public=wording_is_public,
            )
        after = take(case, Action.PROPOSE_LESSON, by)
        if wording_is_public:
            refuse_to_tell(case, topic, text)
        lessons.add(session, case_id, lesson)
        record(session, after, Action.PROPOSE_LESSON, by, at, lesson=lesson.number, text=text)
    return lesson


def confirm(
    case_id: CaseId,
    number: int,
    *,
    wording_is_public: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """An authority lets a lesson count, and says whether its wording may be public; RuleBroken when
    that tells what is marked confidential.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.CONFIRM_LESSON, by)
        lesson = lessons.confirm(
            session, case_id, number, by=str(by), at=at, wording_is_public=wording_is_public
        )
        if wording_is_public:
            refuse_to_tell(case, lesson.topic, lesson.text)
        record(
            session,
            after,
            Action.CONFIRM_LESSON,
            by,
            at,
            lesson=number,
            wording_is_public=wording_is_public,
        )
    return after


def of_case(case_id: CaseId, *, by: Person, sessions: Sessions) -> list[Lesson]:
    """The lessons of one case, for whoever may know it."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by, seeing="lessons")
        return lessons.of_case(session, case_id)


def everything(
    *,
    article: str | None,
    sector: str | None,
    objective: Objective | None,
    offset: int,
    limit: int,
    by: Person,
    sessions: Sessions,
) -> list[Lesson]:
    """Confirmed lessons of all cases, for authorities."""
    if by.role not in LEARNERS or by.unit is Unit.ENFORCEMENT:
        raise NotFound("the learning register is shown to authorities; the public one is open")
    with sessions.begin() as session:
        return lessons.page(
            session,
            article=article,
            sector=sector,
            objective=objective,
            offset=offset,
            limit=limit,
        )


def public(*, sessions: Sessions) -> tuple[Published, ...]:
    """What anybody may know: no cell singles out a participant."""
    with sessions.begin() as session:
        return lessons.public(session)
