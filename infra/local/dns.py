"""The cluster's name server: CoreDNS as a pod of the real node."""

import urllib.error
from http import HTTPStatus
from typing import Any

from infra.local.control_plane import Api

DNS_IP = "10.97.0.10"


def up(api: Api, node: str) -> None:
    """CoreDNS as a pod behind the service that the kubelet writes into every pod."""
    for path, body in objects(node):
        if "/pods/" in path:
            try:
                if api.ask("GET", path)["status"].get("phase") in {"Running", "Pending"}:
                    continue
                api.ask("DELETE", f"{path}?gracePeriodSeconds=0")
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.NOT_FOUND:
                    raise
        api.apply(path, body)


def objects(node: str) -> list[tuple[str, dict[str, Any]]]:
    """The objects of the cluster's DNS, each with its address."""
    space = "/api/v1/namespaces/kube-system"
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    corefile = (
        ".:53 {\n  errors\n  health :8081\n  cache 5\n"
        "  kubernetes cluster.local in-addr.arpa { pods insecure }\n}\n"
    ).replace("{ pods insecure }", "{\n    pods insecure\n  }")
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "local:coredns"},
        "rules": [
            {
                "apiGroups": [""],
                "resources": ["endpoints", "services", "pods", "namespaces"],
                "verbs": ["list", "watch"],
            },
            {
                "apiGroups": ["discovery.k8s.io"],
                "resources": ["endpointslices"],
                "verbs": ["list", "watch"],
            },
        ],
    }
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "local:coredns"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "local:coredns",
        },
        "subjects": [{"kind": "ServiceAccount", "name": "coredns", "namespace": "kube-system"}],
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "coredns",
            "namespace": "kube-system",
            "labels": {"k8s-app": "kube-dns"},
        },
        "spec": {
            "nodeName": node,
            "serviceAccountName": "coredns",
            "dnsPolicy": "Default",
            "terminationGracePeriodSeconds": 0,
            "tolerations": [{"operator": "Exists"}],
            "containers": [
                {
                    "name": "coredns",
                    "image": "localhost/coredns:1",
                    "imagePullPolicy": "Never",
                    "args": ["-conf", "/etc/coredns/Corefile"],
                    "securityContext": {"runAsUser": 0},
                    "volumeMounts": [{"name": "config", "mountPath": "/etc/coredns"}],
                }
            ],
            "volumes": [{"name": "config", "configMap": {"name": "coredns"}}],
        },
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kube-dns", "namespace": "kube-system"},
        "spec": {
            "clusterIP": DNS_IP,
            "selector": {"k8s-app": "kube-dns"},
            "ports": [
                {"name": "dns", "port": 53, "protocol": "UDP"},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP"},
            ],
        },
    }
    named = {"name": "coredns", "namespace": "kube-system"}
    return [
        (
            f"{space}/serviceaccounts/coredns",
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": named},
        ),
        (f"{rbac}/clusterroles/local:coredns", role),
        (f"{rbac}/clusterrolebindings/local:coredns", binding),
        (
            f"{space}/configmaps/coredns",
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": named,
                "data": {"Corefile": corefile},
            },
        ),
        (f"{space}/services/kube-dns", service),
        (f"{space}/pods/coredns", pod),
    ]
