"""What every source of metrics promises, asked of the fake and of real Prometheus."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.errors import MetricsUnavailable
from sandbox.monitoring.prometheus import Prometheus
from sandbox.monitoring.queries import TABLE, MetricCatalogue
from sandbox.ports import Metrics
from tests.conftest import needed
from tests.factories import CASE_ID
from tests.fakes import FakeMetrics


def fake(value: float | None) -> tuple[Metrics, str]:
    return FakeMetrics(value), "q"


def real(value: float | None) -> tuple[Metrics, str]:
    query = "vector(0.9)" if value is not None else "no_such_series"
    return Prometheus(needed("SANDBOX_PROMETHEUS_URL")), query


@pytest.fixture(params=["fake", pytest.param("prometheus", marks=pytest.mark.services)])
def source(request: pytest.FixtureRequest) -> Callable[[float | None], tuple[Metrics, str]]:
    return fake if request.param == "fake" else real


END = datetime.now(UTC)
START = END - timedelta(seconds=30)


def test_a_complete_window_has_a_sample_for_each_step_with_both_ends(
    source: Callable[[float | None], tuple[Metrics, str]],
) -> None:
    metrics, query = source(0.9)

    series = metrics.series(query, START, END, 1.0)

    assert len(series.points) == series.expected == 31
    assert series.completeness == 1.0
    assert set(series.numbers) == {0.9}
    assert series.points[0].at == pytest.approx(START.timestamp(), abs=0.001)


def test_nothing_measured_is_no_sample_and_no_zero(
    source: Callable[[float | None], tuple[Metrics, str]],
) -> None:
    metrics, query = source(None)

    series = metrics.series(query, START, END, 1.0)

    assert series.points == ()
    assert series.completeness == 0


@pytest.mark.parametrize(
    "metrics", [FakeMetrics(away=True), Prometheus("http://127.0.0.1:1"), Prometheus("")]
)
def test_a_source_that_is_away_is_an_outage(metrics: Metrics) -> None:
    with pytest.raises(MetricsUnavailable):
        metrics.series("q", START, END, 1.0)


@pytest.mark.services
def test_a_long_window_is_asked_in_parts_and_loses_no_sample() -> None:
    prometheus = Prometheus(needed("SANDBOX_PROMETHEUS_URL"))

    series = prometheus.series("vector(1)", END - timedelta(seconds=25_000), END, 1.0)

    assert len(series.points) == series.expected == 25_001
    assert len({point.at for point in series.points}) == 25_001


@pytest.mark.services
@pytest.mark.parametrize("metric", sorted(TABLE))
def test_every_query_of_the_catalogue_is_understood(metric: str) -> None:
    query = MetricCatalogue().query(metric, CASE_ID)

    series = Prometheus(needed("SANDBOX_PROMETHEUS_URL")).series(query.promql, START, END, 1.0)

    assert f'namespace="case-{CASE_ID}"' in query.promql
    assert series.points == ()


@pytest.mark.services
@pytest.mark.rule("R58-02i")
@pytest.mark.parametrize(
    ("attempted", "blocked", "not_blocked"),
    [(4, 3, {0.25}), (4, 4, {0}), (0, 0, set()), (4, None, set()), (None, 4, set())],
)
def test_attacks_that_were_not_made_or_not_counted_are_never_a_pass(
    attempted: int | None, blocked: int | None, not_blocked: set[float]
) -> None:
    promql = MetricCatalogue().query("attacks_not_blocked", CASE_ID).promql
    here = f'{{namespace="case-{CASE_ID}"}}'
    for counted, value in (("attempted", attempted), ("blocked", blocked)):
        if value is not None:
            promql = promql.replace(f"security_attacks_{counted}_total{here}", f"vector({value})")

    series = Prometheus(needed("SANDBOX_PROMETHEUS_URL")).series(promql, START, END, 1.0)

    assert set(series.numbers) == not_blocked


@pytest.mark.services
def test_several_series_or_a_wrong_query_are_mistakes_and_no_measurement() -> None:
    prometheus = Prometheus(needed("SANDBOX_PROMETHEUS_URL"))

    with pytest.raises(ValueError, match="series"):
        prometheus.series(
            "vector(1) or label_replace(vector(1), 'x', 'y', '', '')", START, END, 1.0
        )
    with pytest.raises(ValueError, match="refuses"):
        prometheus.series("sum(", START, END, 1.0)
