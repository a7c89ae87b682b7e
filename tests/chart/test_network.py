"""Who may speak to whom, and what the world can reach."""

import pytest

from tests.chart.paths import EVERYTHING, LEAST

pytestmark = pytest.mark.services


def policy(release, ending):
    return release.one("NetworkPolicy", ending)["spec"]


def test_everything_is_denied_first(release):
    deny = policy(release, "-deny-all")

    assert set(deny["policyTypes"]) == {"Ingress", "Egress"}
    assert not {"ingress", "egress"} & deny.keys()
    selector = deny["podSelector"]["matchLabels"].items()
    assert all(selector <= labels.items() for _, labels, _ in release.pods())


def test_only_the_api_can_be_called_and_only_by_those_named(release):
    for found in release.of_kind("NetworkPolicy"):
        called = found["spec"].get("ingress", [])
        assert bool(called) == found["metadata"]["name"].endswith("-api")
        for way in called:
            assert way["ports"] == [{"protocol": "TCP", "port": 8000}]
            assert way["from"]


def test_metrics_are_for_prometheus_and_no_other_namespace(least):
    callers = [peer for way in policy(least, "-api")["ingress"] for peer in way["from"]]
    places = [p.get("namespaceSelector", {}).get("matchLabels", {}) for p in callers]

    assert {"kubernetes.io/metadata.name": "monitoring"} in places
    assert len(callers) == 3  # the Ingress, Prometheus and the test of the release


def test_without_callers_named_nobody_but_the_test_gets_in(helm):
    closed = helm.rendered(LEAST, networkPolicy__clients=[], networkPolicy__scrapers=[])

    (way,) = policy(closed, "-api")["ingress"]
    labels = way["from"][0]["podSelector"]["matchLabels"]
    assert labels["app.kubernetes.io/component"] == "test"


def test_the_clock_reaches_the_broker_and_nothing_else(least):
    ports = [p["port"] for way in policy(least, "-beat")["egress"] for p in way["ports"]]

    assert ports == [53, 53, 6379]


def test_the_migration_reaches_the_database_and_nothing_else(least):
    ports = [p["port"] for way in policy(least, "-migrate")["egress"] for p in way["ports"]]

    assert ports == [53, 53, 5432]


def ways(release, ending):
    """Every (port, CIDR) that a policy opens by address."""
    return {
        (port["port"], peer["ipBlock"]["cidr"])
        for way in policy(release, ending)["egress"]
        for port in way["ports"]
        for peer in way.get("to", ())
        if "ipBlock" in peer
    }


def test_only_workers_reach_the_mail_server_and_webhooks_and_only_those_named(everything):
    named = {(587, "192.0.2.3/32"), (443, "198.51.100.0/24")}

    assert named <= ways(everything, "-worker")
    for other in ("-api", "-beat", "-migrate", "-test"):
        assert not named & ways(everything, other)


def test_no_way_for_mail_and_webhooks_is_open_unless_its_ports_are_named(helm, least):
    opened = helm.rendered(LEAST, networkPolicy__egress__webhooks={"ports": [8443], "peers": []})

    assert policy(least, "-worker")["egress"] == policy(least, "-api")["egress"]
    assert {"ports": [{"protocol": "TCP", "port": 8443}]} in policy(opened, "-worker")["egress"]
    assert all(way["ports"] for way in policy(least, "-worker")["egress"])


def test_the_ingress_lets_in_by_list_and_never_the_metrics(everything):
    (ingress,) = everything.of_kind("Ingress")
    paths = [(p["path"], p["pathType"]) for p in ingress["spec"]["rules"][0]["http"]["paths"]]

    assert ("/", "Prefix") not in paths
    assert not [path for path, _ in paths if path.startswith(("/metrics", "/health"))]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "Prefix"), ("/metrics", "Exact"), ("/metrics", "Prefix"), ("/health", "Prefix")],
)
def test_a_path_that_would_let_the_metrics_out_is_refused(helm, path, kind):
    answer = helm.template(EVERYTHING, ingress__paths=[{"path": path, "pathType": kind}])

    assert answer.returncode != 0
    assert "they stay inside the cluster" in answer.stderr


def test_there_is_no_ingress_unless_asked_for(least):
    assert least.of_kind("Ingress") == ()
    assert {service["spec"]["type"] for service in least.of_kind("Service")} == {"ClusterIP"}
