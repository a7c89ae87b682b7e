"""What people wrote, set by typst as PDF/A-3a and PDF/UA-1, whatever characters are in it.

The standards refuse a character that no font shows, and those of private use (ISO 19005-3, 6.2.11). The
fonts of typst have the letters of the Union's languages and some more. What is refused, such as an emoji
or the bullet of a word processor, is named by its number, `[U+1F600]`; the twin keeps what was written.
"""

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import typst

from sandbox.errors import NotRendered

PRIVATE_USE = "Co"
PROBE = b'#set document(title: "probe")\n#sys.inputs.data'


def typeset(source: bytes, data: Any, timestamp: int, **inputs: str) -> bytes:  # Any: JSON
    """The PDF of a typst source that reads `data` and some more inputs.

    The same input gives the same bytes. NotRendered when the reason is not a character.
    """
    try:
        return _compile(source, timestamp, data=json.dumps(data), **inputs)
    except typst.TypstError as refusal:
        refused = _refused(data)
        if not refused:
            raise NotRendered(str(refusal)) from refusal
    named = _named(data, {ord(char): f"[U+{ord(char):04X}]" for char in refused})
    try:
        return _compile(source, timestamp, data=json.dumps(named), **inputs)
    except typst.TypstError as refusal:
        raise NotRendered(str(refusal)) from refusal


@cache
def _fonts() -> typst.Fonts:
    """Those of typst, looked up once: that costs ten times as much as a page."""
    return typst.Fonts(include_system_fonts=False)


def _compile(source: bytes, timestamp: int, **inputs: str) -> bytes:
    made: bytes = typst.compile(
        source,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["a-3a", "ua-1"],
        timestamp=timestamp,
    )
    return made


def _refused(data: Any) -> set[str]:  # Any: JSON
    """The characters that the standards refuse."""
    written = {char for text in _texts(data) for char in text}
    private = {char for char in written if unicodedata.category(char) == PRIVATE_USE}
    return private | _refused_among("".join(sorted(written - private)))


def _refused_among(characters: str) -> set[str]:
    """Found by halving, since few are refused."""
    try:
        _compile(PROBE, 0, data=" ".join(characters))
    except typst.TypstError:
        if len(characters) == 1:
            return {characters}
        half = len(characters) // 2
        return _refused_among(characters[:half]) | _refused_among(characters[half:])
    return set()


def _texts(data: Any) -> Iterator[str]:  # Any: JSON
    if isinstance(data, dict):
        yield from data
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _texts(item)
    elif isinstance(data, str):
        yield data


def _named(data: Any, names: dict[int, str]) -> Any:  # Any: JSON
    if isinstance(data, dict):
        return {key.translate(names): _named(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [_named(item, names) for item in data]
    return data.translate(names) if isinstance(data, str) else data
