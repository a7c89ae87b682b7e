"""Every document that a case issues on its whole way is rendered, and nothing of ours stays English."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

import pytest
import rfc8785

from sandbox.domain.action import Action
from sandbox.domain.case import SYSTEM
from sandbox.domain.exit_report import ResolvedIssue
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.outcome import Objective, Outcome
from sandbox.domain.papers import Paper
from sandbox.domain.supervision import EVERYWHERE, OrderKind
from sandbox.monitoring import render
from sandbox.monitoring.language import SENTENCES, words
from sandbox.monitoring.render import DocumentRenderer
from sandbox.monitoring.sentences import said
from sandbox.stages import annual, good_faith, guidance, inspect, real_world, requisitions, revoke
from sandbox.store import documents
from tests.factories import ADA, AUTHORITY, EXIT_WORDS, SUE, TOM, UNION
from tests.monitoring.reports import a_report
from tests.monitoring.test_languages import SPOKEN
from tests.office import Office
from tests.real_world import DRAFT
from tests.stages import personal_data as of_personal_data
from tests.stages import supervising as of_incidents
from tests.stages import test_after as of_proofs
from tests.stages import test_annual as of_annual
from tests.stages.reviewing import lodge, rule
from tests.stages.test_amend import LONGER, STRICTER, Table
from tests.stages.testing import (
    approved,
    begin,
    finish,
    more,
    parts,
    prepared,
    running,
    with_a_test,
)
from tests.stages.under_way import extend, told_of_more

# What an office issues by itself; a maker that is new here is walked here.
ISSUED = {
    *(Paper.DECISION, Paper.TESTING_PLAN, Paper.INCIDENT_REPORT, Paper.EXIT_REPORT),
    *(Paper.DELETION_CERTIFICATE, Paper.REGISTRATION, Paper.NOTICE, Paper.DEPLOYER_AGREEMENT),
    *(Paper.EXTENSION, Paper.INSPECTION_RECORD, Paper.APPLICATION, Paper.SANDBOX_PLAN, Paper.TERMS),
    *(Paper.WRITTEN_PROOF, Paper.ANNUAL_REPORT, Paper.PROJECT_SUMMARY, Paper.GUIDANCE),
    *(Paper.GOOD_FAITH_FILE, Paper.INFORMATION, Paper.DATASET_CERTIFICATE),
}
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
NO_TEXT = re.compile(r"<(style|svg).*?</\1>|<[^>]+>", re.DOTALL)
# What people of these walks wrote where a word of ours may stand instead.
WRITTEN = {"found", "low now", "mended", "keys destroyed", "Sue"}
REACHED = tuple(Outcome(objective, "reached") for objective in Objective)
ISSUE = ResolvedIssue("one", "solved")
REGIME = replace(
    of_annual.REGIME, sandbox=replace(of_annual.REGIME.sandbox, ended_on=date(2027, 3, 1))
)
FILE: dict[str, Any] = {"authority": AUTHORITY, "regime": REGIME}


class Heard(Mapping[str, str]):
    """The words of a language that remember what they were asked for and did not know."""

    def __init__(self, code: str) -> None:
        self.known, self.language = words(code), code
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
        cluster=office.cluster,
        authority=AUTHORITY,
        nudge=office.nudge,
        **parts(office, of_incidents.INA),
    )
    until = AUTHORITY.day(office.clock())
    requisitions.require(case_id, "the training log", until, **more(office, of_incidents.MAX))
    requisitions.supply(case_id, 1, "nothing was logged", ("cd" * 32,), **more(office, ADA))
    finish(office, case_id, Action.TERMINATE_TEST)
    real_world.notify_outcomes(case_id, "no wrong refusal", **parts(office, ADA))
    office.end(case_id, Action.TERMINATE)
    office.work()
    office.issue_exit_report(case_id)
    office.work()
    return case_id


def completed(office: Office) -> CaseId:
    """A case under Art. 59 with guidance, to its good end: its proof, its file, the final report."""
    case_id = of_personal_data.active(office, "other")
    number = of_personal_data.let_in(office, case_id)
    of_personal_data.record_run(office, case_id)
    of_personal_data.delete(office, case_id, number)
    of_personal_data.verify(office, case_id, number)
    said: dict[str, Any] = {"answer": "Log it.", "law": ("Art. 12",)}
    guidance.give(case_id, None, **said, **more(office, SUE))
    guidance.ask(case_id, "Which one?", **parts(office, ADA), nudge=office.nudge)
    guidance.give(case_id, 2, **said, **more(office, SUE))
    guidance.acknowledge(case_id, 2, **parts(office, ADA))
    guidance.follow(case_id, 2, followed=False, evidence="too dear", **more(office, ADA))
    office.suspend(case_id)
    office.mitigate(case_id)
    office.resume(case_id, TOM)
    office.work()
    of_annual.keep(office, REGIME)
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id, replace(EXIT_WORDS, outcomes=REACHED, issues=(ISSUE,)))
    office.work()
    of_proofs.ask(office, case_id)
    of_proofs.issue(office, case_id)
    good_faith.issue(case_id, **parts(office, ADA) | FILE | {"nudge": office.nudge})
    office.work()
    office.clock.forward(days=300)
    of_annual.keep(office, REGIME)
    annual.issue(1, of_annual.WORDS, nudge=office.nudge, **of_annual.arguments(office, SUE, REGIME))
    office.work()
    return case_id


def watched(office: Office) -> CaseId:
    """A case whose test the service stops, since no overseer gives a sign of life."""
    case_id = with_a_test(office, key="watched")
    approved(office, case_id)
    prepared(office, case_id)
    begin(office, case_id)
    office.clock.forward(minutes=61)
    office.sweep()
    office.work()
    return case_id


def taken_back(office: Office) -> CaseId:
    """A case whose admission the authority takes back, since nobody answers."""
    case_id = office.agreed("taken back")
    facts = parts(office, SUE) | {"authority": AUTHORITY, "union": UNION, "nudge": office.nudge}
    revoke.revoke(case_id, "nobody answers", **facts)
    office.work()
    return case_id


def amended(office: Office) -> CaseId:
    """A case whose plan both parties changed, and made longer."""
    table = Table(office, office.active("amended"))
    table.propose(replace(STRICTER, scope="Loans; everywhere.", personal_data=False))
    table.agree()
    table.extend(LONGER)
    table.agree()
    return table.case_id


def appealed(office: Office) -> CaseId:
    """A case that is rejected, also when it is looked at again."""
    case_id = office.apply("appealed")
    office.decide(case_id, admitted=False)
    lodge(office, case_id)
    rule(office, case_id, upheld=False)
    return case_id


def texts_of(name: str, facts: Any) -> Iterator[str]:  # Any: JSON
    """Every text in fields of a name, at any depth."""
    if isinstance(facts, dict):
        for key, value in facts.items():
            held = value if isinstance(value, list) else [value]
            yield from (text for text in held if key == name and isinstance(text, str) and text)
            yield from texts_of(name, value)
    elif isinstance(facts, list):
        for item in facts:
            yield from texts_of(name, item)


def every_document(office: Office) -> list[tuple[Paper, dict[str, Any]]]:
    """Every document of every kind of case, as it is sealed."""
    cases = (
        *(walked(office), watched(office), taken_back(office), amended(office)),
        *(appealed(office), completed(office)),
        INSTALLATION,
    )
    with office.sessions.begin() as session:
        found = [d for case_id in cases for d in documents.of_case(session, case_id)]
    # The test report has a template of its own, whose words `test_languages` reads.
    return [(d.kind, d.assembled) for d in found if d.assembled and d.kind != Paper.TEST_REPORT]


@pytest.fixture
def made(office: Office) -> list[tuple[Paper, dict[str, Any]]]:
    return every_document(office)


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
        missing[code] = heard.missing - WRITTEN

    assert missing == {code: set() for code in SPOKEN}


def codes_in(kind: Paper, twin: bytes) -> set[str]:
    """Every code in what an English reader reads; a query is quoted as it was asked."""
    page = DocumentRenderer().reading_copy(kind.heading, twin, "html", "en").decode()
    for query in texts_of("query", json.loads(twin)):
        page = page.replace(escape(query), "")
    return set(CODE.findall(NO_TEXT.sub(" ", page)))


def test_no_document_shows_a_code_to_an_english_reader(
    made: list[tuple[Paper, dict[str, Any]]],
) -> None:
    codes = {(kind, code) for kind, facts in made for code in codes_in(kind, rfc8785.dumps(facts))}
    codes |= {
        (Paper.TEST_REPORT, code)
        for code in codes_in(Paper.TEST_REPORT, DocumentRenderer().test_report(a_report()).json)
    }

    assert codes == set()


@pytest.mark.parametrize("code", SPOKEN)
def test_every_sentence_of_ours_is_said_in_the_language_of_the_reader(
    made: list[tuple[Paper, dict[str, Any]]], code: str
) -> None:
    ours = {name: {t for _, facts in made for t in texts_of(name, facts)} for name in SENTENCES}
    ours["reasons"] = {
        facts["reasons"] for _, facts in made if facts.get("decided_by") == str(SYSTEM)
    }

    english = [text for texts in ours.values() for text in texts if said(text, words(code)) == text]

    # In German an article is cited as in English.
    assert [text for text in english if code != "de" or not text.startswith("Art.")] == []
    of_others = {
        "infrastructure",
        "sector_permits",
        "refused_reports",
    }  # Art. 60a; an untrue deletion
    assert {n for n, texts in ours.items() if not texts} <= {"alarms", "exceptions", *of_others}


def test_every_document_bears_the_common_header(made: list[tuple[Paper, dict[str, Any]]]) -> None:
    header = {"doc_id", "version", "supersedes", "signed_by", "signed_at"}
    header |= {"confidentiality_label", "retention_until", "language", "created_by"}

    assert [(kind, header - facts.keys()) for kind, facts in made if header - facts.keys()] == []
    assert len({facts["doc_id"] for _, facts in made}) == len(made)
