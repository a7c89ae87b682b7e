"""What people wrote, set by typst as PDF/A-3a and PDF/UA-1, whatever characters are in it.

The standards refuse a character that no font shows, and those of private use (ISO 19005-3, 6.2.11). The
fonts of typst have the letters of the Union's languages and some more. What is refused, such as an emoji
or the bullet of a word processor, is named by its number, `[U+1F600]`, and where only several together are,
each mark and symbol is; the twin keeps what was written.
"""

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import typst

from sandbox.errors import NotRendered

FOLDER = Path(__file__).parent
PRIVATE_USE = "Co"
LAID_OUT = frozenset("\n\r\t")
ODD = frozenset("MSC")  # marks, symbols, others: may be refused beside another character only
KNOWN: dict[str, bool] = {}  # whether a character can be shown, asked once in a process
PROBE = FOLDER / "probe.typ"


def typeset(source: Path, data: Any, timestamp: int, **inputs: str) -> bytes:  # Any: JSON
    """The PDF of a typst source that reads `data` and some more inputs.

    The same input gives the same bytes. NotRendered when the reason is not a character.
    """
    names: dict[int, str] = {}
    for find in (_none, _refused, _odd):
        names |= {ord(char): f"[U+{ord(char):04X}]" for char in find(data)}
        try:
            return _compile(source, timestamp, data=json.dumps(_named(data, names)), **inputs)
        except typst.TypstError as refusal:
            reason = str(refusal)
    raise NotRendered(reason)


@cache
def _fonts() -> typst.Fonts:
    """Those of typst, looked up once: that costs ten times as much as a page."""
    return typst.Fonts(include_system_fonts=False)


def _compile(source: Path, timestamp: int, **inputs: str) -> bytes:
    """Of a file: typst keeps an id for each source of another name, and has 65,536 of them."""
    made: bytes = typst.compile(
        source,
        root=source.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["a-3a", "ua-1"],
        timestamp=timestamp,
    )
    return made


def _none(data: Any) -> set[str]:  # Any: JSON
    del data
    return set()


def _refused(data: Any) -> set[str]:  # Any: JSON
    """The characters that the standards refuse, each by itself."""
    written = {char for text in _texts(data) for char in text}
    private = {char for char in written if unicodedata.category(char) == PRIVATE_USE}
    _ask("".join(sorted(written - private - KNOWN.keys())))
    return private | {char for char in written - private if not KNOWN[char]}


def _ask(characters: str) -> None:
    """Learn which can be shown, by halving, since few cannot."""
    try:
        _compile(PROBE, 0, data=" ".join(characters))
    except typst.TypstError:
        if len(characters) == 1:
            KNOWN[characters] = False
            return
        half = len(characters) // 2
        _ask(characters[:half])
        _ask(characters[half:])
    else:
        KNOWN.update(dict.fromkeys(characters, True))


def _odd(data: Any) -> set[str]:  # Any: JSON
    return {
        char
        for text in _texts(data)
        for char in text
        if unicodedata.category(char)[0] in ODD and char not in LAID_OUT
    }


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
