"""D11 and D12 read as documents: what is gone, what is kept, and on which basis."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.domain.dataset import RefusedDeletion, Trigger
from sandbox.domain.dataset_papers import deletion_certificate, project_summary
from sandbox.domain.papers import Paper
from sandbox.domain.processing import LegalHold
from sandbox.monitoring.render import DocumentRenderer
from tests.fakes import NOON
from tests.monitoring.test_documents import text_of
from tests.personal_data import SUMMARY, a_case_with, a_deletion, a_processing, released

HOLD = LegalHold(1, None, "court case 7", "Art. 17(3)(e) GDPR", "Sue", NOON)
LOG = "f" * 64


def certificate(**facts: Any) -> dict[str, Any]:
    dataset = released(due_by=Trigger.EXIT, due_on=NOON.date(), **facts)
    case = a_case_with(a_processing(dataset, holds=(HOLD,)))
    return deletion_certificate(case, dataset, "Authority for AI", NOON, LOG, 3)


@pytest.mark.rule("R59-g")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Deletion certificate of a dataset", "key 7", "Verifier")),
        ("nl", ("Certificaat van wissing", "Controleur", "oorspronkelijk")),
        ("de", ("Prüfer", "ursprünglich")),
        ("fr", ("Vérificateur", "d’origine")),
    ],
)
def test_the_certificate_of_a_dataset_reads_in_each_language(
    language: str, words: tuple[str, ...]
) -> None:
    gone = a_deletion(verified_by="Sue", verified_at=NOON)
    facts = certificate(deletion=gone) | {"language": language}

    made = DocumentRenderer().document(Paper.DATASET_CERTIFICATE.heading, facts)

    text = text_of(made.pdf)
    for word in words:
        assert word in text
    for said in ("court case 7", "Art. 17(3)(e) GDPR", "keys destroyed"):
        assert said in text


@pytest.mark.rule("D12")
@pytest.mark.rule("R59-g")
def test_what_is_held_is_certified_as_held() -> None:
    facts = certificate()

    assert (facts["deleted"], facts["verifier"], facts["trigger"]) == (False, None, "exit")
    assert facts["exceptions"] == [
        "legal hold 1 since 2026-11-24: court case 7 (Art. 17(3)(e) GDPR)"
    ]
    assert (facts["access_log_sha256"], facts["accesses_logged"]) == (LOG, 3)


@pytest.mark.rule("D12")
@pytest.mark.rule("R59-g")
def test_the_certificate_tells_which_reports_of_deletion_were_refused_and_why() -> None:
    refused = RefusedDeletion(a_deletion(), "the backups are there", "Dan (BfDI)", NOON)

    facts = certificate(deletion=a_deletion(), refused_deletions=(refused,))

    assert certificate()["refused_reports"] == []
    assert facts["refused_reports"] == [
        f"{NOON:%Y-%m-%d %H:%M:%S} UTC, Dan (BfDI): the backups are there"
    ]
    made = DocumentRenderer().document(Paper.DATASET_CERTIFICATE.heading, facts)
    assert "Refused reports" in text_of(made.pdf)


@pytest.mark.rule("D11")
@pytest.mark.rule("R59-j")
def test_the_summary_is_sealed_word_for_word() -> None:
    case = a_case_with(a_processing())
    again = replace(SUMMARY, project="A fair score for all")

    text = text_of(
        DocumentRenderer()
        .document("Project summary", project_summary(case, again, "Authority for AI", NOON))
        .pdf
    )

    for word in ("A fair score for all", "a small gap", "Expected results"):
        assert word in text
