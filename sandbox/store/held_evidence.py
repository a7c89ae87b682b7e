"""Which incidents wait for what was measured to be kept."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.case import Stretch
from sandbox.domain.errands import Errand
from sandbox.domain.evidence_hold import to_keep
from sandbox.domain.incident import Incident
from sandbox.domain.naming import CaseId
from sandbox.store.errands import waiting_for
from sandbox.store.tables import CaseRow

INCIDENTS = TypeAdapter(tuple[Incident, ...])
STRETCHES = TypeAdapter(tuple[Stretch, ...])


def to_be_kept(session: Session, at: datetime) -> Iterator[CaseId]:
    """The cases with an incident of which series are to be kept now."""
    incidents, stretches = CaseRow.facts["incidents"], CaseRow.facts["stretches"]
    rows = session.execute(
        select(CaseRow.id, incidents, stretches).where(CaseRow.id.in_(waiting_for(Errand.KEEP)))
    )
    for case_id, happened, ran in rows:
        known = INCIDENTS.validate_python(happened, strict=False)
        measured = STRETCHES.validate_python(ran, strict=False)
        if any(to_keep(incident, measured, at) for incident in known):
            yield CaseId(case_id)
