"""One Pulumi stack for the length of one operation, and the fewest starts of the CLI.

Outputs and history are not fetched, because nobody reads them, and no stack is selected, because
every command names it: four starts of the program less for each `up` than the stock sequence.
"""

import asyncio
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from pulumi import automation as auto
from pulumi.automation._stack import StackInitMode  # not exported, and the constructor needs it

from sandbox.provisioner.command import Command

PROJECT = "regulatory-sandbox"
PLUGIN = "pulumi-resource-kubernetes"
OURS = "SANDBOX_"  # the service's own settings are not for Pulumi to see


class _Workspace(auto.LocalWorkspace):
    def select_stack(self, stack_name: str) -> None:
        """Every command names its stack."""

    def stack_outputs(self, stack_name: str) -> auto.OutputMap:
        """Nothing is exported."""
        del stack_name
        return {}


class Stack(auto.Stack):
    """A stack that is not asked whether it exists: the first command tells."""

    def info(self, show_secrets: bool = True) -> auto.UpdateSummary:
        """What happened is known from the events."""
        del show_secrets
        return auto.UpdateSummary("", datetime.fromtimestamp(0, UTC), "", {}, {}, "")


def opened(
    name: str,
    program: auto.PulumiFn,
    *,
    folder: Path,
    pulumi: str,
    backend_url: str,
    environment: dict[str, str],
    plugins: Path | None,
) -> Stack:
    """A stack with a home and a work folder of its own below `folder`; no CLI is started."""
    home, work = folder / "home", folder / "work"
    home.mkdir()
    work.mkdir()
    if plugins is not None:
        (home / "plugins").symlink_to(plugins)
    if backend_url.startswith("file://"):
        Path(backend_url.removeprefix("file://")).mkdir(parents=True, exist_ok=True)
    seen = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    workspace = _Workspace(
        work_dir=str(work),
        pulumi_home=str(home),
        program=lambda: _run_to_its_end(program),
        env_vars={
            **seen,
            "PULUMI_BACKEND_URL": backend_url,
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            # Otherwise each start looks for a newer plugin on the net: 2.9 s instead of 0.4 s.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            **environment,
        },
        project_settings=auto.ProjectSettings(
            name=PROJECT, runtime="python", backend=auto.ProjectBackend(url=backend_url)
        ),
        pulumi_command=Command(pulumi),
    )
    return Stack(name, workspace, StackInitMode.SELECT)


def _run_to_its_end(program: auto.PulumiFn) -> None:
    """Otherwise the SDK stops its loop at the first refused object and leaves it open for ever;
    the refusal itself comes back when the registrations are awaited.
    """
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    program()


def official_plugins() -> Path | None:
    """The folder of plugins that holds the official provider; None when there is none."""
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    if any(home.glob(f"plugins/resource-kubernetes-v*/{PLUGIN}")):
        return home / "plugins"
    on_path = shutil.which(PLUGIN)
    return Path(on_path).parent if on_path else None
