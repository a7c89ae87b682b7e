"""What differs between two bodies, and what of a live object counts as the provider's output."""

from collections.abc import Iterator

from sandbox.provisioner.discovery import FIELD_MANAGER
from sandbox.provisioner.transport import Body

# Written by the server with every change, or by controllers as they work: never drift.
VOLATILE = frozenset(
    {"creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink"}
)
# The official provider keeps these in its outputs; the same keys let it take over a stack.
TAKEOVER = ("__fieldManager", "__initialApiVersion")

# What makes it another object. What else cannot be changed, the server says on a dry run.
IDENTITY = frozenset({"kind", "metadata.name", "metadata.namespace"})


def outputs(live: Body, declared: Body) -> Body:
    """A live object without what changes by itself.

    Labels count whoever set them, since policies select by them; annotations only as declared.
    """
    metadata = {k: v for k, v in live["metadata"].items() if k not in VOLATILE}
    asked = declared.get("metadata", {}).get("annotations", {})
    annotations = {k: v for k, v in metadata.pop("annotations", {}).items() if k in asked}
    if annotations:
        metadata["annotations"] = annotations
    kept = {k: v for k, v in live.items() if k not in {"metadata", "status"}}
    return {
        **kept,
        "metadata": metadata,
        "__fieldManager": FIELD_MANAGER,
        "__initialApiVersion": live["apiVersion"],
    }


def projected(live: object, declared: object) -> object:
    """The part of a live value that a declared value speaks about; lists count as a whole."""
    if isinstance(live, dict) and isinstance(declared, dict):
        return {k: projected(live[k], v) for k, v in declared.items() if k in live}
    return live


def differences(old: object, new: object, path: str = "") -> Iterator[str]:
    """The paths at which two values differ; a list differs as a whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            step = f'["{key}"]' if "." in key or "/" in key else f".{key}" if path else key
            yield from differences(old.get(key), new.get(key), path + step)
    elif old != new:
        yield path


def is_identity(path: str, old: Body, new: Body) -> bool:
    """Whether a change at a path makes another object."""
    if path == "apiVersion":
        return _group(old) != _group(new)
    return path in IDENTITY


def _group(body: Body) -> str:
    version: str = body.get("apiVersion", "")
    return version.rpartition("/")[0]
