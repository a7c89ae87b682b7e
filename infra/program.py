"""The Pulumi program: which object is declared, and after which other one.

The order is the order of safety: the wall before anything that could run behind it, the
participant's rights when everything else stands, and therefore first to go on the way down.

Nothing is protected: removal at the end of a participation is what the law asks for, and namespace,
deny-all and quota are part of every generation, so no apply can drop them. What must not go before
the pods are gone (deny-all, quota) is left to the namespace: Kubernetes removes its pods first
(KEP-5080, ordered namespace deletion) and Pulumi does not delete those objects one by one.
"""

import re
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi_kubernetes.core.v1 import LimitRange, Namespace, ResourceQuota, ServiceAccount
from pulumi_kubernetes.networking.v1 import NetworkPolicy
from pulumi_kubernetes.rbac.v1 import Role, RoleBinding

from infra.objects import Body, objects
from sandbox.domain import naming
from sandbox.domain.blueprint import Blueprint

KINDS: dict[str, Callable[..., pulumi.CustomResource]] = {
    "LimitRange": LimitRange,
    "Namespace": Namespace,
    "NetworkPolicy": NetworkPolicy,
    "ResourceQuota": ResourceQuota,
    "Role": Role,
    "RoleBinding": RoleBinding,
    "ServiceAccount": ServiceAccount,
}
RIGHTS = "participant-rights"
WITH_THE_NAMESPACE = frozenset(
    {naming.DENY_ALL, "quota", "limits", "default-account", "participant-account"}
)


def declare(blueprint: Blueprint, provider: pulumi.ProviderResource | None = None) -> None:
    """Declare everything a blueprint describes, in the order of safety."""
    bodies = objects(blueprint)
    namespace = _resource("namespace", bodies.pop("namespace"), provider)
    wall = _resource(
        naming.DENY_ALL,
        bodies.pop(naming.DENY_ALL),
        provider,
        after=[namespace],
        deleted_with=namespace,
    )
    rights = bodies.pop(RIGHTS, None)
    standing = [namespace, wall]
    for name, body in bodies.items():
        kept = namespace if name in WITH_THE_NAMESPACE else None
        standing.append(_resource(name, body, provider, after=[namespace, wall], deleted_with=kept))
    if rights is not None:
        _resource(RIGHTS, rights, provider, after=standing)


def _resource(
    name: str,
    body: Body,
    provider: pulumi.ProviderResource | None,
    *,
    after: list[pulumi.CustomResource] | None = None,
    deleted_with: pulumi.CustomResource | None = None,
) -> pulumi.CustomResource:
    options = pulumi.ResourceOptions(
        depends_on=after or [], deleted_with=deleted_with, provider=provider
    )
    return KINDS[body["kind"]](name, opts=options, **_arguments(body))


def _arguments(body: Body) -> dict[str, Any]:
    """The body as the SDK's classes take it: they know their own version and kind."""
    return {
        re.sub(r"(?<!^)([A-Z])", r"_\1", key).lower(): value
        for key, value in body.items()
        if key not in {"apiVersion", "kind"}
    }
