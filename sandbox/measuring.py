"""Asks for one agreed threshold over one window; an outage becomes missing data with its reason."""

from datetime import datetime

from sandbox.domain.measurement import Measurement, Series
from sandbox.domain.naming import CaseId
from sandbox.domain.plan import Threshold
from sandbox.errors import MetricsUnavailable
from sandbox.ports import Catalogue, Metrics


def measure(
    threshold: Threshold,
    case_id: CaseId,
    start: datetime,
    end: datetime,
    *,
    metrics: Metrics,
    catalogue: Catalogue,
) -> Measurement:
    """The measurement of a threshold from start to end, judged or NO DATA."""
    query = catalogue.query(threshold.metric, case_id)
    try:
        series = metrics.series(query.promql, start, end, query.step_seconds)
    except MetricsUnavailable as error:
        series = Series(query.promql, start, end, query.step_seconds, (), failure=str(error))
    return Measurement(threshold, series, query.unit, query.meaning)
