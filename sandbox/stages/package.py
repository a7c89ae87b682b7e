"""The documents that a body for fundamental rights was given, in one piece (Art. 77)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.bundling import File, sealed_files, with_hashes
from sandbox.domain import views
from sandbox.domain.case import Person
from sandbox.domain.concerns import asked_for_documents
from sandbox.domain.language import Language
from sandbox.domain.naming import CaseId
from sandbox.domain.sight import Sight
from sandbox.domain.supervision import AuthorityRequest
from sandbox.errors import NotFound
from sandbox.ports import Evidence, Renderer
from sandbox.store import cases, documents
from sandbox.store.database import Sessions
from sandbox.store.documents import Document

README = """Documents of an AI regulatory sandbox that were given under Art. 77 to {reader}.

request.json    what was asked and answered
manifest.json   each document, with the hash of each of its files
documents/      each of them as JSON, as PDF that carries the same JSON, and as a page (.html), which is a
                reading copy made of the JSON
SHA256SUMS      the hash of each of these files

Whether nothing was changed on the way:
    sha256sum -c SHA256SUMS
Whether each document is what was sealed:
    python -m sandbox verify documents/*.json documents/*.pdf
"""


@dataclass(frozen=True, slots=True)
class Package:
    """What was given; the files themselves are fetched one by one."""

    case_id: CaseId
    request: AuthorityRequest
    documents: tuple[Document, ...]
    reader: str


def gather(case_id: CaseId, number: int, *, by: Person, sessions: Sessions) -> Package:
    """The documents of an answer, for whoever asked; NotFound for everybody else, and before it."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        own = asked_for_documents(case, by)
        asked = next((request for request in own if request.number == number), None)
        if asked is None:
            raise NotFound(f"case {case_id} has no request {number} of yours for documents")
        if asked.answered_at is None:
            raise NotFound(f"request {number} is not answered yet")
        given = tuple(
            document
            for document in documents.of_case(session, case_id)
            if f"{document.kind}-{document.number}" in asked.documents
            and views.of_document(case, by, document.kind, document.number, document.assembled)
            is Sight.SEEN
        )
    return Package(case_id, asked, given, str(by))


def files(
    package: Package, evidence: Evidence, renderer: Renderer, language: Language
) -> Iterator[File]:
    """Every file by its name, one at a time; the hashes come last."""
    return with_hashes(_files(package, evidence, renderer, language))


def _files(
    package: Package, evidence: Evidence, renderer: Renderer, language: Language
) -> Iterator[File]:
    yield "README.txt", README.format(reader=package.reader).encode()
    yield "request.json", _json(_told(package))
    listed = []
    for document in package.documents:
        hashes = {}
        for name, body in _of_one(document, evidence, renderer, language):
            hashes[name] = hashlib.sha256(body).hexdigest()
            yield name, body
        listed.append({"kind": document.kind, "number": document.number, "files": hashes})
    yield "manifest.json", _json({"case": package.case_id, "documents": listed})


def _of_one(
    document: Document, evidence: Evidence, renderer: Renderer, language: Language
) -> Iterator[File]:
    for name, body in sealed_files(document, evidence):
        yield name, body
        if name.endswith(".json"):
            page = renderer.reading_copy(document.kind.heading, body, "html", language)
            yield f"{name.removesuffix('.json')}.html", page


def _told(package: Package) -> dict[str, object]:
    asked = package.request
    return {
        "case": package.case_id,
        "request": asked.number,
        "reasons": asked.reasons,
        "asked_at": asked.at.isoformat(),
        "answer": asked.answer,
        "answered_at": asked.answered_at.isoformat() if asked.answered_at else None,
    }


def _json(said: dict[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=2).encode()
