"""Who may know of a case, as rows: the database answers what `readers.may_know` would say of each."""

from sqlalchemy import ColumnElement, delete, false, insert, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.readers import audience, knows_every_case, names
from sandbox.store.derived_tables import AudienceRow


def save(session: Session, case: Case) -> None:
    """Whoever may know of a case from now on, and nobody else."""
    kept = set(session.scalars(select(AudienceRow.reader).where(AudienceRow.case_id == case.id)))
    new = audience(case)
    if kept - new:
        gone = AudienceRow.reader.in_(kept - new)
        session.execute(delete(AudienceRow).where(AudienceRow.case_id == case.id, gone))
    if new - kept:
        rows = [{"case_id": case.id, "reader": reader} for reader in new - kept]
        session.execute(insert(AudienceRow), rows)


def known_by(person: Person, case_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether somebody may know of the case that a column names, if it was not erased."""
    if person.unit is Unit.ENFORCEMENT:
        return false()
    if knows_every_case(person):
        return true()
    known = select(AudienceRow.case_id).where(AudienceRow.reader.in_(names(person)))
    return case_id.in_(known)
