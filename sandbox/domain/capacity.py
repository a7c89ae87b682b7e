"""Whether the GPUs a plan asks for will be free on every day it asks for them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.domain.naming import CaseId

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reservation:
    """GPUs of one product held for a case, first and last day included."""

    case_id: CaseId
    gpu_product: str
    gpus: int
    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"ends on {self.last_day}, before it begins on {self.first_day}")

    def holds(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Node:
    """What one node was last seen to offer; `simulated` GPUs are numbers, not hardware."""

    name: str
    gpu_product: str
    gpus: int
    simulated: bool
    fake: bool  # a kwok node: pods on it run nothing


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the cluster was last seen to have and what pods on it have asked for."""

    nodes: tuple[Node, ...]
    gpus_used: dict[str, int]  # namespace -> GPUs requested by pods that are not finished

    def total(self, gpu_product: str) -> int:
        """GPUs of a product; of any product when none is named."""
        return sum(n.gpus for n in self.nodes if gpu_product in ("", n.gpu_product))

    def notes(self) -> tuple[str, ...]:
        """What is not real on this cluster: said in every report made on it."""
        notes = []
        if any(node.simulated for node in self.nodes):
            notes.append("GPUs of this cluster are simulated: numbers for quota, no hardware.")
        if self.nodes and all(node.fake for node in self.nodes):
            notes.append(
                "Nodes of this cluster are simulated: no pod ran on it and no traffic was filtered; "
                "the workload ran beside the cluster."
            )
        return tuple(notes)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The reason not to start: the first day with too few GPUs, and both numbers."""

    day: date
    asked: int
    free: int
    gpu_product: str

    def __str__(self) -> str:
        product = f" of type {self.gpu_product}" if self.gpu_product else ""
        return f"{self.asked} GPUs{product} were asked for on {self.day:%d %B %Y}; {self.free} are free"


@dataclass(frozen=True, slots=True)
class Demand:
    """What waits for GPUs of a product, and the fewest that are free on a day it asks for."""

    gpu_product: str
    cases: int
    gpus: int
    free: int

    @property
    def exceeds(self) -> bool:
        return self.gpus > self.free


def demand(
    waiting: Iterable[Reservation], held: tuple[Reservation, ...], inventory: Inventory | None
) -> tuple[Demand, ...]:
    """The demand for each product, by name; a cluster that was never seen has none free."""
    by_product: dict[str, list[Reservation]] = {}
    for wanted in waiting:
        by_product.setdefault(wanted.gpu_product, []).append(wanted)
    found = []
    for product, asked in sorted(by_product.items()):
        total = inventory.total(product) if inventory else 0
        free = min(free for wanted in asked for _, free in _free_by_day(wanted, held, total))
        found.append(Demand(product, len(asked), sum(r.gpus for r in asked), max(free, 0)))
    return tuple(found)


def exceeding(asked: Iterable[Demand]) -> tuple[Demand, ...]:
    """The demand that capacity does not meet."""
    return tuple(one for one in asked if one.exceeds)


def first_shortfall(
    wanted: Reservation, held: tuple[Reservation, ...], total: int
) -> Shortfall | None:
    """The reason not to start, or None."""
    for day, free in _free_by_day(wanted, held, total):
        if free < wanted.gpus:
            return Shortfall(day, wanted.gpus, max(free, 0), wanted.gpu_product)
    return None


def _free_by_day(
    wanted: Reservation, held: tuple[Reservation, ...], total: int
) -> Iterator[tuple[date, int]]:
    """The GPUs that others leave free, on each day on which that may change.

    Held reservations of the same case do not count against it. Use changes only where a
    reservation begins, so only those days and the first one need a look.
    """
    others = [
        r for r in held if r.case_id != wanted.case_id and r.gpu_product == wanted.gpu_product
    ]
    days = {wanted.first_day} | {r.first_day for r in others if wanted.holds(r.first_day)}
    for day in sorted(days):
        yield day, total - sum(r.gpus for r in others if r.holds(day))
