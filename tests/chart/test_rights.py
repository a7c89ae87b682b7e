"""What the service may do in the cluster, as the roles say it."""

import pytest

from tests.chart.paths import LEAST

pytestmark = pytest.mark.services

WRITES = {"create", "update", "patch", "delete", "deletecollection"}
ESCAPES = {"escalate", "bind", "impersonate", "approve", "sign"}
BLUEPRINT = {
    "namespaces",
    "resourcequotas",
    "limitranges",
    "networkpolicies",
    "serviceaccounts",
    "configmaps",
    "roles",
    "rolebindings",
}


def rules(release):
    for role in release.of_kind("ClusterRole", "Role"):
        for rule in role["rules"]:
            yield role["metadata"]["name"], rule


def pairs(release, role):
    """Every (verb, resource) that a role allows."""
    return {
        (v, r) for rule in release.rules_of(role) for v in rule["verbs"] for r in rule["resources"]
    }


def test_no_role_has_a_wildcard(release):
    for name, rule in rules(release):
        assert "*" not in [*rule["verbs"], *rule["resources"], *rule["apiGroups"]], name


def test_no_role_can_be_used_to_become_somebody_else(release):
    for name, rule in rules(release):
        assert not ESCAPES & set(rule["verbs"]), name


def test_nobody_reads_secrets_or_enters_pods(release):
    """Art. 78: whoever runs the cluster, or takes over the service, sees nothing of a case."""
    for name, rule in rules(release):
        forbidden = {"secrets", "pods/exec", "pods/attach", "pods/portforward", "nodes/proxy"}
        assert not forbidden & set(rule["resources"]), name


def test_nobody_is_made_cluster_admin(release):
    ours = {role["metadata"]["name"] for role in release.of_kind("ClusterRole")}
    bound = {binding["roleRef"]["name"] for binding in release.of_kind("ClusterRoleBinding")}

    assert bound <= ours


def test_every_binding_names_an_account_of_the_release(release):
    accounts = {account["metadata"]["name"] for account in release.of_kind("ServiceAccount")}
    for binding in release.of_kind("ClusterRoleBinding"):
        (subject,) = binding["subjects"]
        assert (subject["kind"], subject["name"] in accounts) == ("ServiceAccount", True)


def test_clock_migration_and_test_have_no_rights_at_all(release):
    holders = {b["subjects"][0]["name"] for b in release.of_kind("ClusterRoleBinding")}

    assert {holder.split("-", 1)[1] for holder in holders} == {"api", "worker"}


def test_the_api_cannot_create_namespaces(release):
    assert not {
        pair for pair in pairs(release, "-api") if pair[1] == "namespaces" and pair[0] in WRITES
    }


def test_the_api_writes_only_what_stopping_a_test_and_a_token_need(release):
    written = {(verb, what) for verb, what in pairs(release, "-api") if verb in WRITES}

    assert written == {
        ("create", "networkpolicies"),
        ("patch", "networkpolicies"),
        ("patch", "deployments"),
        ("patch", "statefulsets"),
        ("patch", "deployments/scale"),
        ("patch", "statefulsets/scale"),
        ("patch", "jobs"),
        ("delete", "pods"),
        ("create", "serviceaccounts/token"),
    }


def test_the_api_cannot_lift_a_wall_it_has_put_up(release):
    assert not release.may("-api", "delete", "networkpolicies")


def test_the_worker_can_make_and_remove_each_object_of_a_blueprint(release):
    for resource in BLUEPRINT:
        for verb in ("get", "list", "watch", "create", "patch", "delete"):
            assert release.may("-worker", verb, resource), (verb, resource)


def test_the_worker_can_check_the_isolation(release):
    needed = {
        ("create", "pods"),
        ("delete", "pods"),
        ("get", "pods/log"),
        ("create", "serviceaccounts/token"),
        ("create", "subjectaccessreviews"),
        ("list", "nodes"),
    }

    assert needed <= pairs(release, "-worker")


def test_the_worker_can_snapshot_volumes_and_remove_no_snapshot(release):
    needed = {("list", "persistentvolumeclaims"), ("list", "volumesnapshotclasses")}

    assert needed | {("create", "volumesnapshots")} <= pairs(release, "-worker")
    assert not release.may("-worker", "delete", "volumesnapshots")


def test_a_participant_can_neither_change_its_wall_nor_its_quota(release):
    walls = BLUEPRINT - {"configmaps"} | {"serviceaccounts/token"}

    assert not {(v, r) for v, r in pairs(release, "-participant") if r in walls and v in WRITES}


def test_both_accounts_with_rights_are_fenced_in(release):
    fence = release.one("ValidatingAdmissionPolicy", "-fence")
    who = fence["spec"]["matchConditions"][0]["expression"]

    for binding in release.of_kind("ClusterRoleBinding"):
        (subject,) = binding["subjects"]
        account = f"'system:serviceaccount:{subject['namespace']}:{subject['name']}'"
        assert account in who
    assert fence["spec"]["failurePolicy"] == "Fail"


def test_rights_can_be_left_to_somebody_else(helm):
    without = helm.rendered(LEAST, rbac__create=False)

    assert without.of_kind("ClusterRole", "ClusterRoleBinding") == ()
