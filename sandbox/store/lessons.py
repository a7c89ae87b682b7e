"""Rows <-> lessons: written in a case, read across all of them."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sandbox.domain.learning import Learned, Lesson, Published, published
from sandbox.domain.naming import CaseId
from sandbox.domain.outcome import Objective
from sandbox.domain.size import SizeClass
from sandbox.errors import NotFound
from sandbox.store.learning_tables import LessonRow, PublicLearningRow
from sandbox.store.tables import CaseRow

PUBLISHED = TypeAdapter(tuple[Published, ...])
ONLY_ROW = 1


def next_number(session: Session, case_id: CaseId) -> int:
    """The number of the next lesson of a case; the lock on the case orders its writers."""
    newest = select(func.max(LessonRow.number)).where(LessonRow.case_id == case_id)
    return (session.scalar(newest) or 0) + 1


def add(session: Session, case_id: CaseId, lesson: Lesson) -> None:
    """Write a lesson; when it is confirmed already, it counts at once."""
    session.add(
        LessonRow(
            case_id=case_id,
            number=lesson.number,
            topic=lesson.topic,
            text=lesson.text,
            article=lesson.article,
            objective=lesson.objective.value,
            sector=lesson.sector,
            size=lesson.size.value,
            proposed_by=lesson.proposed_by,
            proposed_at=lesson.proposed_at,
            confirmed_by=lesson.confirmed_by,
            confirmed_at=lesson.confirmed_at,
            wording_is_public=lesson.wording_is_public,
        )
    )
    session.flush()
    if lesson.confirmed_at is not None:
        publish(session)


def confirm(
    session: Session,
    case_id: CaseId,
    number: int,
    *,
    by: str,
    at: datetime,
    wording_is_public: bool,
) -> Lesson:
    """Let a lesson count, and return it; NotFound when there is none. Its wording may be judged anew."""
    row = session.get(LessonRow, (case_id, number), with_for_update=True)
    if row is None:
        raise NotFound(f"case {case_id} has no lesson {number}")
    row.confirmed_by, row.confirmed_at, row.wording_is_public = by, at, wording_is_public
    publish(session)
    return _lesson(row)


def publish(session: Session) -> None:
    """Count again what the public may know, in the transaction of what changed.

    The row is locked before anything is counted, so that of two writers the second counts both.
    """
    row = session.get_one(PublicLearningRow, ONLY_ROW, with_for_update=True)
    row.cells = PUBLISHED.dump_python(published(learned(session)), mode="json")
    session.flush()


def public(session: Session) -> tuple[Published, ...]:
    """What the public may know."""
    row = session.get_one(PublicLearningRow, ONLY_ROW)
    return PUBLISHED.validate_python(row.cells, strict=False)


def of_case(session: Session, case_id: CaseId) -> list[Lesson]:
    """The lessons of a case, proposed and confirmed."""
    rows = session.scalars(
        select(LessonRow).where(LessonRow.case_id == case_id).order_by(LessonRow.number)
    )
    return [_lesson(row) for row in rows]


def learned(session: Session) -> list[Learned]:
    """Every confirmed lesson with its participant, for counting."""
    query = (
        select(LessonRow, CaseRow.provider).join(CaseRow).where(LessonRow.confirmed_at.is_not(None))
    )
    return [Learned(provider, _lesson(row)) for row, provider in session.execute(query)]


def page(
    session: Session,
    *,
    article: str | None,
    sector: str | None,
    objective: Objective | None,
    offset: int,
    limit: int,
) -> list[Lesson]:
    """Confirmed lessons of all cases, in an order that tells nothing of a case."""
    kept = LessonRow.text != ""  # of an erased case there is nothing left to read
    query = select(LessonRow).where(LessonRow.confirmed_at.is_not(None), kept)
    for column, wanted in (
        (LessonRow.article, article),
        (LessonRow.sector, sector),
        (LessonRow.objective, objective),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    order = (
        LessonRow.article,
        LessonRow.topic,
        LessonRow.text,
        LessonRow.case_id,
        LessonRow.number,
    )
    rows = session.scalars(query.order_by(*order).offset(offset).limit(limit))
    return [_lesson(row) for row in rows]


def _lesson(row: LessonRow) -> Lesson:
    return Lesson(
        number=row.number,
        topic=row.topic,
        text=row.text,
        article=row.article,
        objective=Objective(row.objective),
        sector=row.sector,
        size=SizeClass(row.size),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        wording_is_public=row.wording_is_public,
    )
