"""What pods of an environment can reach: probes on the network, from the inside."""

from collections.abc import Iterator

from sandbox.domain.blueprint import Blueprint
from sandbox.domain.environment import Probe
from sandbox.provisioner.discovery import NotYet, Objects
from sandbox.provisioner.probes import PORT, Attempt, Outcome, outcomes
from sandbox.provisioner.transport import ApiRefused, Body

NOT_PROVABLE = "not provable on this cluster: its nodes are simulated"
METADATA = "169.254.169.254:80"
NAME = "kubernetes.default.svc.cluster.local"
KUBELET_PORT = 10250

# Container in the probing pod -> what it shows, the control, and what must come of it.
EXPECTED: dict[str, tuple[str, str, Outcome]] = {
    "neighbour": ("pod of the same namespace", "allow-same-namespace", "allowed"),
    "names": ("name server of the cluster", "allow-dns", "allowed"),
    "api-server": ("API server", "deny-all", "dropped"),
    "node": ("node, the first address outside", "deny-all", "dropped"),
    "other-namespace": ("pod of another namespace", "deny-all", "dropped"),
    "metadata": ("metadata service of the cloud", "deny-all", "dropped"),
}


def reach_probes(objects: Objects, blueprint: Blueprint, image: str) -> Iterator[Probe]:
    """One probe for each entry of EXPECTED, proven where a pod could really try it."""
    nodes, _ = objects.listed("v1", "Node")
    real = [node for node in nodes if _is_real(node)]
    if not real:
        yield from _unproven(NOT_PROVABLE)
        return
    if blueprint.frozen:
        yield from _unproven("not tried: no pod may run while the environment is frozen")
        return
    attempts = _attempts(objects, blueprint, real)
    try:
        seen = outcomes(objects, blueprint, image, attempts)
    except ApiRefused as refusal:
        yield from _unproven(f"not tried: {refusal}")
        return
    except NotYet:
        # The environment is to be used: a pod that cannot start in it is a failure of its own.
        name, control, expected = EXPECTED["neighbour"]
        yield Probe(name, control, expected, "the probing pods did not start", passed=False)
        return
    for key, (name, control, expected) in EXPECTED.items():
        if key in seen:
            yield Probe(name, control, expected, seen[key], passed=seen[key] == expected)
        else:
            yield _not_proven(key, "nothing of that kind runs on this cluster")


def _unproven(why: str) -> Iterator[Probe]:
    return (_not_proven(key, why) for key in EXPECTED)


def _not_proven(key: str, why: str) -> Probe:
    name, control, expected = EXPECTED[key]
    return Probe(name, control, expected, why, passed=False, proven=False)


def _attempts(objects: Objects, blueprint: Blueprint, real: list[Body]) -> list[Attempt]:
    """Targets that are alive, so that silence comes from the wall and not from an empty address."""
    attempts = [Attempt("metadata", "tcp", METADATA)]
    endpoints, _ = objects.listed(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        "default",
        labelSelector="kubernetes.io/service-name=kubernetes",
    )
    for endpoint in endpoints[:1]:
        address = endpoint["endpoints"][0]["addresses"][0]
        attempts.append(Attempt("api-server", "tcp", f"{address}:{endpoint['ports'][0]['port']}"))
    node = real[0]
    kubelet = node["status"].get("daemonEndpoints", {}).get("kubeletEndpoint", {})
    for address in node["status"].get("addresses", ()):
        if address["type"] == "InternalIP":
            port = kubelet.get("Port", KUBELET_PORT)
            attempts.append(Attempt("node", "tcp", f"{address['address']}:{port}"))
            break
    names = {node["metadata"]["name"] for node in real}
    strangers = _pods_elsewhere(objects, blueprint, names)
    # A pod that is alive answers on any port, if only to refuse; silence means dropped.
    attempts += [Attempt("other-namespace", "tcp", f"{ip}:{PORT}") for ip in strangers[:1]]
    servers, _ = objects.listed("v1", "Pod", "kube-system", labelSelector="k8s-app=kube-dns")
    if any(_is_reachable(server) for server in servers):
        attempts.append(Attempt("names", "dns", NAME, is_patient=True))
    return attempts


def _pods_elsewhere(objects: Objects, blueprint: Blueprint, nodes: set[str]) -> list[str]:
    pods, _ = objects.listed("v1", "Pod", fieldSelector="status.phase=Running")
    return [
        pod["status"]["podIP"]
        for pod in pods
        if pod["metadata"]["namespace"] != blueprint.namespace
        and _is_reachable(pod)
        and pod["spec"].get("nodeName") in nodes
    ]


def _is_reachable(pod: Body) -> bool:
    return bool(pod["status"].get("podIP")) and not pod["spec"].get("hostNetwork")


def _is_real(node: Body) -> bool:
    conditions = node["status"].get("conditions", ())
    is_ready = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    return is_ready and node["metadata"].get("labels", {}).get("type") != "kwok"
