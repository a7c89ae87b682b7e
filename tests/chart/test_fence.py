"""What a worker that was taken over could not do: tried as its account, on a real API server."""

import secrets

import pytest
import yaml

from tests.chart.cluster import POD_SECURITY, a_namespace
from tests.chart.values_table import VALUES

pytestmark = pytest.mark.cluster

PARTICIPANT = yaml.safe_load(VALUES.read_text())["rbac"]["participantRules"]
OUTSIDE = "the sandbox service may write only in namespaces of cases"


@pytest.fixture(scope="module")
def case(installed):
    """A namespace of a case, made and removed by the worker itself."""
    name = f"case-{secrets.token_hex(5)}"
    made = installed.create(a_namespace(name, POD_SECURITY), by="worker")
    assert made.returncode == 0, made.stderr
    yield name
    gone = installed.run(
        "delete", "namespace", name, "--wait=false", installed.as_account("worker")
    )
    assert gone.returncode == 0, gone.stderr


def a_role(namespace, rules):
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": f"role-{secrets.token_hex(4)}", "namespace": namespace},
        "rules": rules,
    }


def a_binding(namespace, kind, name):
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"binding-{secrets.token_hex(4)}", "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": namespace}],
    }


def a_wall(namespace):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny-all", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }


def test_the_worker_hands_out_the_rights_of_a_participant(installed, case):
    role = a_role(case, PARTICIPANT)

    made = installed.create(role, by="worker")
    bound = installed.create(a_binding(case, "Role", role["metadata"]["name"]), by="worker")

    assert (made.returncode, bound.returncode) == (0, 0), made.stderr + bound.stderr


@pytest.mark.parametrize("right", ["secrets", "pods/exec"])
def test_the_worker_cannot_hand_out_more_than_it_holds(installed, case, right):
    rules = [{"apiGroups": [""], "resources": [right], "verbs": ["get", "create"]}]

    answer = installed.create(a_role(case, rules), by="worker")

    assert "attempting to grant RBAC permissions not currently held" in answer.stderr


def test_the_worker_cannot_make_anybody_cluster_admin(installed, case):
    answer = installed.create(a_binding(case, "ClusterRole", "cluster-admin"), by="worker")

    assert "attempting to grant RBAC permissions not currently held" in answer.stderr


def test_the_worker_makes_no_namespace_but_those_of_cases(installed):
    answer = installed.create(a_namespace("elsewhere", POD_SECURITY), by="worker", dry=True)

    assert OUTSIDE in answer.stderr


@pytest.mark.parametrize("labels", [{}, {"pod-security.kubernetes.io/enforce": "privileged"}])
def test_the_worker_makes_no_case_without_pod_security(installed, labels):
    answer = installed.create(a_namespace("case-open", labels), by="worker", dry=True)

    assert "must carry pod-security.kubernetes.io/enforce=restricted" in answer.stderr


def test_the_worker_cannot_take_pod_security_from_a_case(installed, case):
    answer = installed.run(
        "label",
        "namespace",
        case,
        "pod-security.kubernetes.io/enforce-",
        installed.as_account("worker"),
    )

    assert "must carry pod-security.kubernetes.io/enforce=restricted" in answer.stderr


def test_the_worker_removes_no_namespace_but_those_of_cases(installed):
    """Asked without meaning it: were the fence open, nothing would be removed."""
    how = ("delete", "namespace", installed.namespace, "--dry-run=server")
    answer = installed.run(*how, installed.as_account("worker"))

    assert OUTSIDE in answer.stderr


@pytest.mark.parametrize("component", ["api", "worker"])
def test_nobody_of_the_service_gets_a_token_of_an_account_elsewhere(installed, component):
    """Without the fence this one right would lead to every controller of the cluster."""
    who = installed.as_account(component)
    answer = installed.run("create", "token", "default", "--namespace=kube-system", who)

    assert OUTSIDE in answer.stderr
    assert answer.stdout == ""


def test_the_api_cuts_the_traffic_of_a_case_and_of_nothing_else(installed, case):
    inside = installed.create(a_wall(case), by="api")
    outside = installed.create(a_wall("default"), by="api", dry=True)

    assert inside.returncode == 0, inside.stderr
    assert OUTSIDE in outside.stderr


def test_the_fence_leaves_questions_about_rights_alone(installed, case):
    question = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": f"system:serviceaccount:{case}:default",
            "resourceAttributes": {"namespace": case, "verb": "get", "resource": "pods"},
        },
    }

    answer = installed.create(question, by="worker")

    assert answer.returncode == 0, answer.stderr


def test_the_fence_holds_nobody_but_the_service(installed):
    name = f"outside-{installed.namespace}"
    answer = installed.apply(a_namespace(name, {}), "--dry-run=server")

    assert answer.returncode == 0, answer.stderr
