"""`python -m infra.local up|down|status|import-image FILE`: the real parts on this machine."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from infra.local import control_plane, host, node, services
from infra.local.parts import PartFailed, Place
from infra.tools.__main__ import data_folder

PACKAGES = {
    "containerd": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "ipset": "ipset",
    "ip": "iproute2",
    "clang-19": "clang-19",
    "promtool": "prometheus",
    "redis-server": "redis-server",
    "openssl": "openssl",
}
ALSO = {"containernetworking-plugins": "/usr/lib/cni/loopback", "postgresql": "/usr/lib/postgresql"}
POLICY = Path("/usr/sbin/policy-rc.d")  # Debian: 101 forbids a package to start its service
OWN = {
    "kubernetes": "SANDBOX_KUBECONFIG",
    "prometheus": "SANDBOX_PROMETHEUS_URL",
    "s3": "SANDBOX_S3_ENDPOINT",
}
# What no installation can do without and only national law knows; the example's are made up.
EXAMPLE = {
    "SANDBOX_REMEDY": "You may object to this decision with the authority that took it.",
    "SANDBOX_APPEAL": "6 weeks",
}
T = TypeVar("T")


def missing_packages() -> list[str]:
    """The Debian packages whose programs are not there."""
    found = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    return found + [package for package, path in ALSO.items() if not Path(path).exists()]


def install_packages() -> None:
    """Install what is missing when root; otherwise name it with the command."""
    missing = missing_packages()
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"not installed: {', '.join(missing)}\n  as root: {' '.join(command)}")
        return
    print(f"installing {', '.join(missing)}", flush=True)
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        for step in (["apt-get", "update"], command):
            done = subprocess.run(
                step, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode and step is command:
                raise PartFailed(f"{' '.join(step)} failed:\n{done.stderr[-2000:]}")
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)


def timed(name: str, start: Callable[[], T]) -> T:
    """Do something and say how long it took."""
    began = time.monotonic()
    result = start()
    print(f"  {name:<28} ready in {time.monotonic() - began:5.1f} s", flush=True)
    return result


def up(place: Place) -> None:
    """Start everything that does not run and that the environment does not replace."""
    install_packages()
    targets = {"SANDBOX_PROMETHEUS_TARGETS": str(place.data / "prometheus" / "targets")}
    settings = EXAMPLE | targets
    own = {name for name, variable in OWN.items() if os.environ.get(variable)}
    settings |= {variable: os.environ[variable] for n, variable in OWN.items() if n in own}
    with ThreadPoolExecutor() as pool:
        beside = {}
        if "s3" not in own:
            beside["s3"] = pool.submit(timed, "S3 (SeaweedFS)", lambda: services.s3(place))
        database = pool.submit(timed, "PostgreSQL", lambda: services.postgresql(place))
        queue = pool.submit(timed, "Redis", lambda: services.redis(place))
        if "kubernetes" not in own:
            settings |= _cluster(place)
        if "prometheus" not in own:
            kubeconfig = settings["SANDBOX_KUBECONFIG"]
            settings["SANDBOX_PROMETHEUS_URL"] = timed(
                "Prometheus", lambda: services.prometheus(place, kubeconfig)
            )
        for found in beside.values():
            settings |= found.result()
        settings["SANDBOX_POSTGRES_URL"] = database.result()
        settings["SANDBOX_REDIS_URL"] = queue.result()
    text = "".join(f"{name}={value}\n" for name, value in sorted(settings.items()))
    place.write(place.data / "settings.env", text, 0o600)
    print(f"settings are in {place.data / 'settings.env'}, logs in {place.data / 'logs'}")


def _cluster(place: Place) -> dict[str, str]:
    api = timed("Kubernetes control plane", lambda: control_plane.up(place, node.NODE))
    reason = node.why_not(place)
    if reason:
        print(f"  no real node: {reason}; pods run on simulated nodes only", flush=True)
    else:
        timed("node with network policy", lambda: node.up(place, api))
    timed("simulated nodes", lambda: services.kwok(place, api, real_node=not reason))
    return {
        "SANDBOX_KUBECONFIG": str(place.data / "run" / "admin.kubeconfig"),
        "SANDBOX_NODE": "fake" if reason else "real",
        "SANDBOX_NODE_REASON": reason,
    }


def down(place: Place, *, wipe: bool) -> None:
    """Stop everything and leave nothing behind but data, and with `wipe` not even that."""
    for part in ("sandbox", "workload", "kwok", "prometheus", "s3", "redis", "kubelet"):
        place.stop(part)
    place.stop("postgresql", sign=signal.SIGINT)  # "fast": it does not wait for its clients
    if os.geteuid() == 0:
        place.stop("cilium-agent")
        place.stop("containerd")
        host.clear(place.data)
    for part in control_plane.PARTS:
        place.stop(part)
    (place.data / "settings.env").unlink(missing_ok=True)
    if wipe:
        for folder in ("etcd", "pki", "prometheus", "s3", "postgresql", "redis", "run", "logs"):
            shutil.rmtree(place.data / folder, ignore_errors=True)
    print("all parts are stopped")


def status(place: Place) -> bool:
    """Print which parts run; tells whether all of them do."""
    parts = [*reversed(control_plane.PARTS), *reversed(node.PARTS), *services.PARTS]
    states = {part: place.running(part) for part in parts}
    for part, pid in states.items():
        print(f"  {part:<26} {f'runs as {pid}' if pid else 'does not run'}")
    return all(states.values())


def main(arguments: list[str]) -> int:
    """One command; the exit code says whether it went well."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("up", "status"):
        commands.add_parser(name)
    commands.add_parser("down").add_argument("--wipe", action="store_true", help="data too")
    commands.add_parser("import-image").add_argument("file", type=Path)
    chosen = parser.parse_args(arguments)
    place = Place(data_folder())
    try:
        match chosen.command:
            case "up":
                up(place)
            case "down":
                down(place, wipe=chosen.wipe)
            case "import-image":
                node.import_image(place, chosen.file)
            case _:
                return 0 if status(place) else 1
    except PartFailed as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
