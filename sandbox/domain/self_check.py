"""What an applicant may know before applying: the outcome of screening and what follows from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.domain import screening
from sandbox.domain.application import Application
from sandbox.domain.authority import Authority
from sandbox.domain.changes import Change, changes
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import start
from sandbox.domain.finding import Finding
from sandbox.domain.high_risk import is_high_risk
from sandbox.domain.papers import Paper
from sandbox.domain.regime import Regime
from sandbox.domain.routing import Competent, route
from sandbox.domain.rule_versions import in_force
from sandbox.domain.size import Benefit, SizeClass, benefits, size_class
from sandbox.domain.testing_basis import Footings, footings, registration_required

DECISION_TARGET = timedelta(days=60)  # ours (rulebook 2.3); the law has three months
PLAN_WORKING_DAYS = 20  # ours; the draft act says "without undue delay" (Art. 5(1))


@dataclass(frozen=True, slots=True)
class NeededPaper:
    """A document of rulebook 10 that the passage will need, who writes it, and why."""

    document: str
    title: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A date to reckon with, if the application were handed in today."""

    what: str
    day: date
    rule: str


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """`outcome` is eligible, incomplete or excluded; it binds nobody. Nobody is competent for what the
    order of routing stops or leaves out of scope (rulebook 5.4).
    """

    outcome: str
    rules_version: str
    size_class: SizeClass
    is_high_risk: bool
    competent: Competent | None
    benefits: tuple[Benefit, ...]
    findings: tuple[Finding, ...]
    would_change: tuple[Change, ...]
    papers: tuple[NeededPaper, ...]
    expected: tuple[Expected, ...]


def check(application: Application, today: date, authority: Authority, regime: Regime) -> SelfCheck:
    """Screen as if it were handed in today to the sandbox of an authority, and tell what would follow:
    of a test in the Member States alone where it is available.
    """
    rules, kind = in_force(today), regime.sandbox.kind
    stands = footings(application, regime.sandbox, authority, today)
    findings = screening.screen_under(rules, kind, application, stands=stands)
    can_be = not stands or any(found.allows for found in stands.values())
    ahead = replace(application, real_world_test=application.real_world_test and can_be)
    registers = not stands or registration_required(application, tuple(stands.values()), regime)
    return SelfCheck(
        screening.outcome(findings),
        rules.name,
        size_class(application.size),
        is_high_risk(application),
        route(application, findings, kind).competent,
        benefits(application.size, eu_establishment=application.eu_establishment),
        findings,
        tuple(changes(application, regime.sandbox, authority, today)),
        tuple(_papers(ahead, registers=registers)),
        tuple(_expected(ahead, stands, today, authority)),
    )


def _always(application: Application) -> bool:
    del application
    return True


def _real_world(application: Application) -> bool:
    return application.real_world_test


# The annual report (D10) is the authority's own and concerns no single applicant.
PAPERS: tuple[tuple[Paper, Callable[[Application], bool], str, str], ...] = (
    (Paper.APPLICATION, _always, "provider", "Art. 58; draft act Art. 3"),
    (Paper.SANDBOX_PLAN, _always, "provider and authority", "Art. 57(5); draft act Art. 5"),
    (Paper.TERMS, _always, "authority", "Art. 58(1)(c); draft act Art. 2"),
    (Paper.DECISION, _always, "authority", "Art. 58(2)(a); draft act Art. 3(7)"),
    (Paper.TESTING_PLAN, _real_world, "provider", "Art. 60(4)(a)"),
    (Paper.CONSENT_RECORD, _real_world, "provider and subjects", "Art. 61"),
    (Paper.INCIDENT_REPORT, _real_world, "provider", "Art. 60(7), 73: if an incident occurs"),
    (Paper.EXIT_REPORT, _always, "authority", "Art. 57(7)"),
    (Paper.WRITTEN_PROOF, _always, "authority", "Art. 57(7): if you ask for it"),
    (
        Paper.PROJECT_SUMMARY,
        lambda a: bool(a.public_interest_area) or a.reuses_personal_data,
        "provider and authority",
        "Art. 59(1)(j)",
    ),
    (
        Paper.DELETION_CERTIFICATE,
        lambda a: a.processes_personal_data,
        "operator and provider",
        "Art. 59(1)(g)",
    ),
    (Paper.REGISTRATION, _real_world, "provider", "Art. 60(4)(c)"),
    (Paper.NOTICE, _always, "authority", "Art. 57(11): if the test is suspended or terminated"),
    (
        Paper.DEPLOYER_AGREEMENT,
        _real_world,
        "provider and deployer",
        "Art. 60(4)(h): if a deployer takes part",
    ),
    (Paper.EXTENSION, _always, "provider", "draft act Art. 8(1): if more time is needed"),
    (Paper.GUIDANCE, _always, "authority", "Art. 57(6), (7): for each answer you are given"),
    (Paper.INSPECTION_RECORD, _real_world, "authority", "Art. 60(6): if there is an inspection"),
)


def _papers(application: Application, *, registers: bool) -> Iterator[NeededPaper]:
    for paper, applies, by, why in PAPERS:
        if applies(application) and (registers or paper is not Paper.REGISTRATION):
            yield NeededPaper(paper.catalogue_number, paper.heading, by, why)


def _expected(
    application: Application, stands: Footings, today: date, authority: Authority
) -> Iterator[Expected]:
    calendar = authority.calendar
    decision = start(Name.DL_01, today, calendar).due
    yield Expected("day the authority aims at for its decision", today + DECISION_TARGET, "X")
    yield Expected("last day for the decision on admission", decision, "DL-01")
    plan = calendar.plus_working_days(decision, PLAN_WORKING_DAYS)
    yield Expected("day to agree on the plan by, after the last day to decide", plan, "R58-D15")
    earliest, when = decision, "the last day for the decision"
    for answer in _answers(application, stands, decision, authority):
        earliest = max(earliest, answer.day)
        when = "the last day for the answer on its testing plan"
        yield answer
    begin = max(application.requested_start, earliest)
    if begin == application.requested_start:
        when = "the day asked for"
    end = begin + timedelta(weeks=application.weeks)
    if application.real_world_test:
        cap = start(Name.DL_03, begin, calendar).due
        yield Expected("latest end of the real-world test, without an extension", cap, "DL-03")
        longest = start(Name.DL_04, cap, calendar).due
        yield Expected("latest end of the real-world test, extended once", longest, "DL-04")
    yield Expected(f"end, if it begins on {when}", end, "R58-D13")
    extension = start(Name.DL_05, end, calendar).due
    if extension > decision:  # before, nothing was admitted that could be extended
        yield Expected("last day to agree on an extension", extension, "DL-05")
    yield Expected("last day for the exit report", start(Name.DL_06, end, calendar).due, "DL-06")
    if application.processes_personal_data:
        gone = start(Name.DL_19, end, calendar).due
        yield Expected("last day for the deletion of personal data", gone, "DL-19")


def _answers(
    application: Application, stands: Footings, decision: date, authority: Authority
) -> Iterator[Expected]:
    """The answer on a testing plan that each Member State owes, by its own calendar; where none is
    named, by that of the installation.
    """
    on_plan = "on a testing plan that is submitted at admission"
    if application.real_world_test and not stands:
        due = start(Name.DL_02, decision, authority.calendar).due
        yield Expected(f"last day for the answer {on_plan}", due, "DL-02")
    for country, found in stands.items():
        if found.is_answered_in_time:
            due = start(Name.DL_02, decision, authority.calendar_of(country)).due
            yield Expected(f"last day for the answer in {country} {on_plan}", due, "DL-02")
