"""Documents assembled from facts: nothing in them that is not derived or signed by a named person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.domain.environment import Probe
from sandbox.domain.measurement import Measurement, Series, Verdict, overall
from sandbox.domain.naming import CaseId

# Draft act recital 19 and Art. 6: every signed document says so.
NO_CONFORMITY = (
    "This document is not an approval, not a declaration of conformity, and founds no presumption "
    "of conformity."
)


@dataclass(frozen=True, slots=True)
class Run:
    """One supervised stretch of a test: from activation or resumption to the next stop.

    `started_at` is after the settling time agreed in the plan; `ended_by` is an action of the
    lifecycle or `report` when the run was still going on; `plan_version` is the one that judges it.
    """

    number: int
    started_at: datetime
    ended_at: datetime
    ended_by: str
    measurements: tuple[Measurement, ...]
    plan_version: int = 0

    @property
    def verdict(self) -> Verdict:
        return overall(tuple(m.verdict for m in self.measurements))


@dataclass(frozen=True, slots=True)
class TestReport:
    """The supervised test report: each run in numbers, with the plan's bars beside them.

    `notes` say what is simulated or not proven on this cluster; `ledger_seal` is the newest seal
    of the case's ledger when the report was made.
    """

    __test__ = False  # a report, not a test class of pytest

    case_id: CaseId
    number: int
    provider: str
    system: str
    authority: str
    made_at: datetime
    made_by: str
    plan_version: int
    plan_sha256: str
    runs: tuple[Run, ...]
    isolation: tuple[Probe, ...]
    notes: tuple[str, ...]
    ledger_seal: str
    language: str = "en"

    @property
    def verdict(self) -> Verdict:
        """That of the last run; earlier runs stay in the report with their own."""
        return self.runs[-1].verdict if self.runs else Verdict.NO_DATA

    def as_document(self) -> dict[str, Any]:  # Any: a JSON document
        """The machine-readable twin: plain JSON values, moments in ISO 8601 UTC."""
        return {
            "document": "supervised test report",
            "schema": "ai-sandbox.eu/test-report/1",
            "case": self.case_id,
            "number": self.number,
            "provider": self.provider,
            "system": self.system,
            "authority": self.authority,
            "made_at": self.made_at.isoformat(),
            "made_by": self.made_by,
            "language": self.language,
            "plan": {"version": self.plan_version, "sha256": self.plan_sha256},
            "verdict": self.verdict.value,
            "runs": [_run(run) for run in self.runs],
            "isolation": [_probe(probe) for probe in self.isolation],
            "notes": list(self.notes),
            "ledger_seal": self.ledger_seal,
            "statement": NO_CONFORMITY,
        }


def notes(runs: tuple[Run, ...], walls: list[tuple[int, str]]) -> Iterator[str]:
    """What neither numbers nor isolation check tell: series that could not be read, and by run the walls
    that were found open, which the check does not show once they are closed again (R59-d).
    """
    failures = {m.series.failure for run in runs for m in run.measurements if m.series.failure}
    yield from (f"Measurements could not be read: {failure}" for failure in sorted(failures))
    yield from (f"A wall was found open in run {run}: {wall}" for run, wall in walls)


def _run(run: Run) -> dict[str, Any]:
    return {
        "number": run.number,
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat(),
        "ended_by": run.ended_by,
        "plan_version": run.plan_version,
        "verdict": run.verdict.value,
        "measurements": [_measurement(measurement) for measurement in run.measurements],
    }


def _measurement(measurement: Measurement) -> dict[str, Any]:
    threshold = measurement.threshold
    return {
        "metric": threshold.metric,
        "meaning": measurement.meaning,
        "unit": measurement.unit,
        "requirement": threshold.requirement,
        "threshold": {
            "bound": threshold.bound.value,
            "value": threshold.value,
            "completeness_min": threshold.completeness_min,
        },
        "value": measurement.value,
        "verdict": measurement.verdict.value,
        "series": _series(measurement.series),
    }


def _series(series: Series) -> dict[str, Any]:
    return {
        "query": series.query,
        "start": series.start.isoformat(),
        "end": series.end.isoformat(),
        "step_seconds": series.step_seconds,
        "samples": len(series.numbers),
        "samples_expected": series.expected,
        "completeness": round(series.completeness, 6),
        "sha256": series.sha256,
        "failure": series.failure,
    }


def _probe(probe: Probe) -> dict[str, Any]:
    return {
        "name": probe.name,
        "control": probe.control,
        "expected": probe.expected,
        "seen": probe.seen,
        "passed": probe.passed,
        "proven": probe.proven,
    }
