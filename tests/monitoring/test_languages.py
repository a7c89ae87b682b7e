"""Documents speak the language of their reader; what a person wrote stays as it was written."""

import json
import re
from enum import StrEnum
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from sandbox.api import application_bodies, size_bodies
from sandbox.api.answers import FindingView
from sandbox.api.drafts import DraftView
from sandbox.api.review_bodies import StandingView
from sandbox.api.screening import ReplayView
from sandbox.domain import review, snapshot
from sandbox.domain.appeal import AppealState
from sandbox.domain.application import ApplicantRole, PartyRole, PublicInterestArea
from sandbox.domain.criteria import Criterion
from sandbox.domain.dataset import Trigger
from sandbox.domain.finding import Severity
from sandbox.domain.incident import CausalLink, IncidentClass, IncidentState, Response
from sandbox.domain.language import Language
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Answer
from sandbox.domain.outcome import Objective
from sandbox.domain.papers import Paper
from sandbox.domain.plan import ExecutionSite
from sandbox.domain.registration import Section
from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.supervision import OrderGround, OrderKind
from sandbox.domain.suspension import SuspensionGround
from sandbox.domain.terms import BUILT_IN, Heading, SignatureMethod
from sandbox.domain.testing_conditions import Ethics, Mechanism
from sandbox.enforcement import SOURCES
from sandbox.monitoring import language, render
from sandbox.monitoring.language import label, translated, words
from sandbox.monitoring.queries import TABLE
from sandbox.monitoring.render import NOT_TRANSLATED, OWN_TITLES, DocumentRenderer
from sandbox.monitoring.spoken import spoken
from tests.factories import CASE_ID
from tests.fakes import NOON
from tests.monitoring.reports import a_report
from tests.monitoring.test_documents import text_of

SPOKEN = [code for code in translated() if code != Language.ENGLISH]
FACTS: dict[str, Any] = {
    "document": "exit report",
    "case": CASE_ID,
    "authority": "Authority for AI",
    "provider": "<b>none</b> & yes",
    "left": [],
    "made_at": NOON.isoformat(),
    "statement": NO_CONFORMITY,
}


def said_by_templates() -> set[str]:
    """Every sentence of ours that a template asks to be translated."""
    folder = Path(render.__file__).parent
    texts = [(folder / name).read_text() for name in ("document.typ", "document.html.j2")]
    said = {s for text in texts for s in re.findall(r'(?:say|fill|fact)\("([^"]+)"', text)}
    listed = [s for text in texts for s in re.findall(r'in \(("[^()]+")\) %}<th', text)]
    return said | {s for group in listed for s in re.findall(r'"([^"]+)"', group)}


def letters(text: str) -> str:
    """A text without the hyphens and line ends that setting it brings in."""
    return re.sub(r"\W", "", text)


def test_dutch_german_and_french_are_spoken_and_all_official_languages_have_a_place() -> None:
    assert {"de", "en", "fr", "nl"} <= set(translated()) <= set(Language)
    assert len(Language) == 24


@pytest.mark.parametrize("code", SPOKEN)
def test_nothing_of_ours_is_left_untranslated(code: str) -> None:
    ours = said_by_templates() | {paper.heading for paper in Paper}
    ours |= {NO_CONFORMITY, "PASS", "FAIL", "NO DATA", "at most", "at least"}
    ours |= {query.meaning for query in TABLE.values()} | {label(metric) for metric in TABLE}

    assert ours - words(code).keys() == set()


@pytest.mark.parametrize("code", SPOKEN)
def test_every_field_of_a_document_has_its_label(code: str) -> None:
    """The fields are read from the source of whoever makes a document: each bears the statement. The
    test report has a template of its own.
    """
    makers = [p for p in SOURCES.rglob("*.py") if p.name not in {"report.py", "enforcement.py"}]
    texts = [text for p in makers if "NO_CONFORMITY" in (text := p.read_text())]
    fields = {f for text in texts for f in re.findall(r'^ +"([a-z_0-9]+)":', text, re.MULTILINE)}

    assert len(texts) >= 6
    assert len(fields) > 100
    assert {label(field) for field in fields} - words(code).keys() == set()


