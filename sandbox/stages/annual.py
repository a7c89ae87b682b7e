"""The annual and the final report (D10): previewed, issued, listed (Art. 57(16))."""

from typing import Any

from sqlalchemy.orm import Session

from sandbox.domain.annual import AnnualWords, ReportingYear, annual_report, years
from sandbox.domain.authority import Authority
from sandbox.domain.case import Person, Unit
from sandbox.domain.confidential import is_named, told_among_all
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import INSTALLATION
from sandbox.domain.papers import Paper
from sandbox.domain.readers import is_lead
from sandbox.domain.regime import Regime
from sandbox.errors import FieldRefused, NotFound, Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import annual, cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.documents import Document

READERS = frozenset({Role.AUTHORITY, Role.AUDITOR, Role.AI_OFFICE, Role.BOARD, Role.COMMISSION})
TOLD = ("ai_office", "board")  # Art. 57(16)


def preview(
    number: int,
    words: AnnualWords,
    *,
    by: Person,
    sessions: Sessions,
    regime: Regime,
    authority: Authority,
    clock: Clock,
) -> dict[str, Any]:  # Any: a JSON document
    """The report of a year as it would be issued now; nothing is kept. A year that runs is counted
    until now.
    """
    _refuse_all_but_the_authority(by)
    year = _year(number, regime, authority, clock)
    with sessions.begin() as session:
        return _facts(session, year, words, by, regime, authority, clock)


def issue(
    number: int,
    words: AnnualWords,
    *,
    by: Person,
    sessions: Sessions,
    regime: Regime,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> int:
    """Issue the report of a year that is over; DL-09 is met when it is sealed. Issued again, it
    replaces the one before. Returns its number.
    """
    _refuse_all_but_the_authority(by)
    at = clock()
    year = _year(number, regime, authority, clock)
    if year.last_day >= authority.day(at):
        raise FieldRefused("year", f"{year.subject} runs until {year.last_day}")
    with sessions.begin() as session:
        facts = _facts(session, year, words, by, regime, authority, clock)
        paper = documents.issue(
            *(session, INSTALLATION, Paper.ANNUAL_REPORT, str(by), at, facts), clock=year.subject
        )
        ledger.append(
            session, INSTALLATION, "issue_annual_report", by, at, number=paper, year=year.number
        )
        for addressee in TOLD:
            outbox.post(session, INSTALLATION, "annual_report", addressee, at, number=paper)
    for stage in ("report", "notify"):
        nudge(stage, INSTALLATION)
    return paper


def listed(*, by: Person, sessions: Sessions) -> list[Document]:
    """Every report that was issued and how far it has come, the oldest first."""
    elsewhere = by.role is Role.AUTHORITY and not is_lead(by)
    if by.role not in READERS or by.unit is Unit.ENFORCEMENT or elsewhere:
        raise NotFound("annual reports are listed for authorities and the Union")
    with sessions.begin() as session:
        return documents.of_case(session, INSTALLATION)


def document(number: int, *, by: Person, sessions: Sessions) -> Document:
    """One report; NotFound when it was never issued."""
    found = (d for d in listed(by=by, sessions=sessions) if d.number == number)
    try:
        return next(found)
    except StopIteration as error:
        raise NotFound(f"there is no annual report {number}") from error


def _facts(
    session: Session,
    year: ReportingYear,
    words: AnnualWords,
    by: Person,
    regime: Regime,
    authority: Authority,
    clock: Clock,
) -> dict[str, Any]:
    _refuse_to_tell_what_is_confidential(session, words.public_abstract)
    at = clock()
    issued = [
        found.number
        for found in documents.of_case(session, INSTALLATION)
        if found.wish.get("clock") == year.subject
    ]
    counted = {
        with_them: annual.figures(session, year, authority, at, law_enforcement=with_them)
        for with_them in (True, False)
    }
    return annual_report(
        year,
        words,
        figures=counted[True],
        public_figures=counted[False],
        sandbox=regime.sandbox,
        authority=authority,
        supersedes=max(issued, default=None),
        by=str(by),
        at=at,
    ) | {"ledger_seal": ledger.head(session, INSTALLATION)}


def _refuse_to_tell_what_is_confidential(session: Session, abstract: str) -> None:
    reasons = []
    for case in cases.every(session):
        for field in told_among_all(case, abstract):
            told = f"the abstract tells what case {case.id} marked confidential: {field}"
            reasons.append(Reason("R78", told))
        if case.application.enforces_law and is_named(case, abstract):
            reasons.append(Reason("R57-16", f"the abstract tells of law enforcement: {case.id}"))
    if reasons:
        raise RuleBroken(tuple(reasons))


def _year(number: int, regime: Regime, authority: Authority, clock: Clock) -> ReportingYear:
    begun = years(regime.sandbox, authority.day(clock()))
    if not 1 <= number <= len(begun):
        raise FieldRefused("year", f"{len(begun)} years of this sandbox have begun, not {number}")
    return begun[number - 1]


def _refuse_all_but_the_authority(by: Person) -> None:
    if not is_lead(by) or by.unit is Unit.ENFORCEMENT:
        raise NotFound("annual reports are made by the authority")
