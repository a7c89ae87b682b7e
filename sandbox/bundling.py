"""What several stages give to take along: sealed files, and the hash of each file (Art. 57(7), 77)."""

import hashlib
from collections.abc import Iterable, Iterator

from sandbox.ports import Evidence
from sandbox.store.documents import Document

File = tuple[str, bytes]
SUMS = "SHA256SUMS"


def with_hashes(files: Iterable[File]) -> Iterator[File]:
    """Every file by its name, one at a time; their hashes come last."""
    hashes: list[str] = []
    for name, body in files:
        hashes.append(f"{hashlib.sha256(body).hexdigest()}  {name}\n")
        yield name, body
    yield SUMS, "".join(hashes).encode()


def sealed_files(document: Document, evidence: Evidence) -> Iterator[File]:
    """The sealed JSON and PDF of a document."""
    name = f"documents/{document.kind}-{document.number}"
    kept = (
        ("json", document.json_key, document.json_version),
        ("pdf", document.pdf_key, document.pdf_version),
    )
    for suffix, key, version in kept:
        if key is not None:
            yield f"{name}.{suffix}", evidence.get(key, version or "")
