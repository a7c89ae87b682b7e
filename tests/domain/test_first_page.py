"""The header that all documents share (rulebook 10)."""

from datetime import timedelta
from typing import Any

from sandbox.domain.case import SYSTEM
from sandbox.domain.first_page import with_header
from sandbox.domain.papers import Paper
from tests.factories import CASE_ID, SUE
from tests.fakes import NOON

UNTIL = NOON + timedelta(days=3650)


def headed(
    facts: dict[str, Any], paper: Paper, before: dict[int, dict[str, Any]], by: str = str(SUE)
) -> dict[str, Any]:
    number = len(before) + 1
    return with_header(
        *(facts, paper, CASE_ID, number, before), by=by, at=NOON, retention_until=UNTIL
    )


def test_a_document_says_what_it_is_who_signed_it_and_how_long_it_is_kept() -> None:
    made = headed({"results": "good"}, Paper.EXIT_REPORT, {1: {"results": "none"}})

    assert made == {
        "doc_id": f"{CASE_ID}/exit-report/2",
        "version": 2,
        "supersedes": 1,
        "created_by": "Sue",
        "signed_by": ["Sue"],
        "signed_at": NOON.isoformat(),
        "confidentiality_label": "AUTHORITY",
        "retention_until": UNTIL.isoformat(),
        "results": "good",
    }


def test_what_a_document_says_of_itself_stays() -> None:
    own = {"version": 7, "signed_by": ["both"], "supersedes": None}

    made = headed(own, Paper.SANDBOX_PLAN, {1: {}})

    assert own.items() <= made.items()


def test_only_what_is_about_the_same_is_replaced() -> None:
    before = {1: {"incident": 1}, 2: {"incident": 2}, 3: {"incident": 1}}

    made = headed({"incident": 1}, Paper.INCIDENT_REPORT, before)
    other = headed({"incident": 3}, Paper.INCIDENT_REPORT, before)
    alone = headed({}, Paper.NOTICE, {1: {}})

    assert (made["version"], made["supersedes"]) == (3, 3)
    assert (other["version"], other["supersedes"]) == (1, None)
    assert (alone["version"], alone["supersedes"]) == (1, None)


def test_the_service_signs_nothing() -> None:
    made = headed({}, Paper.DELETION_CERTIFICATE, {}, str(SYSTEM))

    assert (made["signed_by"], made["signed_at"]) == ([], None)
    assert made["created_by"] == "service"
