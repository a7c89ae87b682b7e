"""The log of the processing of personal data: lines are added and read, and deleted as a whole."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from sandbox.domain.access_log import Access, LoggedAccess, seal
from sandbox.domain.naming import CaseId
from sandbox.domain.seal import FIRST
from sandbox.store.processing_tables import AccessRow

CHUNK = 1000


def append(
    session: Session, case_id: CaseId, accesses: Sequence[tuple[Access, bool]]
) -> list[LoggedAccess]:
    """Add accesses, each with whether it was authorised; those whose key is known are left out.

    The caller holds the row of the case, which orders the writers of one chain.
    """
    keys = [access.key for access, _ in accesses]
    known = set(
        session.scalars(
            select(AccessRow.key).where(AccessRow.case_id == case_id, AccessRow.key.in_(keys))
        )
    )
    number, previous = _end(session, case_id)
    added: list[LoggedAccess] = []
    for access, authorised in accesses:
        if access.key in known:
            continue
        known.add(access.key)
        number += 1
        previous = seal(access, previous, number=number, authorised=authorised)
        added.append(LoggedAccess(number, access, authorised, previous))
    session.add_all(_row(case_id, line) for line in added)
    session.flush()
    return added


def page(
    session: Session, case_id: CaseId, *, after: int, limit: int, dataset: int | None = None
) -> list[LoggedAccess]:
    """The lines after one, oldest first; of one dataset, when it is named."""
    query = select(AccessRow).where(AccessRow.case_id == case_id, AccessRow.number > after)
    if dataset is not None:
        query = query.where(AccessRow.dataset == dataset)
    return [_line(row) for row in session.scalars(query.order_by(AccessRow.number).limit(limit))]


def every(session: Session, case_id: CaseId) -> Iterator[LoggedAccess]:
    """The whole log, a chunk at a time."""
    after = 0
    while chunk := page(session, case_id, after=after, limit=CHUNK):
        yield from chunk
        after = chunk[-1].number


def head(session: Session, case_id: CaseId) -> str:
    """The newest seal: the hash of the whole log."""
    return _end(session, case_id)[1]


def count(session: Session, case_id: CaseId, dataset: int | None = None) -> int:
    query = select(func.count()).select_from(AccessRow).where(AccessRow.case_id == case_id)
    if dataset is not None:
        query = query.where(AccessRow.dataset == dataset)
    return session.scalar(query) or 0


def last(session: Session, case_id: CaseId, dataset: int) -> datetime | None:
    """The moment of the latest access to a dataset; None without one."""
    query = select(func.max(AccessRow.at)).where(AccessRow.case_id == case_id)
    return session.scalar(query.where(AccessRow.dataset == dataset))


def forget(session: Session, case_id: CaseId) -> None:
    """Delete the whole log; its hash stays in the ledger."""
    session.execute(delete(AccessRow).where(AccessRow.case_id == case_id))


def _end(session: Session, case_id: CaseId) -> tuple[int, str]:
    row = session.execute(
        select(AccessRow.number, AccessRow.seal)
        .where(AccessRow.case_id == case_id)
        .order_by(AccessRow.number.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else (0, FIRST)


def _row(case_id: CaseId, line: LoggedAccess) -> AccessRow:
    access = line.access
    return AccessRow(
        case_id=case_id,
        number=line.number,
        key=access.key,
        at=access.at,
        who=access.who,
        dataset=access.dataset,
        purpose=access.purpose,
        job=access.job,
        authorised=line.authorised,
        seal=line.seal,
    )


def _line(row: AccessRow) -> LoggedAccess:
    access = Access(row.key, row.at, row.who, row.dataset, row.purpose, row.job)
    return LoggedAccess(row.number, access, row.authorised, row.seal)
