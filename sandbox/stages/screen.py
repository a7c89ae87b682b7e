"""What is missing or excluded, found before anybody judges the merit."""

from dataclasses import dataclass

from sandbox.domain import rule_versions, screening
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.finding import Finding, PracticeReview
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.readers import is_lead
from sandbox.domain.regime import REGIME, Regime
from sandbox.domain.routing import route
from sandbox.domain.rule_versions import RuleVersion
from sandbox.domain.seats import seated_again
from sandbox.domain.size import SizeCheck, size_class
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock
from sandbox.store import applicants, cases
from sandbox.store.database import Sessions
from sandbox.store.record import record


def screen(
    case_id: CaseId,
    *,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    regime: Regime = REGIME,
) -> None:
    """Screen a case that waits for it; a case that was screened already stays as it is.

    Cases of the same hand are kept beside the findings, which the provider reads.
    """
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        if case.stage is not Stage.SUBMITTED:
            return
        rules = screening.rules_of(case.rules_version, case.received_at)
        at = clock()
        day = authority.day(at)
        findings = screening.screened(case.application, rules, regime, authority, day)
        way = route(case.application, findings, regime.sandbox.kind)
        after = take(
            case,
            Action.SCREEN,
            SYSTEM,
            rules_version=rules.name,
            findings=findings,
            linked_cases=applicants.linked_cases(session, case),
            route=way,
            seats=seated_again(case.seats, case.application, way, regime, at),
        )
        record(
            session,
            after,
            Action.SCREEN,
            SYSTEM,
            at,
            rules_version=rules.name,
            route=way.way.value,
            competent=way.competent.value if way.competent else "",
            findings=[f"{f.rule} {f.severity}: {f.sentence}" for f in findings],
            open=len(screening.obstacles(findings)),
        )


def review_practice(
    case_id: CaseId,
    code: str,
    *,
    confirmed: bool,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    regime: Regime = REGIME,
) -> Case:
    """Say as a supervisor whether a prohibited practice is one, and screen again (rulebook 5.4)."""
    if not reasons.strip():
        raise FieldRefused("reasons", "whoever judges a practice says why")
    at = clock()
    review = PracticeReview(code, confirmed, reasons, str(by), at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        reviews = (*case.practice_reviews, review)
        rules = screening.rules_of(case.rules_version, case.received_at)
        day = authority.day(at)
        findings = screening.screened(case.application, rules, regime, authority, day, reviews)
        way = route(case.application, findings, regime.sandbox.kind)
        after = take(
            case,
            Action.REVIEW_PRACTICE,
            by,
            practice_reviews=reviews,
            proposal=None,
            findings=findings,
            route=way,
            seats=seated_again(case.seats, case.application, way, regime, at),
        )
        record(
            session,
            after,
            Action.REVIEW_PRACTICE,
            by,
            at,
            practice=code,
            confirmed=confirmed,
            reasons=reasons,
        )
    return after


def confirm_size(
    case_id: CaseId,
    seen: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Record that the authority has seen what shows the size class (rulebook 1.1, `verified_by`)."""
    if not seen.strip():
        raise FieldRefused("seen", "whoever confirms a size class says what was seen")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        declared = case.application.size
        check = SizeCheck(size_class(declared), seen, declared, str(by), at)
        after = take(case, Action.CONFIRM_SIZE, by, size_check=check)
        record(session, after, Action.CONFIRM_SIZE, by, at, size_class=check.size_class.value)
    return after


@dataclass(frozen=True, slots=True)
class Replay:
    """What another version of the rules would say of a case; nothing of it is kept."""

    rules: RuleVersion
    outcome: str
    findings: tuple[Finding, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def replay(
    case_id: CaseId,
    version: str,
    *,
    by: Person,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    regime: Regime = REGIME,
) -> Replay:
    """Screen a case as it stands under a version of the rules, for the authority."""
    if not is_lead(by):
        raise NotFound("a case is screened again by the authority")
    rules = rule_versions.named(version)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
    day, reviews = authority.day(clock()), case.practice_reviews
    findings = screening.screened(case.application, rules, regime, authority, day, reviews)
    before = [f"{f.severity}: {f.sentence}" for f in case.findings]
    now = [f"{f.severity}: {f.sentence}" for f in findings]
    return Replay(
        rules,
        screening.outcome(findings),
        findings,
        tuple(sentence for sentence in now if sentence not in before),
        tuple(sentence for sentence in before if sentence not in now),
    )
