"""What the pods of the release are: restricted, limited, found by their selectors, told little."""

import dataclasses

import pytest

from sandbox.settings import Settings

pytestmark = pytest.mark.services

RESTRICTED_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
MINUTE = 60


def containers(release):
    """Every container of every pod, with the name of the pod."""
    for pod, _, spec in release.pods():
        for container in [*spec.get("initContainers", []), *spec["containers"]]:
            yield pod, container


def variables(spec):
    return {entry["name"]: entry for entry in spec["containers"][0]["env"]}


def spec_of(release, ending):
    (spec,) = (spec for pod, _, spec in release.pods() if pod.endswith(ending))
    return spec


def test_the_release_has_its_six_pods(release):
    endings = {pod.split("-", 1)[1] for pod, _, _ in release.pods()}

    assert endings == {
        "api",
        "beat",
        "migrate",
        "test-ready",
        "worker-ordinary",
        "worker-provisioning",
    }


def test_every_pod_is_restricted(release):
    """The rules of Pod Security `restricted`; the API server says the same in test_cluster."""
    for pod, _, spec in release.pods():
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True, pod
        assert security["runAsUser"] > 0, pod
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, pod
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), pod
        kinds = {kind for volume in spec["volumes"] for kind in volume.keys() - {"name"}}
        assert kinds <= RESTRICTED_VOLUMES, pod


def test_every_container_is_restricted_and_cannot_write_its_own_image(release):
    for pod, container in containers(release):
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False, pod
        assert security["capabilities"] == {"drop": ["ALL"]}, pod
        assert security["readOnlyRootFilesystem"] is True, pod
        assert "privileged" not in security, pod
        assert not any("hostPort" in port for port in container.get("ports", ())), pod


def test_every_container_may_write_only_to_volumes_of_limited_size(release):
    for pod, _, spec in release.pods():
        places = {m["mountPath"] for m in spec["containers"][0]["volumeMounts"]}
        assert {"/tmp", "/var/lib/sandbox"} <= places, pod
        mounts = {m["name"]: m for m in spec["containers"][0]["volumeMounts"]}
        for volume in spec["volumes"]:
            if "emptyDir" not in volume:
                assert mounts[volume["name"]]["readOnly"] is True, pod
                continue
            assert "sizeLimit" in volume["emptyDir"], pod


def test_every_container_has_requests_and_limits(release):
    for pod, container in containers(release):
        for kind in ("requests", "limits"):
            assert container["resources"][kind].keys() >= {"cpu", "memory"}, pod


def test_only_pods_that_speak_to_kubernetes_get_a_token(release):
    holders = {
        pod.split("-", 1)[1] for pod, _, s in release.pods() if s["automountServiceAccountToken"]
    }

    assert holders == {"api", "worker-ordinary", "worker-provisioning"}
    assert not any(a["automountServiceAccountToken"] for a in release.of_kind("ServiceAccount"))


def test_every_account_that_a_pod_names_is_in_the_release(release):
    accounts = {account["metadata"]["name"] for account in release.of_kind("ServiceAccount")}

    assert {spec["serviceAccountName"] for _, _, spec in release.pods()} <= accounts


def test_every_deployment_selects_its_own_pods_and_no_others(release):
    pods = {pod: labels for pod, labels, _ in release.pods()}
    for deployment in release.of_kind("Deployment"):
        selector = deployment["spec"]["selector"]["matchLabels"].items()
        found = {pod for pod, labels in pods.items() if selector <= labels.items()}
        assert found == {deployment["metadata"]["name"]}


def test_service_budgets_and_policies_select_pods_that_exist(release):
    labels = [labels.items() for _, labels, _ in release.pods()]
    selectors = [
        *(o["spec"]["selector"] for o in release.of_kind("Service")),
        *(o["spec"]["selector"]["matchLabels"] for o in release.of_kind("PodDisruptionBudget")),
        *(o["spec"]["podSelector"]["matchLabels"] for o in release.of_kind("NetworkPolicy")),
    ]

    assert len(selectors) > 6
    for selector in selectors:
        assert any(selector.items() <= pod for pod in labels), selector


def test_every_object_carries_the_recommended_labels(release):
    for found in release.objects:
        names = {label.removeprefix("app.kubernetes.io/") for label in found["metadata"]["labels"]}
        assert names >= {"name", "instance", "component", "part-of", "version", "managed-by"}


