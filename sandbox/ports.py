"""What lies outside, as the stages see it. Each has a real adapter and a verified fake.

Expected outages are raised as `errors.Unavailable`; an engine that was refused raises
`errors.EngineFailed`. Every call may be repeated: twice is once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sandbox.domain.blueprint import Blueprint
from sandbox.domain.capacity import Inventory
from sandbox.domain.environment import Operation, Probe, Progress, RunningImage, VolumeSnapshot
from sandbox.domain.measurement import Series
from sandbox.domain.naming import CaseId
from sandbox.domain.notice import Notice
from sandbox.domain.report import TestReport
from sandbox.domain.tool import Metric

OnProgress = Callable[[Progress], None]

ENGINE_SOFT_LIMIT = timedelta(minutes=8)
ENGINE_HARD_LIMIT = timedelta(minutes=10)
# A lease must outlive the process that holds it, or two workers would build one environment.
ENGINE_LEASE = ENGINE_HARD_LIMIT + timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Frozen:
    """When the stop was ordered, when traffic was cut, and when the last pod was gone (aware UTC)."""

    ordered_at: datetime
    cut_at: datetime
    silent_at: datetime | None
    pods_stopped: int

    def as_facts(self) -> dict[str, str | int | None]:
        """The moments as the ledger keeps them."""
        return {
            "ordered_at": self.ordered_at.isoformat(),
            "cut_at": self.cut_at.isoformat(),
            "silent_at": self.silent_at.isoformat() if self.silent_at else None,
            "pods_stopped": self.pods_stopped,
        }


@dataclass(frozen=True, slots=True)
class Stored:
    """A sealed file: where, which version, and the hash of its bytes."""

    key: str
    version: str
    sha256: str
    retain_until: datetime


class Engine(Protocol):
    """Builds and removes what a blueprint describes (Pulumi)."""

    def preview(self, blueprint: Blueprint, *, stack_exists: bool) -> tuple[Operation, ...]:
        """What apply would do; nothing is changed. Empty when nothing would change."""
        ...

    def apply(
        self, blueprint: Blueprint, *, stack_exists: bool, on_progress: OnProgress
    ) -> tuple[Operation, ...]:
        """Make the cluster match; returns what was changed, empty when nothing was."""
        ...

    def destroy(self, blueprint: Blueprint, *, on_progress: OnProgress) -> None:
        """Remove everything, rights first, and return only when it is gone. Absent is fine."""
        ...

    def drift(self, blueprint: Blueprint) -> tuple[Operation, ...]:
        """Differences between what was applied and the cluster; repairs nothing."""
        ...


class Cluster(Protocol):
    """What is really there (Kubernetes)."""

    def freeze(self, namespace: str) -> Frozen:
        """Cut all traffic, then stop every pod; at once, directly, idempotent."""
        ...

    def close_ways(self, namespace: str) -> None:
        """Take every way out away; at once, directly, idempotent. Pods go on running."""
        ...

    def check_isolation(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        """Attack the wall from inside and outside; one probe for each control."""
        ...

    def check_rights(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        """The part of the isolation check that starts nothing: what the participant may do, and
        whether only what was declared opens the wall.
        """
        ...

    def running_images(self, namespace: str) -> tuple[RunningImage, ...]:
        """What the unfinished pods of a namespace run; empty when it is gone."""
        ...

    def snapshot_volumes(self, namespace: str, mark: str) -> tuple[VolumeSnapshot, ...] | None:
        """Ask for a snapshot of each volume, once for each mark; None when the cluster offers none."""
        ...

    def inventory(self) -> Inventory:
        """GPUs by node, and GPUs in use by namespace."""
        ...

    def remains(self, namespace: str) -> tuple[str, ...]:
        """Everything of a namespace that still exists, as `kind/name`; empty when it is gone."""
        ...

    def kubeconfig(self, namespace: str) -> str:
        """A kubeconfig (YAML) with the participant's rights in its own namespace, short-lived."""
        ...


class Metrics(Protocol):
    """Reads what was measured (Prometheus)."""

    def series(self, query: str, start: datetime, end: datetime, step_seconds: float) -> Series:
        """A range query; raises MetricsUnavailable when Prometheus does not answer."""
        ...


class Query(Protocol):
    """One entry of the catalogue of metrics: how it is asked and what the answer means."""

    @property
    def promql(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def step_seconds(self) -> float: ...


class Catalogue(Protocol):
    """The metrics a plan may name, and how each is asked for one case."""

    @property
    def names(self) -> frozenset[str]: ...
    @property
    def metrics(self) -> tuple[Metric, ...]: ...

    def query(self, metric: str, case_id: CaseId) -> Query: ...


class Rendered(Protocol):
    """A document as its machine-readable twin and as a PDF that carries it."""

    @property
    def json(self) -> bytes: ...
    @property
    def pdf(self) -> bytes: ...


class Renderer(Protocol):
    """Makes files of documents; the same facts give the same bytes."""

    def test_report(self, report: TestReport) -> Rendered: ...

    def document(self, title: str, document: dict[str, Any]) -> Rendered: ...  # Any: JSON

    def reading_copy(self, title: str, twin: bytes, suffix: str, language: str) -> bytes:
        """A sealed document as `html` or `pdf` in another language, made of its JSON twin."""
        ...


class Evidence(Protocol):
    """Keeps sealed files (S3 with object lock)."""

    def put(self, key: str, body: bytes, *, media_type: str, retain_until: datetime) -> Stored:
        """Store once, locked until a moment. The same bytes again change nothing; other bytes
        under a used key raise EvidenceTampered.
        """
        ...

    def get(self, key: str, version: str = "") -> bytes:
        """The bytes of a version (the newest when none is named); NotFound when there is none."""
        ...

    def delete(self, key: str) -> None:
        """Delete every version of a file; EvidenceLocked while a lock stands. Absent is fine."""
        ...


class Notifier(Protocol):
    """Brings notices to people and systems outside (mail, webhooks)."""

    def reaches(self, addressee: str) -> bool:
        """Whether anybody said where an addressee is reached."""
        ...

    def send(self, notice: Notice) -> None:
        """Hand a notice over; NoticeUndelivered when it was not taken. Twice is the same notice."""
        ...


class Nudge(Protocol):
    """Says "look at this case" on the queue, after commit; losing or doubling one is harmless."""

    def __call__(self, stage: str, case_id: CaseId) -> None: ...


Clock = Callable[[], datetime]
