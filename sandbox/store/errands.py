"""Rows <-> errands: what waits for a worker, found by an index."""

from datetime import date

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from sandbox.domain.case import Case
from sandbox.domain.errands import TOLD_BY_THE_CASE, Errand, errands
from sandbox.domain.naming import CaseId
from sandbox.store.derived_tables import ErrandRow


def save(session: Session, case: Case) -> None:
    """What a case waits for is exactly this: an errand that was done is gone."""
    kept = {
        row.errand: row.since
        for row in session.execute(
            select(ErrandRow.errand, ErrandRow.since).where(ErrandRow.case_id == case.id)
        )
    }
    new = {errand.value: since for errand, since in errands(case).items()}
    gone = [errand for errand, since in kept.items() if new.get(errand) != since]
    if gone:
        session.execute(
            delete(ErrandRow).where(ErrandRow.case_id == case.id, ErrandRow.errand.in_(gone))
        )
    rows = [
        {"case_id": case.id, "errand": errand, "since": since}
        for errand, since in new.items()
        if kept.get(errand) != since
    ]
    if rows:
        session.execute(insert(ErrandRow), rows)


def due(session: Session, today: date) -> list[tuple[str, CaseId]]:
    """The errands whose turn has come, as far as the case alone tells."""
    rows = session.execute(
        select(ErrandRow.errand, ErrandRow.case_id).where(
            ErrandRow.errand.in_(TOLD_BY_THE_CASE), ErrandRow.since <= today
        )
    )
    return [(errand, CaseId(case_id)) for errand, case_id in rows]


def waiting_for(errand: Errand) -> Select[str]:
    """The ids of the cases that wait for an errand, as a part of a question that asks for more."""
    return select(ErrandRow.case_id).where(ErrandRow.errand == errand)
