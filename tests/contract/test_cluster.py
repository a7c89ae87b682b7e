"""One contract for the fake cluster and the real one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from sandbox.domain import naming
from sandbox.domain.blueprint import Blueprint
from sandbox.errors import ClusterUnavailable, NotFound
from sandbox.ports import Cluster, Engine
from sandbox.provisioner.cluster import KubernetesCluster, images_of
from sandbox.provisioner.discovery import Ref
from tests.blueprints import a_blueprint, a_new_case
from tests.fakes_provisioner import FakeCluster, FakeEngine, World
from tests.real_cluster import (
    a_cluster,
    a_pod,
    an_engine,
    await_running,
    forget,
    kubeconfig,
    the_objects,
)

STARTS = "participant starts a pod"


@dataclass
class Bench:
    """A cluster, the engine that builds on it, a cluster that is away, and a thief."""

    cluster: Cluster
    engine: Engine
    away: Cluster
    breach: Callable[[], None]  # somebody takes the wall away
    start: Callable[[], None]  # the participant starts a pod
    store: Callable[[], None]  # the participant asks for a volume


def _fake(blueprint: Blueprint, world: World) -> Bench:

    def breach() -> None:
        world.standing[blueprint.namespace].pop("deny-all")

    def start() -> None:
        world.pods[blueprint.namespace] = 1

    def store() -> None:
        world.volumes[blueprint.namespace] = ("data",)

    away = FakeCluster(World(away=True))
    return Bench(FakeCluster(world), FakeEngine(world), away, breach, start, store)


def _real(blueprint: Blueprint, folder: Path) -> Bench:
    nowhere = yaml.safe_load(Path(kubeconfig()).read_text())
    nowhere["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    path = folder / "nowhere.kubeconfig"
    path.write_text(yaml.safe_dump(nowhere))

    def breach() -> None:
        wall = Ref("networking.k8s.io/v1", "NetworkPolicy", "deny-all", blueprint.namespace)
        with the_objects() as cluster:
            cluster.delete(wall)

    def start() -> None:
        with the_objects() as cluster:
            cluster.create(a_pod(blueprint.namespace))
            await_running(cluster, blueprint.namespace, 1)

    def store() -> None:
        with the_objects() as cluster:
            cluster.create(
                {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "metadata": {"name": "data", "namespace": blueprint.namespace},
                    "spec": {
                        "accessModes": ["ReadWriteOnce"],
                        "resources": {"requests": {"storage": "1Gi"}},
                    },
                }
            )

    away = KubernetesCluster(str(path), clock=lambda: datetime.now(UTC))
    return Bench(a_cluster(), an_engine(folder), away, breach, start, store)


@pytest.fixture
def blueprint() -> Blueprint:
    return a_blueprint(case_id=a_new_case())


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.cluster)])
def bench(request: pytest.FixtureRequest, blueprint: Blueprint, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "fake":
        yield _fake(blueprint, World())
        return
    try:
        yield _real(blueprint, tmp_path)
    finally:
        forget(blueprint)


def build(bench: Bench, blueprint: Blueprint) -> None:
    bench.engine.apply(blueprint, stack_exists=False, on_progress=lambda _: None)


def test_what_was_never_built_is_silent_has_no_remains_and_no_access(
    bench: Bench, blueprint: Blueprint
) -> None:
    frozen = bench.cluster.freeze(blueprint.namespace)

    assert frozen.pods_stopped == 0
    assert frozen.silent_at is not None
    assert bench.cluster.remains(blueprint.namespace) == ()
    with pytest.raises(NotFound):
        bench.cluster.kubeconfig(blueprint.namespace)


def test_what_stands_is_listed_until_it_is_removed(bench: Bench, blueprint: Blueprint) -> None:
    build(bench, blueprint)

    remains = bench.cluster.remains(blueprint.namespace)
    bench.engine.destroy(blueprint, on_progress=lambda _: None)

    assert {f"Namespace/{blueprint.namespace}", "NetworkPolicy/deny-all"} <= set(remains)
    assert bench.cluster.remains(blueprint.namespace) == ()


def test_access_is_to_the_own_namespace(bench: Bench, blueprint: Blueprint) -> None:
    build(bench, blueprint)

    issued = yaml.safe_load(bench.cluster.kubeconfig(blueprint.namespace))

    assert issued["current-context"] == blueprint.namespace
    assert issued["contexts"][0]["context"]["namespace"] == blueprint.namespace


def test_freezing_leaves_the_wall_alone_and_may_be_repeated(
    bench: Bench, blueprint: Blueprint
) -> None:
    build(bench, blueprint)

    first = bench.cluster.freeze(blueprint.namespace)
    second = bench.cluster.freeze(blueprint.namespace)

    left = bench.cluster.remains(blueprint.namespace)
    assert [name for name in left if name.startswith("NetworkPolicy/")] == [
        "NetworkPolicy/deny-all"
    ]
    assert not [name for name in left if name.startswith("RoleBinding/")]
    for frozen in (first, second):
        assert frozen.silent_at is not None
        assert frozen.ordered_at <= frozen.cut_at <= frozen.silent_at


@pytest.mark.rule("R59-e")
def test_closing_the_ways_out_leaves_every_other_policy_and_may_be_repeated(
    bench: Bench, blueprint: Blueprint
) -> None:
    def policies() -> set[str]:
        left = bench.cluster.remains(blueprint.namespace)
        return {name for name in left if name.startswith("NetworkPolicy/")}

    build(bench, blueprint)
    before = policies()

    bench.cluster.close_ways(blueprint.namespace)
    bench.cluster.close_ways(blueprint.namespace)

    assert before - policies() == {f"NetworkPolicy/{naming.ALLOW_EGRESS}"}
    assert "NetworkPolicy/deny-all" in policies()


def test_the_isolation_check_notices_a_missing_wall(bench: Bench, blueprint: Blueprint) -> None:
    build(bench, blueprint)
    before = bench.cluster.check_isolation(blueprint)

    bench.breach()
    after = bench.cluster.check_isolation(blueprint)

    assert [p.name for p in before if p.proven and not p.passed] == []
    assert [p.name for p in after if p.proven and not p.passed] != []


@pytest.mark.rule("R73-06")
def test_while_evidence_is_held_pods_run_on_and_the_participant_may_only_read(
    bench: Bench, blueprint: Blueprint
) -> None:
    build(bench, blueprint)
    bench.start()
    held = replace(blueprint, generation=2, held=True)

    bench.engine.apply(held, stack_exists=True, on_progress=lambda _: None)

    assert [image.image for image in bench.cluster.running_images(blueprint.namespace)] == [
        "localhost/netprobe:1"
    ]
    assert {p.name: p.seen for p in bench.cluster.check_rights(held)}[STARTS] == "denied"
    assert [p.name for p in bench.cluster.check_rights(held) if not p.passed] == []
    lifted = replace(blueprint, generation=3)
    bench.engine.apply(lifted, stack_exists=True, on_progress=lambda _: None)
    assert {p.name: p.seen for p in bench.cluster.check_rights(lifted)}[STARTS] == "allowed"
    assert [p.name for p in bench.cluster.check_rights(held) if not p.passed] != []
    assert len(bench.cluster.running_images(blueprint.namespace)) == 1


def test_the_check_of_rights_notices_a_missing_wall_and_starts_nothing(
    bench: Bench, blueprint: Blueprint
) -> None:
    build(bench, blueprint)

    bench.breach()
    after = bench.cluster.check_rights(blueprint)

    assert [p.name for p in after if not p.passed] == ["wall"]
    assert bench.cluster.running_images(blueprint.namespace) == ()


def test_of_a_namespace_that_never_was_no_image_runs(bench: Bench, blueprint: Blueprint) -> None:
    assert bench.cluster.running_images(blueprint.namespace) == ()


@pytest.mark.rule("R73-06")
def test_without_volumes_none_is_snapshotted_and_without_snapshots_that_is_told(
    bench: Bench, blueprint: Blueprint
) -> None:
    build(bench, blueprint)
    assert bench.cluster.snapshot_volumes(blueprint.namespace, "incident-1") == ()

    bench.store()
    assert bench.cluster.snapshot_volumes(blueprint.namespace, "incident-1") is None


@pytest.mark.rule("R73-06")
def test_the_fake_snapshots_a_volume_once_for_each_mark(blueprint: Blueprint) -> None:
    """What the real one asks of a cluster that offers snapshots is in `test_snapshots`."""
    world = World(offers_snapshots=True)
    bench = _fake(blueprint, world)
    build(bench, blueprint)
    bench.store()

    first, again, other = (
        bench.cluster.snapshot_volumes(blueprint.namespace, mark) for mark in ("a", "a", "b")
    )

    assert first == again != other
    assert first is not None
    assert [snapshot.volume for snapshot in first] == ["data"]


def test_the_inventory_counts_gpus_and_says_which_are_simulated(bench: Bench) -> None:
    inventory = bench.cluster.inventory()

    assert inventory.total("") > 0
    assert all(node.simulated for node in inventory.nodes if node.gpus)
    assert any("simulated" in note for note in inventory.notes())


def test_a_cluster_that_is_away_is_said_to_be_so(bench: Bench, blueprint: Blueprint) -> None:
    for ask in (
        lambda: bench.away.freeze(blueprint.namespace),
        lambda: bench.away.close_ways(blueprint.namespace),
        lambda: bench.away.check_isolation(blueprint),
        lambda: bench.away.check_rights(blueprint),
        lambda: bench.away.running_images(blueprint.namespace),
        lambda: bench.away.snapshot_volumes(blueprint.namespace, "incident-1"),
        bench.away.inventory,
        lambda: bench.away.remains(blueprint.namespace),
        lambda: bench.away.kubeconfig(blueprint.namespace),
    ):
        with pytest.raises(ClusterUnavailable):
            ask()


@pytest.mark.parametrize(
    ("told", "digest"),
    [
        ("registry.example/scorer@sha256:ab", "sha256:ab"),
        ("sha256:ab", "sha256:ab"),
        ("", ""),
    ],
)
def test_an_image_is_pinned_by_the_digest_that_its_node_tells(told: str, digest: str) -> None:
    status = {"containerStatuses": [{"name": "main", "imageID": told}]}
    containers = [{"name": "main", "image": "scorer:1"}, {"name": "late", "image": "late:1"}]
    pod = {"metadata": {"name": "p"}, "spec": {"containers": containers}, "status": status}

    main, late = images_of(pod)

    assert (main.container, main.image, main.digest) == ("main", "scorer:1", digest)
    assert late.digest == ""
