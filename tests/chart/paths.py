"""Where the chart lies, and where `make tools` and `make up` leave what its tests need."""

import os
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CHART = REPOSITORY / "helm" / "regulatory-sandbox"
RULES = CHART / "files" / "rules.yaml"
LEAST = CHART / "ci" / "least-values.yaml"
EVERYTHING = CHART / "ci" / "everything-values.yaml"
DATA = Path(os.environ.get("SANDBOX_DATA", REPOSITORY / ".local"))


def program(name: str) -> str | None:
    """A program: on PATH, or built into the data folder."""
    return shutil.which(name) or shutil.which(name, path=DATA / "bin")


def kubeconfig() -> str | None:
    """The kubeconfig of the cluster: of the environment, or the one that `make up` wrote down."""
    written = DATA / "settings.env"
    lines = written.read_text().splitlines() if written.exists() else []
    pairs = dict(line.split("=", 1) for line in lines if "=" in line)
    found = os.environ.get("SANDBOX_KUBECONFIG") or pairs.get("SANDBOX_KUBECONFIG", "")
    return found.strip().strip("'\"") or None
