"""The two pods that probe a network from the inside, and what they said."""

import json
from dataclasses import dataclass
from typing import Literal

from sandbox.domain.blueprint import Blueprint
from sandbox.provisioner.discovery import Objects, Ref
from sandbox.provisioner.readiness import await_gone
from sandbox.provisioner.transport import Body

Outcome = Literal["allowed", "refused", "dropped", "dns_error", "silent"]

POD_SECURITY: Body = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER_SECURITY: Body = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
}
LIMITS = {"cpu": "50m", "memory": "32Mi"}
REQUESTS = {"cpu": "10m", "memory": "16Mi"}
PORT = 8080
TIMEOUT = "500ms"  # an allowed probe takes about 1 ms, so this much silence means dropped
PATIENCE = "5s"  # a policy that allows is in force some 0.2 s after the API took it
START_SECONDS = 30
GONE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of `netprobe`, by the name of its container; a patient one is made until it works."""

    name: str
    action: Literal["tcp", "http", "dns"]
    target: str
    is_patient: bool = False

    @property
    def arguments(self) -> list[str]:
        return [self.action, self.target, TIMEOUT, *([PATIENCE] if self.is_patient else [])]


def outcomes(
    objects: Objects, blueprint: Blueprint, image: str, attempts: list[Attempt]
) -> dict[str, Outcome]:
    """Try everything at once from one pod; `neighbour` tries the other pod of the namespace.

    NotYet when a pod does not start in time; nothing is left behind.
    """
    target = _pod(blueprint, image, "probe-target", {"serve": ["serve", f":{PORT}"]})
    refs = [Ref.of(target)]
    try:
        _remove(objects, [*refs, Ref("v1", "Pod", "probe-source", blueprint.namespace)])
        objects.create(target)
        there = objects.await_that(Ref.of(target), _is_running, seconds=START_SECONDS)
        assert there is not None
        address = f"{there['status']['podIP']}:{PORT}"
        neighbour = Attempt("neighbour", "tcp", address, is_patient=True)
        tries = {a.name: a.arguments for a in (*attempts, neighbour)}
        source = _pod(blueprint, image, "probe-source", tries)
        refs.append(Ref.of(source))
        objects.create(source)
        objects.await_that(Ref.of(source), _is_finished, seconds=START_SECONDS)
        return {name: _said(objects.log(Ref.of(source), name)) for name in tries}
    finally:
        _remove(objects, refs)


def _pod(blueprint: Blueprint, image: str, name: str, containers: dict[str, list[str]]) -> Body:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": blueprint.namespace,
            "labels": blueprint.labels | {"app.kubernetes.io/component": "isolation-check"},
        },
        "spec": {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 0,
            "enableServiceLinks": False,
            "securityContext": POD_SECURITY,
            "affinity": _on_a_real_node(),
            "containers": [
                {
                    "name": container,
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "args": args,
                    "securityContext": CONTAINER_SECURITY,
                    "resources": {"limits": LIMITS, "requests": REQUESTS},
                }
                for container, args in containers.items()
            ],
        },
    }


def _on_a_real_node() -> Body:
    real = [{"key": "type", "operator": "NotIn", "values": ["kwok"]}]
    terms = {"nodeSelectorTerms": [{"matchExpressions": real}]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


def _remove(objects: Objects, refs: list[Ref]) -> None:
    for live in [objects.get(ref) for ref in refs]:
        if live is not None and objects.delete(Ref.of(live), grace_seconds=0):
            await_gone(objects, live, seconds=GONE_SECONDS)


def _is_running(pod: Body | None) -> bool:
    status: Body = pod["status"] if pod else {}
    return status.get("phase") == "Running" and bool(status.get("podIP"))


def _is_finished(pod: Body | None) -> bool:
    return pod is not None and pod["status"].get("phase") in {"Succeeded", "Failed"}


def _said(log: str) -> Outcome:
    try:
        outcome: Outcome = json.loads(log.strip().splitlines()[-1])["outcome"]
    except (IndexError, KeyError, ValueError):
        return "silent"
    return outcome
