"""Dataclasses filled with markers: every text says where it stands, and every moment is one of its own, so
that they are known wherever they go.
"""

import types
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from tests.fakes import NOON

PLAIN: dict[type, object] = {bool: True, int: 1, float: 1.0, date: NOON.date()}
# By path; no two are of one microsecond. An incident occurred before anybody knew of it.
MOMENTS = {"incidents.occurred_at": NOON + timedelta(microseconds=1)}


def marker(path: str) -> str:
    return f"[[{path}]]"


def moment(path: str) -> datetime:
    return MOMENTS.setdefault(path, NOON + timedelta(microseconds=1000 + len(MOMENTS)))


def filled(wanted: Any, overrides: dict[str, Any], path: str = "") -> Any:
    """A value of a type; `overrides` hold what must be something else, by path."""
    if path in overrides:
        return overrides[path]
    origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in {typing.Union, types.UnionType}:
        return filled(next(a for a in arguments if a is not type(None)), overrides, path)
    if origin is tuple:
        return (filled(arguments[0], overrides, path),)
    if origin is dict:
        return {"name": filled(arguments[1], overrides, path)}
    if origin is typing.Literal:
        return arguments[0]
    if isinstance(wanted, typing.NewType):
        return filled(wanted.__supertype__, overrides, path)
    if is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        return typing.cast("Any", wanted)(
            **{
                f.name: filled(hints[f.name], overrides, f"{path}.{f.name}".lstrip("."))
                for f in fields(wanted)
            }
        )
    if issubclass(wanted, Enum):
        return next(iter(wanted))
    if wanted is datetime:
        return moment(path)
    return marker(path) if wanted is str else PLAIN[wanted]


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text and moment of a filled value that is its own marker, with its path."""
    if is_dataclass(value):
        for f in fields(value):
            yield from texts(getattr(value, f.name), f"{path}.{f.name}".lstrip("."))
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item, path)
    elif isinstance(value, str) and value == marker(path):
        yield path, value
    elif isinstance(value, datetime) and value == MOMENTS.get(path):
        yield path, f"{value:%H:%M:%S.%f}"
