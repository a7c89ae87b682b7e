"""A case to take along: what is recorded, its ledger and every sealed file (Art. 57(7), 58(2)(g))."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sandbox.bundling import File, sealed_files, with_hashes
from sandbox.domain import views
from sandbox.domain.case import Case, Person
from sandbox.domain.evidence_hold import series_kept
from sandbox.domain.kept import KeptSeries
from sandbox.domain.naming import CaseId
from sandbox.domain.seal import LedgerLine
from sandbox.domain.sight import Sight, sees
from sandbox.domain.visibility import known_lines
from sandbox.ports import Evidence
from sandbox.store import cases, documents, ledger
from sandbox.store.database import Sessions
from sandbox.store.documents import Document

README = """A case of an AI regulatory sandbox, as {reader} may know it.

case.json       what is recorded of the case
ledger.jsonl    the account of every step; each entry seals the one before
documents.json  the hash of every sealed document, those that are not shown to you too
documents/      those that are, as JSON, and as PDF that carries the same JSON
kept-series/    what was measured before and while evidence of an incident was held, or before an
                inspection
SHA256SUMS      the hash of each of these files

Whether nothing was changed on the way:
    sha256sum -c SHA256SUMS
Whether each document is what was sealed, and the ledger unbroken, with nothing but these files:
    python -m sandbox verify ledger.jsonl documents/*
"""


@dataclass(frozen=True, slots=True)
class Export:
    """What goes along; the files themselves are fetched one by one."""

    facts: dict[str, Any]  # Any: JSON
    lines: tuple[LedgerLine, ...]
    listed: tuple[Document, ...]
    documents: tuple[Document, ...]
    kept: tuple[KeptSeries, ...]
    reader: str


def gather(case_id: CaseId, *, by: Person, sessions: Sessions) -> Export:
    """Everything of a case that its authority, its provider or an auditor may know."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing="export")
        entries = ledger.of_case(session, case_id)
        sealed = [
            (d, views.of_document(case, by, d.kind, d.number, d.assembled))
            for d in documents.of_case(session, case_id)
            if d.sealed_at
        ]
    return Export(
        facts=views.facts(case, by, cases.as_json(views.narrowed(case, by))),
        lines=tuple(known_lines(entries, case, by)),
        listed=tuple(d for d, shown in sealed if shown is not Sight.HIDDEN),
        documents=tuple(d for d, shown in sealed if shown is Sight.SEEN),
        kept=_kept(case, by),
        reader=str(by),
    )


def _kept(case: Case, by: Person) -> tuple[KeptSeries, ...]:
    """What was kept for incidents and inspections that somebody sees."""
    shown = series_kept(views.narrowed(case, by))
    return tuple(kept for subject, _, kept in shown if sees(case, by, f"{subject}s"))


def files(export: Export, evidence: Evidence) -> Iterator[File]:
    """Every file by its name, one at a time; the hashes come last."""
    return with_hashes(_files(export, evidence))


def _files(export: Export, evidence: Evidence) -> Iterator[File]:
    yield "README.txt", README.format(reader=export.reader).encode()
    recorded = json.dumps(export.facts, ensure_ascii=False, indent=2)
    yield "case.json", recorded.encode()
    yield "ledger.jsonl", "".join(ledger.as_lines(list(export.lines))).encode()
    listed = [{"kind": d.kind, "number": d.number, "sha256": d.sha256} for d in export.listed]
    yield "documents.json", json.dumps(listed, indent=2).encode()
    for document in export.documents:
        yield from sealed_files(document, evidence)
    for series in export.kept:
        yield (
            f"kept-series/{PurePosixPath(series.key).name}",
            evidence.get(series.key, series.version),
        )
