"""Whether sealed documents and their ledger are what they were: from the files alone, offline."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from sandbox.domain import clock_ledger
from sandbox.domain.measurement import Measurement, overall
from sandbox.domain.seal import (
    FIRST,
    Entry,
    LedgerLine,
    SealedEntry,
    WithheldEntry,
    first_break,
)
from sandbox.monitoring.twin import HASH, content_sha256
from sandbox.monitoring.twin import measurement as measured

# What malformed input raises while its parts are taken out.
MALFORMED = (ValueError, KeyError, TypeError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, whether it holds, and a sentence with what was seen."""

    name: str
    passed: bool
    sentence: str


def verify(files: list[Path]) -> list[Check]:
    """Every check that these files allow: documents (.json, .pdf) and one ledger (.jsonl)."""
    bodies = {path: path.read_bytes() for path in files if path.is_file()}
    checks = [
        Check(str(p), passed=False, sentence="no such file") for p in files if p not in bodies
    ]
    ledgers = [path for path in bodies if path.suffix == ".jsonl"]
    entries: list[LedgerLine] = []
    for path in ledgers:
        entries, found = _ledger(path.name, bodies[path])
        checks += found
    twins = {path.stem: body for path, body in bodies.items() if path.suffix == ".json"}
    for path, body in bodies.items():
        if path.suffix == ".json":
            checks += _document(path.name, body, entries, with_ledger=bool(ledgers))
        elif path.suffix == ".pdf":
            checks += _pdf(path, body, twins.get(path.stem), entries, with_ledger=bool(ledgers))
        elif path.suffix != ".jsonl":
            checks.append(
                Check(path.name, passed=False, sentence="not a .json, .pdf or .jsonl file")
            )
    return checks


def _ledger(name: str, body: bytes) -> tuple[list[LedgerLine], list[Check]]:
    try:
        lines = [_line(json.loads(line)) for line in body.decode().splitlines() if line]
        broken = first_break(lines)
    except MALFORMED as error:
        return [], [Check(name, passed=False, sentence=f"cannot be read as a ledger: {error}")]
    if not lines:
        return [], [Check(name, passed=False, sentence="the ledger is empty")]
    if broken is not None:
        if isinstance(broken, WithheldEntry):
            said = f"entry {broken.seq} (withheld) does not fit the chain"
        else:
            said = f"entry {broken.entry.seq} ({broken.entry.action}) does not fit the chain"
        return lines, [Check(name, passed=False, sentence=said)]
    entries = _entries(lines)
    unread = len(lines) - len(entries)
    said = f"{len(lines)} entries, chain unbroken" + (f", {unread} withheld" if unread else "")
    unbroken = Check(name, passed=True, sentence=said)
    # Due dates follow from the whole ledger or not at all: what is withheld is no proof of them.
    return lines, [unbroken] if unread else [unbroken, _clocks(name, entries)]


def _entries(lines: list[LedgerLine]) -> list[SealedEntry]:
    return [line for line in lines if isinstance(line, SealedEntry)]


def _clocks(name: str, entries: list[SealedEntry]) -> Check:
    """Whether every due date follows from its event and the length and the holidays in the ledger; a
    length that is not that of the catalogue is named.
    """
    try:
        kept = clock_ledger.read(sealed.entry for sealed in entries)
        appeals = clock_ledger.read_appeal_periods(sealed.entry for sealed in entries)
        wrong = clock_ledger.wrong((*kept, *appeals))
    except MALFORMED as error:
        return Check(f"{name}: clocks", passed=False, sentence=f"cannot be read: {error!r}")
    others = "".join(f"; {other}" for other in clock_ledger.of_other_length(kept))
    said = "; ".join(wrong) or f"{len(kept) + len(appeals)} due dates recomputed{others}"
    return Check(f"{name}: clocks", not wrong, said)


def _line(line: dict[str, Any]) -> LedgerLine:
    if line.get("withheld"):
        return WithheldEntry(line["seq"], line["previous"], line["seal"])
    fields = ("seq", "at", "actor", "role", "action", "case_id", "facts")
    entry = Entry(**{name: line[name] for name in fields})
    return SealedEntry(entry, line["previous"], line["seal"])


