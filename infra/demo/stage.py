"""The actors of the demo, their tokens and tools, and the account of what happened."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from infra.demo.papers import ORGANISATION, Json
from infra.local.parts import Place

PATIENCE_SECONDS = 180


class StepFailed(Exception):
    """A step is not as it should be."""


@dataclass
class Caller:
    """One person at the API."""

    base: str
    token: str

    def ask(self, method: str, path: str, *, expect: int = 200, **more: Any) -> httpx.Response:
        """One request; StepFailed unless the answer is as expected."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        answer = httpx.request(method, self.base + path, headers=headers, timeout=60, **more)
        if answer.status_code != expect:
            raise StepFailed(
                f"{method} {path}: expected {expect}, got {answer.status_code}: {answer.text[:2000]}"
            )
        return answer

    def case(self, case_id: str) -> Json:
        found: Json = self.ask("GET", f"/cases/{case_id}").json()
        return found


@dataclass
class Demo:
    """The actors, the case, and the account of what happened."""

    place: Place
    settings: dict[str, str]
    base: str
    began: float = field(default_factory=time.monotonic)
    step_began: float = field(default_factory=time.monotonic)
    case_id: str = ""

    def __post_init__(self) -> None:
        self.ada = self._caller("provider", "Ada Start-up", ORGANISATION)
        self.sue = self._caller("authority", "Sue Supervisor")
        self.tom = self._caller("authority", "Tom Second")
        self.opa = self._caller("operator", "Opa Operator")
        self.real = self.settings.get("SANDBOX_NODE", "real") == "real"

    def _caller(self, role: str, name: str, organisation: str = "") -> Caller:
        command = [sys.executable, "-m", "sandbox", "token", "--role", role, "--name", name]
        command += ["--organisation", organisation] if organisation else []
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        return Caller(self.base, made.stdout.strip())

    def step(self, title: str) -> None:
        self.step_began = time.monotonic()
        print(f"\n[{time.monotonic() - self.began:6.1f} s] {title}", flush=True)

    def say(self, text: str) -> None:
        print(f"    {time.monotonic() - self.step_began:6.1f} s  {text}", flush=True)

    def until(self, what: str, ready: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until something is so; StepFailed with its name when it never is."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = ready()
            if found:
                return found
            time.sleep(0.25)
        raise StepFailed(f"{what}: not within {seconds:.0f} s; logs are in {self.place.data}/logs")

    def path(self, rest: str = "") -> str:
        return f"/cases/{self.case_id}{rest}"

    def kubectl(self, *arguments: str, stdin: str = "", check: bool = True) -> str:
        """Kubectl with the kubeconfig that the service issued to the start-up."""
        issued = self.ada.ask("GET", self.path("/kubeconfig")).text
        config = self.place.write(self.place.data / "run" / "participant.kubeconfig", issued, 0o600)
        done = subprocess.run(
            [self.place.program("kubectl"), f"--kubeconfig={config}", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise StepFailed(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done.stdout + done.stderr


def sealed(demo: Demo, kind: str, number: int) -> Json:
    """A document once it is sealed."""
    where = demo.path(f"/documents/{kind}/{number}")

    def ready() -> Json | None:
        view: Json = demo.sue.ask("GET", where).json()
        return view if view["state"] == "sealed" else None

    found: Json = demo.until(f"the {kind}", ready)
    return found


def fetch(demo: Demo, kind: str, number: int) -> Path:
    """Both files of a document and the ledger, in a folder of the case."""
    folder = demo.place.data / "demo" / demo.case_id
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("json", "pdf"):
        body = demo.sue.ask("GET", demo.path(f"/documents/{kind}/{number}/{suffix}")).content
        (folder / f"{kind}-{number}.{suffix}").write_bytes(body)
    (folder / "ledger.jsonl").write_bytes(demo.sue.ask("GET", demo.path("/ledger")).content)
    return folder


def verify(demo: Demo, folder: Path) -> None:
    """`sandbox verify` over everything in the folder: files only, no server."""
    files = sorted(str(path) for path in folder.iterdir())
    command = [sys.executable, "-m", "sandbox", "verify", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode:
        raise StepFailed(f"verification failed:\n{done.stdout}{done.stderr}")
    demo.say(f"verified offline: {len(lines)} checks, all good")


def gap(demo: Demo) -> float | None:
    """The gap as Prometheus has it now."""
    query = f'model_group_gap_ratio{{namespace="case-{demo.case_id}"}}'
    answer = httpx.get(
        f"{demo.settings['SANDBOX_PROMETHEUS_URL']}/api/v1/query",
        params={"query": query},
        timeout=10,
    ).json()
    found = answer["data"]["result"]
    return float(found[0]["value"][1]) if found else None


def beside(demo: Demo, mode: str) -> None:
    """The workload as a process of this machine, where no node can run it."""
    demo.place.stop("workload")
    port = demo.place.port("workload", "workload")
    data = demo.place.data / "images" / "germancredit.csv"
    demo.place.start(
        "workload",
        [sys.executable, "-m", "infra.workload.scoring", "--port", str(port), "--data", str(data)],
        environment={"SCORING_MODE": mode},
    )
    labels = {"namespace": f"case-{demo.case_id}", "pod": "beside-the-cluster"}
    targets = [{"targets": [f"127.0.0.1:{port}"], "labels": labels}]
    folder = Path(demo.settings["SANDBOX_PROMETHEUS_TARGETS"])
    demo.place.write(folder / "workload.json", json.dumps(targets))


def silence(stop: Json) -> str:
    if not stop["silent_at"]:
        return "the cluster did not answer yet"
    ordered, cut, silent = (datetime.fromisoformat(stop[k]) for k in ("at", "cut_at", "silent_at"))
    return (
        f"traffic cut after {(cut - ordered).total_seconds():.2f} s, "
        f"last pod gone after {(silent - ordered).total_seconds():.2f} s"
    )
