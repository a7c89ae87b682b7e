"""Records of training, testing and validation, in the order they were made."""

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.experiment import Experiment
from sandbox.domain.naming import CaseId
from sandbox.store.processing_tables import ExperimentRow

EXPERIMENT = TypeAdapter(Experiment)


def add(session: Session, case_id: CaseId, experiment: Experiment) -> None:
    document = EXPERIMENT.dump_python(experiment, mode="json")
    session.add(ExperimentRow(case_id=case_id, number=experiment.number, document=document))


def page(session: Session, case_id: CaseId, *, after: int, limit: int) -> list[Experiment]:
    """The records after one, oldest first."""
    rows = session.scalars(
        select(ExperimentRow)
        .where(ExperimentRow.case_id == case_id, ExperimentRow.number > after)
        .order_by(ExperimentRow.number)
        .limit(limit)
    )
    return [EXPERIMENT.validate_python(row.document, strict=False) for row in rows]
