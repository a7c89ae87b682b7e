"""What a node leaves on the host, and how it is taken away again.

Cilium's agent writes outside its folder: chains, ip sets, a moved routing rule, sysctls, BPF
programs. One agent per machine; who has it is written where every copy of this project looks.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from infra.local.parts import PartFailed, Place, started_at

CGROUP = "ai-sandbox"
OWNER = Path("/run/ai-sandbox-node.json")
SYSCTLS = ("net.ipv4.conf.all.rp_filter", "net.ipv4.conf.default.rp_filter", "net.ipv4.ip_forward")
CGROUPS = Path("/sys/fs/cgroup")
KUBELET_CHAINS = ("KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY", "KUBE-FIREWALL")
WAIT_SECONDS = 5.0


def unified_cgroup() -> Path:
    """Where cgroup v2 is mounted: at the root, or beside the controllers of v1."""
    beside = CGROUPS / "unified"
    return beside if beside.exists() else CGROUPS


def claim(place: Place) -> None:
    """Say that this folder has the node; PartFailed when a living copy elsewhere has it.

    What a dead copy left is cleared first.
    """
    if OWNER.exists():
        with suppress(ValueError, KeyError):
            owner = json.loads(OWNER.read_text())
            other = Path(owner["data"])
            if other != place.data:
                elsewhere = Place(other) if other.exists() else None
                if elsewhere and elsewhere.running("cilium-agent"):
                    raise PartFailed(
                        f"a node runs from {other}, and a machine can have one; stop it with: "
                        f"SANDBOX_DATA={other} make down"
                    )
                clear(other)
    OWNER.write_text(json.dumps({"data": str(place.data), "pid": os.getpid()}))


def remember_sysctls(place: Place) -> None:
    """Keep the values that the agent changes, once, for `down`."""
    kept = place.data / "run" / "sysctls.json"
    if not kept.exists():
        place.write(kept, json.dumps({name: _sysctl(name).read_text() for name in SYSCTLS}))


def make_cgroups() -> None:
    """The cgroup under which the kubelet keeps its pods, in every hierarchy."""
    for hierarchy in _hierarchies():
        folder = hierarchy / CGROUP
        if folder.exists():
            continue
        folder.mkdir()
        if (hierarchy / "cpuset.cpus").exists():  # v1: a new cpuset is empty and takes no process
            for name in ("cpuset.cpus", "cpuset.mems"):
                (folder / name).write_text((hierarchy / name).read_text())
        if (hierarchy / "cgroup.subtree_control").exists():
            wanted = " ".join(
                f"+{c}" for c in (hierarchy / "cgroup.controllers").read_text().split()
            )
            with suppress(OSError):
                (hierarchy / "cgroup.subtree_control").write_text(wanted)


def clear(data: Path) -> None:
    """Remove everything that a node of a folder left on this machine."""
    _kill(_pods_and_shims(data))
    _unmount(data)
    _cilium(data)
    _network_namespaces()
    for name in ("containerd", "kubelet", "cni", "cni-bin", "pod-logs"):
        shutil.rmtree(data / name, ignore_errors=True)
    logs = Path("/var/log/containers")
    for link in logs.glob("*.log") if logs.exists() else ():
        if link.is_symlink() and not link.exists():
            link.unlink()
    _cgroups()
    kept = data / "run" / "sysctls.json"
    if kept.exists():
        for name, value in json.loads(kept.read_text()).items():
            _sysctl(name).write_text(value)
        kept.unlink()
    OWNER.unlink(missing_ok=True)


def _network_namespaces() -> None:
    """The namespaces of pods, which are empty by now."""
    for line in _lines(["ip", "netns", "list"]):
        name = line.split()[0]
        if name.startswith("cni-") and not _lines(["ip", "netns", "pids", name]):
            _run(["ip", "netns", "del", name])


def _cgroups() -> None:
    for hierarchy in _hierarchies():
        top = hierarchy / CGROUP
        for folder in (*sorted(top.rglob("*"), reverse=True), top):
            if folder.is_dir():
                with suppress(OSError):
                    folder.rmdir()


def _hierarchies() -> Iterator[Path]:
    if (CGROUPS / "cgroup.controllers").exists():
        yield CGROUPS
        return
    for folder in CGROUPS.iterdir():
        if (folder / "cgroup.procs").exists():
            yield folder


def _sysctl(name: str) -> Path:
    return Path("/proc/sys") / name.replace(".", "/")


def _pods_and_shims(data: Path) -> set[int]:
    """Every process in our cgroup, and the shims of this folder's containerd."""
    found = set()
    for hierarchy in _hierarchies():
        for procs in (hierarchy / CGROUP).rglob("cgroup.procs"):
            with suppress(OSError):
                found |= {int(pid) for pid in procs.read_text().split()}
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            with suppress(OSError):
                command = (process / "cmdline").read_bytes().decode(errors="replace")
                if "containerd-shim" in command and str(data / "containerd") in command:
                    found.add(int(process.name))
    return found


