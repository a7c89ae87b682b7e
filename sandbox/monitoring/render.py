"""Documents as their machine-readable twin and as a PDF that carries it.

PDF/A-3a and PDF/UA-1: kept for years, read by everybody. The same facts give the same bytes, so that
a file which is sealed again after a crash is the same file.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import rfc8785
import typst

from sandbox.domain.report import TestReport
from sandbox.monitoring.plots import plot

TEMPLATE = Path(__file__).with_name("document.typ")
TITLE = "Supervised test report"


@dataclass(frozen=True, slots=True)
class RenderedFiles:
    """The canonical JSON (RFC 8785) and the PDF that has it attached."""

    json: bytes
    pdf: bytes


class DocumentRenderer:
    """The Renderer port, by typst and matplotlib."""

    def test_report(self, report: TestReport) -> RenderedFiles:
        """A test report, with the raw series by their hash so that each number can be recomputed."""
        measurements = [m for run in report.runs for m in run.measurements]
        raw = {m.series.sha256: [[p.at, p.value] for p in m.series.points] for m in measurements}
        document = report.as_document() | {"raw": raw}
        plots = {
            f"{run.number}/{m.threshold.metric}": plot(m)
            for run in report.runs
            for m in run.measurements
        }
        return _render(TITLE, document, plots)

    def document(self, title: str, document: dict[str, Any]) -> RenderedFiles:  # Any: JSON
        """Any other document: a table of its facts."""
        return _render(title, document, {})


def _render(title: str, document: dict[str, Any], plots: dict[str, str]) -> RenderedFiles:
    twin = rfc8785.dumps(document)
    shown = {key: value for key, value in document.items() if key != "raw"}
    pdf = typst.compile(
        TEMPLATE.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={
            "title": title,
            "author": str(document.get("authority", "")),
            "data": json.dumps(shown),
            "plots": json.dumps(plots),
            "json": twin.decode(),
            "twin": "document.json",
        },
        pdf_standards=["a-3a", "ua-1"],
        timestamp=int(datetime.fromisoformat(document["made_at"]).timestamp()),
    )
    return RenderedFiles(twin, pdf)
