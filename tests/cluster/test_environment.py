"""What an environment does on a real API server, and what its wall refuses."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pulumi import RunError
from sqlalchemy import URL

from infra.objects import objects
from infra.program import declare
from sandbox.domain.blueprint import Blueprint
from sandbox.errors import EngineFailed
from sandbox.provisioner import janitor
from sandbox.provisioner.discovery import Objects, Ref
from sandbox.provisioner.engine import PulumiEngine
from sandbox.provisioner.transport import ApiRefused
from tests.blueprints import a_blueprint, a_new_case
from tests.real_cluster import (
    Body,
    a_cluster,
    a_deployment,
    a_pod,
    an_engine,
    await_running,
    forget,
    kubeconfig,
    pulumi,
    refused,
    the_objects,
)

pytestmark = pytest.mark.cluster
# Those of the contract of engines are not tried again.
REST = sorted(
    set(objects(a_blueprint())) - {"namespace", "deny-all", "quota", "participant-rights"}
)
# Each check starts and removes two pods, which takes a second or more.
CHECKS_UNTIL_IN_FORCE = 15


@pytest.fixture
def blueprint() -> Iterator[Blueprint]:
    made = a_blueprint(case_id=a_new_case())
    yield made
    forget(made)


@pytest.fixture
def engine(tmp_path: Path) -> PulumiEngine:
    return an_engine(tmp_path)


@pytest.fixture
def cluster() -> Iterator[Objects]:
    with the_objects() as found:
        yield found


@pytest.fixture
def built(engine: PulumiEngine, blueprint: Blueprint) -> Blueprint:
    build(engine, blueprint)
    return blueprint


def build(engine: PulumiEngine, blueprint: Blueprint, *, stack_exists: bool = False) -> None:
    engine.apply(blueprint, stack_exists=stack_exists, on_progress=lambda _: None)


def test_a_program_that_did_not_reach_the_engine_is_run_once_more(
    engine: PulumiEngine, blueprint: Blueprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Blueprint] = []

    def unreached(wanted: Blueprint) -> None:
        runs.append(wanted)
        if len(runs) == 1:
            raise RunError("Resource monitor has terminated, shutting down")
        declare(wanted)

    monkeypatch.setattr("sandbox.provisioner.engine.declare", unreached)
    build(engine, blueprint)

    assert len(runs) == 2


def within(declared: object, live: object) -> bool:
    """Whether everything declared is there; the API server may add defaults."""
    if isinstance(declared, dict) and isinstance(live, dict):
        return all(key in live and within(declared[key], live[key]) for key in declared)
    if isinstance(declared, list) and isinstance(live, list):
        return len(declared) == len(live) and all(map(within, declared, live))
    return declared == live


def test_what_is_declared_is_what_exists(built: Blueprint, cluster: Objects) -> None:
    for name, body in objects(built).items():
        live = cluster.get(Ref.of(body))
        assert live is not None, name
        assert within(body, live), name


@pytest.mark.parametrize("name", REST)
def test_whatever_object_is_refused_the_participant_has_no_rights_and_a_retry_is_enough(
    engine: PulumiEngine, blueprint: Blueprint, cluster: Objects, name: str
) -> None:
    bodies = objects(blueprint)
    with refused(cluster, bodies[name]), pytest.raises(EngineFailed) as failure:
        build(engine, blueprint)

    assert failure.value.resource.endswith(f"/{name}")
    assert cluster.get(Ref.of(bodies["participant-rights"])) is None
    assert cluster.get(Ref.of(bodies["deny-all"])) is not None
    build(engine, blueprint, stack_exists=True)
    assert engine.drift(blueprint) == ()


def test_a_pod_within_the_quota_lands_on_a_gpu_node_and_one_gpu_more_is_refused(
    built: Blueprint, cluster: Objects
) -> None:
    cluster.create(a_pod(built.namespace, gpus=2))
    await_running(cluster, built.namespace, 1)

    with pytest.raises(ApiRefused, match=r"exceeded quota.*nvidia\.com/gpu"):
        cluster.create(a_pod(built.namespace, "greedy", gpus=1))

    assert a_cluster().inventory().gpus_used[built.namespace] == 2


def test_a_freeze_ends_every_pod_and_nothing_can_be_started_until_it_is_lifted(
    engine: PulumiEngine, built: Blueprint, cluster: Objects
) -> None:
    cluster.create(a_deployment(built.namespace, 3))
    await_running(cluster, built.namespace, 3)

    frozen = a_cluster().freeze(built.namespace)

    assert frozen.pods_stopped == 3
    assert frozen.silent_at is not None
    with pytest.raises(ApiRefused, match="exceeded quota"):
        cluster.create(a_pod(built.namespace, "late"))
    build(engine, replace(built, generation=2, frozen=True), stack_exists=True)
    with pytest.raises(ApiRefused, match="exceeded quota"):
        cluster.create(a_pod(built.namespace, "late"))
    build(engine, replace(built, generation=3), stack_exists=True)
    cluster.create(a_pod(built.namespace, "late"))
    await_running(cluster, built.namespace, 1)


@pytest.mark.rule("R73-06")
def test_under_a_hold_pods_stay_the_same_and_the_participant_changes_none_of_them(
    engine: PulumiEngine, built: Blueprint, cluster: Objects, tmp_path: Path
) -> None:
    cluster.create(a_deployment(built.namespace, 2))
    await_running(cluster, built.namespace, 2)
    running = {image.pod for image in a_cluster().running_images(built.namespace)}
    access = tmp_path / "participant.kubeconfig"
    access.write_text(a_cluster().kubeconfig(built.namespace))
    participant = Objects(str(access))
    pod = Ref("v1", "Pod", min(running), built.namespace)
    mark = {"metadata": {"labels": {"touched": "yes"}}}

    held, lifted = replace(built, generation=2, held=True), replace(built, generation=3)
    build(engine, held, stack_exists=True)
    try:
        assert [p.name for p in a_cluster().check_rights(held) if not p.passed] == []
        assert participant.get(pod) is not None
        for change in (
            lambda: participant.merge(pod, mark),
            lambda: participant.create(a_pod(built.namespace, "late")),
            lambda: participant.delete(pod),
        ):
            with pytest.raises(ApiRefused, match="forbidden"):
                change()
        after = {image.pod for image in a_cluster().running_images(built.namespace)}
        build(engine, lifted, stack_exists=True)
        assert [p.name for p in a_cluster().check_rights(lifted) if not p.passed] == []
        participant.merge(pod, mark)
    finally:
        participant.close()

    assert after == running
    live = cluster.get(pod)
    assert live is not None
    assert live["metadata"]["labels"]["touched"] == "yes"


def open_door(namespace: str) -> Body:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "open-door", "namespace": namespace},
        "spec": {"podSelector": {}, "egress": [{}], "policyTypes": ["Egress"]},
    }


def test_a_policy_nobody_declared_fails_the_isolation_check(
    built: Blueprint, cluster: Objects
) -> None:
    cluster.create(open_door(built.namespace))

    failed = [p for p in a_cluster().check_isolation(built) if p.proven and not p.passed]

    assert "policies and rights nobody declared" in [p.name for p in failed]


@pytest.mark.node
def test_on_a_real_node_an_open_door_lets_traffic_out_and_the_probes_see_it(
    built: Blueprint, cluster: Objects
) -> None:
    before = {p.name: p for p in a_cluster().check_isolation(built)}
    cluster.create(open_door(built.namespace))

    dropped = {name for name, p in before.items() if p.proven and p.seen == "dropped"}
    assert dropped
    assert all(before[name].passed for name in dropped)
    # The agent of a busy node takes a policy some seconds after the API server did.
    assert any(let_through(built) & dropped for _ in range(CHECKS_UNTIL_IN_FORCE))


def let_through(blueprint: Blueprint) -> set[str]:
    probes = a_cluster().check_isolation(blueprint)
    return {p.name for p in probes if p.proven and p.seen != "dropped"}


def test_what_no_known_case_owns_is_found_and_removed(
    engine: PulumiEngine, built: Blueprint, cluster: Objects
) -> None:
    owned = frozenset({built.case_id})

    mine = [o for o in janitor.orphans(kubeconfig(), engine, lambda: owned) if o.case_id in owned]
    found = janitor.orphans(kubeconfig(), engine, frozenset)
    lost = tuple(o for o in found if o.case_id == built.case_id)
    tried = janitor.remove(lost, engine)
    removed = janitor.remove(lost, engine, dry_run=False)

    assert mine == []
    assert {o.kind for o in lost} == {"namespace", "stack"}
    assert [r.failure for r in tried] == ["not removed: this was a dry run"]
    assert [r.failure for r in removed] == [""]
    assert cluster.get(Ref("v1", "Namespace", built.namespace)) is None


def test_the_state_may_lie_in_postgresql_and_another_process_goes_on_with_it(
    blueprint: Blueprint, tmp_path: Path, own_database: URL
) -> None:
    state = own_database.set(drivername="postgres").render_as_string()

    def process(name: str) -> PulumiEngine:
        return PulumiEngine(
            kubeconfig(),
            backend_url=f"{state}?sslmode=disable",
            passphrase="only for tests",
            work=tmp_path / name,
            pulumi=pulumi(),
            provider="own",
        )

    build(process("first"), blueprint)
    again = process("second").apply(blueprint, stack_exists=True, on_progress=lambda _: None)
    recorded = process("third").stacks()
    process("second").destroy(blueprint, on_progress=lambda _: None)

    assert again == ()
    assert blueprint.case_id in recorded
    assert blueprint.case_id not in process("third").stacks()