def _kill(pids: set[int]) -> None:
    born = {pid: started_at(pid) for pid in pids}
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and any(s and started_at(p) == s for p, s in born.items()):
        time.sleep(0.05)


def _unmount(data: Path) -> None:
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for point in sorted(mounted, reverse=True):
        if Path(point).is_relative_to(data):
            _run(["umount", "-l", point])


def _cilium(data: Path) -> None:
    """Cilium's own clean-up, then the chains, sets, rules and devices that it leaves."""
    debug = data / "bin" / "cilium-dbg"
    Path("/var/run/cilium/cilium.pid").unlink(missing_ok=True)
    if debug.exists():
        _run([str(debug), "post-uninstall-cleanup", "-f", "--all-state"])
    for table in ("mangle", "raw", "filter", "nat"):
        _chains(table)
    for name in _lines(["ipset", "list", "-n"]):
        if name.startswith("cilium_"):
            _run(["ipset", "destroy", name])
    _routing()
    for link in _lines(["ip", "-o", "link"]):
        name = link.split(":")[1].strip().split("@")[0]
        if name.startswith(("cilium_", "lxc")):
            _run(["ip", "link", "del", name])


def _chains(table: str) -> None:
    rules = _lines(["iptables", "-w", "-t", table, "-S"])
    for rule in rules:
        if "cilium-feeder" in rule and rule.startswith("-A"):
            words = rule.replace('"', "").split()
            _run(["iptables", "-w", "-t", table, "-D", *_with_comment(words[1:], _comment(rule))])
        if rule.startswith("-A") and rule.endswith("-j KUBE-FIREWALL"):
            _run(["iptables", "-w", "-t", table, "-D", *rule.split()[1:]])
    ours = ("-N CILIUM_", *(f"-N {chain}" for chain in KUBELET_CHAINS))
    chains = [rule.split()[1] for rule in rules if rule.startswith(ours)]
    for option in ("-F", "-X"):
        for chain in chains:
            _run(["iptables", "-w", "-t", table, option, chain])


def _routing() -> None:
    _run(["ip", "rule", "del", "fwmark", "0x200/0xf00", "lookup", "2004"])
    for table in ("2004", "2005"):
        _run(["ip", "route", "flush", "table", table])
    # With the DNS proxy on, the agent moves the rule of local addresses from 0 to 100.
    rules = _lines(["ip", "rule"])
    if rules and not any(rule.startswith("0:") for rule in rules):
        _run(["ip", "rule", "add", "pref", "0", "lookup", "local"])
    if any(rule.startswith("100:") and "lookup local" in rule for rule in rules):
        _run(["ip", "rule", "del", "pref", "100", "lookup", "local"])


def _comment(rule: str) -> str:
    return rule.split('"')[1] if '"' in rule else ""


def _with_comment(words: list[str], comment: str) -> list[str]:
    """The words of a rule, its comment (which has spaces) as one of them again."""
    if not comment:
        return words
    at = words.index("--comment") + 1
    return [*words[:at], comment, *words[at + len(comment.split()) :]]


def _run(command: list[str]) -> None:
    with suppress(OSError):
        subprocess.run(command, capture_output=True, check=False)


def _lines(command: list[str]) -> list[str]:
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return []
    return found.stdout.splitlines()
