"""Packs the raw series of a test into one file that anybody can open and check, and keeps it under
lock (rulebook 5.1).
"""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.domain.evidence_hold import Window
from sandbox.domain.kept import KeptMetric, KeptSeries
from sandbox.domain.measurement import Series
from sandbox.domain.naming import CaseId, kept_key
from sandbox.ports import Catalogue, Clock, Evidence, Metrics, Query

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first day a ZIP knows: the same series give the same bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """The file, and what it says of each series."""

    body: bytes
    metrics: tuple[KeptMetric, ...]


def keep(
    case_id: CaseId,
    subject: str,
    window: Window,
    *,
    metrics: Metrics,
    catalogue: Catalogue,
    evidence: Evidence,
    retention: timedelta,
    clock: Clock,
) -> tuple[KeptSeries, datetime]:
    """Keep every series of a window in one file under object lock; until when it is locked.

    MetricsUnavailable or EvidenceUnavailable on an outage.
    """
    packed = pack(case_id, subject, window, metrics=metrics, catalogue=catalogue)
    key = kept_key(case_id, subject, hashlib.sha256(packed.body).hexdigest())
    until = clock() + retention
    stored = evidence.put(key, packed.body, media_type="application/zip", retain_until=until)
    kept = KeptSeries(
        *(window.start, window.until, clock(), stored.key, stored.version, stored.sha256),
        packed.metrics,
    )
    return kept, stored.retain_until


def pack(
    case_id: CaseId,
    subject: str,
    window: Window,
    *,
    metrics: Metrics,
    catalogue: Catalogue,
) -> Packed:
    """Each series of the catalogue, from which plans choose, as `time value` lines, whose hash is that of the series, and an index.

    MetricsUnavailable on an outage. What is refused, or gives no value, is said to be missing.
    """
    whole = io.BytesIO()
    kept: list[KeptMetric] = []
    lines: list[dict[str, Any]] = []  # Any: JSON
    with zipfile.ZipFile(whole, "w") as packed:
        for metric in sorted(catalogue.names):
            query = catalogue.query(metric, case_id)
            series = _series(query, window, metrics)
            numbers = len(series.numbers)
            one = KeptMetric(metric, series.sha256, numbers, series.expected, series.failure)
            _add(packed, f"{metric}.txt", series.raw)
            kept.append(one)
            lines.append(_line(one, query))
        index = {
            "case": case_id,
            "subject": subject,
            "start": window.start.isoformat(),
            "until": window.until.isoformat(),
            "series": lines,
        }
        _add(packed, "index.json", json.dumps(index, indent=2).encode())
    return Packed(whole.getvalue(), tuple(kept))


def _series(query: Query, window: Window, metrics: Metrics) -> Series:
    asked = (query.promql, window.start, window.until, query.step_seconds)
    try:
        return metrics.series(*asked)
    except ValueError as refusal:  # to ask again would not help, and the others are kept
        return Series(*asked, points=(), failure=str(refusal))


def _line(kept: KeptMetric, query: Query) -> dict[str, Any]:  # Any: JSON
    return {
        "metric": kept.metric,
        "file": f"{kept.metric}.txt",
        "sha256": kept.sha256,
        "values": kept.values,
        "expected": kept.expected,
        "failure": kept.failure,
        "query": query.promql,
        "unit": query.unit,
        "meaning": query.meaning,
        "step_seconds": query.step_seconds,
    }


def _add(packed: zipfile.ZipFile, name: str, body: bytes) -> None:
    packed.writestr(zipfile.ZipInfo(name, LONG_AGO), body, zipfile.ZIP_DEFLATED)
