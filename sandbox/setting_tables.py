"""A table of a settings file as what it describes, or a sentence that says what is wrong with it."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


def table(kind: type[T], said: Mapping[str, object], where: str) -> T:
    """A dataclass from its fields; ValueError that names the place, the key and what it is not."""
    try:
        return TypeAdapter(kind).validate_python(said)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors()
        )
        raise ValueError(f"{where}: {wrong}") from error
