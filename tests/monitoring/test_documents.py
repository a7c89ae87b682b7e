"""Documents: the PDF says what its twin says, and no change of either goes unnoticed."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from pypdf import PdfReader

from sandbox.domain.clock_ledger import appeal_period, changes
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import meet, start, start_at, to_appeal
from sandbox.domain.periods import Period, WorkingCalendar
from sandbox.domain.seal import FIRST, Entry, seal
from sandbox.monitoring.render import DocumentRenderer, RenderedFiles
from sandbox.monitoring.twin import content_sha256
from sandbox.monitoring.verification import verify
from tests.factories import CALENDAR, CASE_ID
from tests.fakes import NOON
from tests.monitoring.reports import a_report


@pytest.fixture(scope="module")
def files() -> RenderedFiles:
    return DocumentRenderer().test_report(a_report())


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.rule("R58-D16")
@pytest.mark.rule("R58-02e")
def test_the_pdf_says_what_its_twin_says_and_carries_it(files: RenderedFiles) -> None:
    reader = PdfReader(io.BytesIO(files.pdf))
    text = text_of(files.pdf)
    twin = json.loads(files.json)

    assert reader.attachments["document.json"] == [files.json]
    assert twin["plan"]["sha256"] in text.replace("\n", "")
    for word in ("CreditCo B.V.", "FAIL", "PASS", "NO DATA", "not proven here", "simulated"):
        assert word in text
    assert {m["requirement"] for run in twin["runs"] for m in run["measurements"]} == {
        "Art. 10",
        "Art. 15",
    }
    assert twin["statement"] in text.replace("\n", " ")
    for run in twin["runs"]:
        for m in run["measurements"]:
            assert f"{m['series']['samples']} of {m['series']['samples_expected']}" in text


def test_the_pdf_is_made_to_be_kept_and_read_by_everybody(files: RenderedFiles) -> None:
    metadata = PdfReader(io.BytesIO(files.pdf)).xmp_metadata

    assert metadata is not None
    assert b"pdfaid:part>3" in files.pdf.replace(b'"', b"") or metadata.pdfaid_part == "3"
    assert b"pdfuaid:part" in files.pdf


def test_the_same_facts_give_the_same_bytes(files: RenderedFiles) -> None:
    assert DocumentRenderer().test_report(a_report()) == files


@pytest.mark.parametrize("name", ['#panic("x")', "$x^2$ *a* _b_", "<script>", '"}]\\', "@a <b>"])
def test_what_a_provider_wrote_is_shown_and_never_carried_out(name: str) -> None:
    text = text_of(DocumentRenderer().test_report(a_report(name)).pdf)

    assert name in text


def test_other_documents_look_the_same_and_are_complete() -> None:
    facts = {
        "document": "deletion certificate",
        "case": CASE_ID,
        "removed": ["Namespace/x", "Pod/y"],
        "left": [],
        "nested": {"a": True, "b": [{"c": None}]},
        "made_at": NOON.isoformat(),
        "statement": "no approval",
    }

    made = DocumentRenderer().document("Deletion certificate", facts)

    assert json.loads(made.json) == facts | {"hash": content_sha256(facts)}
    assert "Namespace/x" in text_of(made.pdf)


def ledger_of(files: RenderedFiles, note: str = "") -> str:
    facts: dict[str, Any] = {
        "sha256": hashlib.sha256(files.json).hexdigest(),
        "pdf_sha256": hashlib.sha256(files.pdf).hexdigest(),
        "note": note,
    }
    entry = Entry(1, NOON.isoformat(), "system", "system", "report_sealed", CASE_ID, facts)
    line = {
        **{n: getattr(entry, n) for n in ("seq", "at", "actor", "role", "action", "case_id")},
        "facts": facts,
        "previous": FIRST,
        "seal": seal(entry, FIRST),
    }
    return json.dumps(line) + "\n"


def in_folder(folder: Path, files: RenderedFiles, ledger: str) -> list[Path]:
    made = [folder / "report.json", folder / "report.pdf", folder / "ledger.jsonl"]
    made[0].write_bytes(files.json)
    made[1].write_bytes(files.pdf)
    made[2].write_text(ledger)
    return made


@pytest.mark.rule("R57-07d")
@pytest.mark.rule("R58-02g")
def test_untouched_files_pass_every_check(files: RenderedFiles, tmp_path: Path) -> None:
    checks = verify(in_folder(tmp_path, files, ledger_of(files)))

    assert [c for c in checks if not c.passed] == []
    assert len(checks) > 10


@pytest.mark.rule("R57-07d")
def test_every_document_names_the_hash_of_its_content_and_a_change_is_found(tmp_path: Path) -> None:
    facts = {"case": CASE_ID, "outcome": "rejected", "made_at": NOON.isoformat(), "statement": ""}
    made = DocumentRenderer().document("Decision", facts)
    changed = rfc8785.dumps(json.loads(made.json) | {"outcome": "admitted"})
    files = [tmp_path / "made.json", tmp_path / "changed.json"]
    files[0].write_bytes(made.json)
    files[1].write_bytes(changed)

    assert content_sha256(facts) in text_of(made.pdf).replace("\n", "")
    assert [(c.name, c.sentence) for c in verify(files) if not c.passed] == [
        ("changed.json: hash", "not that of its content")
    ]


def better_value(document: dict[str, Any]) -> None:
    document["runs"][0]["measurements"][1]["value"] = 0.1


def better_verdict(document: dict[str, Any]) -> None:
    document["runs"][0]["measurements"][1]["verdict"] = "pass"


def better_sample(document: dict[str, Any]) -> None:
    next(iter(document["raw"].values()))[0][1] = 0.99


def fewer_samples(document: dict[str, Any]) -> None:
    next(iter(document["raw"].values())).pop()


def softer_bar(document: dict[str, Any]) -> None:
    document["runs"][0]["measurements"][1]["threshold"]["value"] = 0.5


def better_whole(document: dict[str, Any]) -> None:
    document["verdict"] = "pass"


@pytest.mark.parametrize(
    "change",
    [better_value, better_verdict, better_sample, fewer_samples, softer_bar, better_whole],
)
def test_a_changed_number_is_found_even_when_its_seal_is_forged(
    files: RenderedFiles, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    document = json.loads(files.json)
    change(document)
    forged = RenderedFiles(rfc8785.dumps(document), files.pdf)

    failed = [c for c in verify(in_folder(tmp_path, forged, ledger_of(forged))) if not c.passed]

    assert [c for c in failed if c.name != "report.pdf: twin"] != []


@pytest.mark.parametrize("suffix", ["json", "pdf", "jsonl", "txt"])
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[1]", b"\xff\xfe", b"%PDF-1.7\n"])
def test_nonsense_is_a_failed_check_and_no_crash(tmp_path: Path, suffix: str, body: bytes) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(body)

    checks = verify([path, tmp_path / "absent.json"])

    assert not all(check.passed for check in checks)


def test_an_edited_ledger_is_found(files: RenderedFiles, tmp_path: Path) -> None:
    edited = ledger_of(files).replace('"system", "role"', '"Sue", "role"')

    checks = verify(in_folder(tmp_path, files, edited))

    assert "ledger.jsonl" in {c.name for c in checks if not c.passed}


WEEKS = Period(weeks=6)


def a_ledger(*facts: dict[str, Any]) -> str:
    """A chain that holds, whatever its entries say."""
    lines, previous = [], FIRST
    for seq, said in enumerate(facts, 1):
        entry = Entry(seq, NOON.isoformat(), "Ada", "provider", "apply", CASE_ID, said)
        line = asdict(entry) | {"previous": previous, "seal": seal(entry, previous)}
        lines.append(json.dumps(line))
        previous = str(line["seal"])
    return "\n".join(lines)


def test_every_due_date_is_computed_again_from_the_ledger(tmp_path: Path) -> None:
    closed = WorkingCalendar("NL", frozenset({date(2027, 2, 24)}))
    clocks = (start(Name.DL_01, NOON.date(), closed), start_at(Name.DL_24, NOON, subject="b"))
    path = tmp_path / "ledger.jsonl"
    path.write_text(a_ledger(changes((), clocks), changes(clocks, meet(clocks, Name.DL_24, NOON))))

    (chain, check) = verify([path])

    assert chain.passed
    assert (check.name, check.passed) == ("ledger.jsonl: clocks", True)
    assert check.sentence == "2 due dates recomputed"


@pytest.mark.rule("DL-25")
def test_the_last_day_to_appeal_is_computed_again_from_the_period_of_the_member_state(
    tmp_path: Path,
) -> None:
    closed = WorkingCalendar("NL", frozenset({date(2027, 1, 5)}))
    clock = to_appeal(NOON.date(), WEEKS, closed)
    path = tmp_path / "ledger.jsonl"
    path.write_text(a_ledger(appeal_period(clock, WEEKS)))

    (_, check) = verify([path])

    assert clock.due == date(2027, 1, 6)
    assert (check.passed, check.sentence) == (True, "1 due dates recomputed")


def test_a_due_date_that_does_not_follow_is_found_even_under_a_good_seal(tmp_path: Path) -> None:
    clock = replace(start(Name.DL_01, NOON.date(), CALENDAR), due=date(2027, 3, 24))
    path = tmp_path / "ledger.jsonl"
    appeal = replace(to_appeal(NOON.date(), WEEKS, CALENDAR), due=date(2027, 3, 24))
    for body in (
        a_ledger(changes((), (clock,))),
        a_ledger({"clocks_started": [{"name": "x"}]}),
        a_ledger(appeal_period(appeal, WEEKS)),
    ):
        path.write_text(body)

        (chain, check) = verify([path])

        assert chain.passed
        assert not check.passed


@pytest.mark.rule("R78")
def test_a_ledger_with_withheld_entries_is_checked_as_far_as_it_goes(tmp_path: Path) -> None:
    lines = a_ledger({"n": 1}, {"n": 2}, {"n": 3}).splitlines()
    entry = json.loads(lines[1])
    withheld = {name: entry[name] for name in ("seq", "previous", "seal")} | {"withheld": True}
    path = tmp_path / "ledger.jsonl"

    path.write_text("\n".join([lines[0], json.dumps(withheld), lines[2]]))
    (good,) = verify([path])
    path.write_text("\n".join([lines[0], json.dumps(withheld | {"seal": "0" * 64}), lines[2]]))
    (forged,) = verify([path])
    path.write_text("\n".join([lines[0], json.dumps(withheld | {"seq": 7}), lines[2]]))
    (moved,) = verify([path])

    assert (good.passed, good.sentence) == (True, "3 entries, chain unbroken, 1 withheld")
    assert (forged.passed, moved.passed) == (False, False)
    assert moved.sentence == "entry 7 (withheld) does not fit the chain"
