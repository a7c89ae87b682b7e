"""Every document that a case issues on its whole way is rendered, and nothing of ours stays English."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import rfc8785

from sandbox.domain.action import Action
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.supervision import EVERYWHERE, OrderKind
from sandbox.monitoring import render
from sandbox.monitoring.language import words
from sandbox.monitoring.render import DocumentRenderer
from sandbox.stages import inspect, real_world
from sandbox.store import documents
from tests.factories import ADA, AUTHORITY, SUE
from tests.monitoring.test_languages import SPOKEN
from tests.office import Office
from tests.real_world import DRAFT
from tests.stages import test_incidents as of_incidents
from tests.stages.test_real_world import extend, told_of_more
from tests.stages.testing import finish, parts, running

# What an office issues by itself; a maker that is new here is walked here.
ISSUED = {
    *(Paper.DECISION, Paper.TESTING_PLAN, Paper.INCIDENT_REPORT, Paper.EXIT_REPORT),
    *(Paper.DELETION_CERTIFICATE, Paper.REGISTRATION, Paper.NOTICE, Paper.DEPLOYER_AGREEMENT),
    *(Paper.EXTENSION, Paper.INSPECTION_RECORD),
}


class Heard(Mapping[str, str]):
    """The words of a language that remember what they were asked for and did not know."""

    def __init__(self, code: str) -> None:
        self.known = words(code)
        self.missing: set[str] = set()

    def __getitem__(self, text: str) -> str:
        if text not in self.known:
            self.missing.add(text)
        return self.known[text]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def walked(office: Office) -> CaseId:
    """A case with a test, an incident, an order and an inspection, from its start to its end."""
    case_id = running(office, replace(DRAFT, last_day=DRAFT.last_day))
    told_of_more(office, case_id)
    extend(office, case_id, DRAFT.last_day.replace(month=2))
    of_incidents.opened(office, case_id)
    of_incidents.classified(office, case_id, of_incidents.RIGHTS)
    of_incidents.responded(office, case_id, mitigated=True)
    of_incidents.reported(office, case_id, complete=True)
    of_incidents.informed(office, case_id)
    of_incidents.order(office, case_id, SUE, EVERYWHERE, kind=OrderKind.SUSPEND)
    inspected = of_incidents.inspection(office, case_id, announced=True)
    inspect.close_inspection(
        case_id,
        inspected.inspections[-1].number,
        findings="in order",
        evidence_sha256=("ab" * 32,),
        authority=AUTHORITY,
        nudge=office.nudge,
        **parts(office, of_incidents.INA),
    )
    finish(office, case_id, Action.TERMINATE_TEST)
    real_world.notify_outcomes(case_id, "no wrong refusal", **parts(office, ADA))
    office.end(case_id, Action.TERMINATE)
    office.work()
    office.issue_exit_report(case_id)
    office.work()
    return case_id


@pytest.fixture
def made(office: Office) -> list[tuple[Paper, dict[str, Any]]]:
    case_id = walked(office)
    with office.sessions.begin() as session:
        found = documents.of_case(session, case_id)
    # The test report has a template of its own, whose words `test_languages` reads.
    return [(d.kind, d.assembled) for d in found if d.assembled and d.kind != Paper.TEST_REPORT]


def test_no_document_leaves_a_word_of_ours_in_english(
    made: list[tuple[Paper, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {kind for kind, _ in made} >= ISSUED
    missing: dict[str, set[str]] = {}
    for code in SPOKEN:
        heard = Heard(code)
        monkeypatch.setattr(render, "words", lambda language, heard=heard: heard)
        for kind, facts in made:
            twin = rfc8785.dumps(facts)
            DocumentRenderer().reading_copy(kind.heading, twin, "html", code)
        missing[code] = heard.missing

    assert missing == {code: set() for code in SPOKEN}
