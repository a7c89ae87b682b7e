"""A fake engine and a fake cluster over one world in memory, verified by tests/contract."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import yaml

from infra.objects import objects
from sandbox.domain import naming
from sandbox.domain.blueprint import Blueprint
from sandbox.domain.capacity import Inventory, Node
from sandbox.domain.environment import Operation, Probe, Progress, RunningImage, VolumeSnapshot
from sandbox.errors import ClusterUnavailable, EngineFailed, NotFound
from sandbox.ports import Clock, Frozen, OnProgress

Body = dict[str, Any]
IMAGE = "localhost/netprobe:1"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class World:
    """What stands: by namespace, the bodies by their names in the program; and running pods."""

    standing: dict[str, dict[str, Body]] = field(default_factory=dict)
    pods: dict[str, int] = field(default_factory=dict)
    volumes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offers_snapshots: bool = False
    away: bool = False


def _word(name: str, body: Body) -> str:
    return f"{body['kind']}/{name}"


@dataclass
class FakeEngine:
    """Builds in memory; `breaks_at` names the object that is refused."""

    world: World = field(default_factory=World)
    breaks_at: str = ""
    recorded: dict[str, dict[str, Body]] = field(default_factory=dict)

    def preview(self, blueprint: Blueprint, *, stack_exists: bool) -> tuple[Operation, ...]:
        return tuple(operation for operation, _, _ in self._steps(blueprint))

    def apply(
        self, blueprint: Blueprint, *, stack_exists: bool, on_progress: OnProgress
    ) -> tuple[Operation, ...]:
        if self.world.away:
            raise ClusterUnavailable("the Kubernetes API did not answer")
        done = []
        for operation, name, act in self._steps(blueprint):
            on_progress(Progress(NOON, operation.operation, operation.resource, done=False))
            if name == self.breaks_at:
                raise EngineFailed(
                    naming.stack(blueprint.case_id), operation.resource, "refused by a test"
                )
            act()
            on_progress(Progress(NOON, operation.operation, operation.resource, done=True))
            done.append(operation)
        return tuple(done)

    def destroy(self, blueprint: Blueprint, *, on_progress: OnProgress) -> None:
        standing = self.world.standing.pop(blueprint.namespace, {})
        self.world.pods.pop(blueprint.namespace, None)
        self.recorded.pop(blueprint.namespace, None)
        for name, body in reversed(standing.items()):
            on_progress(Progress(NOON, "delete", _word(name, body), done=True))

    def drift(self, blueprint: Blueprint) -> tuple[Operation, ...]:
        found = []
        there = self.world.standing.get(blueprint.namespace, {})
        for name, body in self.recorded.get(blueprint.namespace, {}).items():
            if name not in there:
                found.append(Operation("delete", _word(name, body)))
            elif there[name] != body:
                found.append(Operation("update", _word(name, body)))
        return tuple(found)

    def _steps(self, blueprint: Blueprint) -> list[tuple[Operation, str, Callable[[], None]]]:
        wanted = objects(blueprint)
        recorded = self.recorded.get(blueprint.namespace, {})
        there = self.world.standing.get(blueprint.namespace, {})
        steps: list[tuple[Operation, str, Callable[[], None]]] = []
        for name, body in wanted.items():
            if there.get(name) == body == recorded.get(name):
                continue
            word = "update" if name in recorded else "create"
            steps.append(
                (Operation(word, _word(name, body)), name, self._put(blueprint, name, body))
            )
        for name in [n for n in recorded if n not in wanted]:
            operation = Operation("delete", _word(name, recorded[name]))
            steps.append((operation, name, self._drop(blueprint, name)))
        return steps

    def _put(self, blueprint: Blueprint, name: str, body: Body) -> Callable[[], None]:
        def act() -> None:
            for shelf in (self.world.standing, self.recorded):
                shelf.setdefault(blueprint.namespace, {})[name] = body

        return act

    def _drop(self, blueprint: Blueprint, name: str) -> Callable[[], None]:
        def act() -> None:
            for shelf in (self.world.standing, self.recorded):
                shelf[blueprint.namespace].pop(name, None)

        return act


@dataclass
class FakeCluster:
    """Shows the world; its nodes are fake, so it proves nothing about networks."""

    world: World = field(default_factory=World)
    clock: Clock = lambda: NOON

    def freeze(self, namespace: str) -> Frozen:
        self._answer()
        at = self.clock()
        there = self.world.standing.get(namespace)
        if there is None:
            return Frozen(at, at, at, 0)
        for name in [n for n in there if n.startswith(naming.ALLOW_PREFIX)]:
            del there[name]
        there.pop("participant-rights", None)
        return Frozen(at, self.clock(), self.clock(), self.world.pods.pop(namespace, 0))

    def close_ways(self, namespace: str) -> None:
        self._answer()
        self.world.standing.get(namespace, {}).pop(naming.ALLOW_EGRESS, None)

    def check_isolation(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        self._answer()
        there = self.world.standing.get(blueprint.namespace, {})
        stands = naming.DENY_ALL in there
        return (
            Probe("wall", "deny-all", "stands", "stands" if stands else "gone", passed=stands),
            Probe(
                "API server",
                "deny-all",
                "dropped",
                "not provable on this cluster: its nodes are simulated",
                passed=False,
                proven=False,
            ),
        )

    def check_rights(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        self._answer()
        there = self.world.standing.get(blueprint.namespace, {})
        role = there.get("participant-role", {"rules": []})
        writes = any("create" in rule["verbs"] for rule in role["rules"])
        wanted = not (blueprint.frozen or blueprint.held)
        stands = naming.DENY_ALL in there
        return (
            Probe(
                "participant starts a pod",
                "rights of the participant",
                "allowed" if wanted else "denied",
                "allowed" if writes else "denied",
                passed=writes is wanted,
            ),
            Probe("wall", "deny-all", "stands", "stands" if stands else "gone", passed=stands),
        )

    def running_images(self, namespace: str) -> tuple[RunningImage, ...]:
        self._answer()
        running = range(self.world.pods.get(namespace, 0))
        return tuple(RunningImage(f"worker-{n}", "main", IMAGE, "") for n in running)

    def snapshot_volumes(self, namespace: str, mark: str) -> tuple[VolumeSnapshot, ...] | None:
        self._answer()
        there = self.world.volumes.get(namespace, ())
        if there and not self.world.offers_snapshots:
            return None
        return tuple(VolumeSnapshot(volume, f"{mark}-{volume}") for volume in there)

    def inventory(self) -> Inventory:
        self._answer()
        node = Node("kwok-0", "NVIDIA-A100-SXM4-40GB", 8, simulated=True, fake=True)
        return Inventory((node,), {})

    def remains(self, namespace: str) -> tuple[str, ...]:
        self._answer()
        there = self.world.standing.get(namespace, {})
        return tuple(sorted(f"{b['kind']}/{b['metadata']['name']}" for b in there.values()))

    def kubeconfig(self, namespace: str) -> str:
        self._answer()
        if namespace not in self.world.standing:
            raise NotFound("there is no environment to have access to")
        context = {"name": namespace, "context": {"namespace": namespace}}
        return yaml.safe_dump({"contexts": [context], "current-context": namespace})

    def _answer(self) -> None:
        if self.world.away:
            raise ClusterUnavailable("the Kubernetes API did not answer")
