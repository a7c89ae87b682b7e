"""The Deployment of the demo workload, as the API server takes it."""

from typing import Any

NAME = "credit-scoring"
IMAGE = "localhost/credit-scoring:1"
USER = 65532
PORT = 8080
MODES = ("fair", "unfair")


def deployment(namespace: str, *, mode: str, gpus: int) -> dict[str, Any]:
    """One pod that scores, allowed where Pod Security is `restricted`.

    It never pulls: the image is built and loaded on the node. GPUs are asked for to be counted
    against the quota; the program itself leaves them idle.
    """
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}; it may be {' or '.join(MODES)}")
    if gpus < 0:
        raise ValueError(f"gpus is {gpus}; it may not be negative")
    labels = {"app.kubernetes.io/name": NAME}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME, "namespace": namespace, "labels": dict(labels)},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": dict(labels)},
            "template": {
                "metadata": {
                    "labels": dict(labels),
                    "annotations": {
                        "prometheus.io/scrape": "true",
                        "prometheus.io/port": str(PORT),
                    },
                },
                "spec": _pod(mode, gpus),
            },
        },
    }


def _pod(mode: str, gpus: int) -> dict[str, Any]:
    return {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 1,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(mode, gpus)],
        "volumes": [{"name": "scratch", "emptyDir": {"sizeLimit": "16Mi"}}],
    }


def _container(mode: str, gpus: int) -> dict[str, Any]:
    amounts = {"cpu": "500m", "memory": "512Mi"}
    if gpus:
        amounts["nvidia.com/gpu"] = str(gpus)
    return {
        "name": NAME,
        "image": IMAGE,
        "imagePullPolicy": "Never",
        "env": [{"name": "SCORING_MODE", "value": mode}],
        "ports": [{"name": "metrics", "containerPort": PORT}],
        "readinessProbe": {
            "httpGet": {"path": "/metrics", "port": PORT},
            "periodSeconds": 2,
            "timeoutSeconds": 2,
        },
        "resources": {"requests": dict(amounts), "limits": dict(amounts)},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "scratch", "mountPath": "/tmp"}],
    }
