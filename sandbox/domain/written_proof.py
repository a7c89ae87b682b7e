"""The written proof (D9): what was successfully done, as a document (Art. 57(7), draft act 6(2))."""

from dataclasses import asdict
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.lifecycle import Stage
from sandbox.domain.outcome import sectors
from sandbox.domain.proof import Proof
from sandbox.domain.report import NO_CONFORMITY


def is_completed(case: Case) -> bool:
    """Whether the participation ran to its end; a terminated or running one did not."""
    return case.completed or case.stage is Stage.COMPLETED


def written_proof(
    case: Case, proof: Proof, *, authority: str
) -> dict[str, Any]:  # Any: a JSON document
    """The facts of a proof, but for what the sealed test reports say (`evaluation`)."""
    return {
        "document": "written proof",
        "case": case.id,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
        "authority": authority,
        "activities_successfully_done": [asdict(activity) for activity in proof.activities],
        "sectors": sectors(case.application),
        "completed": is_completed(case),
        "issued_by": proof.by,
        "made_at": proof.at.isoformat(),
        "statement": NO_CONFORMITY,
    }
