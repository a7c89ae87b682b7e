"""Values as Pulumi's engine sends them to a provider, and back (its RPC wire format).

Secrets, outputs and unknown values travel as marked values; the marks are constants of Pulumi's
`sdk/go/common/resource/properties.go`.
"""

from typing import Any

from google.protobuf import json_format, struct_pb2

MARK = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, not a secret
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_TEXTS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # any
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


class Unknown:
    """The value of a property that is only known after an apply."""

    def __repr__(self) -> str:
        return "<not known yet>"


UNKNOWN = Unknown()


def decoded(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The properties of a message, unwrapped; integers are integers again."""
    value = _decoded(json_format.MessageToDict(struct))
    assert isinstance(value, dict)
    return value


def encoded(properties: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(properties, struct)
    return struct


def has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(has_unknown(v) for v in value.values())
    if isinstance(value, list):
        return any(has_unknown(v) for v in value)
    return value is UNKNOWN


def _decoded(value: Any) -> Any:
    match value:
        case dict() if value.get(MARK) == SECRET:
            return _decoded(value["value"])
        case dict() if value.get(MARK) == OUTPUT:
            return _decoded(value["value"]) if "value" in value else UNKNOWN
        case dict():
            return {k: _decoded(v) for k, v in value.items()}
        case list():
            return [_decoded(v) for v in value]
        case float() if value.is_integer():
            return int(value)
        case str() if value in UNKNOWN_TEXTS:
            return UNKNOWN
        case _:
            return value
