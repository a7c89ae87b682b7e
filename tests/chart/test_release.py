"""The chart as a whole: linted, rendered, refused with a clear text when it is told nonsense."""

import json

import pytest
import yaml

from tests.chart.paths import CHART, EVERYTHING, LEAST, RULES

pytestmark = pytest.mark.services


@pytest.mark.parametrize(
    "values", [(), (LEAST,), (EVERYTHING,)], ids=["none", "least", "everything"]
)
def test_helm_finds_nothing_to_complain_about(helm, values):
    answer = helm.lint(*values)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "[WARNING]" not in answer.stdout


@pytest.mark.parametrize("answer", ["name", "country", "timeZone", "remedy", "appeal"])
def test_what_has_no_honest_default_must_be_said(helm, answer):
    refused = helm.template(LEAST, **{f"authority__{answer}": ""})

    assert refused.returncode != 0
    assert f"authority.{answer} must be given" in refused.stderr


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("api__replicas", "three", "/api/replicas"),
        ("api__replicas", 0, "/api/replicas"),
        ("worker__pools__provisioning__concurrency", 100, "/worker/pools/provisioning/concurrency"),
        ("worker__engineHardLimitSeconds", 5, "/worker/engineHardLimitSeconds"),
        ("podSecurity__runAsUser", 0, "/podSecurity/runAsUser"),
        ("provider", "mine", "/provider"),
        ("authority__country", "Netherlands", "/authority/country"),
        ("authority__appeal", "six weeks", "/authority/appeal"),
        ("image__digest", "latest", "/image/digest"),
        ("databasePassword", "x", "databasePassword"),
        ("api__resources__limits", {"memory": None}, "memory"),
        (
            "rbac__participantRules",
            [{"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]}],
            "verbs",
        ),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(helm, setting, value, said):
    answer = helm.template(LEAST, **{setting: value})

    assert answer.returncode != 0
    assert "values don't meet the specifications of the schema" in answer.stderr
    assert said in answer.stderr.replace(".", "/") or said in answer.stderr


def test_an_old_cluster_is_refused_by_its_version(helm):
    answer = helm.run("template", "r", str(CHART), "--kube-version=1.29.0", f"--values={LEAST}")

    assert "chart requires kubeVersion: >=1.30.0-0" in answer.stderr


def test_the_same_values_give_the_same_release(helm):
    assert helm.template(EVERYTHING).stdout == helm.template(EVERYTHING).stdout


def test_every_object_has_a_name_of_its_own(release):
    names = [(o["apiVersion"], o["kind"], o["metadata"]["name"]) for o in release.objects]

    assert len(names) == len(set(names))


def test_a_long_name_of_a_release_still_gives_names_that_kubernetes_takes(helm):
    long = helm.rendered(LEAST, fullnameOverride="s" * 60)

    assert (
        max(len(o["metadata"]["name"]) for o in long.of_kind("Service", "Deployment", "Pod")) <= 63
    )


def test_what_needs_the_prometheus_operator_is_left_out_where_it_is_not(helm, everything):
    kinds = {"ServiceMonitor", "PrometheusRule"}
    without = helm.rendered(EVERYTHING)

    assert {o["kind"] for o in everything.objects} - {o["kind"] for o in without.objects} == kinds


def test_what_monitoring_adds_can_be_switched_off(helm):
    off = {f"monitoring__{name}": False for name in ("serviceMonitor", "rules", "dashboard")}

    found = helm.rendered(EVERYTHING, kinds=("monitoring.coreos.com/v1/ServiceMonitor",), **off)

    assert found.of_kind("ServiceMonitor", "PrometheusRule", "ConfigMap") == ()


def test_prometheus_gets_the_rules_as_they_were_checked(everything):
    (rules,) = everything.of_kind("PrometheusRule")

    assert rules["spec"] == yaml.safe_load(RULES.read_text())


def test_prometheus_finds_the_api(everything):
    (monitor,) = everything.of_kind("ServiceMonitor")
    service = everything.one("Service", "-api")

    assert (
        monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    )
    assert monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]


def test_grafana_gets_a_dashboard_of_our_own_metrics(release):
    dashboard = json.loads(
        release.one("ConfigMap", "-dashboard")["data"]["regulatory-sandbox.json"]
    )
    asked = [t["expr"] for panel in dashboard["panels"] for t in panel["targets"]]

    assert len(asked) > 8
    assert all("sandbox_" in query for query in asked)


def test_the_release_is_tested_by_asking_whether_it_is_ready(release):
    pod = release.one("Pod", "-test-ready")
    service = release.one("Service", "-api")["metadata"]["name"]

    assert pod["metadata"]["annotations"]["helm.sh/hook"] == "test"
    assert f"http://{service}:8000/health/ready" in pod["spec"]["containers"][0]["args"][0]
