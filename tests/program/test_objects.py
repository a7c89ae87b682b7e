"""Tier 0: the bodies, without anything below."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from infra.objects import count, gibibytes, objects
from sandbox.domain import naming
from tests.blueprints import CASE, a_blueprint, lawful


def _rules(**changes: Any) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = objects(a_blueprint(**changes))["participant-role"]["rules"]
    return rules


def test_the_order_is_the_order_of_safety() -> None:
    assert list(objects(a_blueprint())) == [
        "namespace",
        "deny-all",
        "quota",
        "limits",
        "default-account",
        "participant-account",
        "allow-same-namespace",
        "allow-dns",
        "allow-metrics",
        "allow-egress",
        "participant-role",
        "participant-rights",
    ]


@given(lawful())
def test_every_object_carries_the_owners_mark(blueprint: Any) -> None:
    for body in objects(blueprint).values():
        labels = body["metadata"]["labels"]
        assert labels[naming.OWNER_LABEL] == naming.OWNER
        assert labels[naming.CASE_LABEL] == blueprint.case_id
        assert labels[naming.GENERATION_LABEL] == str(blueprint.generation)


def test_the_namespace_holds_pods_to_the_strictest_profile_of_a_pinned_version() -> None:
    metadata = objects(a_blueprint())["namespace"]["metadata"]

    for mode in ("enforce", "audit", "warn"):
        assert metadata["labels"][f"pod-security.kubernetes.io/{mode}"] == "restricted"
        assert metadata["labels"][f"pod-security.kubernetes.io/{mode}-version"] == "v1.35"
    assert metadata["annotations"] == {naming.PLAN_ANNOTATION: "ab" * 32}
    assert metadata["name"] == f"case-{CASE}"


def test_deny_all_selects_every_pod_in_both_directions_and_lists_no_exception() -> None:
    spec = objects(a_blueprint())["deny-all"]["spec"]

    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_names_are_resolved_by_the_clusters_own_servers_only() -> None:
    [rule] = objects(a_blueprint())["allow-dns"]["spec"]["egress"]

    assert rule["to"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]
    assert rule["ports"] == [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]


def test_only_monitoring_may_come_in_and_only_to_the_metrics() -> None:
    [rule] = objects(a_blueprint())["allow-metrics"]["spec"]["ingress"]

    assert rule == {
        "from": [{"namespaceSelector": {"matchLabels": {naming.MONITORING_LABEL: "true"}}}],
        "ports": [{"port": "metrics", "protocol": "TCP"}],
    }


@pytest.mark.parametrize(
    ("egress", "blocks"),
    [
        (("192.0.2.0/24",), [{"cidr": "192.0.2.0/24"}]),
        (
            ("169.254.169.0/24",),
            [{"cidr": "169.254.169.0/24", "except": ["169.254.169.254/32"]}],
        ),
        (("169.254.169.254/32", "192.0.2.1/32"), [{"cidr": "192.0.2.1/32"}]),
    ],
)
def test_the_metadata_address_stays_closed_whatever_the_plan_lists(
    egress: tuple[str, ...], blocks: list[dict[str, Any]]
) -> None:
    drawn = objects(a_blueprint(egress=egress))["allow-egress"]["spec"]["egress"]

    assert drawn == [{"to": [{"ipBlock": block} for block in blocks]}]


@pytest.mark.parametrize("egress", [(), ("169.254.169.254/32",)])
def test_without_a_network_there_is_no_way_out(egress: tuple[str, ...]) -> None:
    assert "allow-egress" not in objects(a_blueprint(egress=egress))


def test_the_quota_counts_what_the_plan_agreed() -> None:
    hard = objects(a_blueprint())["quota"]["spec"]["hard"]

    assert hard == {
        "requests.cpu": "4",
        "limits.cpu": "4",
        "requests.memory": "8Gi",
        "limits.memory": "8Gi",
        "requests.nvidia.com/gpu": "2",
        "requests.storage": "10Gi",
        "pods": "20",
        "services.nodeports": "0",
        "services.loadbalancers": "0",
    }


def test_defaults_of_the_limit_range_let_every_pod_of_a_small_quota_run() -> None:
    [limit] = objects(a_blueprint(cpus=1, memory_gib=1, pods=50))["limits"]["spec"]["limits"]

    assert limit["default"] == {"cpu": "20m", "memory": "20Mi", "ephemeral-storage": "1Gi"}
    assert limit["defaultRequest"] == {"cpu": "20m", "memory": "20Mi", "ephemeral-storage": "0"}


@given(lawful())
def test_requests_never_exceed_limits_nor_pods_the_quota(blueprint: Any) -> None:
    [limit] = objects(blueprint)["limits"]["spec"]["limits"]
    for key, unit in (("cpu", "m"), ("memory", "Mi")):
        most, least = (int(limit[kind][key].removesuffix(unit)) for kind in _KINDS)
        room = blueprint.cpus * 1000 if key == "cpu" else blueprint.memory_gib * 1024

        assert 0 < least <= most
        assert most * blueprint.pods <= room


_KINDS = ("default", "defaultRequest")


def test_no_account_brings_its_token_into_pods() -> None:
    drawn = objects(a_blueprint())

    assert drawn["default-account"]["automountServiceAccountToken"] is False
    assert drawn["participant-account"]["automountServiceAccountToken"] is False


def test_the_participant_cannot_touch_the_wall() -> None:
    writes = {"create", "delete", "patch", "update", "deletecollection", "*"}

    for rule in _rules():
        if writes & set(rule["verbs"]):
            assert not {"networkpolicies", "resourcequotas", "limitranges", "secrets"} & set(
                rule["resources"]
            )
        assert not {"pods/exec", "pods/attach", "pods/portforward", "*"} & set(rule["resources"])
        assert "rbac.authorization.k8s.io" not in rule["apiGroups"]


@given(lawful())
def test_a_frozen_environment_has_no_room_no_way_out_and_no_rights(blueprint: Any) -> None:
    drawn = objects(blueprint)
    if not blueprint.frozen:
        assert "participant-rights" in drawn
        return

    hard = drawn["quota"]["spec"]["hard"]
    assert (hard["pods"], hard["count/pods"]) == ("0", "0")
    assert not [name for name in drawn if name.startswith("allow-")]
    assert not {"Role", "RoleBinding"} & {body["kind"] for body in drawn.values()}
    assert drawn["deny-all"]


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0"), (4, "4"), (1000, "1k"), (1500, "1500"), (2_000_000, "2M")]
)
def test_counts_are_written_as_the_server_writes_them(number: int, written: str) -> None:
    assert count(number) == written


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0"), (10, "10Gi"), (1024, "1Ti"), (1536, "1536Gi")]
)
def test_sizes_are_written_as_the_server_writes_them(number: int, written: str) -> None:
    assert gibibytes(number) == written


@pytest.mark.rule("R73-06")
@given(lawful())
def test_while_evidence_is_held_the_participant_only_reads(blueprint: Any) -> None:
    free = objects(replace(blueprint, held=False))
    held = objects(replace(blueprint, held=True))

    changed = {name for name in free if free[name] != held[name]}
    assert free.keys() == held.keys()
    assert changed == (set() if blueprint.frozen else {"participant-role"})
    for rule in held.get("participant-role", {"rules": []})["rules"]:
        assert rule["verbs"]
        assert set(rule["verbs"]) <= {"get", "list", "watch"}
