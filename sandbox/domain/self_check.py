"""What an applicant may know before applying: the outcome of screening and what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.domain.application import Application, MarketStatus
from sandbox.domain.case import Finding
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import start
from sandbox.domain.periods import WorkingCalendar
from sandbox.domain.screening import excluded, missing, screen
from sandbox.domain.size import Benefit, SizeClass, benefits, size_class


@dataclass(frozen=True, slots=True)
class Change:
    """Another answer, and the sentences of the findings that it would remove."""

    change: str
    removes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
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
    """`outcome` is eligible, incomplete or excluded; it binds nobody."""

    outcome: str
    size_class: SizeClass
    benefits: tuple[Benefit, ...]
    findings: tuple[Finding, ...]
    would_change: tuple[Change, ...]
    papers: tuple[Paper, ...]
    expected: tuple[Expected, ...]


def check(application: Application, today: date, calendar: WorkingCalendar) -> SelfCheck:
    """Screen as if it were handed in today, and tell what would follow."""
    findings = screen(application)
    outcome = "eligible"
    if excluded(findings):
        outcome = "excluded"
    elif missing(findings):
        outcome = "incomplete"
    return SelfCheck(
        outcome,
        size_class(application.size),
        benefits(application.size, eu_establishment=application.eu_establishment),
        findings,
        tuple(_changes(application)),
        tuple(_papers(application)),
        tuple(_expected(application, today, calendar)),
    )


def _obstacles(application: Application) -> set[str]:
    findings = screen(application)
    return {finding.sentence for finding in (*excluded(findings), *missing(findings))}


def _changes(application: Application) -> Iterator[Change]:
    """Each single change that would remove an obstacle: tried, not foretold."""
    now = _obstacles(application)
    for change, changed in (
        (
            "the system does without the prohibited practices",
            replace(application, prohibited=()),
        ),
        (
            "the system enters before it is on the market, or with a substantial modification",
            replace(application, market_status=MarketStatus.SUBSTANTIAL_MODIFICATION),
        ),
        (
            "an authorised representative in the Union is named",
            replace(application, authorised_representative="named"),
        ),
        (
            "the regulatory questions are stated",
            replace(application, regulatory_questions="stated"),
        ),
    ):
        removed = now - _obstacles(changed)
        if removed:
            yield Change(change, tuple(sorted(removed)))


def _papers(application: Application) -> Iterator[Paper]:
    yield Paper("D1", "application", "provider", "Art. 58; draft act Art. 3")
    yield Paper("D2", "sandbox plan", "provider and authority", "Art. 57(5); draft act Art. 5")
    yield Paper("D3", "terms and conditions", "authority", "Art. 58(1)(c); draft act Art. 2")
    if application.real_world_test:
        yield Paper("D5", "real-world testing plan", "provider", "Art. 60(4)(a)")
        yield Paper("D6", "consent records", "provider and subjects", "Art. 61")
        yield Paper("D13", "registration (Annex IX)", "provider", "Art. 60(4)(c)")
    if application.public_interest_area:
        yield Paper("D11", "project summary", "provider and authority", "Art. 59(1)(j)")
    if application.personal_data:
        yield Paper("D12", "deletion certificate", "operator and provider", "Art. 59(1)(g)")


def _expected(
    application: Application, today: date, calendar: WorkingCalendar
) -> Iterator[Expected]:
    decision = start(Name.DL_01, today, calendar).due
    yield Expected("last day for the decision on admission", decision, "DL-01")
    begin = max(application.requested_start, today)
    if application.real_world_test:
        answer = start(Name.DL_02, today, calendar).due
        yield Expected("last day for the answer on the real-world test", answer, "DL-02")
        begin = max(begin, answer)
    end = begin + timedelta(weeks=application.weeks)
    if application.real_world_test:
        end = min(end, start(Name.DL_03, begin, calendar).due)
    yield Expected("end, if it begins on the day asked for", end, "R58-D13")
    extension = start(Name.DL_05, end, calendar).due
    yield Expected("last day to agree on an extension", extension, "DL-05")
    yield Expected("last day for the exit report", start(Name.DL_06, end, calendar).due, "DL-06")
    if application.personal_data:
        gone = start(Name.DL_19, end, calendar).due
        yield Expected("last day for the deletion of personal data", gone, "DL-19")
