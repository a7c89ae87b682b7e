"""Tier 1: the graph, below it Pulumi's mocks."""

import json
import runpy
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from pulumi import RunError

from infra import program
from infra.objects import objects
from infra.program import RIGHTS, declare
from sandbox.domain.blueprint import Blueprint
from tests.blueprints import a_blueprint, lawful
from tests.harness import declared

FEW = settings(max_examples=25, deadline=None)


@FEW
@given(lawful())
def test_everything_that_is_drawn_is_declared(blueprint: Blueprint) -> None:
    seen = {d.name: d.inputs for d in declared(lambda: declare(blueprint))}

    assert seen == objects(blueprint)


@FEW
@given(lawful())
def test_the_wall_stands_before_anything_else(blueprint: Blueprint) -> None:
    """A pod admitted before the policy exists would have open egress for that moment."""
    for d in declared(lambda: declare(blueprint)):
        if d.name == "namespace":
            assert d.after == frozenset()
        elif d.name == "deny-all":
            assert d.after == {"namespace"}
        else:
            assert {"namespace", "deny-all"} <= d.after


@FEW
@given(lawful())
def test_the_participants_rights_come_last(blueprint: Blueprint) -> None:
    by_name = {d.name: d for d in declared(lambda: declare(blueprint))}
    if blueprint.frozen:
        assert RIGHTS not in by_name
        return

    assert by_name[RIGHTS].after == by_name.keys() - {RIGHTS}
    assert all(RIGHTS not in d.after for d in by_name.values())


def test_the_wall_outlives_the_pods() -> None:
    """Removed one by one it would fall while pods still run; the namespace takes pods first."""
    by_name = {d.name: d for d in declared(lambda: declare(a_blueprint()))}

    assert by_name["deny-all"].deleted_with == "namespace"
    assert by_name["quota"].deleted_with == "namespace"
    assert by_name[RIGHTS].deleted_with == ""
    assert by_name["allow-egress"].deleted_with == ""


def test_nothing_is_protected_from_removal() -> None:
    assert not any(d.protected for d in declared(lambda: declare(a_blueprint())))


@pytest.mark.parametrize("name", objects(a_blueprint()))
def test_a_refused_object_fails_the_run_and_the_rights_are_not_given(name: str) -> None:
    given_names: list[str] = []

    def run() -> None:
        declare(a_blueprint())

    with pytest.raises((RunError, RuntimeError)):
        given_names.extend(d.name for d in declared(run, refuse=name))
    assert RIGHTS not in given_names


def test_every_kind_that_is_drawn_has_its_class() -> None:
    kinds = {body["kind"] for body in objects(a_blueprint()).values()}

    assert kinds == program.KINDS.keys()


def test_by_hand_the_same_objects_are_declared_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint = a_blueprint()
    file = tmp_path / "blueprint.json"
    file.write_text(json.dumps(asdict(blueprint)))
    monkeypatch.setenv("SANDBOX_BLUEPRINT", str(file))

    def by_hand() -> None:
        runpy.run_module("infra", run_name="__main__")

    seen = declared(by_hand)

    assert {d.name for d in seen} == objects(blueprint).keys()
