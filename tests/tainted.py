"""A case of which every text says where it stands, with everything that goes with it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from sandbox.domain.access_log import Access
from sandbox.domain.case import Case, Person
from sandbox.domain.consent import NewConsent
from sandbox.domain.dataset import DatasetKind
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import start_at
from sandbox.domain.environment import Operation, Phase, Progress, Wanted
from sandbox.domain.evidence_hold import series_kept
from sandbox.domain.experiment import Experiment
from sandbox.domain.export import ExportState
from sandbox.domain.helpdesk import Topic
from sandbox.domain.incident import CausalLink, Classification, IncidentClass
from sandbox.domain.learning import Lesson
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import INSTALLATION
from sandbox.domain.papers import Paper
from sandbox.domain.risk import Weight
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.shares import Part, Share
from sandbox.domain.tool import Rights, Tool
from sandbox.domain.view_entries import ENTRIES
from sandbox.store import (
    access_log,
    alarms,
    cases,
    consents,
    documents,
    drafts,
    engine_log,
    experiments,
    helpdesk,
    ledger,
    lessons,
    outbox,
    projects,
    reversals,
    tools,
)
from sandbox.store.database import Sessions
from sandbox.store.environment_tables import EnvironmentRow
from tests.factories import CASE_ID, HOME_SEATS
from tests.fakes import NOON, FakeEvidence
from tests.filled import MOMENTS, filled, marker, texts

PROVIDER = marker("provider")
BANK = "BankCo"
HASH = "ab" * 32
AMENDED = ("amendment.", "amendments.")
OVERRIDES: dict[str, Any] = {
    "id": CASE_ID,
    "stage": Stage.ACTIVE,
    "application.country": "NL",
    "application.confidential": (),
    "application.marks.field": "maturity",
    "call.id": "spring",
    "call.fees": (),
    "test.territories.country": "NL",
    "application.annex_iii": ("III-5b",),
    "application.annex_i": (),
    "application.prohibited": (),
    "findings.about": "",  # the name of a field, which decides who reads the finding
    "test.evidence.deployers": (BANK,),
    "test.agreements.deployer": BANK,
    "incidents.countries": ("NL",),
    "incidents.opened_by": f"Bo ({BANK})",
    "incidents.classification": Classification(
        (IncidentClass.FUNDAMENTAL_RIGHTS,), CausalLink.LIKELY
    ),
    "inspections.announced": True,
    "plan_sha256": HASH,
    "amendment.plan_sha256": HASH,
    **dict.fromkeys((f"{where}plan.confidential" for where in ("", *AMENDED)), ()),
    "processing.datasets.kind": DatasetKind.ORIGINAL,
    "processing.exports.state": ExportState.WAITING,
    "risks.weight": Weight.SIGNIFICANT,
    "lessons.confirmed_at": None,
    "tools.rights": Rights.CONFIDENTIAL,
    "listed.rights": Rights.OPEN,
    "deadlines": (start_at(Name.DL_16, NOON, subject=marker("deadlines.subject")),),
}
PEOPLE = {
    "P": Person("Ada", Role.PROVIDER, PROVIDER),
    "D": Person("Bo", Role.DEPLOYER, BANK),
    "A": Person("Sue", Role.AUTHORITY, ""),
    "M": Person("Max", Role.MARKET_SURVEILLANCE, "MSA", "NL"),
    "G": Person("Dirk", Role.DATA_PROTECTION, "DPA", "NL"),
    "F": Person("Eva", Role.RIGHTS_BODY, "Equality", "NL"),
    "U": Person("Uma", Role.AI_OFFICE, "AI Office"),
    "a": Person("Audi", Role.AUDITOR, ""),
    "O": Person("Opa", Role.OPERATOR, ""),
    "B": Person("Bea", Role.BOARD, ""),
    "C": Person("Cai", Role.COMMISSION, ""),
    "V": Person("Vera", Role.OBSERVER, "University"),
}
SHARED = Share(
    number=1,
    role=Role.MARKET_SURVEILLANCE,
    country="FR",
    parts=(Part.PLAN,),
    purpose="p",
    legal_basis="Art. 57(13)",
    last_day=NOON.date(),
    by="Sue",
    at=NOON,
    consented_by="Ada",
    consented_at=NOON,
)
FARAWAY = Person("Fay", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
SEAT = Seat(Role.AUTHORITY, "FR", "CNIL", next(iter(Capacity)), NOON, "Sue")


def a_filled_case(**changes: Any) -> Case:
    made: Case = filled(Case, OVERRIDES)
    return replace(made, **{"seats": (*made.seats, *HOME_SEATS), **changes})


def keep(
    sessions: Sessions, evidence: FakeEvidence, case: Case, *, moments: bool = False
) -> dict[str, str]:
    """Write a case and everything that goes with it; every marker by its path, moments too if wished."""
    found = dict(texts(case)) | {"deadlines.subject": marker("deadlines.subject")}

    def marked(path: str) -> str:
        return found.setdefault(path, marker(path))

    with sessions.begin() as session:
        cases.add(session, case)
        alarms.add(session, case.id, 1, "m", "breach", NOON, marked("besides.alarm"))
        engine_log.add_preview(
            session, case.id, HASH, (Operation("create", marked("besides.preview")),), NOON
        )
        engine_log.add_progress(
            session, case.id, 1, Progress(NOON, "create", "Pod", True, marked("besides.progress"))
        )
        session.add(
            EnvironmentRow(
                case_id=case.id,
                wanted=next(iter(Wanted)),
                wanted_generation=1,
                phase=next(iter(Phase)),
                applied_generation=0,
                stack_exists=False,
                attempts=1,
                waiting_for=marked("besides.environment"),
                deviation=marked("besides.environment"),
            )
        )
        subject = marked("besides.consent")
        told = case.consent_forms[0]
        given = NewConsent(subject, told.version, told.language, "m", "", True, False, "")
        consents.add(session, case.id, given, HASH, NOON)
        reversals.ask(session, case.id, 1, marked("besides.reversal"), NOON)
        facts = {"text": marked("besides.outbox")}
        outbox.post(session, case.id, "k", f"provider:{marked('besides.addressee')}", NOON, **facts)
        body = {"system_name": marked("besides.draft")}
        drafts.save(session, PROVIDER, "d1", body, "Ada", NOON, version=None)
        helpdesk.ask(session, PROVIDER, Topic.OTHER, marked("besides.ticket"), "Ada", NOON)
        for _, _, kept in series_kept(case):
            evidence.kept[kept.key] = marked("besides.kept_series").encode()
        for action in (*ENTRIES, "clock_overdue", "unheard_of"):
            said: dict[str, Any] = {"text": marked(f"ledger.{action}"), "incident": 1}
            kind = {"kind": "test-report"} if action == "report_sealed" else {}
            ledger.append(session, case.id, action, PEOPLE["A"], NOON, **said, **kind)
        for paper in Paper:
            said = {"text": marked(f"documents.{paper}"), "incident": 1, "deployer": BANK}
            if paper is Paper.NOTICE:
                said["addressees"] = ["deployer"]
            if paper is Paper.EXIT_REPORT:
                said["system"] = case.application.system_name
                said["outcome"] = marked("documents.exit-report.outcome")
            number = documents.issue(session, case.id, paper, "Sue", NOON, said)
            stored = evidence.put(
                str(paper), json.dumps(said).encode(), media_type="", retain_until=NOON
            )
            document = documents.load(session, case.id, paper, number)
            named = replace(stored, sha256=HASH) if paper is Paper.EXIT_REPORT else stored
            documents.sealed(session, document, named, named, NOON)
        found |= _keep_beside(session, case)
        _keep_in_public(session, evidence, case, marked)
    return {path: said for path, said in found.items() if moments or path not in MOMENTS}


def _keep_beside(session: Session, case: Case) -> dict[str, str]:
    """What tables of their own hold of a case."""
    lesson, taught = (filled(Lesson, OVERRIDES, path) for path in ("lessons", "taught"))
    tool, listed = (filled(Tool, OVERRIDES, path) for path in ("tools", "listed"))
    access, experiment = filled(Access, {}, "accesses"), filled(Experiment, {}, "experiments")
    assert case.plan is not None
    versions = {"objectives": marker("versions.objectives"), "by": marker("versions.proposed_by")}
    cases.add_plan(session, case.id, case.plan, versions["by"], NOON)
    later = replace(case.plan, version=2, objectives=versions["objectives"])
    cases.add_plan(session, case.id, later, versions["by"], NOON)
    for number, one in enumerate((lesson, taught), 1):
        lessons.add(session, case.id, replace(one, number=number))
    for number, one in enumerate((tool, listed), 1):
        tools.add(session, case.id, replace(one, number=number))
    access_log.append(session, case.id, [(access, True)])
    experiments.add(session, case.id, experiment)
    kept = {"lessons": lesson, "taught": taught, "tools": tool, "listed": listed}
    kept |= {"accesses": access, "experiments": experiment}
    return {path: text for prefix, one in kept.items() for path, text in texts(one, prefix)} | {
        found.strip("[]"): found for found in versions.values()
    }


def _keep_in_public(
    session: Session, evidence: FakeEvidence, case: Case, marked: Callable[[str], str]
) -> None:
    """What was published on purpose: a project, and the abstract of an annual report."""
    project = dict.fromkeys(
        ("project", "objectives", "expected_results"), marked("besides.project")
    )
    projects.publish(session, case.id, **project, at=NOON)
    said = {
        **dict.fromkeys(("document", "authority", "made_at"), ""),
        "member_states": [],
        "period": [],
        "year": 1,
        "progress": marked("besides.annual"),
        "public_abstract": {"text": marked("besides.abstract"), "figures": {}},
    }
    number = documents.issue(session, INSTALLATION, Paper.ANNUAL_REPORT, "Sue", NOON, said)
    stored = evidence.put("annual", json.dumps(said).encode(), media_type="", retain_until=NOON)
    report = documents.load(session, INSTALLATION, Paper.ANNUAL_REPORT, number)
    documents.sealed(session, report, stored, stored, NOON)
