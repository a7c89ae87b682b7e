"""What is known of an applicant across cases: who acted for it, and which cases may be linked."""

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.application import Application
from sandbox.domain.case import Case
from sandbox.domain.lifecycle import Role
from sandbox.domain.links import links
from sandbox.domain.naming import CaseId
from sandbox.store.tables import CaseRow, LedgerRow

APPLICATION = TypeAdapter(Application)


def acted_for(session: Session, provider: str) -> tuple[str, ...]:
    """Everybody on record as having acted for a provider, in any case."""
    found = session.scalars(
        select(LedgerRow.actor)
        .join(CaseRow, CaseRow.id == LedgerRow.case_id)
        .where(CaseRow.provider == provider, LedgerRow.role == Role.PROVIDER)
        .distinct()
    )
    return tuple(sorted(found))


def linked(session: Session, case: Case) -> dict[CaseId, tuple[str, ...]]:
    """Other cases with what they have in common with this one.

    Every application is read: what makes two alike (a legal form left out, a domain that many
    share) is known to the domain alone.
    """
    rows = session.execute(
        select(CaseRow.id, CaseRow.facts["application"])
        .where(CaseRow.id != case.id)
        .order_by(CaseRow.id)
    )
    found = {
        CaseId(case_id): links(
            case.application, APPLICATION.validate_python(application, strict=False)
        )
        for case_id, application in rows
    }
    return {case_id: common for case_id, common in found.items() if common}
