"""One contract for the fake engine and the real one."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from infra.objects import objects
from sandbox.domain.blueprint import Blueprint
from sandbox.domain.environment import Operation, Progress
from sandbox.errors import EngineFailed
from sandbox.ports import Engine
from sandbox.provisioner.discovery import Ref
from tests.blueprints import a_blueprint, a_new_case
from tests.fakes_provisioner import FakeEngine
from tests.real_cluster import an_engine, forget, refused, the_objects

DENY_ALL = "NetworkPolicy/deny-all"


@dataclass
class Bench:
    """An engine, and the two ways a test interferes with the world below it."""

    engine: Engine
    obstacle: Callable[[str], AbstractContextManager[None]]
    steal: Callable[[str], None]  # somebody removes an object behind the engine's back


def _fake(blueprint: Blueprint) -> Bench:
    engine = FakeEngine()

    @contextmanager
    def obstacle(name: str) -> Iterator[None]:
        engine.breaks_at = name
        yield
        engine.breaks_at = ""

    def steal(name: str) -> None:
        engine.world.standing[blueprint.namespace].pop(name)

    return Bench(engine, obstacle, steal)


def _real(blueprint: Blueprint, folder: Path) -> Bench:
    bodies = objects(blueprint)

    @contextmanager
    def obstacle(name: str) -> Iterator[None]:
        with the_objects() as cluster, refused(cluster, bodies[name]):
            yield

    def steal(name: str) -> None:
        with the_objects() as cluster:
            cluster.delete(Ref.of(bodies[name]))

    return Bench(an_engine(folder), obstacle, steal)


@pytest.fixture
def blueprint() -> Blueprint:
    return a_blueprint(case_id=a_new_case())


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.cluster)])
def bench(request: pytest.FixtureRequest, blueprint: Blueprint, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "fake":
        yield _fake(blueprint)
        return
    try:
        yield _real(blueprint, tmp_path)
    finally:
        forget(blueprint)


def quietly(_: Progress) -> None:
    """Nobody listens."""


def eventually_no_thread_of(module: str) -> None:
    """A thread that waits for ever would keep a worker from ending."""
    until = time.monotonic() + 10
    while names := threads_in(module):
        assert time.monotonic() < until, names
        time.sleep(0.05)


def threads_in(module: str) -> list[str]:
    frames = [f for top in sys._current_frames().values() for f, _ in traceback.walk_stack(top)]
    return [f.f_code.co_name for f in frames if f"/{module}/automation/" in f.f_code.co_filename]


def words(operations: tuple[Operation, ...]) -> set[str]:
    return {f"{o.operation} {o.resource}" for o in operations}


def test_preview_foretells_what_apply_does_and_the_second_time_nothing_is_done(
    bench: Bench, blueprint: Blueprint
) -> None:
    heard: list[Progress] = []

    foretold = bench.engine.preview(blueprint, stack_exists=False)
    done = bench.engine.apply(blueprint, stack_exists=False, on_progress=heard.append)
    again = bench.engine.apply(blueprint, stack_exists=True, on_progress=quietly)

    expected = {f"create {b['kind']}/{name}" for name, b in objects(blueprint).items()}
    assert words(foretold) == words(done) == expected
    assert again == ()
    assert bench.engine.preview(blueprint, stack_exists=True) == ()
    assert {f"{p.operation} {p.resource}" for p in heard if p.done} == expected
    assert [p.resource for p in heard if p.done][:2] == ["Namespace/namespace", DENY_ALL]


def test_what_the_caller_believes_of_the_stack_may_be_wrong(
    bench: Bench, blueprint: Blueprint
) -> None:
    done = bench.engine.apply(blueprint, stack_exists=True, on_progress=quietly)
    again = bench.engine.apply(blueprint, stack_exists=False, on_progress=quietly)

    assert len(done) == len(objects(blueprint))
    assert again == ()


def test_freezing_takes_away_what_opens_and_resuming_brings_it_back(
    bench: Bench, blueprint: Blueprint
) -> None:
    bench.engine.apply(blueprint, stack_exists=False, on_progress=quietly)

    frozen = replace(blueprint, generation=2, frozen=True)
    taken = words(bench.engine.apply(frozen, stack_exists=True, on_progress=quietly))
    resumed = replace(blueprint, generation=3)
    brought = words(bench.engine.apply(resumed, stack_exists=True, on_progress=quietly))

    opening = {
        "NetworkPolicy/allow-dns",
        "NetworkPolicy/allow-egress",
        "NetworkPolicy/allow-metrics",
        "NetworkPolicy/allow-same-namespace",
        "Role/participant-role",
        "RoleBinding/participant-rights",
    }
    assert {w for w in taken if w.startswith("delete")} == {f"delete {o}" for o in opening}
    assert {w for w in brought if w.startswith("create")} == {f"create {o}" for o in opening}
    assert "update ResourceQuota/quota" in taken & brought


def test_drift_is_told_and_not_repaired_until_the_next_apply(
    bench: Bench, blueprint: Blueprint
) -> None:
    bench.engine.apply(blueprint, stack_exists=False, on_progress=quietly)
    assert bench.engine.drift(blueprint) == ()

    bench.steal("deny-all")

    assert words(bench.engine.drift(blueprint)) == {f"delete {DENY_ALL}"}
    assert words(bench.engine.drift(blueprint)) == {f"delete {DENY_ALL}"}
    repaired = bench.engine.apply(blueprint, stack_exists=True, on_progress=quietly)
    assert words(repaired) == {f"update {DENY_ALL}"}
    assert bench.engine.drift(blueprint) == ()


@pytest.mark.parametrize("name", ["namespace", "deny-all", "quota", "participant-rights"])
def test_a_refused_object_is_named_and_lifting_the_obstacle_is_enough(
    bench: Bench, blueprint: Blueprint, name: str
) -> None:
    heard: list[Progress] = []
    with bench.obstacle(name), pytest.raises(EngineFailed) as failure:
        bench.engine.apply(blueprint, stack_exists=False, on_progress=heard.append)

    done = [p.resource for p in heard if p.done]
    assert failure.value.resource.endswith(f"/{name}")
    eventually_no_thread_of("pulumi")
    assert "refused by a test" in failure.value.diagnostics
    assert "RoleBinding/participant-rights" not in done

    rest = bench.engine.apply(blueprint, stack_exists=True, on_progress=quietly)

    made = {o.resource for o in rest} | set(done)
    assert made == {f"{b['kind']}/{n}" for n, b in objects(blueprint).items()}
    assert bench.engine.drift(blueprint) == ()


def test_removal_takes_the_rights_first_and_may_be_repeated(
    bench: Bench, blueprint: Blueprint
) -> None:
    bench.engine.apply(blueprint, stack_exists=False, on_progress=quietly)
    heard: list[Progress] = []

    bench.engine.destroy(blueprint, on_progress=heard.append)
    bench.engine.destroy(blueprint, on_progress=quietly)

    done = [p.resource for p in heard if p.done]
    assert done[0] == "RoleBinding/participant-rights"
    assert done[-1] == "Namespace/namespace"
    assert len(bench.engine.preview(blueprint, stack_exists=False)) == len(objects(blueprint))
