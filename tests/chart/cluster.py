"""Speaks to the real API server by kubectl, as an operator or as an account of the release."""

import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import yaml

from tests.chart.paths import EVERYTHING
from tests.chart.render import Helm, Object, Rendered

POD_SECURITY = {
    f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")
}
# Really applied, because only then can the API server be asked what they allow.
APPLIED = (
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
)
FENCE_SECONDS_MAX = 60  # until the API server has read a new admission policy


@dataclass(frozen=True, slots=True)
class Kubectl:
    """kubectl, told which cluster and which namespace holds the release."""

    program: str
    kubeconfig: str
    namespace: str

    def run(self, *arguments: str, told: object = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, f"--kubeconfig={self.kubeconfig}", *arguments],
            input=None if told is None else yaml.safe_dump(told),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def apply(self, what: Object, *how: str) -> subprocess.CompletedProcess[str]:
        return self.run("apply", "--filename=-", *how, told=what)

    def create(
        self, what: Object, *, by: str, dry: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Create an object as an account of the release; kubectl's own checks need other rights."""
        how = ["--validate=false", *(["--dry-run=server"] if dry else [])]
        return self.run("create", "--filename=-", self.as_account(by), *how, told=what)

    def as_account(self, component: str) -> str:
        return f"--as=system:serviceaccount:{self.namespace}:sandbox-{component}"

    def allows(self, component: str, verb: str, resource: str) -> bool:
        """What RBAC says; admission is not asked."""
        kind, _, subresource = resource.partition("/")
        more = [f"--subresource={subresource}"] if subresource else []
        who = self.as_account(component)
        answer = self.run("auth", "can-i", verb, kind, *more, "--all-namespaces", who)
        return answer.stdout.strip() == "yes"


def a_namespace(name: str, labels: dict[str, str]) -> Object:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


@contextmanager
def throw_away_namespace(program: str, kubeconfig: str) -> Iterator[Kubectl]:
    """A namespace with Pod Security `restricted`, removed at the end."""
    kubectl = Kubectl(program, kubeconfig, f"chart-{secrets.token_hex(4)}")
    made = kubectl.apply(a_namespace(kubectl.namespace, POD_SECURITY))
    if made.returncode:
        raise AssertionError(made.stderr)
    try:
        yield kubectl
    finally:
        kubectl.run("delete", "namespace", kubectl.namespace, "--wait=false")


@contextmanager
def accounts_and_rights(kubectl: Kubectl, release: Rendered) -> Iterator[Kubectl]:
    """The accounts, the roles and the fence of a release, in force until the end."""
    wanted = {"apiVersion": "v1", "kind": "List", "items": [*release.of_kind(*APPLIED)]}
    made = kubectl.apply(wanted)
    try:
        if made.returncode:
            raise AssertionError(made.stderr)
        wait_for_fence(kubectl)
        yield kubectl
    finally:
        kubectl.run("delete", "--filename=-", "--ignore-not-found", "--wait=false", told=wanted)


def wait_for_fence(kubectl: Kubectl) -> None:
    """Until the API server refuses what the fence forbids."""
    outside = a_namespace(f"outside-{kubectl.namespace}", POD_SECURITY)
    deadline = time.monotonic() + FENCE_SECONDS_MAX
    while kubectl.create(outside, by="worker", dry=True).returncode == 0:
        if time.monotonic() > deadline:
            raise AssertionError(f"the fence was not in force after {FENCE_SECONDS_MAX} seconds")
        time.sleep(0.2)


def rendered_for(helm: Helm, kubectl: Kubectl) -> Rendered:
    """The release with every switch on, on a cluster without the Prometheus operator."""
    return helm.rendered(EVERYTHING, namespace=kubectl.namespace)
