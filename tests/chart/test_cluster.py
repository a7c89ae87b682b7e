"""The release before a real API server: accepted, admitted as restricted, allowed what was meant."""

import pytest

pytestmark = pytest.mark.cluster

# Kinds of the Prometheus operator, whose definitions a plain cluster does not have.
NOT_ASKED = {"ServiceMonitor", "PrometheusRule"}


def test_the_api_server_accepts_every_object(installed, release_in_cluster):
    for wanted in release_in_cluster.objects:
        answer = installed.apply(wanted, "--dry-run=server", "--validate=strict")
        name = f"{wanted['kind']}/{wanted['metadata']['name']}"
        assert answer.returncode == 0, f"{name}: {answer.stderr}"
        assert "Warning" not in answer.stderr, f"{name}: {answer.stderr}"
    assert not {o["kind"] for o in release_in_cluster.objects} & NOT_ASKED


def test_the_api_server_admits_every_pod_as_restricted(installed, release_in_cluster):
    """A Deployment is only warned about; its pod is refused. So each pod is shown as a pod."""
    for name, labels, spec in release_in_cluster.pods():
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": installed.namespace, "labels": labels},
            "spec": {**spec, "restartPolicy": "Never", "serviceAccountName": "sandbox-beat"},
        }
        answer = installed.apply(pod, "--dry-run=server")
        assert answer.returncode == 0, answer.stderr


def test_a_pod_that_runs_as_root_would_have_been_refused(installed, release_in_cluster):
    """The test above proves something only where the API server does refuse."""
    name, labels, spec = next(iter(release_in_cluster.pods()))
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": installed.namespace, "labels": labels},
        "spec": {**spec, "securityContext": {}, "serviceAccountName": "sandbox-beat"},
    }

    answer = installed.apply(pod, "--dry-run=server")

    assert "violates PodSecurity" in answer.stderr


@pytest.mark.parametrize(
    ("component", "verb", "resource", "allowed"),
    [
        ("api", "create", "namespaces", False),
        ("api", "patch", "networkpolicies.networking.k8s.io", True),
        ("api", "delete", "networkpolicies.networking.k8s.io", False),
        ("api", "delete", "pods", True),
        ("api", "create", "pods", False),
        ("api", "list", "secrets", False),
        ("api", "create", "serviceaccounts/token", True),
        ("worker", "create", "namespaces", True),
        ("worker", "create", "rolebindings.rbac.authorization.k8s.io", True),
        ("worker", "escalate", "roles.rbac.authorization.k8s.io", False),
        ("worker", "bind", "clusterroles.rbac.authorization.k8s.io", False),
        ("worker", "list", "secrets", False),
        ("worker", "create", "clusterrolebindings.rbac.authorization.k8s.io", False),
        ("beat", "list", "pods", False),
    ],
)
def test_the_api_server_allows_what_the_roles_were_meant_to(
    installed, component, verb, resource, allowed
):
    assert installed.allows(component, verb, resource) is allowed
