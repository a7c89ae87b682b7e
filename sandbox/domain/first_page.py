"""What every document has in common: what it begins with, and the header of rulebook 10."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.domain.case import SYSTEM, Case
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.view_table import PAPERS

# A later document replaces the one before it that is about the same thing, which this field names;
# where a kind has no such field, about the case.
ABOUT = {
    Paper.TESTING_PLAN: "submitted_to",
    Paper.INCIDENT_REPORT: "incident",
    Paper.ANNUAL_REPORT: "year",
    Paper.DATASET_CERTIFICATE: "dataset",
    Paper.DEPLOYER_AGREEMENT: "deployer",
    Paper.GUIDANCE: "number",
    Paper.INSPECTION_RECORD: "inspection",
    Paper.INFORMATION: "requisition",
}
# Each of these stands beside the ones before it: a ruling, a stop, a new end, a proof of its own.
STANDS_ALONE = frozenset({Paper.DECISION, Paper.NOTICE, Paper.EXTENSION, Paper.WRITTEN_PROOF})


def head(paper: Paper, case: Case, authority: str, at: datetime) -> dict[str, Any]:  # Any: JSON
    """The kind of document, whose it is and when it was made."""
    return {
        "document": paper.heading.lower(),
        "case": case.id,
        "authority": authority,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
        "made_at": at.isoformat(),
        "statement": NO_CONFORMITY,
    }


def with_header(
    facts: dict[str, Any],
    paper: Paper,
    case_id: CaseId,
    number: int,
    before: Mapping[int, dict[str, Any]],
    *,
    by: str,
    at: datetime,
    retention_until: datetime,
) -> dict[str, Any]:  # Any: JSON
    """The facts with the header that all documents share (rulebook 10), as far as they lack it.

    Its hash is that of what is rendered, so the renderer adds it. `before` are the earlier documents of
    this kind by number; whoever issued it while signed in has signed it, the service itself signs nothing.
    """
    name = ABOUT.get(paper)
    same = [n for n, said in before.items() if name is None or said.get(name) == facts.get(name)]
    replaced = [] if paper in STANDS_ALONE else sorted(same)
    signed = by != str(SYSTEM)
    return {
        "doc_id": f"{case_id}/{paper}/{number}",
        "version": len(replaced) + 1,
        "supersedes": replaced[-1] if replaced else None,
        "created_by": by if signed else "service",
        "signed_by": [by] if signed else [],
        "signed_at": at.isoformat() if signed else None,
        "confidentiality_label": PAPERS[paper].label.value,
        "retention_until": retention_until.isoformat(),
    } | facts
