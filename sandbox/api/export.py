"""The route of an export: a ZIP that is written while it is sent."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase
from sandbox.stages import export

router = APIRouter(tags=["reports"], prefix="/cases/{case_id}")
ZIP = "application/zip"


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


def zipped(files: Iterable[tuple[str, bytes]], at: datetime) -> Iterator[bytes]:
    """A ZIP of files, piece by piece."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            archive.writestr(entry, body, zipfile.ZIP_DEFLATED)
            yield sink.take()
    yield sink.take()


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
)
def take_along(case_id: KnownCase, who: Who, parts: Parts) -> StreamingResponse:
    """The case with its ledger and every sealed document, and how to verify them."""
    gathered = export.gather(case_id, by=who, sessions=parts.sessions)
    body = zipped(export.files(gathered, parts.evidence), parts.clock())
    named = {"Content-Disposition": f'attachment; filename="{case_id}.zip"'}
    return StreamingResponse(body, media_type=ZIP, headers=named)
