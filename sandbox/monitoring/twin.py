"""The machine-readable twin of a test report, read back into what it tells of."""

from datetime import datetime
from typing import Any

from sandbox.domain.measurement import Measurement, Point, Series
from sandbox.domain.plan import Bound, Threshold


def measurement(said: dict[str, Any], raw: dict[str, Any]) -> Measurement:  # Any: JSON
    """One measurement of a twin as its raw points give it."""
    series = said["series"]
    points = tuple(Point(float(at), float(value)) for at, value in raw[series["sha256"]])
    threshold = said["threshold"]
    return Measurement(
        Threshold(
            said["metric"],
            Bound(threshold["bound"]),
            threshold["value"],
            said["requirement"],
            threshold["completeness_min"],
        ),
        Series(
            series["query"],
            datetime.fromisoformat(series["start"]),
            datetime.fromisoformat(series["end"]),
            series["step_seconds"],
            points,
            series["failure"],
        ),
        said["unit"],
        said["meaning"],
    )
