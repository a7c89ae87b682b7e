"""Pulumi's `kubernetes` provider, served from this process over server-side apply.

It stands in where the official plugin is absent. Program, types and state are those of the
standard SDK, so either of the two can drive a stack. Apply is generic: any kind that the cluster
knows works. Each step looks at the cluster and not only at the state, so that an apply repairs what
drifted and takes over what an interrupted apply had made.
"""

# ruff: noqa: N802, ARG002 - names and arguments of the methods are those of the protocol

import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sandbox.domain import naming
from sandbox.errors import ClusterUnavailable
from sandbox.provisioner.comparison import differences, is_identity, outputs, projected
from sandbox.provisioner.discovery import NOT_FOUND, NotYet, Objects, Ref
from sandbox.provisioner.readiness import await_gone, await_ready
from sandbox.provisioner.transport import ApiRefused, Body
from sandbox.provisioner.wire import decoded, encoded, has_unknown

VERSION = "4.34.2"  # of the official plugin whose protocol this speaks
THREADS = 32
MESSAGE_MAX = 400 * 1024 * 1024  # bytes; what Pulumi's engine allows
INVALID = 422

Request = Any  # the messages of Pulumi's protocol are typed at their fields only


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One method for each call of the engine; all may come at the same time."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._cancelled = threading.Event()
        self.outage: ClusterUnavailable | None = None

    # The provider itself

    def Handshake(self, request: Request, context: grpc.ServicerContext) -> Any:
        return provider_pb2.ProviderHandshakeResponse()  # the engine unwraps what we do not accept

    def Attach(self, request: Request, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Request, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Request, context: grpc.ServicerContext) -> Any:
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(self, request: Request, context: grpc.ServicerContext) -> Any:
        failures = [
            provider_pb2.CheckFailure(
                property=key, reason="this provider serves the cluster of the service only"
            )
            for key in ("kubeconfig", "context", "cluster")
            if decoded(request.news).get(key)
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Request, context: grpc.ServicerContext) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Request, context: grpc.ServicerContext) -> Any:
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Cancel(self, request: Request, context: grpc.ServicerContext) -> Any:
        self._cancelled.set()
        return empty_pb2.Empty()

    # One resource

    def Check(self, request: Request, context: grpc.ServicerContext) -> Any:
        """Fill in the namespace that the server would; a name is always ours to choose."""
        body = decoded(request.news)
        with self._answering(context):
            metadata = body.setdefault("metadata", {})
            if not metadata.get("name"):
                missing = provider_pb2.CheckFailure(
                    property="metadata.name", reason="every object is named by its blueprint"
                )
                return provider_pb2.CheckResponse(inputs=request.news, failures=[missing])
            kind = self._known_kind(body)
            if kind and kind.namespaced and not metadata.get("namespace"):
                metadata["namespace"] = "default"
                return provider_pb2.CheckResponse(inputs=encoded(body))
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Request, context: grpc.ServicerContext) -> Any:
        """What changed in the program, or else in the cluster since the last apply."""
        new, recorded = decoded(request.news), decoded(request.olds)
        old = decoded(request.old_inputs)
        with self._answering(context):
            changed = list(differences(old, new))
            replaced = [path for path in changed if is_identity(path, old, new)]
            if changed and not replaced and not has_unknown(new):
                replaced = changed if self._is_immutable(new) else []
            if not changed:
                changed = [
                    path
                    for path in self._drifted(recorded, new)
                    if not path.startswith(tuple(request.ignoreChanges))
                ]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if changed
            else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=replaced,
            # The same name cannot stand twice.
            deleteBeforeReplace=_same_place(old, new),
        )

    def Create(self, request: Request, context: grpc.ServicerContext) -> Any:
        body = decoded(request.properties)
        with self._answering(context, body):
            if request.preview:
                return provider_pb2.CreateResponse(properties=encoded(self._foreseen(body)))
            self._refuse_foreign(body)
            made = self._apply(body, context, request.timeout)
        return provider_pb2.CreateResponse(id=_id(body), properties=encoded(made))

    def Update(self, request: Request, context: grpc.ServicerContext) -> Any:
        body = decoded(request.news)
        with self._answering(context, body):
            if request.preview:
                return provider_pb2.UpdateResponse(properties=encoded(self._foreseen(body)))
            made = self._apply(body, context, request.timeout)
        return provider_pb2.UpdateResponse(properties=encoded(made))

    def Read(self, request: Request, context: grpc.ServicerContext) -> Any:
        """What is there, for refresh (with what we knew) and import (with nothing but an id)."""
        declared = decoded(request.inputs)
        with self._answering(context):
            live = self._objects.get(_sought(request, declared))
        if live is None:
            return provider_pb2.ReadResponse()
        found = outputs(live, declared or live)
        inputs = projected(live, declared) if declared else _as_declared(live)
        assert isinstance(inputs, dict)
        return provider_pb2.ReadResponse(
            id=request.id, properties=encoded(found), inputs=encoded(inputs)
        )

    def Delete(self, request: Request, context: grpc.ServicerContext) -> Any:
        body = decoded(request.properties)
        with self._answering(context, body):
            ref = Ref.of(body)
            live = self._objects.get(ref)
            if live is not None and self._objects.delete(ref):
                await_gone(
                    self._objects,
                    live,
                    seconds=request.timeout or None,
                    cancelled=self._cancelled,
                )
        return empty_pb2.Empty()

    # How

    def _apply(self, body: Body, context: grpc.ServicerContext, timeout: float) -> Body:
        """Apply, await what must be awaited, and tell what is there now."""
        live = self._objects.get(Ref.of(body))
        if live and "deletionTimestamp" in live["metadata"]:
            await_gone(self._objects, live, seconds=timeout or None, cancelled=self._cancelled)
        applied = self._objects.apply(body)
        made = outputs(applied, body)
        try:
            await_ready(self._objects, applied, seconds=timeout or None, cancelled=self._cancelled)
        except NotYet as late:
            _fail_half_made(context, body, made, str(late))
        return made

    def _foreseen(self, body: Body) -> Body:
        """What the server would make of a body, where it can tell already."""
        if has_unknown(body):
            return {}
        try:
            return outputs(self._objects.apply(body, dry_run=True), body)
        except ApiRefused as refusal:
            if refusal.status == NOT_FOUND:  # its namespace, or its kind, is still to be made
                return body
            raise

    def _is_immutable(self, body: Body) -> bool:
        """Whether the server says that an object must be made anew to become this."""
        try:
            self._objects.apply(body, dry_run=True)
        except ApiRefused as refusal:
            words = str(refusal).lower()
            return refusal.status == INVALID and any(
                said in words for said in ("immutable", "cannot change", "may not change")
            )
        return False

    def _drifted(self, recorded: Body, declared: Body) -> list[str]:
        live = self._objects.get(Ref.of(declared))
        if live is None or "deletionTimestamp" in live["metadata"]:
            return ["metadata.uid"]
        return list(differences(recorded, outputs(live, declared)))

    def _refuse_foreign(self, body: Body) -> None:
        """Never take over a cluster-wide object, such as a namespace, that is not marked as ours."""
        live = None if body["metadata"].get("namespace") else self._objects.get(Ref.of(body))
        mark = naming.OWNER_LABEL
        ours = body["metadata"].get("labels", {}).get(mark)
        if live and ours and live["metadata"].get("labels", {}).get(mark) != ours:
            raise ApiRefused(0, "Foreign", "it exists and does not bear the mark of this service")

    def _known_kind(self, body: Body) -> Any:
        try:
            return self._objects.kind(body["apiVersion"], body["kind"])
        except ApiRefused:
            return None  # it may be made by this very run

    @contextmanager
    def _answering(self, context: grpc.ServicerContext, body: Body | None = None) -> Iterator[None]:
        """Refusals become sentences for people; what is no refusal stays a bug."""
        about = f"{Ref.of(body)}: " if body else ""
        try:
            yield
        except ApiRefused as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, f"{about}{refusal}")
        except NotYet as late:
            context.abort(grpc.StatusCode.UNKNOWN, f"{about}{late}")
        except ClusterUnavailable as outage:
            self.outage = outage
            context.abort(grpc.StatusCode.UNKNOWN, f"{about}{outage}")


