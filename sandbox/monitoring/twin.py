"""The machine-readable twin of a document: the hash of its content, and a test report read back into
what it tells of.
"""

import hashlib
from datetime import datetime
from typing import Any

import rfc8785

from sandbox.domain.measurement import Measurement, Point, Series
from sandbox.domain.plan import Bound, Threshold

HASH = "hash"


def content_sha256(document: dict[str, Any]) -> str:  # Any: JSON
    """The SHA-256 of the canonical JSON (RFC 8785) of everything that a document says but this hash."""
    said = {name: value for name, value in document.items() if name != HASH}
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


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
