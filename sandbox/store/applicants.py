"""What is known of an applicant across cases: who acted for it, and which cases may be linked."""

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.application import Application
from sandbox.domain.case import Case, LinkedCase
from sandbox.domain.lifecycle import Role
from sandbox.domain.links import links
from sandbox.domain.naming import CaseId
from sandbox.store.tables import CaseRow, LedgerRow

APPLICATION = TypeAdapter(Application)
LINKED_MAX = 200


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

    Every application is read: what makes two alike (a legal form left out, a domain that many
    share) is known to the domain alone.
    """
    rows = session.execute(
        select(CaseRow.id, CaseRow.provider, CaseRow.facts["application"])
        .where(CaseRow.id != case.id)
        .order_by(CaseRow.received_at, CaseRow.id)
    )
    found: list[LinkedCase] = []
    for case_id, provider, document in rows:
        other = APPLICATION.validate_python(document, strict=False)
        common = links(case.application, other)
        if common:
            found.append(LinkedCase(CaseId(case_id), provider, common))
    return tuple(found[:LINKED_MAX])
