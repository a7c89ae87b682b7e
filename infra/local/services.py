"""What stands beside the cluster: fake nodes, Prometheus, S3, PostgreSQL, Redis."""

import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any

from infra.local.control_plane import Api
from infra.local.parts import PartFailed, Place, answers

PARTS = ("kwok", "prometheus", "s3", "postgresql", "redis")
FAKE_NODES = ("kwok-0", "kwok-1")
FAKE_GPUS = "8"
FAKE_PRODUCT = "NVIDIA-A100-SXM4-40GB"
RULES = Path(__file__).parent / "rules"


def kwok(place: Place, api: Api, *, real_node: bool) -> None:
    """Fake nodes with GPUs; beside a real node they take only pods that ask for them."""
    for name in FAKE_NODES:
        taint = [{"key": "kwok.x-k8s.io/node", "value": "fake", "effect": "NoSchedule"}]
        room = {"cpu": "32", "memory": "256Gi", "pods": "110", "nvidia.com/gpu": FAKE_GPUS}
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": name,
                "annotations": {"kwok.x-k8s.io/node": "fake"},
                "labels": {
                    "type": "kwok",
                    "kubernetes.io/hostname": name,
                    "ai-sandbox.eu/gpu-simulated": "true",
                    "nvidia.com/gpu.product": FAKE_PRODUCT,
                },
            },
            "spec": {"taints": taint if real_node else []},
            "status": {"capacity": room, "allocatable": room},
        }
        try:
            api.ask("POST", "/api/v1/nodes", node)
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.CONFLICT:
                raise
            patch = {"spec": {"taints": node["spec"]["taints"]}}  # type: ignore[index]  # our dict
            merge = "application/merge-patch+json"
            api.ask("PATCH", f"/api/v1/nodes/{name}", patch, merge)
    place.start(
        "kwok",
        [
            place.program("kwok"),
            f"--kubeconfig={place.data / 'run' / 'admin.kubeconfig'}",
            f"--config={place.data / 'kwok' / 'stages.yaml'}",
            "--manage-nodes-with-label-selector=type=kwok",
            "--node-lease-duration-seconds=40",
            f"--server-address=127.0.0.1:{place.port('kwok', 'kwok')}",
        ],
    )

    def ready() -> bool:
        nodes = [api.ask("GET", f"/api/v1/nodes/{name}") for name in FAKE_NODES]
        return all(
            any(
                c["type"] == "Ready" and c["status"] == "True"
                for c in n["status"].get("conditions", [])
            )
            for n in nodes
        )

    place.wait("kwok", ready)


def prometheus(place: Place, kubeconfig: str) -> str:
    """Prometheus with discovery of pods that want to be scraped; returns its address."""
    port = place.port("prometheus", "prometheus")
    targets = place.data / "prometheus" / "targets"
    targets.mkdir(parents=True, exist_ok=True)
    path = place.write(
        place.data / "prometheus" / "prometheus.yml",
        json.dumps(prometheus_config(kubeconfig, targets), indent=1),
    )
    place.start(
        "prometheus",
        [
            place.program("prometheus"),
            f"--config.file={path}",
            f"--storage.tsdb.path={place.data / 'prometheus' / 'tsdb'}",
            "--storage.tsdb.retention.time=400d",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
        ],
    )
    url = f"http://127.0.0.1:{port}"
    place.wait("prometheus", lambda: _ok(f"{url}/-/ready"))
    return url


