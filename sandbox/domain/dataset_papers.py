"""The documents of the processing of personal data as facts: D11 and D12."""

from datetime import datetime
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.dataset import Dataset
from sandbox.domain.first_page import head
from sandbox.domain.papers import Paper
from sandbox.domain.processing import Summary

Document = dict[str, Any]  # Any: JSON


def project_summary(case: Case, summary: Summary, authority: str, at: datetime) -> Document:
    """D11, word for word as it is published."""
    return head(Paper.PROJECT_SUMMARY, case, authority, at) | {
        "project": summary.project,
        "objectives": summary.objectives,
        "expected_results": summary.expected_results,
        "published_by": summary.published_by,
    }


def deletion_certificate(
    case: Case, dataset: Dataset, authority: str, at: datetime, log_sha256: str, accesses: int
) -> Document:
    """D12 of one dataset: deleted, with what is kept all the same; or held, and why."""
    deletion = dataset.deletion
    holds = case.processing.holds_on(dataset)
    exceptions = [f"{hold} ({hold.legal_basis})" for hold in holds]
    if deletion is not None and deletion.exceptions.strip():
        exceptions.append(f"{deletion.exceptions} ({deletion.exceptions_basis})")
    return head(Paper.DATASET_CERTIFICATE, case, authority, at) | {
        "dataset": dataset.number,
        "name": dataset.name,
        "kind": dataset.kind.value.replace("_", " "),
        "volume": dataset.volume,
        "content_sha256": dataset.content_sha256,
        "deleted": deletion is not None,
        "trigger": f"{deletion.trigger if deletion else dataset.due_by}".replace("_", " "),
        "due_since": dataset.due_on.isoformat() if dataset.due_on else None,
        "method": deletion.method if deletion else "nothing was deleted",
        "removed": list(deletion.covered) if deletion else [],
        "period": f"{_moment(deletion.began_at)} / {_moment(deletion.ended_at)}"
        if deletion
        else None,
        "deleted_by": deletion.by if deletion else None,
        "verifier": (deletion.verified_by if deletion else "") or None,
        "exceptions": exceptions,
        "refused_reports": [
            f"{_moment(r.at)}, {r.by}: {r.reasons}" for r in dataset.refused_deletions
        ],
        "accesses_logged": accesses,
        "access_log_sha256": log_sha256,
    }


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
