"""Documents on their way to the evidence store: wanted, assembled, sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, not_, select
from sqlalchemy.orm import Session

from sandbox.domain.lifecycle import ENDED
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.errors import NotFound
from sandbox.ports import Stored
from sandbox.store.tables import CaseRow, DocumentRow

# A certificate (D12) that an environment is removed, not one that it is held.
IS_OF_REMOVAL = and_(
    DocumentRow.kind == Paper.DELETION_CERTIFICATE,
    DocumentRow.assembled["deleted"].as_boolean().is_not(other=False),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document and how far it has come; `wish` is what was asked for, `assembled` its facts."""

    case_id: CaseId
    kind: Paper
    number: int
    wanted_by: str
    wanted_at: datetime
    wish: dict[str, Any]
    assembled: dict[str, Any] | None
    verdict: str
    waiting_for: str
    sealed_at: datetime | None
    sha256: str | None
    json_key: str | None
    json_version: str | None
    pdf_key: str | None
    pdf_version: str | None

    @property
    def state(self) -> str:
        if self.sealed_at is not None:
            return "sealed"
        return "waiting" if self.waiting_for else "being made"


def ask_for(
    session: Session, case_id: CaseId, kind: Paper, by: str, at: datetime, wish: dict[str, Any]
) -> int:
    """Ask for the next document of a kind; returns its number."""
    newest = session.scalar(
        select(func.max(DocumentRow.number)).where(
            DocumentRow.case_id == case_id, DocumentRow.kind == kind
        )
    )
    number = (newest or 0) + 1
    session.add(
        DocumentRow(
            case_id=case_id,
            kind=kind,
            number=number,
            wanted_by=by,
            wanted_at=at,
            wish=wish,
            assembled=None,
            verdict="",
            waiting_for="",
        )
    )
    return number


def issue(
    session: Session,
    case_id: CaseId,
    kind: Paper,
    by: str,
    at: datetime,
    facts: dict[str, Any],
    *,
    clock: str = "",
) -> int:
    """Ask for a document whose facts are known now; nudge `report` after commit to have it sealed.

    `clock` is the subject of the clock that it meets, where a kind has several. Returns its number.
    """
    number = ask_for(session, case_id, kind, by, at, {"clock": clock} if clock else {})
    assembled(session, load(session, case_id, kind, number), facts, "")
    return number


def assembled(session: Session, document: Document, facts: dict[str, Any], verdict: str) -> None:
    """Keep the facts of a document, so that every later try seals the same bytes."""
    row = _row(session, document.case_id, document.kind, document.number)
    row.assembled, row.verdict = facts, verdict


def postpone(session: Session, document: Document, waiting_for: str) -> None:
    """Record why a document is not sealed yet; it is tried again."""
    _row(session, document.case_id, document.kind, document.number).waiting_for = waiting_for


def sealed(session: Session, document: Document, json: Stored, pdf: Stored, at: datetime) -> bool:
    """Record where the sealed files lie; False when somebody else had sealed them already."""
    row = _row(session, document.case_id, document.kind, document.number, lock=True)
    if row.sealed_at is not None:
        return False
    row.sealed_at, row.sha256, row.waiting_for = at, json.sha256, ""
    row.json_key, row.json_version = json.key, json.version
    row.pdf_key, row.pdf_version = pdf.key, pdf.version
    return True


def load(session: Session, case_id: CaseId, kind: Paper, number: int) -> Document:
    """One document; NotFound when it was never asked for."""
    return _document(_row(session, case_id, kind, number))


def of_case(session: Session, case_id: CaseId) -> list[Document]:
    """Every document of a case, in the order they were asked for."""
    rows = session.scalars(
        select(DocumentRow)
        .where(DocumentRow.case_id == case_id)
        .order_by(DocumentRow.wanted_at, DocumentRow.kind, DocumentRow.number)
    )
    return [_document(row) for row in rows]


def keys(session: Session, case_id: CaseId) -> tuple[str, ...]:
    """Where the sealed files of a case lie, the one that is locked longest first."""
    rows = session.execute(
        select(DocumentRow.pdf_key, DocumentRow.json_key)
        .where(DocumentRow.case_id == case_id, DocumentRow.sealed_at.is_not(None))
        .order_by(DocumentRow.wanted_at.desc(), DocumentRow.kind, DocumentRow.number)
    )
    return tuple(key for row in rows for key in row if key)


def sealed_of_kind(session: Session, case_id: CaseId, kind: Paper) -> list[Document]:
    """The sealed documents of one kind, in the order of their numbers."""
    rows = session.scalars(
        select(DocumentRow)
        .where(
            DocumentRow.case_id == case_id,
            DocumentRow.kind == kind,
            DocumentRow.sealed_at.is_not(None),
        )
        .order_by(DocumentRow.number)
    )
    return [_document(row) for row in rows]


def unsealed(session: Session) -> list[CaseId]:
    """The cases that have a document on its way."""
    rows = session.scalars(
        select(DocumentRow.case_id).where(DocumentRow.sealed_at.is_(None)).distinct()
    )
    return [CaseId(row) for row in rows]


def leaving(session: Session) -> list[CaseId]:
    """The cases on the way out whose next step is ours.

    What is removed, with the certificate that says so, waits for a person to write its exit report.
    """
    removed, reported = (
        exists().where(DocumentRow.case_id == CaseRow.id, which)
        for which in (IS_OF_REMOVAL, DocumentRow.kind == Paper.EXIT_REPORT)
    )
    waits = and_(removed, not_(reported))
    rows = session.scalars(select(CaseRow.id).where(CaseRow.stage.in_(ENDED), not_(waits)))
    return [CaseId(row) for row in rows]


def _row(
    session: Session, case_id: CaseId, kind: Paper, number: int, *, lock: bool = False
) -> DocumentRow:
    row = session.get(DocumentRow, (case_id, kind, number), with_for_update=lock or None)
    if row is None:
        raise NotFound(f"case {case_id} has no {kind} number {number}")
    return row


def _document(row: DocumentRow) -> Document:
    return Document(
        case_id=CaseId(row.case_id),
        kind=Paper(row.kind),
        number=row.number,
        wanted_by=row.wanted_by,
        wanted_at=row.wanted_at,
        wish=row.wish,
        assembled=row.assembled,
        verdict=row.verdict,
        waiting_for=row.waiting_for,
        sealed_at=row.sealed_at,
        sha256=row.sha256,
        json_key=row.json_key,
        json_version=row.json_version,
        pdf_key=row.pdf_key,
        pdf_version=row.pdf_version,
    )