@pytest.mark.parametrize("code", SPOKEN)
def test_every_field_of_the_form_of_drafts_and_of_screening_has_its_label(code: str) -> None:
    """For whoever shows them; the API answers with the names of the fields."""
    form = [
        made
        for module in (application_bodies, size_bodies)
        for made in vars(module).values()
        if isinstance(made, type)
        and issubclass(made, BaseModel)
        and made.__module__ == module.__name__
    ]
    shown: tuple[type[BaseModel], ...] = (*form, DraftView, ReplayView, FindingView, StandingView)
    fields = {name for model in shown for name in model.model_fields}

    assert len(fields) > 100
    assert {label(name) for name in fields} - words(code).keys() == set()


@pytest.mark.parametrize("code", SPOKEN)
def test_every_value_that_is_a_word_of_ours_is_translated(code: str) -> None:
    """What `FIXED_VALUES` names: the fields whose values are chosen from a list."""
    kinds: tuple[type[StrEnum], ...] = (
        *(OrderGround, OrderKind, SuspensionGround),
        *(CausalLink, Response, Section, AppealState, IncidentState),
        *(Answer, ApplicantRole, Ethics, ExecutionSite, PartyRole, PublicInterestArea, Role),
        *(Mechanism, Severity, SignatureMethod, Trigger),
    )
    ours = {value.value for kind in kinds for value in kind if value.value}
    ours |= {label(value) for kind in (IncidentClass, Objective) for value in kind}
    ours |= {f"{criterion.code} {criterion.meaning}" for criterion in Criterion}
    ours |= {query.unit for query in TABLE.values()} | {label(name) for name in OWN_TITLES}
    ours |= {word.label for words in (review.Section, review.SectionVerdict) for word in words}
    ours |= {paper.heading.lower() for paper in Paper} | {"decision on an appeal"}
    ours |= {snapshot.NO_SNAPSHOTS, snapshot.NO_VOLUMES, snapshot.NOTHING_MEASURED}
    ours |= {snapshot.NOTHING_RAN, snapshot.NOT_TAKEN}
    ours |= {"initial report", "complete report", "in force", "lifted", "pass", "fail", "no_data"}

    assert ours - words(code).keys() == set()


@pytest.mark.parametrize("code", SPOKEN)
def test_a_translation_keeps_the_places_of_its_numbers(code: str) -> None:
    for english, other in words(code).items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", other))


@pytest.mark.parametrize("code", SPOKEN)
def test_a_report_reads_in_the_language_it_was_asked_for(code: str) -> None:
    twin = DocumentRenderer().test_report(a_report()).json

    pdf = text_of(DocumentRenderer().reading_copy("Supervised test report", twin, "pdf", code))
    html = DocumentRenderer().reading_copy("Supervised test report", twin, "html", code)
    page = unescape(html.decode())

    for word in ("Supervised test report", "NO DATA", "How to verify"):
        assert words(code)[word] in pdf
    assert f'<html lang="{code}">' in page
    assert words(code)["Isolation of the environment"] in page
    assert words(code)["at most"] in page
    assert words(code)["dropped"] in page
    assert words(code)[a_report().notes[0]] in page
    assert "Difference between groups." in page  # a sentence that no catalogue knows


def test_a_document_is_sealed_in_the_language_it_names() -> None:
    made = DocumentRenderer().document("Exit report", FACTS | {"language": "de"})

    assert "Abschlussbericht" in text_of(made.pdf)
    assert letters(words("de")[NO_CONFORMITY]) in letters(text_of(made.pdf))


def test_a_final_report_and_a_decision_on_an_appeal_bear_their_own_names() -> None:
    for document, heading, said in (
        ("final report", "Annual report", "Schlussbericht"),
        ("decision on an appeal", "Decision", "Entscheidung über einen Rechtsbehelf"),
    ):
        facts = FACTS | {"document": document, "language": "de"}
        made = DocumentRenderer().document(heading, facts)

        page = DocumentRenderer().reading_copy(heading, made.json, "html", "de").decode()
        assert f"<h1>{said}</h1>" in page
        assert letters(said) in letters(text_of(made.pdf).split(FACTS["authority"])[1])


