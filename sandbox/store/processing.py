"""Which cases wait for something about their personal data."""

from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from sandbox.domain.environment import Phase, Wanted
from sandbox.domain.lifecycle import ENDED, TESTED, Stage
from sandbox.domain.naming import CaseId
from sandbox.store.documents import IS_OF_REMOVAL
from sandbox.store.environment_tables import EnvironmentRow
from sandbox.store.processing_tables import AccessRow
from sandbox.store.tables import CaseRow, DocumentRow


def with_alerts(session: Session) -> list[CaseId]:
    """Running cases with an alert on the privacy of data subjects."""
    first = CaseRow.facts["processing"]["safeguards"]["alerts"][0]["metric"].as_string()
    rows = session.scalars(
        select(CaseRow.id).where(CaseRow.stage == Stage.ACTIVE, first.is_not(None))
    )
    return [CaseId(row) for row in rows]


def with_a_deletion_due(session: Session, today: date) -> list[CaseId]:
    """Cases with a dataset whose time has come and for which no clock runs yet."""
    due = CaseRow.facts["processing"]["next_deletion_on"].as_string()
    rows = session.scalars(
        select(CaseRow.id).where(
            CaseRow.stage.in_(list(TESTED)),
            due.is_not(None),
            or_(CaseRow.stage.in_(list(ENDED)), due <= today.isoformat()),
        )
    )
    return [CaseId(row) for row in rows]


def with_a_log_to_settle(session: Session) -> list[CaseId]:
    """Cases that ended and have a log that nobody has settled."""
    settled = CaseRow.facts["processing"]["log_settled_at"].as_string()
    rows = session.scalars(
        select(CaseRow.id).where(
            CaseRow.stage.in_([*ENDED, Stage.CLOSED]),
            settled.is_(None),
            exists().where(AccessRow.case_id == CaseRow.id),
        )
    )
    return [CaseId(row) for row in rows]


def closed_but_standing(session: Session) -> list[CaseId]:
    """Cases that closed under a hold: their environment is still to be removed and certified."""
    certified = exists().where(DocumentRow.case_id == CaseRow.id, IS_OF_REMOVAL)
    rows = session.scalars(
        select(CaseRow.id)
        .join(EnvironmentRow, EnvironmentRow.case_id == CaseRow.id)
        .where(
            CaseRow.stage == Stage.CLOSED,
            or_(
                EnvironmentRow.wanted != Wanted.ABSENT,
                EnvironmentRow.phase != Phase.ABSENT,
                ~certified,
            ),
        )
    )
    return [CaseId(row) for row in rows]
