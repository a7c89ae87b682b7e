"""Objects of any kind in a cluster: found by discovery, read, applied, removed, watched.

Bodies are plain dicts. Nothing here knows what a case is or that Pulumi exists.
"""

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import urllib3

from sandbox.errors import ClusterUnavailable
from sandbox.provisioner.transport import ApiRefused, Body, Transport

FIELD_MANAGER = "regulatory-sandbox"
APPLY = "application/apply-patch+yaml"  # server-side apply; JSON is YAML
MERGE = "application/merge-patch+json"
WATCH_SECONDS = 5  # one slice of a watch; between two a cancellation is noticed
NOT_FOUND = 404


class NotYet(Exception):
    """What was waited for did not come in time."""

    def __init__(self, last: Body | None) -> None:
        super().__init__("not in time")
        self.last = last


@dataclass(frozen=True, slots=True)
class Kind:
    """Where objects of one kind live."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ref:
    """One object by kind and name."""

    api_version: str
    kind: str
    name: str
    namespace: str = ""

    @classmethod
    def of(cls, body: Body) -> "Ref":
        metadata = body["metadata"]
        return cls(
            body["apiVersion"], body["kind"], metadata["name"], metadata.get("namespace", "")
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}".replace(" /", " ")


class Objects(Transport):
    """The objects of one cluster; safe to use from several threads."""

    def __init__(self, kubeconfig: str) -> None:
        super().__init__(kubeconfig)
        self._kinds: dict[str, dict[str, Kind]] = {}
        self._lock = threading.Lock()

    # One object

    def get(self, ref: Ref) -> Body | None:
        try:
            return self.call("GET", self._path(ref))
        except ApiRefused as refusal:
            if refusal.status == NOT_FOUND:
                return None
            raise

    def apply(self, body: Body, *, dry_run: bool = False, manager: str = FIELD_MANAGER) -> Body:
        """Server-side apply: makes or changes; the declared fields belong to the manager then."""
        query = {"fieldManager": manager, "force": "true"}
        if dry_run:
            query["dryRun"] = "All"
        return self.call("PATCH", self._path(Ref.of(body)), body, query=query, media_type=APPLY)

    def merge(self, ref: Ref, change: Body, *, subresource: str = "") -> Body:
        query = {"fieldManager": FIELD_MANAGER}
        path = self._path(ref, subresource)
        return self.call("PATCH", path, change, query=query, media_type=MERGE)

    def create(self, body: Body, *, dry_run: bool = False) -> Body:
        kind = self.kind(body["apiVersion"], body["kind"])
        path = _collection(kind, body["metadata"].get("namespace", ""))
        return self.call("POST", path, body, query={"dryRun": "All"} if dry_run else {})

    def create_for(self, ref: Ref, subresource: str, body: Body) -> Body:
        return self.call("POST", self._path(ref, subresource), body)

    def delete(self, ref: Ref, *, grace_seconds: int | None = None) -> bool:
        """Ask for removal; False when there was nothing."""
        options: Body = {"propagationPolicy": "Background"}
        if grace_seconds is not None:
            options["gracePeriodSeconds"] = grace_seconds
        try:
            self.call("DELETE", self._path(ref), options)
        except ApiRefused as refusal:
            if refusal.status == NOT_FOUND:
                return False
            raise
        return True

    def delete_all(
        self, api_version: str, kind: str, namespace: str, *, grace_seconds: int, **query: str
    ) -> None:
        options: Body = {"gracePeriodSeconds": grace_seconds, "propagationPolicy": "Background"}
        path = _collection(self.kind(api_version, kind), namespace)
        self.call("DELETE", path, options, query=query)

    def log(self, ref: Ref, container: str) -> str:
        """What a container of a pod has written."""
        path = self._path(ref, "log")
        return self.send("GET", path, query={"container": container}).decode(errors="replace")

    # Many objects

    def listed(
        self, api_version: str, kind: str, namespace: str = "", **query: str
    ) -> tuple[list[Body], str]:
        """Objects of a kind and the moment (resource version) they were read at."""
        path = _collection(self.kind(api_version, kind), namespace)
        answer = self.call("GET", path, query=query)
        items = [{"apiVersion": api_version, "kind": kind, **item} for item in answer["items"]]
        return items, answer["metadata"]["resourceVersion"]

    def await_that(
        self,
        ref: Ref,
        holds: Callable[[Body | None], bool],
        *,
        seconds: float,
        cancelled: threading.Event | None = None,
    ) -> Body | None:
        """Watch one object until something holds of it (None: it is gone); NotYet when too late."""
        here = {"fieldSelector": f"metadata.name={ref.name}"}

        def of(found: dict[str, Body]) -> Body | None:
            return next(iter(found.values()), None)

        last = self.await_all(
            ref.api_version,
            ref.kind,
            ref.namespace,
            lambda found: holds(of(found)),
            seconds=seconds,
            cancelled=cancelled,
            **here,
        )
        return of(last)

    def await_all(
        self,
        api_version: str,
        kind: str,
        namespace: str,
        holds: Callable[[dict[str, Body]], bool],
        *,
        seconds: float,
        cancelled: threading.Event | None = None,
        **query: str,
    ) -> dict[str, Body]:
        """Watch the objects of a kind, by name, until something holds of all of them."""
        until = time.monotonic() + seconds
        while True:
            items, version = self.listed(api_version, kind, namespace, **query)
            found = {item["metadata"]["name"]: item for item in items}
            if holds(found):
                return found
            left = math.ceil(min(max(until - time.monotonic(), 1), WATCH_SECONDS))
            recent = {**query, "resourceVersion": version, "timeoutSeconds": str(left)}
            for event in self._watch(api_version, kind, namespace, recent):
                changed = event["object"]
                if event["type"] == "ERROR":
                    break  # the moment is too old to watch from: list again
                if event["type"] == "DELETED":
                    found.pop(changed["metadata"]["name"], None)
                else:
                    found[changed["metadata"]["name"]] = changed
                if holds(found):
                    return found
                if time.monotonic() > until:
                    break
            if time.monotonic() > until or (cancelled and cancelled.is_set()):
                raise NotYet(next(iter(found.values()), None))

    def _watch(
        self, api_version: str, kind: str, namespace: str, query: dict[str, str]
    ) -> Iterator[Body]:
        path = _collection(self.kind(api_version, kind), namespace)
        response = self.open("GET", path, query={**query, "watch": "true"})
        try:
            rest = b""
            for chunk in response.stream():
                *lines, rest = (rest + chunk).split(b"\n")
                yield from (json.loads(line) for line in lines if line)
        except urllib3.exceptions.HTTPError as error:
            raise ClusterUnavailable(f"the Kubernetes API stopped answering: {error}") from error
        finally:
            response.close()

    # Kinds

    def kind(self, api_version: str, kind: str) -> Kind:
        """Where a kind lives; asked again when it is not known, since kinds may be added."""
        with self._lock:
            known = self._kinds.get(api_version, {}).get(kind)
        if known:
            return known
        found = {k.kind: k for k in self._kinds_of(api_version)}
        with self._lock:
            self._kinds[api_version] = found
        if kind not in found:
            raise ApiRefused(NOT_FOUND, "NoKind", f"the cluster has no {kind} in {api_version}")
        return found[kind]

    def kinds(self) -> tuple[Kind, ...]:
        """Every kind of the cluster in its preferred version."""
        groups = self.call("GET", "/apis")["groups"]
        versions = ["v1", *(group["preferredVersion"]["groupVersion"] for group in groups)]
        return tuple(kind for version in versions for kind in self._kinds_of(version))

    def _kinds_of(self, api_version: str) -> list[Kind]:
        root = "/api/v1" if api_version == "v1" else f"/apis/{api_version}"
        return [
            Kind(api_version, r["kind"], r["name"], r["namespaced"], frozenset(r["verbs"]))
            for r in self.call("GET", root)["resources"]
            if "/" not in r["name"]
        ]

    def _path(self, ref: Ref, subresource: str = "") -> str:
        kind = self.kind(ref.api_version, ref.kind)
        path = f"{_collection(kind, ref.namespace)}/{quote(ref.name)}"
        return f"{path}/{subresource}" if subresource else path


def _collection(kind: Kind, namespace: str) -> str:
    root = "/api/v1" if kind.api_version == "v1" else f"/apis/{kind.api_version}"
    inside = f"/namespaces/{quote(namespace)}" if kind.namespaced and namespace else ""
    return f"{root}{inside}/{kind.plural}"
