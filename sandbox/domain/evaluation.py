"""What the sealed test reports say, number by number and requirement by requirement (R58-D16).

The newest report covers every run, so it alone is evaluated; a requirement is judged by the last
run, as the report itself is.
"""

from dataclasses import dataclass
from typing import Any

from sandbox.domain.measurement import Measurement, Verdict, overall
from sandbox.domain.report import Run, TestReport


@dataclass(frozen=True, slots=True)
class SealedReport:
    """A test report with the hash under which it was sealed."""

    report: TestReport
    sha256: str


def evaluation(
    requirements: tuple[str, ...], sealed: tuple[SealedReport, ...]
) -> dict[str, Any]:  # Any: JSON values
    """The part of an exit report or a written proof that rests on sealed test reports."""
    newest = sealed[-1].report if sealed else None
    return {
        "test_reports": [
            {"number": s.report.number, "verdict": s.report.verdict.value, "sha256": s.sha256}
            for s in sealed
        ],
        "requirements_evaluated": [_evaluated(r, newest) for r in _all(requirements, newest)],
        "metric_annex": [
            _row(newest.number, run, measurement)
            for run in (newest.runs if newest else ())
            for measurement in run.measurements
            if newest
        ],
    }


def _all(requirements: tuple[str, ...], report: TestReport | None) -> tuple[str, ...]:
    """Those of the plan and those of its bars, each once."""
    last = _last(report)
    measured = (m.threshold.requirement for m in last)
    return tuple(dict.fromkeys((*requirements, *measured)))


def _evaluated(requirement: str, report: TestReport | None) -> dict[str, Any]:
    """Never a pass without data: what no bar measured has no data."""
    judged = [m for m in _last(report) if m.threshold.requirement == requirement]
    verdict = overall(tuple(m.verdict for m in judged)) if judged else Verdict.NO_DATA
    return {
        "requirement": requirement,
        "verdict": verdict.value,
        "measured_by": [str(m.threshold) for m in judged],
    }


def _last(report: TestReport | None) -> tuple[Measurement, ...]:
    return report.runs[-1].measurements if report and report.runs else ()


def _row(number: int, run: Run, measurement: Measurement) -> dict[str, Any]:
    """What a number needs to enter a signed report (rulebook 10.1)."""
    series = measurement.series
    return {
        "report": number,
        "run": run.number,
        "requirement": measurement.threshold.requirement,
        "metric": measurement.threshold.metric,
        "query": series.query,
        "window": f"{series.start.isoformat()} / {series.end.isoformat()}",
        "value": measurement.value,
        "unit": measurement.unit,
        "threshold": str(measurement.threshold),
        "verdict": measurement.verdict.value,
        "step_seconds": series.step_seconds,
        "samples": len(series.numbers),
        "samples_expected": series.expected,
        "completeness_percent": round(series.completeness * 100, 2),
        "series_sha256": series.sha256,
    }