def prometheus_config(kubeconfig: str, targets: Path) -> dict[str, Any]:
    """Pods of environments by annotation; the namespace label is ours and cannot be forged."""
    meta = "__meta_kubernetes_"
    pods = {
        "job_name": "pods",
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
        "honor_labels": False,
        "honor_timestamps": False,
        "sample_limit": 2000,
        "label_limit": 30,
        "body_size_limit": "1MB",
        "kubernetes_sd_configs": [{"role": "pod", "kubeconfig_file": kubeconfig}],
        "relabel_configs": [
            {
                "source_labels": [f"{meta}namespace"],
                "regex": "case-.+",
                "action": "keep",
            },
            {
                "source_labels": [f"{meta}pod_annotation_prometheus_io_scrape"],
                "regex": "true",
                "action": "keep",
            },
            {
                "source_labels": [f"{meta}pod_phase"],
                "regex": "Running",
                "action": "keep",
            },
            {
                "source_labels": [f"{meta}pod_ip", f"{meta}pod_annotation_prometheus_io_port"],
                "regex": "(.+);(\\d+)",
                "target_label": "__address__",
                "replacement": "$1:$2",
            },
            {"source_labels": [f"{meta}namespace"], "target_label": "namespace"},
            {"source_labels": [f"{meta}pod_name"], "target_label": "pod"},
        ],
    }
    service = {
        "job_name": "service",
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
        "file_sd_configs": [{"files": [f"{targets}/*.json"], "refresh_interval": "1s"}],
    }
    return {
        "global": {"evaluation_interval": "5s"},
        "rule_files": [f"{RULES}/*.yml"] if RULES.exists() else [],
        "scrape_configs": [pods, service],
    }


def s3(place: Place) -> dict[str, str]:
    """SeaweedFS with object lock; returns the settings that reach it."""
    folder = place.data / "s3"
    folder.mkdir(exist_ok=True)
    identity = folder / "identity.json"
    if not identity.exists():
        pair = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_hex(20)}
        who = {"name": "sandbox", "credentials": [pair], "actions": ["Admin"]}
        place.write(identity, json.dumps({"identities": [who]}), 0o600)
    names = ("master", "volume", "filer", "s3")
    ports = [
        f"-{name}.port{kind.replace('-', '.')}={place.port(f's3-{name}{kind}', 's3')}"
        for name in names
        for kind in ("", "-grpc")
    ]
    weed = Path(sys.executable).parent / "weed"
    place.start(
        "s3",
        [
            str(weed) if weed.exists() else place.program("weed"),
            "server",
            "-s3",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-s3.config={identity}",
            "-master.volumeSizeLimitMB=256",
            "-volume.max=0",
            *ports,
        ],
    )
    port = place.ports["s3-s3"]
    place.wait("s3", lambda: _ok(f"http://127.0.0.1:{port}/healthz"))
    pair = json.loads(identity.read_text())["identities"][0]["credentials"][0]
    return {
        "SANDBOX_S3_ENDPOINT": f"http://127.0.0.1:{port}",
        "SANDBOX_S3_ACCESS_KEY": pair["accessKey"],
        "SANDBOX_S3_SECRET_KEY": pair["secretKey"],
    }


def postgresql(place: Place) -> str:
    """PostgreSQL on loopback, as an ordinary user since it refuses root; returns its address."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise PartFailed("PostgreSQL is not installed: apt-get install postgresql")
    port = place.port("postgresql", "postgresql")
    user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
    folder = place.data / "postgresql"
    if not (folder / "PG_VERSION").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        if user is not None:
            os.chown(folder, user, -1)
        subprocess.run(
            [
                f"{programs[-1]}/initdb",
                "-D",
                str(folder),
                "-U",
                "sandbox",
                "--auth=trust",
                "-E",
                "UTF8",
            ],
            check=True,
            capture_output=True,
            user=user,
            cwd="/",
        )
    if not place.running("postgresql"):
        (folder / "postmaster.pid").unlink(missing_ok=True)
    command = [f"{programs[-1]}/postgres", "-D", str(folder), "-p", str(port)]
    options = ("listen_addresses=127.0.0.1", "unix_socket_directories=")
    place.start(
        "postgresql", [*command, *(w for o in options for w in ("-c", o))], user=user, folder=folder
    )

    def ready() -> bool:
        check = [f"{programs[-1]}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(check, check=False).returncode == 0

    place.wait("postgresql", ready)
    return f"postgresql+psycopg://sandbox@127.0.0.1:{port}/postgres"


def redis(place: Place) -> str:
    """Redis on loopback that keeps every write; returns its address."""
    port = place.port("redis", "redis")
    folder = place.data / "redis"
    folder.mkdir(exist_ok=True)
    place.start(
        "redis",
        [
            place.program("redis-server"),
            *("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)),
            *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
        ],
    )
    place.wait("redis", lambda: answers(port))
    return f"redis://127.0.0.1:{port}/0"


def _ok(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == HTTPStatus.OK)
    except OSError:
        return False
