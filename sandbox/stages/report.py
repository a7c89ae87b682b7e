"""Documents: asked for, assembled from facts, sealed under object lock, written in the ledger.

Each step is a row's state, so that a crash or an outage between two of them loses nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Person, Stretch
from sandbox.domain.deadline_rules import Name
from sandbox.domain.evaluation import SealedReport, evaluation
from sandbox.domain.first_page import with_header
from sandbox.domain.naming import INSTALLATION, CaseId, report_key
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.report import Run, TestReport, notes
from sandbox.domain.seal import Facts
from sandbox.errors import EvidenceUnavailable, NotRendered
from sandbox.measuring import measure
from sandbox.ports import Catalogue, Clock, Evidence, Metrics, Nudge, Rendered, Renderer
from sandbox.store import alarms, calendar, cases, documents, ledger, plans
from sandbox.store.database import Sessions
from sandbox.store.documents import Document
from sandbox.store.record import met, record

MEETS = {
    Paper.EXIT_REPORT: Name.DL_06,
    Paper.DELETION_CERTIFICATE: Name.DL_19,
    Paper.WRITTEN_PROOF: Name.DL_07,
    Paper.ANNUAL_REPORT: Name.DL_09,
}
RESTS_ON_TESTS = frozenset({Paper.EXIT_REPORT, Paper.WRITTEN_PROOF})
TEST_REPORT_FACTS = TypeAdapter(TestReport)
NOT_SET = "this document could not be set; that is our fault, and it is tried again"


def ask_for_report(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> int:
    """Ask for a supervised test report up to this moment; returns its number."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.REQUEST_REPORT, by)
        number = documents.ask_for(session, case_id, Paper.TEST_REPORT, str(by), at, {})
        record(session, after, Action.REQUEST_REPORT, by, at, number=number)
    nudge("report", case_id)
    return number


def make(
    case_id: CaseId,
    *,
    sessions: Sessions,
    metrics: Metrics,
    catalogue: Catalogue,
    renderer: Renderer,
    evidence: Evidence,
    authority: Authority,
    retention: timedelta,
    clock: Clock,
    nudge: Nudge,
) -> None:
    """Bring every document of a case that is on its way as far as it gets now; what could not be set is
    raised when all others are done.
    """
    faults: list[NotRendered] = []
    with sessions.begin() as session:
        on_their_way = [d for d in documents.of_case(session, case_id) if d.sealed_at is None]
    for document in on_their_way:
        facts = document.assembled
        if facts is None:
            facts = _assemble(document, sessions, metrics, catalogue, authority, clock)
        if document.kind in RESTS_ON_TESTS and "metric_annex" not in facts:
            evaluated = _evaluated(document, sessions)
            if evaluated is None:
                continue
            facts = facts | evaluated
        if "language" not in facts:
            facts = _with_header(document, facts, sessions, retention)
            facts |= {"language": authority.language}
            with sessions.begin() as session:
                documents.assembled(session, document, facts, document.verdict)
        try:
            files = _render(document.kind, facts, renderer)
        except NotRendered as fault:
            faults.append(fault)
            with sessions.begin() as session:
                documents.postpone(session, document, NOT_SET)
            continue
        _seal(document, files, sessions, evidence, retention, clock)
    if on_their_way and case_id != INSTALLATION:
        nudge("exit", case_id)
    if faults:
        raise ExceptionGroup(f"documents of case {case_id} could not be set", faults)


def _with_header(
    document: Document, facts: dict[str, Any], sessions: Sessions, retention: timedelta
) -> dict[str, Any]:
    with sessions.begin() as session:
        known = documents.of_case(session, document.case_id)
    before = {
        d.number: d.assembled or {}
        for d in known
        if d.kind is document.kind and d.number < document.number
    }
    return with_header(
        *(facts, document.kind, document.case_id, document.number, before),
        by=document.wanted_by,
        at=document.wanted_at,
        retention_until=document.wanted_at + retention,
    )


def _assemble(
    document: Document,
    sessions: Sessions,
    metrics: Metrics,
    catalogue: Catalogue,
    authority: Authority,
    clock: Clock,
) -> dict[str, Any]:
    with sessions.begin() as session:
        case = cases.load(session, document.case_id)
        seen = calendar.last_seen(session)
        seal = ledger.head(session, document.case_id)
        agreed = {v.plan.version: v.plan for v in plans.versions(session, document.case_id)}
        walls = alarms.open_walls(session, document.case_id)
    if case.plan is None:
        raise ValueError(f"case {case.id} has no plan, so no run to report on")
    runs = tuple(
        _run(
            *(number, stretch, case.id, agreed.get(stretch.plan_version, case.plan)),
            *(document.wanted_at, metrics, catalogue),
        )
        for number, stretch in enumerate(case.stretches, start=1)
    )
    report = TestReport(
        case_id=case.id,
        number=document.number,
        provider=case.application.applicant,
        system=f"{case.application.system_name} {case.application.system_version}",
        authority=authority.name,
        made_at=clock(),
        made_by=document.wanted_by,
        plan_version=case.plan.version,
        plan_sha256=case.plan_sha256,
        runs=runs,
        isolation=case.isolation,
        notes=(*(seen[0].notes() if seen else ()), *notes(runs, walls)),
        ledger_seal=seal,
        language=authority.language,
    )
    facts: dict[str, Any] = TEST_REPORT_FACTS.dump_python(report, mode="json")
    with sessions.begin() as session:
        documents.assembled(session, document, facts, report.verdict)
    return facts


