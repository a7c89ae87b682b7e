"""The isolation check: the wall of an environment attacked, one probe for each control.

Some attacks are put to the API server and leave nothing behind. Those on the network start inside
two pods of the environment, under its own policies, because the node itself may reach every pod.
A control is only proven where a node really runs pods; fake nodes enforce nothing.
"""

from collections.abc import Callable, Iterator

from sandbox.domain import naming
from sandbox.domain.blueprint import GPU_KEY, Blueprint
from sandbox.domain.environment import Probe
from sandbox.provisioner.discovery import Objects, Ref
from sandbox.provisioner.probes import CONTAINER_SECURITY, POD_SECURITY
from sandbox.provisioner.reach import reach_probes
from sandbox.provisioner.transport import ApiRefused, Body

REFUSED = "refused: "  # before the reason, as the API server words it
OVER_QUOTA = "refused: exceeded quota"
UNSAFE = "refused: violates PodSecurity"
RBAC = "rbac.authorization.k8s.io"

# What the participant must not be able to do in its own namespace.
DENIED = (
    ("change its quota", "patch", "", "resourcequotas"),
    ("change its limits", "patch", "", "limitranges"),
    ("remove its quota", "delete", "", "resourcequotas"),
    ("make a network policy", "create", "networking.k8s.io", "networkpolicies"),
    ("remove the wall", "delete", "networking.k8s.io", "networkpolicies"),
    ("give itself rights", "create", RBAC, "rolebindings"),
    ("change its role", "patch", RBAC, "roles"),
    ("read secrets", "get", "", "secrets"),
    ("tunnel out by exec", "create", "", "pods/exec"),
    ("tunnel out by port-forward", "create", "", "pods/portforward"),
    ("issue lasting tokens", "create", "", "serviceaccounts/token"),
)
ELSEWHERE = (
    ("list the namespaces", "list", "", "namespaces"),
    ("read pods of others", "list", "", "pods"),
    ("read nodes", "list", "", "nodes"),
)


def check(objects: Objects, blueprint: Blueprint, image: str) -> tuple[Probe, ...]:
    """Every probe; a pod can only be tried where the quota has room for one."""
    return (
        *_admission_probes(objects, blueprint, image),
        *check_rights(objects, blueprint),
        *reach_probes(objects, blueprint, image),
    )


def check_rights(objects: Objects, blueprint: Blueprint) -> tuple[Probe, ...]:
    """The probes that start nothing, for an environment in which pods go on running."""
    return (
        *_rights_probes(objects, blueprint),
        _wall_probe(objects, blueprint),
        _marks_probe(objects, blueprint),
    )


def _pod(blueprint: Blueprint, image: str, change: Callable[[Body], None]) -> Body:
    """A pod that the environment accepts, changed into one that it must not accept."""
    container: Body = {
        "name": "attempt",
        "image": image,
        "args": ["sleep"],
        "securityContext": dict(CONTAINER_SECURITY),
        "resources": {"limits": {"cpu": "10m", "memory": "16Mi"}},
    }
    body: Body = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "isolation-attempt", "namespace": blueprint.namespace},
        "spec": {"securityContext": dict(POD_SECURITY), "containers": [container]},
    }
    change(body)
    return body


def _admission_probes(objects: Objects, blueprint: Blueprint, image: str) -> Iterator[Probe]:
    def greedy(pod: Body) -> None:
        limits = pod["spec"]["containers"][0]["resources"]["limits"]
        limits[GPU_KEY] = str(blueprint.gpus + 1)

    def privileged(pod: Body) -> None:
        pod["spec"]["containers"][0]["securityContext"]["privileged"] = True
        del pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"]

    def on_the_host(pod: Body) -> None:
        pod["spec"]["volumes"] = [{"name": "host", "hostPath": {"path": "/"}}]

    def in_the_hosts_network(pod: Body) -> None:
        pod["spec"]["hostNetwork"] = True

    attempts: tuple[tuple[str, str, Callable[[Body], None], str], ...] = (
        ("quota: one GPU too many", "GPU quota", greedy, OVER_QUOTA),
        ("privileged pod", "Pod Security", privileged, UNSAFE),
        ("pod with a folder of the host", "Pod Security", on_the_host, UNSAFE),
        ("pod in the host's network", "Pod Security", in_the_hosts_network, UNSAFE),
    )
    if blueprint.frozen:
        attempts += (("any pod while frozen", "quota", lambda _: None, OVER_QUOTA),)
    for name, control, change, expected in attempts:
        seen = _refusal_of(objects, _pod(blueprint, image, change))
        passed = expected.removeprefix(REFUSED) in seen
        yield Probe(name, control, expected, seen, passed=passed)
    if not blueprint.frozen:
        yield _token_probe(objects, _pod(blueprint, image, lambda _: None))


