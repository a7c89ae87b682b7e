"""Seconds to build one environment, ours beside the floor and the stock way.

The three build the same objects on the same cluster in one run, one after another, several times;
what counts is their ratio.
"""

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pulumi import automation as auto

from infra.objects import objects
from infra.program import declare
from sandbox.domain.blueprint import Blueprint
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.plan import Resources
from sandbox.provisioner.cluster import KubernetesCluster
from sandbox.provisioner.discovery import Objects
from sandbox.provisioner.engine import PulumiEngine
from sandbox.provisioner.plugin import served
from sandbox.stages import sweep
from sandbox.store import database
from sandbox.wiring import utc_now
from tests.conftest import needed
from tests.factories import PLAN
from tests.office import Office

PASSPHRASE = "only-for-a-benchmark"
Way = Callable[[str, Path], tuple[CaseId, Callable[[], None]]]  # prepare, then what is timed
NAMES = {
    "floor": "the same objects by plain server-side apply, one after another",
    "ours": "our engine: `PulumiEngine.apply`, provider included",
    "stock": "the stock sequence: `create_or_select_stack` and `up`",
    "whole": "from agreement to READY: the stage, our engine, and every isolation probe",
}


def a_blueprint() -> Blueprint:
    letters = "".join(c for c in uuid.uuid4().hex if c.isalpha() or c in "234567")
    case_id = CaseId("c" + (letters + "abcdefghij")[:10])
    return Blueprint(case_id, 1, "0" * 64, False, 1, "", 4, 8, 10, 20)


def floor(blueprint: Blueprint, kubeconfig: str, folder: Path) -> None:
    del folder
    cluster = Objects(kubeconfig)
    try:
        for body in objects(blueprint).values():
            cluster.apply(body)
    finally:
        cluster.close()


def ours(blueprint: Blueprint, kubeconfig: str, folder: Path) -> None:
    engine(kubeconfig, folder).apply(blueprint, stack_exists=False, on_progress=lambda _: None)


def stock(blueprint: Blueprint, kubeconfig: str, folder: Path) -> None:
    """As the SDK's documentation has it, with the provider attached that is to be had here."""
    cluster = Objects(kubeconfig)
    with served(cluster) as (_, port):
        settings = auto.ProjectSettings(
            name="bench", runtime="python", backend=auto.ProjectBackend(url=f"file://{folder}")
        )
        options = auto.LocalWorkspaceOptions(
            project_settings=settings,
            pulumi_home=str(folder / "home"),
            env_vars={
                "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
                "PULUMI_DEBUG_PROVIDERS": f"kubernetes:{port}",
            },
        )
        made = auto.create_or_select_stack(
            blueprint.case_id, "bench", lambda: declare(blueprint), opts=options
        )
        made.up(color="never")
    cluster.close()


def agreed(kubeconfig: str, folder: Path) -> tuple[CaseId, Callable[[], None]]:
    """A case whose plan is signed and previewed; what is timed begins with the agreement."""
    database_engine = database.connect(f"sqlite:///{folder / 'bench.db'}")
    database.migrate(database_engine)
    office = Office(database.sessions(database_engine))
    office.engine = engine(kubeconfig, folder)  # type: ignore[assignment]  # the real one
    office.cluster = KubernetesCluster(kubeconfig, clock=utc_now)  # type: ignore[assignment]
    sweep.observe(sessions=office.sessions, cluster=office.cluster, clock=office.clock)
    case_id = office.apply(uuid.uuid4().hex)
    office.decide(case_id)
    office.associate(case_id)
    plan = replace(PLAN, resources=Resources(gpus=1))
    sha256 = office.propose(case_id, plan).plan_sha256
    office.sign(case_id, sha256)

    def to_ready() -> None:
        office.agree(case_id, sha256)
        office.work()
        if office.case(case_id).stage is not Stage.ACTIVE:
            raise SystemExit(f"not active: {office.look(case_id).environment}")

    return case_id, to_ready


def engine(kubeconfig: str, folder: Path) -> PulumiEngine:
    return PulumiEngine(
        kubeconfig,
        backend_url=f"file://{folder / 'state'}",
        passphrase=PASSPHRASE,
        work=folder / "work",
    )


def built(build: Callable[[Blueprint, str, Path], None]) -> Way:
    """A way that builds one blueprint on a fresh state."""

    def prepare(kubeconfig: str, folder: Path) -> tuple[CaseId, Callable[[], None]]:
        blueprint = a_blueprint()
        return blueprint.case_id, lambda: build(blueprint, kubeconfig, folder)

    return prepare


def seconds(prepare: Way, kubeconfig: str) -> float:
    """One build; what was built is removed before the next one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case_id, run = prepare(kubeconfig, folder)
        began = time.perf_counter()
        run()
        took = time.perf_counter() - began
        engine(kubeconfig, folder).remove(case_id)
    return took


WAYS: dict[str, Way] = {
    "floor": built(floor),
    "ours": built(ours),
    "stock": built(stock),
    "whole": agreed,
}


def section(runs: int) -> str:
    """The measured ways as a table."""
    kubeconfig = needed("SANDBOX_KUBECONFIG")
    took: dict[str, list[float]] = {name: [] for name in NAMES}
    for _ in range(runs):
        for name, way in WAYS.items():
            took[name].append(seconds(way, kubeconfig))
    ours_median = statistics.median(took["ours"])
    rows = "\n".join(
        f"| {NAMES[name]} | {statistics.median(found):.2f} | {min(found):.2f}–{max(found):.2f} "
        f"| {statistics.median(found) / ours_median:.2f} |"
        for name, found in took.items()
    )
    count = len(objects(a_blueprint()))
    return (
        f"{count} objects on a real API server, {runs} runs of each, alternating.\n\n"
        f"| Way | Median seconds | Range | Ratio to ours |\n|---|---|---|---|\n{rows}"
    )
