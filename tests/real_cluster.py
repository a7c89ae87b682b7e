"""The cluster of `make up` and the real engine over it, for tests that need both."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.domain.blueprint import Blueprint
from sandbox.provisioner.cluster import KubernetesCluster
from sandbox.provisioner.discovery import Objects, Ref
from sandbox.provisioner.engine import PulumiEngine
from sandbox.provisioner.transport import ApiRefused
from tests.conftest import needed

Body = dict[str, Any]
REPOSITORY = Path(__file__).parents[1]
ADMISSION = "admissionregistration.k8s.io/v1"
EVERYTHING = {
    "apiGroups": ["*"],
    "apiVersions": ["*"],
    "operations": ["CREATE", "UPDATE"],
    "resources": ["*"],
}
NON_ROOT = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
SAFE = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def kubeconfig() -> str:
    return needed("SANDBOX_KUBECONFIG")


def pulumi() -> str:
    """The program, from PATH or from where `make tools` builds it."""
    return shutil.which("pulumi") or str(REPOSITORY / ".local" / "bin" / "pulumi")


def an_engine(folder: Path) -> PulumiEngine:
    return PulumiEngine(
        kubeconfig(),
        backend_url=f"file://{folder}/state",
        passphrase="only for tests",
        work=folder / "work",
        pulumi=pulumi(),
        provider="own",
    )


def a_cluster() -> KubernetesCluster:
    return KubernetesCluster(kubeconfig(), clock=lambda: datetime.now(UTC))


@contextmanager
def the_objects() -> Iterator[Objects]:
    objects = Objects(kubeconfig())
    try:
        yield objects
    finally:
        objects.close()


def forget(blueprint: Blueprint) -> None:
    """Let the namespace go without waiting for it: five seconds of every test less."""
    with the_objects() as objects:
        objects.delete(Ref("v1", "Namespace", blueprint.namespace))


@contextmanager
def refused(objects: Objects, body: Body) -> Iterator[None]:
    """While this lasts, an admission policy refuses one object and no other."""
    name = f"refuse-{body['metadata'].get('namespace', '')}{body['metadata']['name']}"
    here = f"request.name == '{body['metadata']['name']}' && request.kind.kind == '{body['kind']}'"
    stand_in = body
    if namespace := body["metadata"].get("namespace"):
        here += f" && request.namespace in ['{namespace}', 'default']"
        stand_in = {**body, "metadata": {**body["metadata"], "namespace": "default"}}
    policy = {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "matchConstraints": {"resourceRules": [EVERYTHING]},
            "matchConditions": [{"name": "here", "expression": here}],
            "validations": [{"expression": "false", "message": "refused by a test"}],
        },
    }
    binding = {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"]},
    }
    for each in (policy, binding):
        objects.apply(each)
    try:
        _eventually(lambda: _is_refused(objects, stand_in))
        yield
    finally:
        for each in (binding, policy):
            objects.delete(Ref.of(each))
        _eventually(lambda: not _is_refused(objects, stand_in))


def _is_refused(objects: Objects, body: Body) -> bool:
    """Asked by a dry run; where the namespace is not there yet, of a stand-in in `default`."""
    try:
        objects.apply(body, dry_run=True)
    except ApiRefused as refusal:
        return "refused by a test" in str(refusal)
    return False


def _eventually(holds: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise AssertionError("the API server did not take over the policy in time")
        time.sleep(0.05)


def a_pod(namespace: str, name: str = "worker", *, gpus: int = 0, fake: bool = True) -> Body:
    """A pod that the environment accepts; on a fake node unless a real one is wanted."""
    container: Body = {
        "name": "main",
        "image": "localhost/netprobe:1",
        "args": ["sleep"],
        "securityContext": SAFE,
        "resources": {"limits": {"cpu": "50m", "memory": "32Mi"}},
    }
    if gpus:
        container["resources"]["limits"]["nvidia.com/gpu"] = str(gpus)
    spec: Body = {
        "terminationGracePeriodSeconds": 1,
        "securityContext": NON_ROOT,
        "containers": [container],
    }
    if fake:
        spec["nodeSelector"] = {"type": "kwok"}
        spec["tolerations"] = [{"operator": "Exists"}]
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def a_deployment(namespace: str, replicas: int) -> Body:
    pod = a_pod(namespace)
    labels = {"app": "worker"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": pod["metadata"],
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod["spec"]},
        },
    }


def await_running(objects: Objects, namespace: str, pods: int) -> None:
    objects.await_all(
        "v1",
        "Pod",
        namespace,
        lambda found: [p["status"].get("phase") for p in found.values()] == ["Running"] * pods,
        seconds=60,
    )
