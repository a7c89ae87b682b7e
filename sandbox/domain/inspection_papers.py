"""The record of an inspection (D18): powers, scope, findings, what was read and what was secured."""

from typing import Any

from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.snapshot import Snapshot
from sandbox.domain.supervision import Inspection


def inspection_record(closed: Inspection, readings: list[str]) -> dict[str, Any]:  # Any: JSON
    """What D18 says of an inspection that is closed; `readings` are the lines of its log."""
    return {
        "document": "inspection record",
        "inspection": closed.number,
        "announced": closed.announced,
        "scope": closed.scope,
        "purpose": closed.purpose,
        "powers": closed.powers,
        "source_code": closed.source_code_reasons or None,
        "findings": closed.findings,
        "evidence": list(closed.evidence_sha256),
        "evidence_snapshot": (closed.snapshot or Snapshot()).said(),
        "readings": readings,
        "readings_seal": closed.readings_seal,
        "inspected_by": closed.by,
        "closed_by": closed.closed_by,
        "opened_at": closed.opened_at.isoformat(),
        "statement": NO_CONFORMITY,
    }
