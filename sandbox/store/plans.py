"""Every version of a plan, with the hash of the document that was signed.

A version is hashed as it was stored, never as today's code would write it: a field that came later
changes neither an old document nor its hash.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sandbox.domain.case import Case
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.plan import SandboxPlan
from sandbox.errors import NotFound
from sandbox.store.cases import PLAN
from sandbox.store.database import document_sha256
from sandbox.store.tables import PlanRow


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One version; `intact` says that its document still has the hash it was given."""

    plan: SandboxPlan
    sha256: str
    proposed_by: str
    proposed_at: datetime
    intact: bool


def versions(session: Session, case_id: CaseId) -> list[PlanVersion]:
    """Every version that was ever proposed, oldest first."""
    rows = session.scalars(
        select(PlanRow).where(PlanRow.case_id == case_id).order_by(PlanRow.version)
    )
    return [_version(row) for row in rows]


def agreed(session: Session, case: Case) -> list[PlanVersion]:
    """The versions that both parties signed, oldest first."""
    roles: dict[str, set[Role]] = {}
    for signature in case.signatures:
        roles.setdefault(signature.plan_sha256, set()).add(signature.role)
    both = {sha256 for sha256, signed in roles.items() if len(signed) > 1}
    return [found for found in versions(session, case.id) if found.sha256 in both]


def version(session: Session, case_id: CaseId, number: int) -> PlanVersion:
    """One version; NotFound when it was never proposed."""
    row = session.get(PlanRow, (case_id, number))
    if row is None:
        raise NotFound(f"case {case_id} has no version {number} of a plan")
    return _version(row)


def gpus(session: Session) -> dict[tuple[str, int], int]:
    """The GPUs of every version of every plan, by case and number."""
    asked = PlanRow.document[("resources", "gpus")].as_integer()
    rows = session.execute(select(PlanRow.case_id, PlanRow.version, asked))
    return {(case_id, number): gpus for case_id, number, gpus in rows}


def next_number(session: Session, case_id: CaseId) -> int:
    """The number of the next version: one that was declined keeps its own."""
    newest = session.scalar(select(func.max(PlanRow.version)).where(PlanRow.case_id == case_id))
    return (newest or 0) + 1


def _version(row: PlanRow) -> PlanVersion:
    return PlanVersion(
        plan=PLAN.validate_python(row.document, strict=False),
        sha256=row.sha256,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        intact=document_sha256(row.document) == row.sha256,
    )
