"""Whatever somebody writes can be set: a document is never kept waiting by a character."""

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from sandbox.domain.lifecycle import Stage
from sandbox.domain.papers import Paper
from sandbox.errors import NotRendered
from sandbox.monitoring.render import DocumentRenderer
from sandbox.monitoring.typeset import typeset
from sandbox.stages.report import NOT_SET
from sandbox.store import documents
from tests.fakes import FakeFiles, FakeRenderer
from tests.office import Office

SHOWN = "Straße, Ødegård, Žluťoučký, Ġużè, Șțefan, Ελλάδα, България, שלום, №, €, ≥, ✓"
REFUSED = {
    "\U0001f600": "[U+1F600]",  # an emoji
    "\uf0b7": "[U+F0B7]",  # the bullet of a word processor
    "\u7cfb": "[U+7CFB]",
    "\u0e44": "[U+0E44]",
    "\0": "[U+0000]",
    "\ufffe": "[U+FFFE]",
}
EVERYTHING = f"{SHOWN} {' '.join(REFUSED)}"
SOURCE = """#set document(title: "t")
#set text(font: "Libertinus Serif")
#json(bytes(sys.inputs.data))
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source.typ").write_text(SOURCE)
    return tmp_path / "source.typ"


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_what_no_font_shows_is_named_by_its_number_and_all_else_is_set_as_it_was_written(
    source: Path,
) -> None:
    shown = text_of(typeset(source, EVERYTHING, 0)).replace("\n", "").replace(" ", "")

    for word in ("Straße", "Žluťoučký", "Ġużè", "Ελλάδα", "България", "€", *REFUSED.values()):
        assert word in shown


def test_the_same_text_gives_the_same_bytes_whatever_is_in_it(source: Path) -> None:
    assert typeset(source, EVERYTHING, 0) == typeset(source, EVERYTHING, 0)


@pytest.mark.parametrize(
    "together", ["1\ufe0f\u20e3 collect", "#\ufe0f\u20e3", "a\ufeffb \U0001f600"]
)
def test_what_is_refused_only_together_is_set_as_well(source: Path, together: str) -> None:
    assert typeset(source, {"a": [together]}, 0)


@pytest.mark.parametrize("text", ["plain", "\uf0b7"])
def test_a_fault_of_ours_is_not_blamed_on_a_character(source: Path, text: str) -> None:
    source.write_text("#nothing")

    with pytest.raises(NotRendered, match="unknown variable"):
        typeset(source, {"a": text}, 0)


@pytest.mark.rule("DL-06")
@pytest.mark.rule("R57-07c")
def test_a_case_closes_whatever_characters_its_documents_hold(office: Office) -> None:
    office.renderer = DocumentRenderer()
    case_id = office.active(novelty=EVERYTHING)
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    office.work()

    assert office.case(case_id).stage is Stage.CLOSED
    with office.sessions.begin() as session:
        assert all(d.sealed_at for d in documents.of_case(session, case_id))


class _Stumbling(FakeRenderer):
    """Sets everything but the first exit report."""

    def document(self, title: str, document: dict[str, Any]) -> FakeFiles:
        if title == Paper.EXIT_REPORT.heading and document["version"] == 1:
            raise NotRendered("a template of ours is wrong")
        return super().document(title, document)


@pytest.mark.rule("DL-06")
def test_a_document_that_cannot_be_set_says_so_and_holds_up_no_other(office: Office) -> None:
    case_id = office.active()
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    office.renderer = _Stumbling()
    for _ in range(2):
        office.issue_exit_report(case_id)

    with pytest.RaisesGroup(NotRendered):
        office.make(case_id)

    with office.sessions.begin() as session:
        first, second = (
            d for d in documents.of_case(session, case_id) if d.kind is Paper.EXIT_REPORT
        )
    assert first.waiting_for == NOT_SET
    assert second.sealed_at is not None
