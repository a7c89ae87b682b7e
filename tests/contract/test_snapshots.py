"""What is asked of a cluster that offers snapshots, told from the requests that it gets."""

import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.domain.environment import VolumeSnapshot
from sandbox.provisioner.discovery import Objects
from sandbox.provisioner.snapshots import API, DRIVER, IS_DEFAULT, snapshot
from sandbox.provisioner.transport import ApiRefused, Body

pytestmark = pytest.mark.rule("R73-06")
HERE = "case-caaaaaaaaaa"
SERVED = "/apis/" + API


def a_claim(name: str, driver: str) -> Body:
    notes = {DRIVER[0]: driver} if driver else {}
    return {"metadata": {"name": name, "namespace": HERE, "uid": f"u-{name}", "annotations": notes}}


def a_class(name: str, driver: str, *, default: bool = False) -> Body:
    notes = {IS_DEFAULT: "true"} if default else {}
    return {"metadata": {"name": name, "annotations": notes}, "driver": driver}


@dataclass
class Api(Objects):
    """An API server with claims and classes; without classes it does not serve the kind at all."""

    claims: list[Body] = field(default_factory=list)
    classes: list[Body] | None = None
    made: dict[str, Body] = field(default_factory=dict)
    refuses: int = 0

    def __post_init__(self) -> None:
        self._kinds, self._lock = {}, threading.Lock()

    def call(self, method: str, path: str, body: Body | None = None, **asked: Any) -> Body:
        kinds = {
            "/api/v1": [("PersistentVolumeClaim", "persistentvolumeclaims", True)],
            SERVED: [
                ("VolumeSnapshotClass", "volumesnapshotclasses", False),
                ("VolumeSnapshot", "volumesnapshots", True),
            ],
        }
        if path.startswith(SERVED) and self.classes is None:
            raise ApiRefused(404, "NotFound", "the server could not find the requested resource")
        if path in kinds:
            return {
                "resources": [
                    {"kind": kind, "name": name, "namespaced": inside, "verbs": ["list"]}
                    for kind, name, inside in kinds[path]
                ]
            }
        if method == "POST":
            assert body is not None
            assert path == f"{SERVED}/namespaces/{HERE}/volumesnapshots"
            if self.refuses:
                raise ApiRefused(self.refuses, "Refused", "no")
            if body["metadata"]["name"] in self.made:
                raise ApiRefused(409, "AlreadyExists", "it is there")
            self.made[body["metadata"]["name"]] = body
            return body
        items = self.claims if path.endswith("claims") else self.classes
        return {"items": items, "metadata": {"resourceVersion": "1"}}


def test_each_volume_is_snapshotted_by_the_default_class_of_its_driver_and_twice_is_once() -> None:
    api = Api(
        claims=[a_claim("logs", "csi.example"), a_claim("data", "csi.example")],
        classes=[
            a_class("a", "csi.example", default=True),
            a_class("z", "csi.example"),
            a_class("other", "nfs.example", default=True),
        ],
    )

    found = snapshot(api, HERE, "incident-1")

    assert found == snapshot(api, HERE, "incident-1")
    assert found == (
        VolumeSnapshot("data", "incident-1-u-data"),
        VolumeSnapshot("logs", "incident-1-u-logs"),
    )
    assert [body["spec"] for body in api.made.values()] == [
        {"volumeSnapshotClassName": "a", "source": {"persistentVolumeClaimName": name}}
        for name in ("data", "logs")
    ]


def test_a_volume_of_storage_without_snapshots_is_said_to_have_none() -> None:
    api = Api(
        claims=[
            a_claim("data", "csi.example"),
            a_claim("disk", ""),
            a_claim("share", "nfs.example"),
        ],
        classes=[a_class("a", "csi.example")],
    )

    found = snapshot(api, HERE, "incident-1")

    assert found is not None
    assert [bool(one.name) for one in found] == [True, False, False]
    assert str(found[1]) == "disk: not snapshotted, its storage offers no snapshots"


@pytest.mark.parametrize("classes", [None, []])
def test_a_cluster_without_a_class_offers_none(classes: list[Body] | None) -> None:
    assert (
        snapshot(Api(claims=[a_claim("data", "csi.example")], classes=classes), HERE, "x") is None
    )
    assert snapshot(Api(classes=classes), HERE, "x") == ()


def test_what_is_refused_is_no_snapshot() -> None:
    claims, classes = [a_claim("data", "csi.example")], [a_class("a", "csi.example")]
    with pytest.raises(ApiRefused):
        snapshot(Api(claims=claims, classes=classes, refuses=403), HERE, "x")
