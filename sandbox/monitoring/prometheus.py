"""Range queries against Prometheus; what does not answer is an outage, never a zero."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from sandbox.domain.measurement import Point, Series
from sandbox.errors import MetricsUnavailable

POINTS_MAX = 10_000  # Prometheus refuses more than 11,000 points a series


class Prometheus:
    """The Metrics port over Prometheus' HTTP API."""

    def __init__(self, url: str, timeout_seconds: float = 10.0) -> None:
        self._url = url.rstrip("/")
        self._timeout_seconds = timeout_seconds

    def series(self, query: str, start: datetime, end: datetime, step_seconds: float) -> Series:
        """One series over a window, asked in parts when it is long.

        MetricsUnavailable on an outage; ValueError when the query is wrong or gives several series.
        """
        points: list[Point] = []
        part = timedelta(seconds=step_seconds * (POINTS_MAX - 1))
        begin = start
        while begin <= end:
            until = min(begin + part, end)
            points += self._points(query, begin, until, step_seconds)
            begin = until + timedelta(seconds=step_seconds)
        return Series(query, start, end, step_seconds, tuple(points))

    def _points(
        self, query: str, start: datetime, end: datetime, step_seconds: float
    ) -> list[Point]:
        asked: dict[str, str | float] = {
            "query": query,
            "start": start.timestamp(),
            "end": end.timestamp(),
            "step": step_seconds,
        }
        found = self._ask("/api/v1/query_range", asked)["result"]
        if len(found) > 1:
            raise ValueError(f"{query} gives {len(found)} series; one is needed")
        values = found[0]["values"] if found else []
        points = [Point(float(at), float(value)) for at, value in values]
        return [point for point in points if math.isfinite(point.value)]

    def _ask(self, path: str, asked: dict[str, str | float]) -> Any:  # Any: a JSON document
        try:
            answer = httpx.get(self._url + path, params=asked, timeout=self._timeout_seconds)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise MetricsUnavailable(f"Prometheus does not answer: {error}") from error
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise MetricsUnavailable(f"Prometheus answers {answer.status_code}")
        if answer.status_code != HTTPStatus.OK:
            raise ValueError(f"Prometheus refuses the query: {answer.text[:300]}")
        return answer.json()["data"]