def _evaluated(document: Document, sessions: Sessions) -> dict[str, Any] | None:
    """What the test reports say that were asked for before a document; None until all are sealed."""
    with sessions.begin() as session:
        case = cases.load(session, document.case_id)
        before = [
            found
            for found in documents.of_case(session, document.case_id)
            if found.kind is Paper.TEST_REPORT and found.wanted_at <= document.wanted_at
        ]
        if not all(found.sealed_at for found in before):
            documents.postpone(session, document, "the test report before it is sealed first")
            return None
    sealed = tuple(
        SealedReport(TEST_REPORT_FACTS.validate_python(found.assembled, strict=False), found.sha256)
        for found in before
        if found.sha256
    )
    return evaluation(case.plan.requirements if case.plan else (), sealed)


def _run(
    number: int,
    stretch: Stretch,
    case_id: CaseId,
    plan: SandboxPlan,
    asked_at: datetime,
    metrics: Metrics,
    catalogue: Catalogue,
) -> Run:
    """One stretch, from the end of its settling time, judged by the plan that was in force then; a
    stretch that never settled has no data.
    """
    end = stretch.ended_at or asked_at
    start = min(stretch.started_at + timedelta(seconds=plan.settling_seconds), end)
    return Run(
        number=number,
        started_at=start,
        ended_at=end,
        ended_by=stretch.ended_by or "report",
        measurements=tuple(
            measure(threshold, case_id, start, end, metrics=metrics, catalogue=catalogue)
            for threshold in plan.thresholds
        ),
        plan_version=plan.version,
    )


def _render(kind: Paper, facts: dict[str, Any], renderer: Renderer) -> Rendered:
    if kind is Paper.TEST_REPORT:
        return renderer.test_report(TEST_REPORT_FACTS.validate_python(facts, strict=False))
    return renderer.document(kind.heading, facts)


def _meets(document: Document) -> Name | None:
    """The clock that a document ends when it is sealed; a certificate of what is held ends none."""
    is_held = document.assembled is not None and document.assembled.get("deleted") is False
    return None if is_held else MEETS.get(document.kind)


def _seal(
    document: Document,
    files: Rendered,
    sessions: Sessions,
    evidence: Evidence,
    retention: timedelta,
    clock: Clock,
) -> None:
    """Store both files and write their hashes in the ledger; an outage postpones."""
    until = document.wanted_at + retention
    key = (document.case_id, document.kind, document.number)
    try:
        pdf = evidence.put(
            report_key(*key, "pdf"), files.pdf, media_type="application/pdf", retain_until=until
        )
        json = evidence.put(
            report_key(*key, "json"), files.json, media_type="application/json", retain_until=until
        )
    except EvidenceUnavailable as error:
        with sessions.begin() as session:
            documents.postpone(session, document, f"{error}; it is tried again")
        return
    at = clock()
    with sessions.begin() as session:
        cases.order_writers(session, document.case_id)
        if not documents.sealed(session, document, json, pdf, at):
            return
        name = _meets(document)
        # A dataset has a clock of its own, which the certificate of the environment does not meet.
        subject = document.wish.get("clock", "")
        clocks = met(session, document.case_id, name, at, subject=subject) if name else {}
        verdict = documents.load(session, *key).verdict
        ledger.append(
            session,
            document.case_id,
            "report_sealed",
            SYSTEM,
            at,
            kind=document.kind,
            number=document.number,
            sha256=json.sha256,
            pdf_sha256=pdf.sha256,
            json_key=json.key,
            json_version=json.version,
            pdf_key=pdf.key,
            pdf_version=pdf.version,
            retain_until=json.retain_until.isoformat(),
            verdict=verdict,
            **_about(document),
            **clocks,
        )


def _about(document: Document) -> dict[str, Facts]:
    """The incident or the territory that a document is about: who may know of that may read that it was
    sealed (Art. 78).
    """
    said = document.assembled or {}
    name = {Paper.INCIDENT_REPORT: "incident", Paper.TESTING_PLAN: "submitted_to"}.get(
        document.kind
    )
    return {name: said[name]} if name else {}
