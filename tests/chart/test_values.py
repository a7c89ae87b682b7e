"""values.yaml, its schema and the README say the same. Needs nothing but the files."""

import json
import re

import yaml

from infra import objects
from sandbox.domain import naming
from sandbox.domain.blueprint import Blueprint
from sandbox.ports import ENGINE_HARD_LIMIT
from tests.chart.paths import CHART
from tests.chart.values_table import README, VALUES, explained, with_table

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
DEFAULTS = yaml.safe_load(VALUES.read_text())


def documented(schema, path=()):
    """Every path that a schema names, as far down as it names single properties."""
    if "$ref" in schema and not schema["$ref"].endswith(("way", "pool")):
        return {path}
    if "properties" not in schema:
        return {path}
    return {leaf for k, v in schema["properties"].items() for leaf in documented(v, (*path, k))}


def test_the_table_in_the_readme_is_that_of_today():
    readme = README.read_text()

    assert readme == with_table(readme), "run `python -m tests.chart.values_table`"


def test_every_value_the_schema_knows_is_explained_above_its_line():
    known = documented(SCHEMA) - {("global",)}
    told = {value.path for value in explained(VALUES.read_text())}

    silent = {path for path in known if not any(path[: len(t)] == t for t in told)}

    assert silent == set()


def test_nothing_is_explained_that_the_schema_does_not_know():
    known = documented(SCHEMA)

    told = {value.path for value in explained(VALUES.read_text())}

    assert {t for t in told if not any(k[: len(t)] == t for k in known)} == set()


def test_a_value_of_another_name_is_refused_on_every_level():
    def open_objects(schema, path):
        if "properties" in schema:
            if schema.get("additionalProperties") is not False:
                yield path
            for name, inner in schema["properties"].items():
                yield from open_objects(inner, f"{path}.{name}")

    assert list(open_objects(SCHEMA, "values")) == []


def test_no_value_holds_a_secret():
    names = " ".join(".".join(value.path) for value in explained(VALUES.read_text()))
    outside = re.sub(r"existingSecret\.keys\.\w+", "", names)

    assert not re.search(r"password|passphrase|token|accessKey|secretKey", outside)
    assert all("/" not in key for key in DEFAULTS["existingSecret"]["keys"].values())


def test_no_file_names_the_host_of_a_registry():
    assert DEFAULTS["image"]["registry"] == ""
    assert "." not in DEFAULTS["image"]["repository"]


def test_the_fence_stands_where_the_namespaces_of_cases_begin():
    assert DEFAULTS["fence"]["namespacePrefixes"] == [naming.NAMESPACE_PREFIX]


def test_the_worker_is_given_the_hard_limit_of_the_engine():
    limit = ENGINE_HARD_LIMIT.total_seconds()

    assert DEFAULTS["worker"]["engineHardLimitSeconds"] >= limit


def permissions(rules):
    """Every (group, resource, verb) of some rules."""
    return {
        (group, resource, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def test_the_worker_is_lent_exactly_what_a_blueprint_gives_the_participant():
    """One right too few and no environment can be built; one too many and it could be given away."""
    blueprint = Blueprint(
        case_id=naming.case_id("caaaaaaaaaa"),
        generation=1,
        plan_sha256="0" * 64,
        frozen=False,
        gpus=1,
        gpu_product="any",
        cpus=1,
        memory_gib=1,
        storage_gib=1,
        pods=1,
    )
    given = objects.objects(blueprint)["participant-role"]["rules"]

    assert permissions(DEFAULTS["rbac"]["participantRules"]) == permissions(given)


def test_the_ingress_lets_in_every_route_of_the_api_and_nothing_else():
    from sandbox.api.app import create_app
    from sandbox.wiring import nothing

    routes = {f"/{path.split('/')[1]}" for path in create_app(nothing()).openapi()["paths"]}
    opened = {entry["path"] for entry in DEFAULTS["ingress"]["paths"]}

    assert opened == routes - {"/health"} | {"/openapi.json"}
