"""Which cases wait for something about their personal data."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from sandbox.domain.environment import Phase, Wanted
from sandbox.domain.errands import Errand
from sandbox.domain.naming import CaseId
from sandbox.store.derived_tables import ErrandRow
from sandbox.store.documents import IS_OF_REMOVAL
from sandbox.store.environment_tables import EnvironmentRow
from sandbox.store.errands import waiting_for
from sandbox.store.processing_tables import AccessRow
from sandbox.store.tables import DocumentRow


def with_a_log_to_settle(session: Session) -> list[CaseId]:
    """Cases that ended and have a log that nobody has settled."""
    waiting = waiting_for(Errand.LOG).where(exists().where(AccessRow.case_id == ErrandRow.case_id))
    return [CaseId(row) for row in session.scalars(waiting)]


def closed_but_standing(session: Session) -> list[CaseId]:
    """Cases that closed under a hold: their environment is still to be removed and certified."""
    certified = exists().where(DocumentRow.case_id == EnvironmentRow.case_id, IS_OF_REMOVAL)
    rows = session.scalars(
        select(EnvironmentRow.case_id).where(
            EnvironmentRow.case_id.in_(waiting_for(Errand.EXIT)),
            or_(
                EnvironmentRow.wanted != Wanted.ABSENT,
                EnvironmentRow.phase != Phase.ABSENT,
                ~certified,
            ),
        )
    )
    return [CaseId(row) for row in rows]
