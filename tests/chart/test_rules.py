"""The alerts: accepted by Prometheus's own checker, and proven by its own tests."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.chart.paths import CHART, RULES

PROOF = Path(__file__).parent / "rules_test.yaml"
EXPORTED = {
    "sandbox_cases",
    "sandbox_deadlines",
    "sandbox_environments",
    "sandbox_environments_deviating",
    "sandbox_gpus",
    "sandbox_provisioning_seconds_bucket",
    "sandbox_queue_length",
    "sandbox_scrape_ok",
    "sandbox_waiting_cases",
    "sandbox_waiting_gpus",
}


def alerts():
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    return group["rules"]


@pytest.mark.services
@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", str(RULES)), ("test", "rules", str(PROOF))],
    ids=["check", "test"],
)
def test_prometheus_accepts_the_rules_and_they_do_what_is_promised(promtool, arguments):
    answer = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_alert_is_proven_to_fire_and_to_stay_silent():
    cases = [
        case for t in yaml.safe_load(PROOF.read_text())["tests"] for case in t["alert_rule_test"]
    ]
    fires = {case["alertname"] for case in cases if case["exp_alerts"]}
    silent = {case["alertname"] for case in cases if not case["exp_alerts"]}

    assert fires == silent == {alert["alert"] for alert in alerts()}


def test_every_alert_says_what_it_means_and_how_grave_it_is():
    for alert in alerts():
        assert alert["annotations"].keys() == {"summary", "description"}
        assert alert["labels"]["severity"] in {"warning", "critical"}


def test_replicas_are_never_added_up():
    """Each replica of the API exports the same figures: a sum over pods would count cases twice."""
    for alert in alerts():
        assert not re.search(r"sum[^(]*\(\s*sandbox_", alert["expr"]), alert["alert"]


def test_alerts_and_dashboard_ask_only_for_metrics_that_are_exported():
    text = RULES.read_text() + json.dumps((CHART / "files" / "dashboard.json").read_text())

    assert set(re.findall(r"\bsandbox_\w+", text)) <= EXPORTED
