"""Sentences of ours inside documents are said in the language of the reader, with their parts."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.domain.articles import KNOWN, article
from sandbox.domain.deadline_rules import BY_NAME
from sandbox.domain.deadline_subjects import BY_SUBJECT
from sandbox.domain.high_risk import ANNEX_I, ANNEX_III, EXITS
from sandbox.domain.progress import Progress
from sandbox.domain.prohibited import PRACTICES
from sandbox.domain.regime import ACTS
from sandbox.domain.screening import OPEN_QUESTIONS
from sandbox.domain.size import SizeClass
from sandbox.domain.territory import TerritoryState
from sandbox.enforcement import SOURCES
from sandbox.monitoring.language import words
from sandbox.monitoring.sentences import PLACE, is_sentence, said
from sandbox.monitoring.spoken import spoken
from tests.monitoring.test_languages import SPOKEN

# Where sentences are made that land in documents: a file, and the functions or classes in it; none
# means all. A new maker is named here.
MAKERS: dict[str, tuple[str, ...]] = {
    "domain/attestation.py": ("DECLARED", "attested"),
    "domain/eligibility.py": (),
    "domain/environment.py": ("RunningImage", "VolumeSnapshot"),
    "domain/kept.py": ("KeptSeries",),
    "domain/sector_law.py": (),
    "domain/high_risk.py": (),
    "domain/prohibited.py": (),
    "domain/routing.py": (),
    "domain/screening.py": (),
    "domain/transparency.py": (),
    "domain/capacity.py": ("Inventory",),
    "domain/report.py": ("notes",),
    "domain/reporting.py": ("OtherLaw",),
    "domain/fees.py": ("DUE", "NON_EU_SME", "fee_for"),
    "domain/testing_basis.py": ("footing", "_section_b", "outlook"),
    "domain/going_on.py": (),
    "domain/evaluation.py": (),
    "domain/dataset_papers.py": (),
    "domain/good_faith.py": (),
    "domain/guidance.py": (),
    "domain/incident_report.py": (),
    "domain/letter.py": (),
    "domain/plan_papers.py": (),
    "domain/written_proof.py": (),
    "domain/annual_figures.py": (),
    "domain/plan_diff.py": ("Change",),
    "domain/processing.py": ("LegalHold",),
    "domain/removal_papers.py": (),
    "domain/real_world.py": ("WITHDREW", "stopped", "ordered", "resumed", "extended"),
    "domain/registration.py": ("renumbered", "updated"),
    "domain/real_world_papers.py": (),
    "domain/stop_papers.py": (),
    "provisioner/isolation.py": (
        *(
            "OVER_QUOTA",
            "UNSAFE",
            "DENIED",
            "ELSEWHERE",
            "_admission_probes",
            "_token_probe",
            "_rights_probes",
        ),
        *("_wall_probe", "_marks_probe"),
    ),
    "provisioner/reach.py": ("NOT_PROVABLE", "EXPECTED", "reach_probes"),
    "stages/clocks.py": ("_propose_suspension",),
    "stages/dataset_views.py": ("_propose_stop",),
    "stages/incidents.py": ("UNANSWERED", "respond"),
    "stages/monitor.py": ("sentence",),
    "stages/processing.py": ("_sentence",),
    "stages/risks.py": ("_propose_suspension",),
}
CONDITIONS = "domain/guards/real_world.py"  # each function that is a condition of a running test
CITATION = re.compile(r"Art\. [\d()]+")


def shape(node: ast.expr) -> str | None:
    """A string with a place for each of its parts; None for what is no string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None


def sentences(tree: ast.AST) -> Iterator[str]:
    """The shapes of all sentences below a node: not what is raised, nor a docstring."""
    if isinstance(tree, ast.Raise | ast.Import | ast.ImportFrom):
        return
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    found = shape(tree) if isinstance(tree, ast.expr) else None
    if found is not None and " " in found and re.search("[a-z]", PLACE.sub("", found)):
        yield found
    if found is None:
        for child in ast.iter_child_nodes(tree):
            yield from sentences(child)


def name_of(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[ast.Name() as target]):
            return target.id
        case ast.AnnAssign(target=ast.Name() as target):
            return target.id
        case _:
            return ""


def is_condition(node: ast.stmt) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return any(isinstance(d, ast.Call) and ast.unparse(d.func) == "condition" for d in decorators)


