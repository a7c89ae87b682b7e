"""A real Kubernetes control plane on this machine: etcd, API server, controllers, scheduler."""

import json
import os
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.parts import Place

POD_CIDR = "10.245.0.0/16"
SERVICE_CIDR = "10.97.0.0/16"
SERVICE_IP = "10.97.0.1"
PARTS = ("kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd")
CERTIFICATE_DAYS = "3650"
SUBJECTS = {
    "server": "/CN=kube-apiserver",
    "admin": "/CN=admin/O=system:masters",
    "controller": "/CN=system:kube-controller-manager",
    "scheduler": "/CN=system:kube-scheduler",
    "node": "/CN=system:node:{node}/O=system:nodes",
}


def node_address() -> str:
    """The address of this machine that others would use; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.254", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@dataclass(frozen=True, slots=True)
class Api:
    """The API server as its administrator sees it."""

    place: Place
    port: int

    def ask(
        self, method: str, path: str, body: Any = None, media_type: str = "application/json"
    ) -> Any:  # Any: a JSON document of Kubernetes
        """One request; urllib.error.HTTPError when it is refused."""
        keys = self.place.data / "pki"
        context = ssl.create_default_context(cafile=str(keys / "ca.crt"))
        context.load_cert_chain(keys / "admin.crt", keys / "admin.key")
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}{path}",
            data,
            {"Content-Type": media_type},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30, context=context) as response:
            text = response.read()
        return json.loads(text) if text[:1] in b"{[" else text.decode()

    def ready(self) -> bool:
        try:
            return bool(self.ask("GET", "/readyz") == "ok")
        except (OSError, urllib.error.URLError):
            return False

    def apply(self, path: str, body: Any) -> Any:  # Any: a JSON document of Kubernetes
        """Server-side apply: the same again changes nothing."""
        return self.ask(
            "PATCH",
            f"{path}?fieldManager=local&force=true",
            body,
            "application/apply-patch+yaml",
        )


def make_certificates(place: Place, node: str, address: str) -> None:
    """Keys and certificates of the control plane, made once."""
    keys = place.data / "pki"
    keys.mkdir(mode=0o700, exist_ok=True)
    if (keys / "complete").exists() and (keys / "complete").read_text() == f"{node} {address}":
        return

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=keys, check=True, capture_output=True)

    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key"),
        *("-subj", "/CN=local-ca", "-days", CERTIFICATE_DAYS, "-out", "ca.crt"),
    )
    names = (
        f"subjectAltName=IP:127.0.0.1,IP:{address},IP:{SERVICE_IP},DNS:localhost,"
        "DNS:kubernetes.default,DNS:kubernetes.default.svc\n"
    )
    (keys / "names").write_text(names)
    for name, subject in SUBJECTS.items():
        openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key"),
            *("-subj", subject.format(node=node), "-out", f"{name}.csr"),
        )
        openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key"),
            *("-CAcreateserial", "-days", CERTIFICATE_DAYS, "-extfile", "names"),
            *("-out", f"{name}.crt"),
        )
    openssl("genrsa", "-out", "accounts.key", "2048")
    openssl("rsa", "-in", "accounts.key", "-pubout", "-out", "accounts.pub")
    for key in keys.glob("*.key"):
        key.chmod(0o600)
    (keys / "complete").write_text(f"{node} {address}")


def kubeconfig(place: Place, user: str, port: int) -> Path:
    """A kubeconfig (JSON, which is YAML) for one of the certificates."""
    keys = place.data / "pki"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": "local",
                "cluster": {
                    "server": f"https://127.0.0.1:{port}",
                    "certificate-authority": str(keys / "ca.crt"),
                },
            }
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate": str(keys / f"{user}.crt"),
                    "client-key": str(keys / f"{user}.key"),
                },
            }
        ],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": user}}],
        "current-context": "local",
    }
    path = place.data / "run" / f"{user}.kubeconfig"
    return place.write(path, json.dumps(config, indent=1), 0o600)


def up(place: Place, node: str) -> Api:
    """Start what does not run of the control plane, and wait until it answers."""
    address = node_address()
    make_certificates(place, node, address)
    keys = place.data / "pki"
    client, peer = place.port("etcd", "etcd"), place.port("etcd-peer", "etcd")
    port = place.port("kube-apiserver", "kube-apiserver")
    place.start(
        "etcd",
        [
            place.program("etcd"),
            f"--data-dir={place.data / 'etcd'}",
            f"--listen-client-urls=http://127.0.0.1:{client}",
            f"--advertise-client-urls=http://127.0.0.1:{client}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-cluster=default=http://127.0.0.1:{peer}",
            "--log-level=warn",
        ],
    )
    # Root may run a node, whose pods reach the API at the machine's address.
    bind = "0.0.0.0" if os.geteuid() == 0 else "127.0.0.1"
    place.start(
        "kube-apiserver",
        [
            place.program("kube-apiserver"),
            f"--etcd-servers=http://127.0.0.1:{client}",
            f"--secure-port={port}",
            f"--bind-address={bind}",
            f"--advertise-address={address}",
            f"--tls-cert-file={keys / 'server.crt'}",
            f"--tls-private-key-file={keys / 'server.key'}",
            f"--client-ca-file={keys / 'ca.crt'}",
            f"--kubelet-client-certificate={keys / 'admin.crt'}",
            f"--kubelet-client-key={keys / 'admin.key'}",
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-account-key-file={keys / 'accounts.pub'}",
            f"--service-account-signing-key-file={keys / 'accounts.key'}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--allow-privileged=true",
        ],
    )
    api = Api(place, port)
    place.wait("kube-apiserver", api.ready)
    place.start(
        "kube-controller-manager",
        [
            place.program("kube-controller-manager"),
            f"--kubeconfig={kubeconfig(place, 'controller', port)}",
            f"--service-account-private-key-file={keys / 'accounts.key'}",
            f"--root-ca-file={keys / 'ca.crt'}",
            "--use-service-account-credentials",
            "--leader-elect=false",
            "--secure-port=0",
            "--allocate-node-cidrs",
            f"--cluster-cidr={POD_CIDR}",
            f"--service-cluster-ip-range={SERVICE_CIDR}",
        ],
    )
    place.start(
        "kube-scheduler",
        [
            place.program("kube-scheduler"),
            f"--kubeconfig={kubeconfig(place, 'scheduler', port)}",
            "--leader-elect=false",
            "--secure-port=0",
        ],
    )
    kubeconfig(place, "admin", port)
    return api