def _document(
    name: str, body: bytes, entries: list[LedgerLine], *, with_ledger: bool
) -> Iterator[Check]:
    try:
        document = json.loads(body)
        canonical = rfc8785.dumps(document) == body
    except (*MALFORMED, rfc8785.CanonicalizationError) as error:
        yield Check(name, passed=False, sentence=f"cannot be read as a document: {error}")
        return
    yield Check(f"{name}: form", canonical, "canonical JSON" if canonical else "not canonical JSON")
    if isinstance(document, dict) and HASH in document:
        same = document[HASH] == content_sha256(document)
        said = "that of its content" if same else "not that of its content"
        yield Check(f"{name}: hash", same, said)
    if with_ledger:
        sha256 = hashlib.sha256(body).hexdigest()
        recorded = _recorded(name, sha256, entries)
        if recorded:
            yield recorded
        else:
            yield _sealed(name, sha256, "sha256", entries)
            yield _anchored(name, document, entries)
    if isinstance(document, dict) and "runs" in document:
        try:
            yield from _runs(name, document)
        except MALFORMED as error:
            yield Check(f"{name}: numbers", passed=False, sentence=f"cannot be computed: {error}")


def _sealed(name: str, sha256: str, key: str, entries: list[LedgerLine]) -> Check:
    known = [
        s.entry.at
        for s in _entries(entries)
        if s.entry.action == "report_sealed" and s.entry.facts.get(key) == sha256
    ]
    said = f"sealed at {known[0]}" if known else "no entry of the ledger seals these bytes"
    return Check(f"{name}: seal", bool(known), said)


def _recorded(name: str, sha256: str, entries: list[LedgerLine]) -> Check | None:
    """A record that is kept nowhere under lock is known by the hash that its entry bears (D6)."""
    for sealed in _entries(entries):
        if sealed.entry.facts.get("record_sha256") == sha256:
            said = f"recorded at {sealed.entry.at} by {sealed.entry.action}"
            return Check(f"{name}: record", passed=True, sentence=said)
    return None


def _anchored(name: str, document: Any, entries: list[LedgerLine]) -> Check:
    seal = document.get("ledger_seal") if isinstance(document, dict) else None
    at = [place for place, line in enumerate(entries, start=1) if line.seal == seal]
    held = bool(at) or seal == FIRST
    said = f"names the ledger at entry {at[0]}" if at else "names no state of this ledger"
    return Check(f"{name}: ledger", held, said)


def _runs(name: str, document: dict[str, Any]) -> Iterator[Check]:
    verdicts = []
    for run in document["runs"]:
        computed = []
        for said in run["measurements"]:
            measurement = measured(said, document["raw"])
            computed.append(measurement.verdict)
            wrong = _differences(said, measurement)
            title = f"{name}: run {run['number']} {said['metric']}"
            good = f"{said['verdict']} from {len(measurement.series.numbers)} samples"
            yield Check(title, not wrong, "; ".join(wrong) or good)
        verdicts.append(overall(tuple(computed)))
        if verdicts[-1] != run["verdict"]:
            said = f"says {run['verdict']}, computed {verdicts[-1]}"
            yield Check(f"{name}: run {run['number']}", passed=False, sentence=said)
    last = verdicts[-1].value if verdicts else "no_data"
    yield Check(
        f"{name}: verdict",
        document["verdict"] == last,
        f"says {document['verdict']}, computed {last}",
    )


def _differences(said: dict[str, Any], computed: Measurement) -> list[str]:
    series = said["series"]
    pairs = {
        "hash of the raw series": (series["sha256"], computed.series.sha256),
        "samples": (series["samples"], len(computed.series.numbers)),
        "samples expected": (series["samples_expected"], computed.series.expected),
        "completeness": (series["completeness"], round(computed.series.completeness, 6)),
        "value": (said["value"], computed.value),
        "verdict": (said["verdict"], computed.verdict.value),
    }
    return [f"{what}: says {a}, computed {b}" for what, (a, b) in pairs.items() if a != b]


def _pdf(
    path: Path, body: bytes, twin: bytes | None, entries: list[LedgerLine], *, with_ledger: bool
) -> Iterator[Check]:
    try:
        attached = [b for found in PdfReader(io.BytesIO(body)).attachments.values() for b in found]
    except (PyPdfError, *MALFORMED) as error:
        yield Check(path.name, passed=False, sentence=f"cannot be read as a PDF: {error}")
        return
    if with_ledger:
        yield _sealed(path.name, hashlib.sha256(body).hexdigest(), "pdf_sha256", entries)
    if len(attached) != 1:
        yield Check(path.name, passed=False, sentence=f"carries {len(attached)} files, one is due")
    elif twin is not None:
        same = attached[0] == twin
        said = "carries its JSON twin" if same else "carries another JSON than the one given"
        yield Check(f"{path.name}: twin", same, said)
    else:
        yield from _document(
            f"{path.name} (attached)", attached[0], entries, with_ledger=with_ledger
        )
