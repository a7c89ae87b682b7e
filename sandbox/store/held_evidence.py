"""Which incidents wait for their evidence to be kept."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.case import Stretch
from sandbox.domain.evidence_hold import to_keep
from sandbox.domain.incident import Incident
from sandbox.domain.naming import CaseId
from sandbox.store.tables import CaseRow

INCIDENTS = TypeAdapter(tuple[Incident, ...])
STRETCHES = TypeAdapter(tuple[Stretch, ...])


def waiting(session: Session, at: datetime) -> Iterator[tuple[str, CaseId]]:
    """The tasks that a case with an incident waits for: to note what stood, to keep its series."""
    incidents, stretches = CaseRow.facts["incidents"], CaseRow.facts["stretches"]
    rows = session.execute(
        select(CaseRow.id, incidents, stretches).where(
            incidents.as_string().is_not(None), incidents.as_string() != "[]"
        )
    )
    for case_id, happened, ran in rows:
        known = INCIDENTS.validate_python(happened, strict=False)
        measured = STRETCHES.validate_python(ran, strict=False)
        if any(incident.lacks_what_stood for incident in known):
            yield "pin", CaseId(case_id)
        if any(to_keep(incident, measured, at) for incident in known):
            yield "keep", CaseId(case_id)
