"""Notices on their way to somebody outside: written in the transaction of what they tell of.

Delivery comes after commit and may be repeated; a notice says its id, so that its reader can tell.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.domain.seal import Facts
from sandbox.store.tables import OutboxRow


def post(
    session: Session, case_id: CaseId, kind: str, addressee: str, at: datetime, **facts: Facts
) -> None:
    """Leave a notice for an addressee: a role (`ai_office`), or a role and a name (`provider:X`)."""
    session.add(
        OutboxRow(
            case_id=case_id,
            kind=kind,
            addressee=addressee,
            facts=dict(facts),
            posted_at=at,
            attempts=0,
            retry_at=None,
            sent_at=None,
            failure="",
        )
    )
