"""What of the cases is public: exit reports that both parties opened, and key findings."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import ENDED, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.publication import is_public
from sandbox.domain.readers import may_read
from sandbox.domain.regime import Publication
from sandbox.store import cases, documents
from sandbox.store.documents import Document
from sandbox.store.tables import CaseRow

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Published:
    """A case of which something is public; `report` when its exit report is."""

    case: Case
    report: Document | None


def find(session: Session, case_id: CaseId, needs: Publication) -> Published | None:
    """What is public of one case; None when nothing is, or there is no such case."""
    if not cases.exists(session, case_id) or cases.is_erased(session, case_id):
        return None
    return _published(session, cases.load(session, case_id), needs)


def page(
    session: Session, needs: Publication, *, after: CaseId | None, limit: int
) -> list[Published]:
    """The next cases of which something is public, in the order of their ids."""
    found: list[Published] = []
    for case_id in _ended(session, after):
        published = find(session, case_id, needs)
        if published is not None:
            found.append(published)
        if len(found) == limit:
            break
    return found


def open_to_union(
    session: Session, person: Person, *, after: CaseId | None, limit: int
) -> list[tuple[Case, Document]]:
    """The next cases whose exit report somebody of the Union may read."""
    found: list[tuple[Case, Document]] = []
    for case_id in _ended(session, after):
        case = cases.load(session, case_id)
        if may_read(case, person, Paper.EXIT_REPORT):
            sealed = documents.sealed_of_kind(session, case_id, Paper.EXIT_REPORT)
            found += [(case, report) for report in sealed[-1:]]
        if len(found) == limit:
            break
    return found


def _ended(session: Session, after: CaseId | None) -> Iterator[CaseId]:
    """Only what has ended can be public; chunk by chunk, so that a page reads what it needs."""
    stages = [stage.value for stage in (*ENDED, Stage.CLOSED)]
    while True:
        query = select(CaseRow.id).where(CaseRow.stage.in_(stages), cases.KEPT).order_by(CaseRow.id)
        if after is not None:
            query = query.where(CaseRow.id > after)
        ids = list(session.scalars(query.limit(CHUNK)))
        yield from map(CaseId, ids)
        if len(ids) < CHUNK:
            return
        after = CaseId(ids[-1])


def _published(session: Session, case: Case, needs: Publication) -> Published | None:
    """The newest report that was agreed to: a later one is public when it is agreed to itself."""
    sealed = documents.sealed_of_kind(session, case.id, Paper.EXIT_REPORT) if case.permits else []
    agreed = [report for report in sealed if is_public(case.permits, needs, report.sha256)]
    report = agreed[-1] if agreed else None
    return Published(case, report) if report or case.key_findings else None
