"""What is known of an applicant across cases: who acted for it, and which cases may be linked."""

import hashlib
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from sandbox.domain.application import Application
from sandbox.domain.case import Case, LinkedCase
from sandbox.domain.lifecycle import Role
from sandbox.domain.links import links, marks
from sandbox.domain.naming import CaseId
from sandbox.store.tables import CaseRow, LedgerRow, MarkRow

APPLICATION = TypeAdapter(Application)
LINKED_MAX = 200
ACCOUNT = "account"


def acted_for(session: Session, provider: str) -> tuple[str, ...]:
    """Everybody on record as having acted for a provider, in any case."""
    found = session.scalars(
        select(LedgerRow.actor)
        .join(CaseRow, CaseRow.id == LedgerRow.case_id)
        .where(CaseRow.provider == provider, LedgerRow.role == Role.PROVIDER)
        .distinct()
    )
    return tuple(sorted(found))


def linked_cases(session: Session, case: Case) -> tuple[LinkedCase, ...]:
    """Other cases with what they have in common with this one, the oldest first.

    Only applications of the same account, or that bear a mark of this one, are read.
    """
    alike = select(MarkRow.case_id).where(MarkRow.mark.in_(marks_of(case.application)))
    rows = session.execute(
        select(CaseRow.id, CaseRow.provider, CaseRow.facts["application"])
        .where(or_(CaseRow.id.in_(alike), CaseRow.provider == case.provider), CaseRow.id != case.id)
        .order_by(CaseRow.received_at, CaseRow.id)
        .limit(LINKED_MAX)
    )
    return tuple(
        LinkedCase(
            CaseId(case_id),
            provider,
            (
                *((ACCOUNT,) if provider == case.provider else ()),
                *links(case.application, application(document)),
            ),
        )
        for case_id, provider, document in rows
    )


def remember(session: Session, case: Case) -> None:
    """Keep what an applicant is known by, for the cases that come later."""
    kept = set(session.scalars(select(MarkRow.mark).where(MarkRow.case_id == case.id)))
    new = marks_of(case.application)
    if kept - new:
        gone = MarkRow.mark.in_(kept - new)
        session.execute(delete(MarkRow).where(MarkRow.case_id == case.id, gone))
    if new - kept:
        rows = [{"mark": mark, "case_id": case.id} for mark in new - kept]
        session.execute(insert(MarkRow), rows)


def marks_of(application: Application) -> frozenset[str]:
    """What an applicant is known by, hashed: as short as a key must be, and nobody's name."""
    return frozenset(
        hashlib.sha256(f"{what}\n{mark}".encode()).hexdigest()
        for what, found in marks(application)
        for mark in found
    )


def application(document: dict[str, Any]) -> Application:  # Any: a JSON document
    return APPLICATION.validate_python(document, strict=False)