def test_offices_bars_and_names_are_said_and_what_is_empty_is_none() -> None:
    facts = {
        "addressees": ["provider:CreditCo", "market_surveillance:NL"],
        "signed_by": ["authority: Sue", "authority_of_nobody"],
        "stop_criteria": ["group_gap at most 0.95 (Art. 10, completeness 0.9, stops the test)"],
        "threshold": "as agreed",
        "objective": "legal_certainty",
        "outcome": "plan_agreed",
        "results": "plan_agreed",
    }
    twin = DocumentRenderer().document("Exit report", FACTS | facts | {"figures": {}}).json

    said = spoken(facts, words("de"))
    page = DocumentRenderer().reading_copy("Exit report", twin, "html", "de").decode()

    assert said["addressees"] == ["Anbieter:CreditCo", "Marktüberwachung:NL"]
    assert said["signed_by"] == ["Behörde: Sue", "authority_of_nobody"]
    assert said["stop_criteria"][0].endswith("0,95 (Art. 10, Vollständigkeit 0,9, stoppt den Test)")
    assert "höchstens" in said["stop_criteria"][0]
    assert said["threshold"] == "as agreed"
    assert (said["objective"], said["outcome"]) == ("Rechtssicherheit", "plan agreed")
    assert said["results"] == "plan_agreed"
    assert f"<td>{words('de')['none']}</td></tr>" in page.split(words("de")["Figures"])[1]


def test_a_language_without_catalogue_is_english_and_says_so() -> None:
    twin = DocumentRenderer().document("Exit report", FACTS).json

    page = DocumentRenderer().reading_copy("Exit report", twin, "html", "mt").decode()

    assert NOT_TRANSLATED in page
    assert "Exit report" in page


def test_what_is_no_official_language_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        language.words("xx")


def test_what_a_person_wrote_is_neither_translated_nor_carried_out() -> None:
    twin = DocumentRenderer().document("Exit report", FACTS).json

    page = DocumentRenderer().reading_copy("Exit report", twin, "html", "nl").decode()

    assert "&lt;b&gt;none&lt;/b&gt; &amp; yes" in page
    assert "<script" not in page


@pytest.mark.parametrize("code", SPOKEN)
def test_the_built_in_terms_and_their_headings_are_translated(code: str) -> None:
    assert {label(heading) for heading in Heading} - words(code).keys() == set()
    assert {clause.text for clause in BUILT_IN.clauses} - words(code).keys() == set()


@pytest.mark.rule("D8")
@pytest.mark.parametrize(
    ("language", "spoken_in", "bar", "row"),
    [
        ("en", "en", "Group gap at most 0.05", "0.376"),
        ("de", "de", "höchstens 0,05", "0,376"),
        ("nl", "nl", "0,05", "0,376"),
        ("fr", "fr", "0,05", "0,376"),
        ("pl", "en", "Group gap at most 0.05", "0.376"),
    ],
)
def test_numbers_are_written_for_the_reader_and_the_page_says_what_language_it_is_in(
    language: str, spoken_in: str, bar: str, row: str
) -> None:
    facts = FACTS | {
        "thresholds": ["group_gap at most 0.05 (Art. 10.2, completeness 0.9, stops the test)"],
        "metric_annex": [
            {"metric": "group_gap", "value": 0.37596302, "threshold": "group_gap at most 0.05"}
        ],
        "alarms": ["2026-11-24 10:00:00 UTC group_gap at most 0.05 is broken: measured 0.376"],
    }
    renderer = DocumentRenderer()
    twin = renderer.document("Exit report", facts).json

    page = renderer.reading_copy("Exit report", twin, "html", language).decode()
    pdf = text_of(renderer.reading_copy("Exit report", twin, "pdf", language))

    assert f'<html lang="{spoken_in}">' in page
    assert b"0.37596302" in twin
    for text in (page, pdf):
        assert bar in text
        assert row in text
        assert "Art. 10.2" in text
        assert ("0.05" in text) is ("0.376" in text) is (spoken_in == "en")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_numbers_of_a_test_report_are_written_for_the_reader(language: str) -> None:
    twin = DocumentRenderer().test_report(a_report()).json

    page = DocumentRenderer().reading_copy("Supervised test report", twin, "html", language)

    measured = {
        m["value"] for run in json.loads(twin)["runs"] for m in run["measurements"] if m["value"]
    }
    assert measured
    for value in measured:
        written = f"{round(value, 4)}".replace(".", "," if language == "de" else ".")
        assert f"<td>{written}</td>" in page.decode()
