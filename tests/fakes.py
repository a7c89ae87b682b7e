"""Stand-ins for what lies outside, for tests of the stages and the API."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.domain.blueprint import Blueprint
from sandbox.domain.capacity import Inventory, Node
from sandbox.domain.environment import Operation, Probe, Progress, RunningImage, VolumeSnapshot
from sandbox.domain.measurement import Point, Series
from sandbox.domain.naming import CaseId
from sandbox.domain.notice import Notice
from sandbox.domain.report import TestReport
from sandbox.domain.tool import Dimension, Metric
from sandbox.errors import (
    ClusterUnavailable,
    EngineFailed,
    EvidenceLocked,
    EvidenceTampered,
    EvidenceUnavailable,
    MetricsUnavailable,
    NotFound,
    NoticeUndelivered,
)
from sandbox.ports import Frozen, OnProgress, Stored

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class FakeNudge:
    """A queue that remembers."""

    given: list[tuple[str, CaseId]] = field(default_factory=list)

    def __call__(self, stage: str, case_id: CaseId) -> None:
        self.given.append((stage, case_id))


@dataclass
class FakeEngine:
    """An engine that builds in memory, and may be told to break."""

    breaks: bool = False
    drifted: tuple[Operation, ...] = ()  # what somebody changed in the cluster since the last run
    standing: dict[str, Blueprint] = field(default_factory=dict)
    previewed: list[Blueprint] = field(default_factory=list)

    def preview(self, blueprint: Blueprint, *, stack_exists: bool) -> tuple[Operation, ...]:
        self.previewed.append(blueprint)
        return (Operation("create", f"{blueprint.namespace}/deny-all"),)

    def apply(
        self, blueprint: Blueprint, *, stack_exists: bool, on_progress: OnProgress
    ) -> tuple[Operation, ...]:
        if self.breaks:
            raise EngineFailed(blueprint.case_id, "quota", "no")
        on_progress(Progress(NOON, "create", "deny-all", done=True))
        before = self.standing.get(blueprint.case_id)
        self.standing[blueprint.case_id] = blueprint
        self.drifted = ()
        return () if before == blueprint else (Operation("create", "deny-all"),)

    def destroy(self, blueprint: Blueprint, *, on_progress: OnProgress) -> None:
        self.standing.pop(blueprint.case_id, None)

    def drift(self, blueprint: Blueprint) -> tuple[Operation, ...]:
        return self.drifted


@dataclass
class FakeCluster:
    """A cluster that shows what a fake engine built."""

    engine: FakeEngine
    away: bool = False
    open_wall: bool = False
    gpus: int = 8
    volumes: tuple[str, ...] = ("data",)
    offers_snapshots: bool = True
    snapshotted: list[str] = field(default_factory=list)
    images: tuple[RunningImage, ...] = (RunningImage("scorer-1", "main", "scorer:1", "sha256:ab"),)

    def freeze(self, namespace: str) -> Frozen:
        if self.away:
            raise ClusterUnavailable("the cluster does not answer")
        return Frozen(NOON, NOON + timedelta(milliseconds=40), NOON + timedelta(seconds=1), 2)

    def close_ways(self, namespace: str) -> None:
        if self.away:
            raise ClusterUnavailable("the cluster does not answer")

    def check_isolation(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        seen = "allowed" if self.open_wall else "dropped"
        return (
            Probe("egress", "R59-d", "dropped", seen, passed=not self.open_wall),
            Probe("dns", "R59-d", "allowed", "not provable here", passed=False, proven=False),
        )

    def check_rights(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        if self.away:
            raise ClusterUnavailable("the cluster does not answer")
        word = "denied" if blueprint.held or blueprint.frozen else "allowed"
        return (Probe("participant starts a pod", "rights", word, word, passed=True),)

    def running_images(self, namespace: str) -> tuple[RunningImage, ...]:
        if self.away:
            raise ClusterUnavailable("the cluster does not answer")
        stands = any(b.namespace == namespace for b in self.engine.standing.values())
        return self.images if stands else ()

    def snapshot_volumes(self, namespace: str, mark: str) -> tuple[VolumeSnapshot, ...] | None:
        if not self.running_images(namespace):
            return ()
        self.snapshotted.append(mark)
        snapshots = tuple(VolumeSnapshot(volume, f"{mark}-{volume}") for volume in self.volumes)
        return snapshots if self.offers_snapshots or not snapshots else None

    def inventory(self) -> Inventory:
        if self.away:
            raise ClusterUnavailable("the cluster does not answer")
        return Inventory((Node("n1", "H100", self.gpus, simulated=True, fake=False),), {})

    def remains(self, namespace: str) -> tuple[str, ...]:
        stands = any(b.namespace == namespace for b in self.engine.standing.values())
        return (f"Namespace/{namespace}",) if stands else ()

    def kubeconfig(self, namespace: str) -> str:
        return f"namespace: {namespace}\n"


@dataclass
class FakeMetrics:
    """A Prometheus with one value for everything, or none, or away."""

    value: float | None = 0.9
    away: bool = False

    def series(self, query: str, start: datetime, end: datetime, step_seconds: float) -> Series:
        if self.away:
            raise MetricsUnavailable("Prometheus does not answer")
        empty = Series(query, start, end, step_seconds, ())
        if self.value is None:
            return empty
        points = tuple(
            Point(start.timestamp() + n * step_seconds, self.value) for n in range(empty.expected)
        )
        return Series(query, start, end, step_seconds, points)


@dataclass(frozen=True)
class FakeQuery:
    promql: str
    unit: str = "ratio"
    meaning: str = "a number"
    step_seconds: float = 1.0


class FakeCatalogue:
    """Two metrics."""

    names = frozenset({"accuracy", "group_gap"})
    metrics = (
        Metric("accuracy", Dimension.ACCURACY, "ratio", "Right decisions."),
        Metric("group_gap", Dimension.RIGHTS_RISK, "ratio", "Difference between groups."),
    )

    def query(self, metric: str, case_id: CaseId) -> FakeQuery:
        return FakeQuery(f"{metric} of {case_id}")


@dataclass(frozen=True)
class FakeFiles:
    json: bytes
    pdf: bytes


class FakeRenderer:
    """Files that show their facts."""

    def test_report(self, report: TestReport) -> FakeFiles:
        text = repr(report.as_document()).encode()
        return FakeFiles(text, b"%PDF " + text)

    def document(self, title: str, document: dict[str, Any]) -> FakeFiles:
        text = repr((title, document)).encode()
        return FakeFiles(text, b"%PDF " + text)

    def reading_copy(self, title: str, twin: bytes, suffix: str, language: str) -> bytes:
        return f"{suffix} {language} {title} ".encode() + twin


@dataclass
class FakeEvidence:
    """A store that never overwrites."""

    away: bool = False
    kept: dict[str, bytes] = field(default_factory=dict)
    locks: dict[str, datetime] = field(default_factory=dict)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def put(self, key: str, body: bytes, *, media_type: str, retain_until: datetime) -> Stored:
        if self.away:
            raise EvidenceUnavailable("the evidence store does not answer")
        if self.kept.setdefault(key, body) != body:
            raise EvidenceTampered(key)
        self.locks.setdefault(key, retain_until)
        return Stored(key, "v1", hashlib.sha256(body).hexdigest(), retain_until)

    def get(self, key: str, version: str = "") -> bytes:
        if key not in self.kept:
            raise NotFound(key)
        return self.kept[key]

    def delete(self, key: str) -> None:
        if self.away:
            raise EvidenceUnavailable("the evidence store does not answer")
        if key in self.locks and self.clock() < self.locks[key]:
            raise EvidenceLocked(f"{key} is locked until {self.locks[key]}")
        self.kept.pop(key, None)
        self.locks.pop(key, None)


@dataclass
class FakeNotifier:
    """A post office that remembers, may be away, and knows everybody or only some."""

    away: bool = False
    known: frozenset[str] | None = None
    taken: list[Notice] = field(default_factory=list)

    def reaches(self, addressee: str) -> bool:
        return self.known is None or addressee in self.known

    def send(self, notice: Notice) -> None:
        if self.away:
            raise NoticeUndelivered("the post office is closed")
        self.taken.append(notice)