def made() -> set[str]:
    """The shape of every sentence that lands in a document, read from the source of its makers."""
    found: set[str] = set()
    for path, names in MAKERS.items():
        body = ast.parse((SOURCES / path).read_text()).body
        known = [node for node in body if not names or name_of(node) in names]
        assert {*names} <= {name_of(node) for node in known}
        found |= {s for node in known for s in sentences(node)}
    for node in ast.parse((SOURCES / CONDITIONS).read_text()).body:
        if is_condition(node) and isinstance(node, ast.FunctionDef):
            found |= {s for inner in node.body for s in sentences(inner)}
    return {text for text in found if not CITATION.fullmatch(text)}


def untold(text: str, shapes: set[str]) -> set[str]:
    """What of a sentence no template knows: the whole, or each part that a semicolon cuts off."""
    if text in shapes:
        return set()
    return {part for part in text.split("; ") if part not in {*shapes, "", "{}"}}


@pytest.mark.parametrize("code", SPOKEN)
def test_every_sentence_that_lands_in_a_document_is_translated(code: str) -> None:
    say = words(code)
    shapes = {PLACE.sub("{}", english) for english in say if is_sentence(english)} | set(say)

    found = made()

    assert len(found) > 130
    assert {part for text in found for part in untold(text, shapes)} == set()


@pytest.mark.parametrize("code", SPOKEN)
def test_every_citation_and_the_draft_act_are_translated(code: str) -> None:
    """In German an article is cited as in English."""
    cited = {text for text in KNOWN.values() if text} | {article("III-5b"), article("I-A11")}
    same = {text for text in cited if code == "de" and re.fullmatch(r"Art\. [\da-z(), -]+", text)}

    assert {text for text in cited - same if said(text, words(code)) == text} == set()
    assert {str(act) for act in ACTS.values()} <= words(code).keys()


@pytest.mark.parametrize("code", SPOKEN)
def test_every_word_inside_a_sentence_is_translated(code: str) -> None:
    ours = {*OPEN_QUESTIONS.values(), *ANNEX_I.values(), *ANNEX_III.values(), *EXITS.values()}
    ours |= {
        *PRACTICES.values(),
        "resumed",
        "higher",
        "lower",
        "everywhere",
        "everything",
        "no data",
    }
    ours |= {rule.title for rule in (*BY_NAME.values(), *BY_SUBJECT.values())}
    ours |= {value.value for kind in (Progress, SizeClass, TerritoryState) for value in kind}
    ours |= {"provider", "prospective provider", "authorised representative"}

    assert ours - words(code).keys() == set()


