"""One real node: containerd, runc, kubelet, and Cilium's agent, which enforces network policy."""

import json
import os
import shutil
import subprocess
import urllib.error
from pathlib import Path
from typing import Any

from infra.local import dns, host
from infra.local.control_plane import POD_CIDR, Api, kubeconfig
from infra.local.images import image
from infra.local.parts import PartFailed, Place

NODE = "sandbox-node"
GPUS = "4"
LABELS = {
    "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
    "ai-sandbox.eu/gpu-simulated": "true",
}
PARTS = ("cilium-agent", "kubelet", "containerd")
CNI_PLUGINS = Path("/usr/lib/cni")
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
READY_SECONDS = 120
JSON_PATCH = "application/json-patch+json"


def why_not(place: Place) -> str:
    """Why no real node can run on this machine, or nothing."""
    if os.geteuid() != 0:
        return "a real node needs root"
    missing = [p for p in ("containerd", "runc", "clang-19", "iptables") if not shutil.which(p)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if not (place.data / "bin" / "cilium-agent").exists():
        return "Cilium is not built: run `make tools`"
    return ""


def up(place: Place, api: Api) -> None:
    """Start what does not run of the node, and wait until it is ready for pods."""
    if not place.running("cilium-agent"):
        host.remember_sysctls(place)
        host.claim(place)
    host.make_cgroups()
    socket_path = place.data / "containerd" / "containerd.sock"
    _containerd(place, socket_path)
    _images(place, socket_path)
    for folder in ("v2", "v2alpha1"):
        for path in sorted((place.data / "cilium" / "crds" / folder).glob("*.yaml")):
            api.apply(f"{CRDS}/{_crd_name(path)}", path.read_bytes())
    started = _kubelet(place, api, socket_path)
    place.wait("kubelet", lambda: _node(api) is not None, READY_SECONDS)
    _agent(place, api)
    place.wait("cilium-agent", (place.data / "cni" / "05-cilium.conflist").exists, READY_SECONDS)
    _poke(place)
    place.wait("cilium-agent", lambda: _ready(api), READY_SECONDS)
    if started or "nvidia.com/gpu" not in _node(api)["status"]["capacity"]:
        _give_gpus(api)
    dns.up(api, NODE)


def import_image(place: Place, archive: Path) -> None:
    """Bring an image archive to the node."""
    address = place.data / "containerd" / "containerd.sock"
    subprocess.run(
        ["ctr", "-a", str(address), "-n", "k8s.io", "images", "import", str(archive)],
        check=True,
        capture_output=True,
    )


def _containerd(place: Place, socket_path: Path) -> None:
    folder = place.data / "containerd"
    plugins = place.data / "cni-bin"
    plugins.mkdir(exist_ok=True)
    for plugin in (Path(place.program("cilium-cni")), CNI_PLUGINS / "loopback"):
        new = plugins / f".{plugin.name}.new"
        shutil.copy2(plugin, new)
        new.replace(plugins / plugin.name)  # one that runs just now stays what it is
    (place.data / "cni").mkdir(exist_ok=True)
    config = f"""version = 2
root = "{folder / "root"}"
state = "{folder / "state"}"
[grpc]
  address = "{socket_path}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # Without CAP_SYS_RESOURCE runc may not lower a score (design: "can't get final child's PID").
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{place.data / "cni"}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
"""
    path = place.write(place.data / "run" / "containerd.toml", config)
    place.start("containerd", ["containerd", "-c", str(path)])

    def answers() -> bool:
        command = ["ctr", "-a", str(socket_path), "version"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    place.wait("containerd", answers)


def _images(place: Place, socket_path: Path) -> None:
    listed = subprocess.run(
        ["ctr", "-a", str(socket_path), "-n", "k8s.io", "images", "ls", "-q"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name, program, arguments in (
        ("pause", "netprobe", ["sleep"]),
        ("netprobe", "netprobe", []),
        ("coredns", "coredns", []),
    ):
        tag = f"localhost/{name}:1"
        if tag not in listed:
            archive = place.data / "images" / f"{name}.tar"
            archive.parent.mkdir(exist_ok=True)
            archive.write_bytes(image(tag, Path(place.program(program)), program, arguments))
            import_image(place, archive)


def _kubelet(place: Place, api: Api, socket_path: Path) -> bool:
    config = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(place.data / "pki" / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{host.CGROUP}",
        "failCgroupV1": False,
        "containerRuntimeEndpoint": f"unix://{socket_path}",
        "failSwapOn": False,
        "clusterDNS": [dns.DNS_IP],
        "clusterDomain": "cluster.local",
        "resolvConf": "/etc/resolv.conf",
        "port": place.port("kubelet", "kubelet"),
        "healthzPort": place.port("kubelet-health", "kubelet"),
        "podLogsDir": str(place.data / "pod-logs"),
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%"},
    }
    path = place.write(place.data / "run" / "kubelet-config.json", json.dumps(config, indent=1))
    labels = ",".join(f"{key}={value}" for key, value in LABELS.items())
    return place.start(
        "kubelet",
        [
            place.program("kubelet"),
            f"--config={path}",
            f"--kubeconfig={kubeconfig(place, 'node', api.port)}",
            f"--hostname-override={NODE}",
            f"--root-dir={place.data / 'kubelet'}",
            f"--node-labels={labels}",
        ],
    )


def _agent(place: Place, api: Api) -> None:
    """Cilium's agent with one file per option; no operator, no Envoy, no kube-proxy."""
    folder = place.data / "cilium"
    options = {
        "k8s-kubeconfig-path": str(kubeconfig(place, "admin", api.port)),
        "k8s-namespace": "kube-system",
        "identity-allocation-mode": "crd",
        "cluster-name": "default",
        "cluster-id": "0",
        "enable-ipv4": "true",
        "enable-ipv6": "false",
        "ipam": "kubernetes",
        "k8s-require-ipv4-pod-cidr": "true",
        "enable-policy": "default",
        "routing-mode": "native",
        "ipv4-native-routing-cidr": POD_CIDR,
        "auto-direct-node-routes": "true",
        "enable-ipv4-masquerade": "true",
        "kube-proxy-replacement": "false",
        "enable-l7-proxy": "true",
        "external-envoy-proxy": "true",
        "disable-envoy-version-check": "true",
        "enable-health-checking": "false",
        "enable-endpoint-health-checking": "false",
        "enable-hubble": "false",
        "enable-gops": "false",
        "preallocate-bpf-maps": "false",
        "cgroup-root": str(host.unified_cgroup()),
        "lib-dir": str(folder / "lib"),
        "cni-exclusive": "false",
        "write-cni-conf-when-ready": str(place.data / "cni" / "05-cilium.conflist"),
        "cni-log-file": str(place.log("cilium-cni")),
        "enable-drift-checker": "false",
        "enable-dynamic-config": "false",
        "monitor-aggregation": "medium",
    }
    shutil.rmtree(folder / "options", ignore_errors=True)
    for name, value in options.items():
        place.write(folder / "options" / name, value)
    compilers = folder / "compilers"
    compilers.mkdir(exist_ok=True)
    clang = compilers / "clang"
    clang.unlink(missing_ok=True)
    clang.symlink_to(shutil.which("clang-19") or "clang-19")
    place.start(
        "cilium-agent",
        [place.program("cilium-agent"), f"--config-dir={folder / 'options'}"],
        environment={
            "PATH": f"{compilers}:{os.environ['PATH']}",
            "K8S_NODE_NAME": NODE,
            "CILIUM_K8S_NAMESPACE": "kube-system",
        },
    )


def _poke(place: Place) -> None:
    """Containerd 1.6 misses the file that is renamed into its folder; a removal makes it look."""
    poke = place.data / "cni" / ".poke"
    poke.touch()
    poke.unlink()


def _give_gpus(api: Api) -> None:
    """Simulated GPUs: the scheduler and the quota count them, no hardware is behind them."""
    patch = [
        {"op": "add", "path": f"/status/{kind}/nvidia.com~1gpu", "value": GPUS}
        for kind in ("capacity", "allocatable")
    ]
    api.ask("PATCH", f"/api/v1/nodes/{NODE}/status", patch, JSON_PATCH)


def _node(api: Api) -> Any:  # Any: a JSON document of Kubernetes
    try:
        return api.ask("GET", f"/api/v1/nodes/{NODE}")
    except urllib.error.HTTPError:
        return None


def _ready(api: Api) -> bool:
    conditions = _node(api)["status"].get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _crd_name(path: Path) -> str:
    """The name of a CRD from its YAML, which a line `  name: ` at the second level holds."""
    for line in path.read_text().splitlines():
        if line.startswith("  name: "):
            return line.removeprefix("  name: ").strip()
    raise PartFailed(f"{path} names no resource")
