"""The Kubernetes objects of a blueprint, as plain bodies; which comes after which is `program`'s.

Quantities are written the way the API server writes them back, so that a second preview is empty.
"""

from ipaddress import ip_network
from typing import Any

from sandbox.domain import naming
from sandbox.domain.blueprint import GPU_KEY, Blueprint

Body = dict[str, Any]  # Any: a Kubernetes body is JSON

POD_SECURITY = "restricted"
POD_SECURITY_VERSION = "v1.35"
METADATA_ADDRESS = "169.254.169.254/32"  # where clouds hand out credentials to whoever asks
METRICS_PORT = "metrics"  # the name of the container port that may be scraped
DNS_PORT = 53

CPU_LIMIT_DEFAULT = 500  # millicores of a container that names none
CPU_REQUEST_DEFAULT = 100
MEMORY_LIMIT_DEFAULT = 512  # MiB
MEMORY_REQUEST_DEFAULT = 128
DISK_LIMIT_DEFAULT = "1Gi"  # of the node's own disk

_RBAC = "rbac.authorization.k8s.io"
_RUN = ["create", "delete", "get", "list", "patch", "update", "watch"]
_READ = ["get", "list", "watch"]


def objects(blueprint: Blueprint) -> dict[str, Body]:
    """Every object by its name in the program, in the order of safety."""
    drawn = {
        "namespace": _namespace(blueprint),
        naming.DENY_ALL: _policy(blueprint, naming.DENY_ALL, ["Ingress", "Egress"]),
        "quota": _quota(blueprint),
        "limits": _limits(blueprint),
        "default-account": _account(blueprint, "default"),
        "participant-account": _account(blueprint, naming.PARTICIPANT),
    }
    if blueprint.frozen:
        return drawn
    drawn |= {body["metadata"]["name"]: body for body in _openings(blueprint)}
    drawn["participant-role"] = _role(blueprint)
    drawn["participant-rights"] = _rights(blueprint)
    return drawn


def _body(blueprint: Blueprint, api_version: str, kind: str, name: str, **content: Any) -> Body:
    metadata = {"name": name, "namespace": blueprint.namespace, "labels": blueprint.labels}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def _namespace(blueprint: Blueprint) -> Body:
    security = {
        f"pod-security.kubernetes.io/{mode}{suffix}": value
        for mode in ("enforce", "audit", "warn")
        for suffix, value in (("", POD_SECURITY), ("-version", POD_SECURITY_VERSION))
    }
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": blueprint.namespace,
            "labels": blueprint.labels | security,
            "annotations": {naming.PLAN_ANNOTATION: blueprint.plan_sha256},
        },
    }


def _policy(blueprint: Blueprint, name: str, types: list[str], **rules: Any) -> Body:
    """A policy for every pod of the namespace."""
    spec = {"podSelector": {}, "policyTypes": types, **rules}
    return _body(blueprint, "networking.k8s.io/v1", "NetworkPolicy", name, spec=spec)


def _openings(blueprint: Blueprint) -> list[Body]:
    """What the wall lets through: neighbours, names, scraping, and the networks of the plan."""
    neighbours: list[Body] = [{"podSelector": {}}]
    opened = [
        _policy(
            blueprint,
            "allow-same-namespace",
            ["Ingress", "Egress"],
            ingress=[{"from": neighbours}],
            egress=[{"to": neighbours}],
        ),
        _policy(
            blueprint,
            "allow-dns",
            ["Egress"],
            egress=[
                {
                    "to": [
                        {
                            "namespaceSelector": {
                                "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
                            },
                            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                        }
                    ],
                    "ports": [
                        {"port": DNS_PORT, "protocol": "UDP"},
                        {"port": DNS_PORT, "protocol": "TCP"},
                    ],
                }
            ],
        ),
        _policy(
            blueprint,
            "allow-metrics",
            ["Ingress"],
            ingress=[
                {
                    "from": [
                        {"namespaceSelector": {"matchLabels": {naming.MONITORING_LABEL: "true"}}}
                    ],
                    "ports": [{"port": METRICS_PORT, "protocol": "TCP"}],
                }
            ],
        ),
    ]
    blocks = [block for cidr in blueprint.egress if (block := _block(cidr))]
    if blocks:
        outside = [{"to": [{"ipBlock": block} for block in blocks]}]
        opened.append(_policy(blueprint, naming.ALLOW_EGRESS, ["Egress"], egress=outside))
    return opened