def _refusal_of(objects: Objects, pod: Body) -> str:
    try:
        objects.create(pod, dry_run=True)
    except ApiRefused as refusal:
        return f"{REFUSED}{refusal}"
    return "accepted"


def _token_probe(objects: Objects, pod: Body) -> Probe:
    """Also the positive control of the probes above: an ordinary pod is accepted."""
    name, control = "ordinary pod", "no service-account token in pods"
    expected = "accepted, without a token"
    try:
        accepted = objects.create(pod, dry_run=True)
    except ApiRefused as refusal:
        return Probe(name, control, expected, f"refused: {refusal}", passed=False)
    has_token = any("projected" in volume for volume in accepted["spec"].get("volumes", ()))
    seen = "accepted, with a token" if has_token else expected
    return Probe(name, control, expected, seen, passed=not has_token)


def _rights_probes(objects: Objects, blueprint: Blueprint) -> Iterator[Probe]:
    attempts = [(blueprint.namespace, *attempt) for attempt in DENIED]
    attempts += [("", *attempt) for attempt in ELSEWHERE]
    for namespace, what, verb, group, resource in attempts:
        allowed = _may(objects, blueprint, namespace, verb, group, resource)
        yield Probe(
            name=f"participant tries to {what}",
            control="rights of the participant",
            expected="denied",
            seen="allowed" if allowed else "denied",
            passed=not allowed,
        )
    may_write = not (blueprint.frozen or blueprint.held)
    for name, verb, group, resource, wanted in (
        ("participant starts a pod", "create", "", "pods", may_write),
        ("participant changes a workload", "patch", "apps", "deployments", may_write),
        ("participant reads its pods", "get", "", "pods", not blueprint.frozen),
    ):
        works = _may(objects, blueprint, blueprint.namespace, verb, group, resource)
        yield Probe(
            name=name,
            control="rights of the participant",
            expected="allowed" if wanted else "denied",
            seen="allowed" if works else "denied",
            passed=works is wanted,
        )


def _may(
    objects: Objects, blueprint: Blueprint, namespace: str, verb: str, group: str, resource: str
) -> bool:
    name, _, subresource = resource.partition("/")
    account = f"{blueprint.namespace}:{naming.PARTICIPANT}"
    review = objects.create(
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "metadata": {},
            "spec": {
                "user": f"system:serviceaccount:{account}",
                "groups": [
                    "system:authenticated",
                    "system:serviceaccounts",
                    f"system:serviceaccounts:{blueprint.namespace}",
                ],
                "resourceAttributes": {
                    "namespace": namespace,
                    "verb": verb,
                    "group": group,
                    "resource": name,
                    "subresource": subresource,
                },
            },
        }
    )
    return bool(review["status"]["allowed"])


def _wall_probe(objects: Objects, blueprint: Blueprint) -> Probe:
    """Without it the policies that allow would still isolate, until somebody drops one of them."""
    wall = Ref("networking.k8s.io/v1", "NetworkPolicy", naming.DENY_ALL, blueprint.namespace)
    live = objects.get(wall)
    everything = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    seen = "gone" if live is None else "stands" if live["spec"] == everything else "changed"
    return Probe("wall", naming.DENY_ALL, "stands", seen, passed=seen == "stands")


def _marks_probe(objects: Objects, blueprint: Blueprint) -> Probe:
    """Policies and bindings only ever add, so one that nobody declared opens what was closed."""
    strangers = []
    for api_version, kind in (
        ("networking.k8s.io/v1", "NetworkPolicy"),
        (f"{RBAC}/v1", "RoleBinding"),
        (f"{RBAC}/v1", "Role"),
    ):
        found, _ = objects.listed(api_version, kind, blueprint.namespace)
        for body in found:
            labels = body["metadata"].get("labels", {})
            if labels.get(naming.CASE_LABEL) != blueprint.case_id:
                strangers.append(f"{kind}/{body['metadata']['name']}")
    seen = f"also {', '.join(strangers)}" if strangers else "only declared ones"
    return Probe(
        name="policies and rights nobody declared",
        control="only what the blueprint opens",
        expected="only declared ones",
        seen=seen,
        passed=not strangers,
    )
