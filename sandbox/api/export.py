"""The routes of what is taken along: ZIPs that are written while they are sent."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse

from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase
from sandbox.bundling import File
from sandbox.domain.language import Language
from sandbox.stages import export, package
from sandbox.wiring import Wired

router = APIRouter(tags=["reports"], prefix="/cases/{case_id}")
ZIP = "application/zip"
ZIPPED: dict[int | str, dict[str, Any]] = {  # Any: JSON schema
    200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}
}


class Sink(io.RawIOBase):
    """Takes what a ZIP writes and gives it on; it cannot go back, so nothing is kept."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # the buffers that zipfile gives
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since it was last asked."""
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def zipped(files: Iterable[File], at: datetime) -> Iterator[bytes]:
    """A ZIP of files, piece by piece."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED)
            yield sink.take()
    yield sink.take()


@router.get("/export", response_class=StreamingResponse, responses=ZIPPED)
def take_along(case_id: KnownCase, who: Who, parts: Parts) -> StreamingResponse:
    """The case with its ledger and every sealed document, and how to verify them."""
    gathered = export.gather(case_id, by=who, sessions=parts.sessions)
    return _sent(case_id, export.files(gathered, parts.evidence), parts)


@router.get("/requests/{number}/package", response_class=StreamingResponse, responses=ZIPPED)
def take_given(
    case_id: KnownCase,
    number: Annotated[int, Path(ge=1, le=10_000)],
    who: Who,
    parts: Parts,
    language: Language | None = None,
) -> StreamingResponse:
    """The documents that a body for fundamental rights was given on its request, and nothing else: as
    JSON, PDF and page, with a manifest of their hashes (Art. 77).
    """
    gathered = package.gather(case_id, number, by=who, sessions=parts.sessions)
    spoken = language or Language(parts.authority.language)
    found = package.files(gathered, parts.evidence, parts.renderer, spoken)
    return _sent(f"{case_id}-request-{number}", found, parts)


def _sent(name: str, files: Iterable[File], parts: Wired) -> StreamingResponse:
    named = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return StreamingResponse(zipped(files, parts.clock()), media_type=ZIP, headers=named)
