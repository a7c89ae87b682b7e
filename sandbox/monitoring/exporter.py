"""Our own metrics for Prometheus, read at each scrape; counts and sums, never content."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from sandbox.domain.capacity import Demand, Inventory

BUCKETS_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The figures of one moment; `deadlines` by (name, open or overdue)."""

    cases: dict[str, int]
    environments: dict[str, int]
    deviating: int
    inventory: Inventory | None
    gpus_granted: dict[str, int]
    demand: tuple[Demand, ...]
    deadlines: dict[tuple[str, str], int]
    queue_length: int
    provisioning_seconds: tuple[float, ...]


class Exporter(Collector):
    """Metrics of a snapshot; when none can be read only `sandbox_scrape_ok 0` is shown."""

    def __init__(self, read: Callable[[], Snapshot]) -> None:
        self._read = read

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is read at registration."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | HistogramMetricFamily]:
        try:
            snapshot = self._read()
        except (SQLAlchemyError, OSError):
            yield _gauge("sandbox_scrape_ok", "Whether the figures could be read.", 0)
            return
        yield _gauge("sandbox_scrape_ok", "Whether the figures could be read.", 1)
        yield _by("sandbox_cases", "Cases by legal stage.", "stage", snapshot.cases)
        yield _by("sandbox_environments", "Environments by phase.", "phase", snapshot.environments)
        yield _gauge(
            "sandbox_environments_deviating",
            "Environments that are not what was declared, or that nobody could look at.",
            snapshot.deviating,
        )
        yield _gauge("sandbox_queue_length", "Rows that wait for a worker.", snapshot.queue_length)
        yield _deadlines(snapshot)
        yield _gpus(snapshot)
        yield from _demand(snapshot.demand)
        yield _provisioning(snapshot.provisioning_seconds)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _by(name: str, about: str, label: str, counts: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=[label])
    for word, count in counts.items():
        family.add_metric([word], count)
    return family


def _deadlines(snapshot: Snapshot) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "sandbox_deadlines", "Legal clocks that run.", labels=["deadline", "state"]
    )
    for (name, state), count in snapshot.deadlines.items():
        family.add_metric([name, state], count)
    return family


def _gpus(snapshot: Snapshot) -> GaugeMetricFamily:
    """GPUs by product; `used` is what pods ask for now, of whatever product."""
    family = GaugeMetricFamily(
        "sandbox_gpus", "GPUs of the cluster.", labels=["state", "product", "simulated"]
    )
    inventory = snapshot.inventory
    if inventory is None:
        return family
    for product in sorted({node.gpu_product for node in inventory.nodes if node.gpus}):
        nodes = [node for node in inventory.nodes if node.gpu_product == product]
        simulated = "true" if any(node.simulated for node in nodes) else "false"
        total = inventory.total(product) if product else sum(node.gpus for node in nodes)
        granted = snapshot.gpus_granted.get(product, 0)
        for state, value in (
            ("total", total),
            ("granted", granted),
            ("free", max(total - granted, 0)),
        ):
            family.add_metric([state, product, simulated], value)
    family.add_metric(["used", "", ""], sum(inventory.gpus_used.values()))
    return family


def _demand(asked: tuple[Demand, ...]) -> Iterator[GaugeMetricFamily]:
    """What waits for GPUs, by product (Art. 58(2)(b)); nothing is shown of what nobody waits for."""
    counts = {one.gpu_product: one.cases for one in asked}
    yield _by("sandbox_waiting_cases", "Cases that wait for GPUs.", "product", counts)
    family = GaugeMetricFamily(
        "sandbox_waiting_gpus",
        "GPUs that waiting cases ask for, and the fewest free on their days.",
        labels=["state", "product"],
    )
    for one in asked:
        family.add_metric(["asked", one.gpu_product], one.gpus)
        family.add_metric(["free", one.gpu_product], one.free)
    yield family


def _provisioning(seconds: tuple[float, ...]) -> HistogramMetricFamily:
    counts = [0] * (len(BUCKETS_SECONDS) + 1)
    for value in seconds:
        counts[bisect_left(BUCKETS_SECONDS, value)] += 1
    bounds = [*(str(bound) for bound in BUCKETS_SECONDS), "+Inf"]
    cumulated = [sum(counts[: n + 1]) for n in range(len(counts))]
    family = HistogramMetricFamily(
        "sandbox_provisioning_seconds", "From claim to READY, checks included.", labels=[]
    )
    family.add_metric([], list(zip(bounds, map(float, cumulated), strict=True)), sum(seconds))
    return family
