"""What an attestation sees on a real API server, through the real engine (Art. 59(1)(d), R59-d)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.domain.attestation import DECLARED, attested, open_walls
from sandbox.domain.blueprint import Blueprint
from sandbox.provisioner.discovery import Objects, Ref
from sandbox.provisioner.engine import PulumiEngine
from tests.blueprints import a_blueprint, a_new_case
from tests.real_cluster import Body, a_cluster, an_engine, forget, the_objects

pytestmark = [pytest.mark.cluster, pytest.mark.rule("R59-d")]
DENY_ALL = "NetworkPolicy/deny-all"


@pytest.fixture
def engine(tmp_path: Path) -> PulumiEngine:
    return an_engine(tmp_path)


@pytest.fixture
def built(engine: PulumiEngine) -> Iterator[Blueprint]:
    made = a_blueprint(case_id=a_new_case())
    build(engine, made, stack_exists=False)
    yield made
    forget(made)


@pytest.fixture
def objects() -> Iterator[Objects]:
    with the_objects() as found:
        yield found


def build(engine: PulumiEngine, wanted: Blueprint, *, stack_exists: bool = True) -> None:
    engine.apply(wanted, stack_exists=stack_exists, on_progress=lambda _: None)


def open_now(engine: PulumiEngine, blueprint: Blueprint) -> tuple[str, ...]:
    return open_walls(attested(a_cluster().check_rights(blueprint), engine.drift(blueprint)))


def a_policy(namespace: str) -> Body:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "open-door", "namespace": namespace},
        "spec": {"podSelector": {}, "egress": [{}], "policyTypes": ["Egress"]},
    }


def test_what_was_built_frozen_held_and_let_go_again_is_what_was_declared(
    engine: PulumiEngine, built: Blueprint
) -> None:
    assert open_now(engine, built) == ()
    a_cluster().freeze(built.namespace)
    states = ((True, False), (True, True), (False, True), (False, False))
    for generation, (frozen, held) in enumerate(states, start=2):
        wanted = replace(built, generation=generation, frozen=frozen, held=held)
        build(engine, wanted)
        assert open_now(engine, wanted) == ()


def test_what_somebody_changes_by_hand_is_found_and_the_next_generation_mends_it(
    engine: PulumiEngine, built: Blueprint, objects: Objects
) -> None:
    quota = Ref("v1", "ResourceQuota", "quota", built.namespace)
    objects.merge(quota, {"spec": {"hard": {"requests.nvidia.com/gpu": "64"}}})
    objects.delete(Ref("networking.k8s.io/v1", "NetworkPolicy", "deny-all", built.namespace))
    labels = {"pod-security.kubernetes.io/enforce": "privileged"}
    objects.merge(Ref("v1", "Namespace", built.namespace), {"metadata": {"labels": labels}})

    wall, declared = open_now(engine, built)

    assert wall == "wall: gone"
    assert declared.startswith(f"{DECLARED}: ")
    assert set(declared.removeprefix(f"{DECLARED}: ").split("; ")) == {
        f"delete {DENY_ALL}",
        "update ResourceQuota/quota",
        "update Namespace/namespace",
    }
    mended = replace(built, generation=2)
    build(engine, mended)
    assert open_now(engine, mended) == ()


def test_what_nobody_declared_is_named(
    engine: PulumiEngine, built: Blueprint, objects: Objects
) -> None:
    objects.create(a_policy(built.namespace))

    assert open_now(engine, built) == (
        "policies and rights nobody declared: also NetworkPolicy/open-door",
    )