PLAN = "2026-11-24: suspended: late; 2026-11-25: ended by the service: no overseer is on duty"
KEPT = (
    "2026-11-24 12:00:00 to 2026-11-25 08:00:00 UTC: cases/a.zip, sha256 ab12; no data: group_gap"
)
SAID = [
    (
        "refused_reports",
        "2026-11-24 14:00:00 UTC, system: dataset 1 was accessed at 2026-11-24 14:00 UTC all the same",
        "2026-11-24 14:00:00 UTC, system: auf Datensatz 1 wurde am 2026-11-24 14:00 UTC dennoch zugegriffen",
    ),
    (
        "update_history",
        "2026-11-24: everywhere: suspended by order 1: a death",
        "2026-11-24: überall: ausgesetzt (Anordnung 1): a death",
    ),
    ("sectors", "I-B18 motor vehicles (2018/858)", "I-B18 Kraftfahrzeuge (2018/858)"),
    ("sectors", "PI_ENERGY", words("de")["PI_ENERGY"]),
    (
        "kept_series",
        KEPT,
        "2026-11-24 12:00:00 bis 2026-11-25 08:00:00 UTC: cases/a.zip, sha256 ab12; keine Daten: Unterschied zwischen Gruppen",
    ),
    ("kept_series", "none so far", "bisher keine"),
    ("images", "web-0/app: shop@v1 (no digest told)", "web-0/app: shop@v1 (kein Digest angegeben)"),
    ("images", "web-0/app: shop@v1 sha256:ab", "web-0/app: shop@v1 sha256:ab"),
    (
        "volumes",
        "disk: not snapshotted, its storage offers no snapshots",
        "disk: kein Snapshot, der Speicher bietet keine",
    ),
    ("third_country_transfers", "US: standard_clauses", "US: Standarddatenschutzklauseln"),
    ("sector_permits", "L1 (UTAC): set aside: weil", "L1 (UTAC): nicht angewandt: weil"),
    ("sector_permits", "L1 (UTAC): A-1", "L1 (UTAC): A-1"),
    ("sector_permits", "L1 (UTAC): not settled", "L1 (UTAC): nicht geregelt"),
    ("infrastructure", "road (Paris): not agreed", "road (Paris): nicht vereinbart"),
    (
        "finding",
        "high-risk: III-5b of Annex III, creditworthiness, fraud detection apart",
        "hochriskant: III-5b des Anhangs III, Kreditwürdigkeit, ausgenommen Betrugserkennung",
    ),
    (
        "finding",
        (
            "prohibited practice A5-c: social scoring (Art. 5); suspected, since a test comes before; "
            "cleared by Sue: it is none; no overseer is on duty"
        ),
        (
            "verbotene Praktik A5-c: soziale Bewertung (Art. 5); vermutet, weil Folgendes zutrifft: ein Test geht dem voraus; "
            "freigegeben von Sue: it is none; no overseer is on duty"
        ),
    ),
    (
        "finding",
        "real-world test in NL: inside a sandbox: terms and safeguards must be agreed for it (Art. 58(4), 76(2))",
        (
            "Test unter Realbedingungen in NL: in einem Reallabor: dafür sind Bedingungen und "
            "Schutzmaßnahmen zu vereinbaren (Art. 58(4), 76(2))"
        ),
    ),
    (
        "finding",
        (
            "no real-world test in DE: not high-risk: Art. 60 is neither available nor needed; "
            "an ordinary pilot is"
        ),
        (
            "kein Test unter Realbedingungen in DE: nicht hochriskant: Art. 60 ist weder anwendbar noch "
            "erforderlich; ein gewöhnlicher Pilotversuch genügt"
        ),
    ),
    (
        "finding",
        "no real-world test in DE: Annex I Section B, and DE has no framework (Art. 60a(1))",
        (
            "kein Test unter Realbedingungen in DE: Anhang I Abschnitt B, und DE hat keinen Rahmen "
            "(Art. 60a(1))"
        ),
    ),
    (
        "finding",
        "nothing shows that the applicant is prospective provider",
        "nichts belegt, dass der Antragsteller künftiger Anbieter ist",
    ),
    (
        "finding",
        "not stated, and looked for in the selection: contact, users",
        "nicht angegeben, und bei der Auswahl von Belang: Kontakt, Nutzer",
    ),
    (
        "deviation",
        "suspended (plan_breach): no overseer is on duty",
        "ausgesetzt (Verstoß gegen den Plan): no overseer is on duty",
    ),
    (
        "deviation",
        "terminated (plan_breach): no overseer is on duty",
        "beendet (Verstoß gegen den Plan): no overseer is on duty",
    ),
    (
        "deviation",
        "DL-10 report of a serious incident (incident 1 DE): due 2026-11-26, met at 2026-11-27 09:00 UTC",
        "DL-10 Meldung eines schwerwiegenden Vorfalls (Vorfall 1 DE): fällig am 2026-11-26, erfüllt am 2026-11-27 09:00 UTC",
    ),
    (
        "deviation",
        "group_gap at most 0.1 is broken: measured 0.2",
        "Unterschied zwischen Gruppen höchstens 0,1 ist nicht eingehalten: gemessen 0,2",
    ),
    (
        "alarms",
        "2026-11-28 23:34:52 UTC group_gap at most 0.1 is broken: measured 0.2",
        "2026-11-28 23:34:52 UTC: Unterschied zwischen Gruppen höchstens 0,1 ist nicht eingehalten: gemessen 0,2",
    ),
    (
        "deviation",
        "the complete report of incident 1: owed until 2026-11-26, and not given",
        "der vollständige Bericht über den Vorfall 1: geschuldet bis 2026-11-26, und nicht vorgelegt",
    ),
    (
        "changes",
        "thresholds.group_gap: “group_gap at most 0.1 (Art. 10, completeness 0.9)” became “group_gap at most 0.2 (Art. 10, completeness 0.9)”",
        "Schwellenwerte.Unterschied zwischen Gruppen: aus „Unterschied zwischen Gruppen höchstens 0,1 (Art. 10, Vollständigkeit 0,9)“ wurde „Unterschied zwischen Gruppen höchstens 0,2 (Art. 10, Vollständigkeit 0,9)“",
    ),
    (
        "changes",
        "personal_data: “no” became “yes”",
        "personenbezogene Daten: aus „nein“ wurde „ja“",
    ),
    ("changes", "scope: “yes” became “a; b\nc”", "Umfang: aus „yes“ wurde „a; b\nc“"),
    (
        "exceptions",
        "dataset 2: legal hold 1 since 2026-11-24: a court asks; no overseer is on duty (Art. 9)",
        "Datensatz 2: gesetzliche Aufbewahrung 1 seit 2026-11-24: a court asks; no overseer is on duty (Art. 9)",
    ),
    (
        "exceptions",
        "legal hold 1 since 2026-11-24 until 2026-11-25: a court; asks (Art. 9)",
        "gesetzliche Aufbewahrung 1 vom 2026-11-24 bis 2026-11-25: a court; asks (Art. 9)",
    ),
    (
        "update_history",
        PLAN,
        "2026-11-24: ausgesetzt: late; 2026-11-25: geendet (durch den Dienst): keine Aufsichtsperson ist im Dienst",
    ),
    (
        "suspension_or_termination",
        "2026-11-24: DE: suspended by order 1: late; 2026-11-25: DE: the suspension by order 1 is lifted",
        "2026-11-24: DE: ausgesetzt (Anordnung 1): late; 2026-11-25: DE: die Aussetzung durch Anordnung 1 ist aufgehoben",
    ),
    (
        "update_history",
        "2026-11-24: changed: plan summary, no longer visible to the public",
        "2026-11-24: geändert: Zusammenfassung des Plans, nicht mehr für die Öffentlichkeit sichtbar",
    ),
    (
        "stands_on",
        "outside a sandbox, Annex III (Art. 60(1))",
        "außerhalb eines Reallabors, Anhang III (Art. 60(1))",
    ),
]


