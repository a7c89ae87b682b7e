"""Documents as their machine-readable twin, as a PDF that carries it, and as a page.

Everything is made of the twin alone, in any language. PDF/A-3a and PDF/UA-1: kept for years, read by
everybody. The same facts give the same bytes, so that a file which is sealed again after a crash is
the same file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import rfc8785
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from sandbox.domain.language import Language
from sandbox.domain.report import TestReport
from sandbox.monitoring.language import label, words
from sandbox.monitoring.plots import plot
from sandbox.monitoring.readable import readable
from sandbox.monitoring.reading_order import in_reading_order
from sandbox.monitoring.spoken import report, spoken
from sandbox.monitoring.twin import HASH, content_sha256, measurement
from sandbox.monitoring.typeset import typeset

FOLDER = Path(__file__).parent
OWN_TITLES = frozenset({"final report", "decision on an appeal"})  # not that of their kind
NOT_TRANSLATED = "There is no translation into this language yet: labels are in English."


@dataclass(frozen=True, slots=True)
class RenderedFiles:
    """The canonical JSON (RFC 8785) and the PDF that has it attached."""

    json: bytes
    pdf: bytes


class DocumentRenderer:
    """The Renderer port, by typst, matplotlib and Jinja."""

    def test_report(self, report: TestReport) -> RenderedFiles:
        """A test report, with the raw series by their hash so that each number can be recomputed."""
        measurements = [m for run in report.runs for m in run.measurements]
        raw = {m.series.sha256: [[p.at, p.value] for p in m.series.points] for m in measurements}
        return self.document("Supervised test report", report.as_document() | {"raw": raw})

    def document(self, title: str, document: dict[str, Any]) -> RenderedFiles:  # Any: JSON
        """Any document, in its own language, with the hash of its content."""
        twin = rfc8785.dumps(document | {HASH: content_sha256(document)})
        return RenderedFiles(
            twin, _pdf(title, twin, str(document.get("language", Language.ENGLISH)))
        )

    def reading_copy(self, title: str, twin: bytes, suffix: str, language: str) -> bytes:
        """A sealed document as a page (`html`) or PDF in another language.

        It carries the hash of the twin it was made of, and is itself not sealed.
        """
        if suffix == "html":
            return _html(title, twin, language).encode()
        return _pdf(title, twin, language, copy_of=hashlib.sha256(twin).hexdigest())


def _plots(document: dict[str, Any], language: str) -> dict[str, str]:
    say = words(language)
    return {
        f"{run['number']}/{said['metric']}": plot(measurement(said, document["raw"]), say)
        for run in document.get("runs", ())
        for said in run["measurements"]
    }


def _title(title: str, document: dict[str, Any], say: Mapping[str, str]) -> str:
    named = str(document.get("document", ""))
    english = label(named) if named in OWN_TITLES else title
    return say.get(english, english)


def _shown(document: dict[str, Any], language: str) -> dict[str, Any]:
    """As it is read: a test report has a template of its own, which says its words and days itself."""
    say = words(language)
    if "runs" in document:
        told = report(document, say)
    else:
        told = readable(spoken(document, say), say.language)
    ordered: dict[str, Any] = in_reading_order(told)
    return ordered


def _notes(language: str) -> list[str]:
    return [NOT_TRANSLATED] if language != Language.ENGLISH and not words(language) else []


def _pdf(title: str, twin: bytes, language: str, copy_of: str = "") -> bytes:
    document = json.loads(twin)
    say = words(language)
    shown = _shown({key: value for key, value in document.items() if key != "raw"}, language)
    return typeset(
        FOLDER / "document.typ",
        shown,
        int(datetime.fromisoformat(document["made_at"]).timestamp()),
        title=_title(title, document, say),
        author=str(document.get("authority", "")),
        language=say.language,
        words=json.dumps(dict(say)),
        copy_of=copy_of,
        remarks=json.dumps(_notes(language)),
        plots=json.dumps(_plots(document, language)),
        json=twin.decode(),
        twin="document.json",
    )


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("document.html.j2")


def _html(title: str, twin: bytes, language: str) -> str:
    document = json.loads(twin)
    say = words(language)
    plots = {name: Markup(svg) for name, svg in _plots(document, language).items()}  # noqa: S704 - drawn by us from numbers
    return _page().render(
        title=_title(title, document, say),
        language=say.language,
        data=_shown(document, language),
        plots=plots,
        sha256=hashlib.sha256(twin).hexdigest(),
        remarks=_notes(language),
        say=lambda text: say.get(text, text),
        when=lambda moment: readable(moment, say.language),
        label=lambda name: say.get(label(name), label(name)),
    )