def _block(cidr: str) -> Body | None:
    """One network of the plan without the metadata address; None when nothing else is in it."""
    network, metadata = ip_network(cidr), ip_network(METADATA_ADDRESS)
    if not network.overlaps(metadata):
        return {"cidr": str(network)}
    if network == metadata:
        return None
    return {"cidr": str(network), "except": [METADATA_ADDRESS]}


def _quota(blueprint: Blueprint) -> Body:
    memory = gibibytes(blueprint.memory_gib)
    hard = {
        "requests.cpu": count(blueprint.cpus),
        "limits.cpu": count(blueprint.cpus),
        "requests.memory": memory,
        "limits.memory": memory,
        f"requests.{GPU_KEY}": count(blueprint.gpus),
        "requests.storage": gibibytes(blueprint.storage_gib),
        "pods": count(blueprint.pods),
        "services.nodeports": "0",
        "services.loadbalancers": "0",
    }
    if blueprint.frozen:
        # `pods` counts what has not finished; the second key closes the door to any pod object.
        hard |= {"pods": "0", "count/pods": "0"}
    return _body(blueprint, "v1", "ResourceQuota", "quota", spec={"hard": hard})


def _limits(blueprint: Blueprint) -> Body:
    """Defaults that let as many pods run as the quota has room for."""
    millicores = max(blueprint.cpus * 1000 // blueprint.pods, 1)
    mebibytes = max(blueprint.memory_gib * 1024 // blueprint.pods, 1)
    container = {
        "type": "Container",
        "default": {
            "cpu": f"{min(millicores, CPU_LIMIT_DEFAULT)}m",
            "memory": f"{min(mebibytes, MEMORY_LIMIT_DEFAULT)}Mi",
            "ephemeral-storage": DISK_LIMIT_DEFAULT,
        },
        "defaultRequest": {
            "cpu": f"{min(millicores, CPU_REQUEST_DEFAULT)}m",
            "memory": f"{min(mebibytes, MEMORY_REQUEST_DEFAULT)}Mi",
            "ephemeral-storage": "0",
        },
        "max": {"ephemeral-storage": gibibytes(blueprint.storage_gib)},
    }
    return _body(blueprint, "v1", "LimitRange", "limits", spec={"limits": [container]})


def _account(blueprint: Blueprint, name: str) -> Body:
    return _body(blueprint, "v1", "ServiceAccount", name, automountServiceAccountToken=False)


def _role(blueprint: Blueprint) -> Body:
    """Run workloads and read what they say; nothing that changes the wall.

    No exec, attach or port-forward: each is a way out that no network policy sees. No secrets: a
    token kept in one would outlive the participant's short-lived access. While evidence is held only
    the reading is left.
    """
    rules = [
        {
            "apiGroups": [""],
            "resources": ["configmaps", "persistentvolumeclaims", "pods", "services"],
            "verbs": _RUN,
        },
        {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]},
        {
            "apiGroups": [""],
            "resources": ["events", "limitranges", "resourcequotas"],
            "verbs": _READ,
        },
        {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets"], "verbs": _RUN},
        {
            "apiGroups": ["apps"],
            "resources": ["deployments/scale", "statefulsets/scale"],
            "verbs": ["get", "patch", "update"],
        },
        {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": _READ},
        {"apiGroups": ["batch"], "resources": ["cronjobs", "jobs"], "verbs": _RUN},
        {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": _READ},
    ]
    if blueprint.held:
        rules = [rule | {"verbs": [v for v in rule["verbs"] if v in _READ]} for rule in rules]
    return _body(blueprint, f"{_RBAC}/v1", "Role", naming.PARTICIPANT, rules=rules)


def _rights(blueprint: Blueprint) -> Body:
    account = {
        "kind": "ServiceAccount",
        "name": naming.PARTICIPANT,
        "namespace": blueprint.namespace,
    }
    role = {"apiGroup": _RBAC, "kind": "Role", "name": naming.PARTICIPANT}
    return _body(
        blueprint,
        f"{_RBAC}/v1",
        "RoleBinding",
        naming.PARTICIPANT,
        roleRef=role,
        subjects=[account],
    )


def count(number: int) -> str:
    """A number as the API server writes it: 2000 is `2k`."""
    return _largest_unit(number, 1000, ("", "k", "M", "G"))


def gibibytes(number: int) -> str:
    """GiB as the API server writes them: 1024 GiB are `1Ti`."""
    return _largest_unit(number, 1024, ("Gi", "Ti", "Pi", "Ei")) if number else "0"


def _largest_unit(number: int, step: int, units: tuple[str, ...]) -> str:
    for unit in units[:-1]:
        if number == 0 or number % step:
            return f"{number}{unit}"
        number //= step
    return f"{number}{units[-1]}"