@pytest.mark.parametrize(("field", "english", "german"), SAID)
def test_a_sentence_is_said_with_its_parts_and_what_a_person_wrote_stays(
    field: str, english: str, german: str
) -> None:
    assert spoken({field: english}, words("de")) == {field: german}


@pytest.mark.parametrize(
    ("field", "sealed", "read"),
    [
        ("deviation", "suspended (plan_breach): my_model", "suspended (plan breach): my_model"),
        ("changes", "personal_data: “no” became “yes”", "personal data: “no” became “yes”"),
        ("changes", "exit_criteria: “a_b” became “c”", "Exit criteria: “a_b” became “c”"),
        (
            "deviation",
            "group_gap at most 0.1 is broken: measured 0.2",
            "Group gap at most 0.1 is broken: measured 0.2",
        ),
    ],
)
@pytest.mark.parametrize("code", ["en", "es"])
def test_without_a_catalogue_our_codes_are_english_words_and_what_a_person_wrote_stays(
    field: str, sealed: str, read: str, code: str
) -> None:
    assert spoken({field: sealed}, words(code)) == {field: read}


def test_reasons_are_ours_only_where_the_service_decided() -> None:
    reasons = "DE: the plan is not approved (objected); no overseer is on duty"
    german = (
        "DE: der Plan ist nicht genehmigt (Einwand erhoben); keine Aufsichtsperson ist im Dienst"
    )
    by_service: dict[str, Any] = {"reasons": reasons, "decided_by": "system"}
    by_sue: dict[str, Any] = {"reasons": reasons, "decided_by": "Sue"}

    assert spoken(by_service, words("de"))["reasons"] == german
    assert spoken(by_sue, words("de")) == by_sue
    assert (
        spoken({"suspension": reasons, "suspended_by": "Sue"}, words("de"))["suspension"] == reasons
    )


def test_the_reason_that_the_service_gives_for_a_provider_is_ours() -> None:
    said_for: dict[str, Any] = {
        "reasons": "incident 2 could not be mitigated at once (Art. 60(7))",
        "decided_by": "Ada",
    }

    german = spoken(said_for, words("de"))

    assert german["reasons"] == "dem Vorfall 2 konnte nicht sofort abgeholfen werden (Art. 60(7))"


def test_a_sentence_that_no_template_knows_stays_english() -> None:
    assert said("the moon is full", words("de")) == "the moon is full"
