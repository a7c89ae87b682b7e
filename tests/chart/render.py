"""Runs helm on the chart and gives back what it rendered, as plain objects."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.chart.paths import CHART

RELEASE = "trial"
KUBERNETES = "1.35.0"  # a helm built from source supposes 1.20 when nobody says otherwise
OPERATOR_KINDS = (
    "monitoring.coreos.com/v1/ServiceMonitor",
    "monitoring.coreos.com/v1/PrometheusRule",
)

Object = dict[str, Any]  # Any: a Kubernetes object, as YAML has it


@dataclass(frozen=True, slots=True)
class Helm:
    """The helm program, told which chart."""

    program: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *arguments], capture_output=True, text=True, timeout=60, check=False
        )

    def lint(self, *values: Path) -> subprocess.CompletedProcess[str]:
        files = [f"--values={path}" for path in values]
        return self.run("lint", "--strict", f"--kube-version={KUBERNETES}", *files, str(CHART))

    def template(
        self,
        *values: Path,
        namespace: str = "supervision",
        kinds: tuple[str, ...] = (),
        **settings: Any,  # Any: a value of the chart, as JSON has it
    ) -> subprocess.CompletedProcess[str]:
        """`helm template`; `api__replicas=3` is written for `--set-json api.replicas=3`."""
        return self.run(
            "template",
            RELEASE,
            str(CHART),
            f"--namespace={namespace}",
            f"--kube-version={KUBERNETES}",
            *(f"--values={path}" for path in values),
            *(f"--api-versions={kind}" for kind in kinds),
            *(
                f"--set-json={name.replace('__', '.')}={json.dumps(value)}"
                for name, value in settings.items()
            ),
        )

    def rendered(self, *values: Path, **how: Any) -> "Rendered":  # Any: as for template
        """Every object of the release, hooks and tests too."""
        answer = self.template(*values, **how)
        if answer.returncode:
            raise AssertionError(answer.stderr)
        return Rendered(tuple(d for d in yaml.safe_load_all(answer.stdout) if d))


@dataclass(frozen=True, slots=True)
class Rendered:
    """The objects of a release."""

    objects: tuple[Object, ...]

    def of_kind(self, *kinds: str) -> tuple[Object, ...]:
        return tuple(o for o in self.objects if o["kind"] in kinds)

    def one(self, kind: str, name: str) -> Object:
        """The object of a kind whose name ends like this."""
        (found,) = (o for o in self.of_kind(kind) if o["metadata"]["name"].endswith(name))
        return found

    def pods(self) -> Iterator[tuple[str, Object, Object]]:
        """Name, labels and spec of every pod that the release starts."""
        for found in self.of_kind("Deployment", "Job"):
            template = found["spec"]["template"]
            yield found["metadata"]["name"], template["metadata"]["labels"], template["spec"]
        for pod in self.of_kind("Pod"):
            yield pod["metadata"]["name"], pod["metadata"]["labels"], pod["spec"]

    def rules_of(self, role: str) -> tuple[Object, ...]:
        rules: list[Object] = self.one("ClusterRole", role)["rules"]
        return tuple(rules)

    def may(self, role: str, verb: str, resource: str) -> bool:
        """Whether a ClusterRole lets somebody do something, whatever the API group."""
        return any(
            verb in rule["verbs"] and resource in rule["resources"] for rule in self.rules_of(role)
        )
