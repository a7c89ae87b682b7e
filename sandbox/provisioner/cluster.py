"""What is really in the cluster: stop a case at once, count GPUs, see what is left, hand out access."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import yaml

from sandbox.domain import naming
from sandbox.domain.blueprint import GPU_KEY, Blueprint
from sandbox.domain.capacity import Inventory, Node
from sandbox.domain.environment import Probe, RunningImage, VolumeSnapshot
from sandbox.errors import ClusterUnavailable, NotFound
from sandbox.ports import Clock, Frozen
from sandbox.provisioner.discovery import NOT_FOUND, Kind, NotYet, Objects, Ref
from sandbox.provisioner.isolation import check, check_rights
from sandbox.provisioner.snapshots import snapshot
from sandbox.provisioner.transport import ApiRefused, Body

# Another name than the engine's: its own fields (labels, generation) stay the engine's.
FREEZER = "regulatory-sandbox-freeze"
GRACE_SECONDS = 1  # for a pod to end; 0 would forget it before the node has stopped it
SILENCE_SECONDS = 30  # how long the end of the last pod is awaited
TOKEN_SECONDS = 3600
PARALLEL = 8
UNFINISHED = "status.phase!=Succeeded,status.phase!=Failed"
PRODUCT_LABEL = "nvidia.com/gpu.product"
FAKE_LABEL = ("type", "kwok")
UNTOLD = frozenset({"Event"})  # the cluster's own notes; they expire by themselves

# Kinds that start pods by themselves, and the change that stops each.
STARTERS: tuple[tuple[str, str, Body], ...] = (
    ("batch/v1", "CronJob", {"spec": {"suspend": True}}),
    ("batch/v1", "Job", {"spec": {"suspend": True}}),
    ("apps/v1", "Deployment", {"spec": {"replicas": 0}}),
    ("apps/v1", "StatefulSet", {"spec": {"replicas": 0}}),
)


class KubernetesCluster:
    """One cluster, seen directly."""

    def __init__(
        self,
        kubeconfig: str,
        *,
        clock: Clock,
        probe_image: str = "localhost/netprobe:1",
        public_server: str = "",
    ) -> None:
        """An empty `kubeconfig` means the service account of the pod; `public_server` is the
        address participants reach the API server at, when it is another than ours.
        """
        self._kubeconfig = kubeconfig
        self._clock = clock
        self._probe_image = probe_image
        self._public_server = public_server

    def freeze(self, namespace: str) -> Frozen:
        ordered_at = self._clock()
        with self._objects() as objects:
            if objects.get(Ref("v1", "Namespace", namespace)) is None:
                return Frozen(ordered_at, ordered_at, ordered_at, 0)
            _cut(objects, namespace)
            cut_at = self._clock()
            pods, _ = objects.listed("v1", "Pod", namespace, fieldSelector=UNFINISHED)
            _stop(objects, namespace)
            try:
                objects.await_all(
                    "v1",
                    "Pod",
                    namespace,
                    lambda unfinished: not unfinished,
                    seconds=SILENCE_SECONDS,
                    fieldSelector=UNFINISHED,
                )
            except NotYet:
                return Frozen(ordered_at, cut_at, None, len(pods))
        return Frozen(ordered_at, cut_at, self._clock(), len(pods))

    def close_ways(self, namespace: str) -> None:
        way = Ref("networking.k8s.io/v1", "NetworkPolicy", naming.ALLOW_EGRESS, namespace)
        with self._objects() as objects:
            objects.delete(way)

    def check_isolation(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        with self._objects() as objects:
            return check(objects, blueprint, self._probe_image)

    def check_rights(self, blueprint: Blueprint) -> tuple[Probe, ...]:
        with self._objects() as objects:
            return check_rights(objects, blueprint)

    def running_images(self, namespace: str) -> tuple[RunningImage, ...]:
        with self._objects() as objects:
            pods, _ = objects.listed("v1", "Pod", namespace, fieldSelector=UNFINISHED)
        return tuple(image for pod in pods for image in images_of(pod))

    def snapshot_volumes(self, namespace: str, mark: str) -> tuple[VolumeSnapshot, ...] | None:
        with self._objects() as objects:
            return snapshot(objects, namespace, mark)

    def inventory(self) -> Inventory:
        with self._objects() as objects:
            nodes, _ = objects.listed("v1", "Node")
            pods, _ = objects.listed("v1", "Pod", fieldSelector=UNFINISHED)
        used: dict[str, int] = {}
        for pod in pods:
            if gpus := _gpus_of(pod):
                namespace = pod["metadata"]["namespace"]
                used[namespace] = used.get(namespace, 0) + gpus
        return Inventory(tuple(_node(body) for body in nodes), used)

    def remains(self, namespace: str) -> tuple[str, ...]:
        with self._objects() as objects, ThreadPoolExecutor(PARALLEL) as pool:
            left: set[str] = set()
            if objects.get(Ref("v1", "Namespace", namespace)):
                left.add(f"Namespace/{namespace}")

            def of(kind: Kind) -> list[str]:
                found, _ = objects.listed(kind.api_version, kind.kind, namespace)
                return [f"{kind.kind}/{body['metadata']['name']}" for body in found]

            asked = [
                kind
                for kind in objects.kinds()
                if kind.namespaced and "list" in kind.verbs and kind.kind not in UNTOLD
            ]
            for names in pool.map(of, asked):
                left.update(names)
        return tuple(sorted(left))

    def kubeconfig(self, namespace: str) -> str:
        with self._objects() as objects:
            account = Ref("v1", "ServiceAccount", naming.PARTICIPANT, namespace)
            request = {
                "apiVersion": "authentication.k8s.io/v1",
                "kind": "TokenRequest",
                "spec": {"expirationSeconds": TOKEN_SECONDS},
            }
            try:
                issued = objects.create_for(account, "token", request)
            except ApiRefused as refusal:
                if refusal.status == NOT_FOUND:
                    raise NotFound("there is no environment to have access to") from refusal
                raise
            cluster: Body = {"server": self._public_server or objects.configuration.host}
            authority = objects.configuration.ssl_ca_cert
            if authority:
                bundle = Path(authority).read_bytes()
                cluster["certificate-authority-data"] = base64.b64encode(bundle).decode()
        return yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "sandbox", "cluster": cluster}],
                "users": [
                    {"name": naming.PARTICIPANT, "user": {"token": issued["status"]["token"]}}
                ],
                "contexts": [
                    {
                        "name": namespace,
                        "context": {
                            "cluster": "sandbox",
                            "user": naming.PARTICIPANT,
                            "namespace": namespace,
                        },
                    }
                ],
                "current-context": namespace,
            }
        )

    @contextmanager
    def _objects(self) -> Iterator[Objects]:
        """A connection for one call, so that a fork between two calls shares none.

        What the API server refuses here is no answer to anything a person asked.
        """
        objects = Objects(self._kubeconfig)
        try:
            yield objects
        except ApiRefused as refusal:
            raise ClusterUnavailable(f"the Kubernetes API refused: {refusal}") from refusal
        finally:
            objects.close()


def _cut(objects: Objects, namespace: str) -> None:
    """Nothing enters or leaves, nothing new starts, and the participant has no rights.

    Policies only ever add what is allowed, so every other one goes, whoever made it.
    """
    wall = _wall(namespace)
    objects.apply(wall, manager=FREEZER)
    policies, _ = objects.listed("networking.k8s.io/v1", "NetworkPolicy", namespace)
    for policy in policies:
        if policy["metadata"]["name"] != naming.DENY_ALL:
            objects.delete(Ref.of(policy))
    rights = Ref("rbac.authorization.k8s.io/v1", "RoleBinding", naming.PARTICIPANT, namespace)
    objects.delete(rights)


def _wall(namespace: str) -> Body:
    """The same wall as the blueprint's, so that an apply after it finds nothing to change."""
    labels = {
        naming.OWNER_LABEL: naming.OWNER,
        naming.CASE_LABEL: namespace.removeprefix(naming.NAMESPACE_PREFIX),
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": naming.DENY_ALL, "namespace": namespace, "labels": labels},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }


def _stop(objects: Objects, namespace: str) -> None:
    """No room for new pods, nothing that would start them, and an end to those there are."""
    quotas, _ = objects.listed("v1", "ResourceQuota", namespace)
    for quota in quotas:
        # Only a key that every blueprint sets: another one would outlast the freeze.
        objects.merge(Ref.of(quota), {"spec": {"hard": {"pods": "0"}}})
    for api_version, kind, change in STARTERS:
        found, _ = objects.listed(api_version, kind, namespace)
        for starter in found:
            objects.merge(Ref.of(starter), change)
    objects.delete_all(
        "v1", "Pod", namespace, grace_seconds=GRACE_SECONDS, fieldSelector=UNFINISHED
    )


def _node(body: Body) -> Node:
    labels = body["metadata"].get("labels", {})
    conditions = body["status"].get("conditions", ())
    is_ready = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    gpus = body["status"].get("allocatable", {}).get(GPU_KEY, "0")
    return Node(
        name=body["metadata"]["name"],
        gpu_product=labels.get(PRODUCT_LABEL, ""),
        gpus=int(gpus) if is_ready else 0,
        simulated=labels.get(naming.SIMULATED_LABEL) == "true",
        fake=labels.get(FAKE_LABEL[0]) == FAKE_LABEL[1],
    )


def _gpus_of(pod: Body) -> int:
    """What the scheduler counts: all containers together, or the greediest of those before."""

    def asked(container: Body) -> int:
        return int(container.get("resources", {}).get("requests", {}).get(GPU_KEY, 0))

    before = [asked(c) for c in pod["spec"].get("initContainers", ())]
    return max(sum(asked(c) for c in pod["spec"]["containers"]), *before, 0)


def images_of(pod: Body) -> Iterator[RunningImage]:
    """Each container with the digest that its node reports: `…@sha256:…`, once it was pulled."""
    told = {
        status["name"]: status.get("imageID", "")
        for key in ("initContainerStatuses", "containerStatuses")
        for status in pod["status"].get(key, ())
    }
    for container in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]):
        _, _, digest = told.get(container["name"], "").rpartition("@")
        name = pod["metadata"]["name"]
        yield RunningImage(name, container["name"], container["image"], digest)
