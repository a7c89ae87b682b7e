"""The whole service as its own processes, on the real parts, over PostgreSQL and Redis.

The demo is the main job. In the second test every process of the service is killed, some of them
in the middle of provisioning; the case arrives all the same, and nothing is orphaned.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import URL

from infra.demo import __main__ as steps
from infra.demo.papers import EXIT_WORDS
from infra.demo.stage import Demo, StepFailed
from infra.local.parts import Place
from infra.tools.__main__ import data_folder
from tests.conftest import needed, written_settings

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def environment(own_database: URL) -> dict[str, str]:
    """A service of its own beside whatever else runs: other database, other queue, other port."""
    return {
        **os.environ,
        "SANDBOX_DATABASE_URL": own_database.render_as_string(),
        "SANDBOX_BROKER_URL": needed("SANDBOX_REDIS_URL").removesuffix("/0") + "/1",
        "SANDBOX_PORT": str(free_port()),
    }


def demo(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The demo leaves its service up for a look around; a test does not."""
    try:
        return subprocess.run(
            [sys.executable, "-m", "infra.demo"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        Place(data_folder()).stop("sandbox")


def test_the_main_job_runs_end_to_end(environment: dict[str, str]) -> None:
    done = demo(environment)

    assert done.returncode == 0, done.stdout + done.stderr
    for step in range(1, 9):
        assert f"] {step}. " in done.stdout


class Service:
    """`sandbox serve` with everything it started, known by its port in their environment."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.base = f"http://127.0.0.1:{environment['SANDBOX_PORT']}"
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sandbox", "serve"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        eventually("the API", self.answers)
        return self.process

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/health/ready", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def processes(self, word: str = "") -> list[int]:
        """Ours by their environment, and what they started: Pulumi does not see our settings."""
        mark = f"SANDBOX_PORT={self.environment['SANDBOX_PORT']}".encode()
        parents, commands, ours = {}, {}, set()
        for process in Path("/proc").iterdir():
            if not process.name.isdecimal() or int(process.name) == os.getpid():
                continue
            pid = int(process.name)
            try:
                status = (process / "stat").read_text().rpartition(")")[2].split()
                commands[pid] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    ours.add(pid)
            except OSError:
                continue
            parents[pid] = int(status[1])
        while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
            ours |= more
        return [pid for pid in ours if word in commands.get(pid, "")]

    def kill(self, word: str = "") -> int:
        pids = self.processes(word)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.kill()


def eventually(what: str, ready: Callable[[], Any], seconds: float = 120) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = ready()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail(f"{what}: not within {seconds:.0f} s")


@pytest.fixture
def service(environment: dict[str, str], tmp_path: Path) -> Iterator[Service]:
    made = Service(environment, tmp_path)
    yield made
    made.end()


def test_kill_minus_nine_of_anything_while_provisioning_loses_and_orphans_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    demo = Demo(Place(data_folder()), written_settings(), service.base)
    steps.apply(demo)
    steps.screen(demo)
    steps.admit_and_agree(demo)

    killed = 0
    for word in ("bin/pulumi", "worker --queue provisioning", "bin/pulumi", "sandbox worker"):
        at_work = partial(running_or_done, service, demo, word)
        eventually("an operation", at_work)
        killed += service.kill(word)
        time.sleep(0.5)
    service.kill()
    service.process.wait(30)
    service.start()
    eventually("the case to become active", lambda: stage(demo) == "active", 240)
    objects = service_objects(demo)

    body = {"ground": "unmitigable_risk", "reasons": "the test is over"}
    demo.sue.ask("POST", demo.path("/termination"), expect=202, json=body)
    service.kill()
    service.process.wait(30)
    service.start()
    demo.sue.ask("POST", demo.path("/exit-report"), expect=202, json=EXIT_WORDS)
    eventually("the case to close", lambda: stage(demo) == "closed", 240)

    assert killed > 0
    assert len(objects) == len(set(objects)) > 5
    assert service_objects(demo) == []


def running_or_done(service: Service, demo: Demo, word: str) -> bool:
    return bool(service.processes(word)) or stage(demo) == "active"


def stage(demo: Demo) -> str:
    try:
        found: str = demo.sue.case(demo.case_id)["stage"]
    except (httpx.HTTPError, StepFailed):
        return "the API is away"
    return found


def service_objects(demo: Demo) -> list[str]:
    """The objects with the case's label, as an administrator of the cluster sees them."""
    kinds = "namespaces,networkpolicies,resourcequotas,limitranges,roles,rolebindings"
    done = subprocess.run(
        [
            demo.place.program("kubectl"),
            f"--kubeconfig={needed('SANDBOX_KUBECONFIG')}",
            *("get", kinds, "-A", "-l", f"ai-sandbox.eu/case={demo.case_id}", "-o", "name"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()