def test_there_is_one_clock_and_never_two(release):
    beat = release.one("Deployment", "-beat")["spec"]

    assert (beat["replicas"], beat["strategy"]) == (1, {"type": "Recreate"})


def test_a_worker_that_ends_outlasts_the_engine(helm):
    """A run that is cut leaves a locked stack behind."""
    spec = spec_of(helm.rendered(worker__engineHardLimitSeconds=900, **ANSWERS), "-provisioning")

    assert spec["terminationGracePeriodSeconds"] == 900 + MINUTE


def test_engine_runs_have_a_worker_of_their_own_with_few_at_a_time(least):
    provisioning = spec_of(least, "worker-provisioning")["containers"][0]
    ordinary = spec_of(least, "worker-ordinary")["containers"][0]

    assert provisioning["args"] == ["worker", "--queue=provisioning", "--concurrency=2"]
    assert ordinary["args"] == ["worker", "--queue=ordinary", "--concurrency=2"]


def test_pulumi_keeps_its_things_on_a_volume_of_the_worker(release):
    spec = spec_of(release, "worker-provisioning")
    home = variables(spec)["PULUMI_HOME"]["value"]

    (mount,) = (m for m in spec["containers"][0]["volumeMounts"] if m["mountPath"] == home)
    assert "emptyDir" in next(v for v in spec["volumes"] if v["name"] == mount["name"])


def test_the_api_is_probed_alive_and_ready_and_listens_to_others(release):
    container = spec_of(release, "-api")["containers"][0]

    assert container["livenessProbe"]["httpGet"] == {"path": "/health/live", "port": "http"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/health/ready", "port": "http"}
    assert container["ports"] == [{"name": "http", "containerPort": 8000, "protocol": "TCP"}]
    assert variables(spec_of(release, "-api"))["SANDBOX_HOST"]["value"] == "0.0.0.0"


def test_api_and_workers_spread_over_nodes_and_zones(release):
    for ending in ("-api", "worker-provisioning", "worker-ordinary"):
        spread = spec_of(release, ending)["topologySpreadConstraints"]
        assert {s["topologyKey"] for s in spread} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }


def test_every_variable_is_a_setting_of_the_service(release):
    known = {field.metadata["name"] for field in dataclasses.fields(Settings)}
    for pod, container in containers(release):
        told = {entry["name"] for entry in container.get("env", ())}
        assert {name for name in told if name.startswith("SANDBOX_")} <= known, pod


def test_secrets_come_from_the_secret_that_exists(release):
    for pod, container in containers(release):
        for entry in container.get("env", ()):
            secret = any(word in entry["name"] for word in ("KEY", "PASS", "DATABASE", "BROKER"))
            assert ("valueFrom" in entry) >= secret, (pod, entry["name"])
    assert release.of_kind("Secret") == ()


def test_each_component_is_told_only_the_secrets_it_uses(release):
    def secrets(ending):
        return {n for n, e in variables(spec_of(release, ending)).items() if "valueFrom" in e}

    assert secrets("-beat") == {"SANDBOX_BROKER_URL"}
    assert secrets("-migrate") == {"SANDBOX_DATABASE_URL"}
    assert not {name for name in secrets("-api") if "PULUMI" in name}
    assert {name for name in secrets("worker-provisioning") if "PULUMI" in name} == {
        "SANDBOX_PULUMI_BACKEND_URL",
        "SANDBOX_PULUMI_PASSPHRASE",
    }


def test_the_database_is_migrated_before_anything_new_runs(release):
    job = release.one("Job", "-migrate")

    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"] == ["migrate"]


def test_what_the_migration_needs_is_there_before_it(release):
    job = release.one("Job", "-migrate")["metadata"]["annotations"]
    for kind in ("ServiceAccount", "NetworkPolicy"):
        needed = release.one(kind, "-migrate")["metadata"]["annotations"]
        assert needed["helm.sh/hook"] == job["helm.sh/hook"]
        assert int(needed["helm.sh/hook-weight"]) < int(job["helm.sh/hook-weight"])


ANSWERS = {
    "authority__name": "Authority",
    "authority__country": "NL",
    "authority__timeZone": "Europe/Amsterdam",
    "authority__remedy": "You may object.",
    "authority__appeal": "6 weeks",
}
