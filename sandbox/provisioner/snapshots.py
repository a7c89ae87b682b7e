"""Snapshots of volumes, where the storage of a cluster offers them (CSI external snapshotter)."""

from sandbox.domain import naming
from sandbox.domain.environment import VolumeSnapshot
from sandbox.provisioner.discovery import NOT_FOUND, Objects
from sandbox.provisioner.transport import ApiRefused, Body

API = "snapshot.storage.k8s.io/v1"
IS_DEFAULT = "snapshot.storage.kubernetes.io/is-default-class"
# Whose volume it is, as the cluster writes it on a claim; older clusters say it with `beta`.
DRIVER = (
    "volume.kubernetes.io/storage-provisioner",
    "volume.beta.kubernetes.io/storage-provisioner",
)
CONFLICT = 409


def snapshot(objects: Objects, namespace: str, mark: str) -> tuple[VolumeSnapshot, ...] | None:
    """A snapshot of each volume of a namespace; None when there are volumes and no snapshots."""
    claims, _ = objects.listed("v1", "PersistentVolumeClaim", namespace)
    if not claims:
        return ()
    classes = _classes(objects)
    if not classes:
        return None
    claims.sort(key=lambda claim: str(claim["metadata"]["name"]))
    return tuple(_snapshot(objects, claim, classes, mark) for claim in claims)


def _classes(objects: Objects) -> dict[str, str]:
    """The class for the volumes of each driver: the default one, if it has several."""
    try:
        found, _ = objects.listed(API, "VolumeSnapshotClass")
    except ApiRefused as refusal:
        if refusal.status == NOT_FOUND:
            return {}
        raise
    found.sort(key=lambda body: (_notes(body).get(IS_DEFAULT) == "true", body["metadata"]["name"]))
    return {body["driver"]: body["metadata"]["name"] for body in found}


def _snapshot(objects: Objects, claim: Body, classes: dict[str, str], mark: str) -> VolumeSnapshot:
    volume = claim["metadata"]["name"]
    driver = next((_notes(claim)[key] for key in DRIVER if key in _notes(claim)), "")
    if driver not in classes:
        return VolumeSnapshot(volume, "")
    # By its uid: a claim's own name may be as long as a name can be, and be used again.
    name, namespace = f"{mark}-{claim['metadata']['uid']}", claim["metadata"]["namespace"]
    body = {
        "apiVersion": API,
        "kind": "VolumeSnapshot",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {
                naming.OWNER_LABEL: naming.OWNER,
                naming.CASE_LABEL: namespace.removeprefix(naming.NAMESPACE_PREFIX),
            },
        },
        "spec": {
            "volumeSnapshotClassName": classes[driver],
            "source": {"persistentVolumeClaimName": volume},
        },
    }
    try:
        objects.create(body)
    except ApiRefused as refusal:
        if refusal.status != CONFLICT:
            raise
    return VolumeSnapshot(volume, name)


def _notes(body: Body) -> dict[str, str]:
    notes: dict[str, str] = body["metadata"].get("annotations", {})
    return notes