@contextmanager
def served(objects: Objects) -> Iterator[tuple[Provider, int]]:
    """The provider on a port of the loopback, for as long as the block lasts."""
    server = grpc.server(
        futures.ThreadPoolExecutor(THREADS),
        options=[
            ("grpc.max_receive_message_length", MESSAGE_MAX),
            ("grpc.max_send_message_length", MESSAGE_MAX),
        ],
    )
    provider = Provider(objects)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield provider, port
    finally:
        server.stop(grace=None).wait()


def _fail_half_made(context: grpc.ServicerContext, body: Body, made: Body, reason: str) -> NoReturn:
    """The object exists but is not ready: the state must keep it, and the run must fail."""
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=_id(body), properties=encoded(made), inputs=encoded(body), reasons=[reason]
        )
    )
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, reason)
    raise AssertionError("abort raises")


def _id(body: Body) -> str:
    """As the official provider writes it."""
    metadata = body["metadata"]
    return (
        f"{metadata['namespace']}/{metadata['name']}"
        if "namespace" in metadata
        else metadata["name"]
    )


def _same_place(old: Body, new: Body) -> bool:
    return "metadata" in old and Ref.of(old) == Ref.of(new)


def _sought(request: Request, declared: Body) -> Ref:
    """The object a Read is about: as declared, or for an import by its id and type."""
    if declared:
        return Ref.of(declared)
    namespace, _, name = request.id.rpartition("/")
    _, version, kind = request.urn.split("::")[2].rpartition("$")[2].split(":")
    return Ref(version.removeprefix("core/"), kind, name, namespace)


def _as_declared(live: Body) -> Body:
    """A live object as somebody would have declared it."""
    kept = ("annotations", "labels", "name", "namespace")
    metadata = {k: v for k, v in live["metadata"].items() if k in kept}
    return {**{k: v for k, v in live.items() if k != "status"}, "metadata": metadata}
