"""The authority asks, associates, admits or rejects; the provider answers."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox import issuing
from sandbox.domain import conflict, deadlines, screening
from sandbox.domain.action import Action
from sandbox.domain.appeal import Remedy, remedy_of
from sandbox.domain.application import Application
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.decision import Decision
from sandbox.domain.fees import fee_for
from sandbox.domain.guards.registry import refuse_unless_lawful
from sandbox.domain.information import REPLY, InformationRequest, answered
from sandbox.domain.letter import decision_letter
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.periods import last_day
from sandbox.domain.regime import REGIME, Regime
from sandbox.domain.review import interests_of
from sandbox.domain.reworked import reworked
from sandbox.domain.routing import route
from sandbox.domain.seats import Seat, seated_again, untold
from sandbox.domain.selection import standing
from sandbox.errors import FieldRefused, Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import applicants, cases, documents, ledger, outbox
from sandbox.store.database import Sessions, document_sha256
from sandbox.store.record import record


def ask(
    case_id: CaseId,
    question: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """Ask the provider for information; the clock of DL-01 runs on (rulebook 12).

    A proposal to decide does not outlive a question, nor an answer. Whoever is silent stops no
    decision: an admission may come at once, a rejection when the time to answer is over.
    """
    at = clock()
    due = last_day(authority.day(at), REPLY, authority.calendar)
    request = InformationRequest(question, str(by), at, due)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        asked = (*case.information, request)
        after = take(case, Action.ASK, by, information=asked, proposal=None)
        told, day = f"provider:{case.provider}", due.isoformat()
        outbox.post(session, case_id, "information_requested", told, at, due=day)
        record(session, after, Action.ASK, by, at, question=question, due=day)
    return after


def answer(
    case_id: CaseId,
    text: str,
    amended: Application | None,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    regime: Regime = REGIME,
) -> Case:
    """Answer, with the application mended where needed; it is screened again at once
    under the rules that the case keeps, and issued again (D1). The authority that asked is told.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        application = amended or case.application
        if application.call != case.application.call:
            raise FieldRefused("call", "an application stays with the call that it answered")
        changed = application.differs_in(case.application)
        if changed:
            acted = applicants.acted_for(session, case.provider)
            case = reworked(case, application, acted)
            case = replace(case, linked_cases=applicants.linked_cases(session, case))
        reviews = case.practice_reviews
        rules = screening.rules_of(case.rules_version, case.received_at)
        day = authority.day(at)
        findings = screening.screened(application, rules, regime, authority, day, reviews)
        way = route(application, findings, regime.sandbox.kind)
        after = take(
            case,
            Action.ANSWER,
            by,
            information=answered(case.information, text, str(by), at),
            proposal=None,
            application=application,
            practice_reviews=reviews,
            findings=findings,
            route=way,
            seats=seated_again(case.seats, application, way, regime, at),
        )
        record(session, after, Action.ANSWER, by, at, changed=list(changed))
        if amended is not None:
            issuing.application(session, after, authority, by, at)
        outbox.post(session, case_id, "question_answered", "authority", at)
    for stage in ("report", "notify"):
        nudge(stage, case_id)
    return after


def associate_dpa(
    case_id: CaseId,
    reviewer: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Associate the data protection authority, which is told the first time (Art. 57(10), R57-10)."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.ASSOCIATE_DPA, by, dpa_reviewer=reviewer)
        record(session, after, Action.ASSOCIATE_DPA, by, at, reviewer=reviewer)
        if not case.dpa_reviewer:
            _tell(session, case_id, untold(case.seats, associated=True), at)
    return after


def decide(
    case_id: CaseId,
    *,
    admitted: bool,
    reasons: str,
    conditions: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    four_eyes: Collection[Action] = (),
    fee_eur: int | None = None,
    regime: Regime = REGIME,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Admit or reject, with reasons and the remedy (R58-D10); DL-01 is met and D4 issued.

    Where four eyes are asked for it is proposed: it takes effect when a second person confirms.
    `fee_eur` is said where no list says it, and only there; whoever is rejected owes none.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "a decision states its reasons (draft act Art. 3(7))")
    if fee_eur is not None and not admitted:
        raise FieldRefused("fee_eur", "a rejection has no fee (draft act Art. 2(3)-(4))")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        remedy = remedy_of(authority, union, authority.day(at), regime.sandbox.kind)
        offer = fee_for(case.application, case.call, regime.non_eu_sme_fee)
        decision = Decision(
            admitted,
            reasons,
            remedy.text,
            conditions,
            str(by),
            at,
            appeal_until=remedy.last_day,
            appeal_suspends=remedy.suspends,
            conflicts=_conflicts(session, case, by),
            decided_on=authority.day(at),
            fee_eur=offer.settled(fee_eur) if admitted else None,
        )
        if _action(decision) not in four_eyes:
            after = _serve(session, case, decision, remedy, by, authority, regime)
        else:
            after = take(case, Action.PROPOSE_DECISION, by, proposal=decision)
            refuse_unless_lawful(replace(case, decision=decision), _action(decision), by)
            # The provider reads the ledger: what was proposed shows when it takes effect.
            proposed = {"admitted": admitted, "reasons": reasons, "conditions": conditions}
            sha256 = document_sha256(proposed)
            record(session, after, Action.PROPOSE_DECISION, by, at, proposal_sha256=sha256)
            outbox.post(session, case_id, "decision_proposed", "authority", at)
    nudge("report", case_id)
    return after


def confirm(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    regime: Regime = REGIME,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """A second person lets a proposed decision take effect."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        proposal = case.proposal
        if proposal is None:
            raise RuleBroken((Reason("X-four-eyes", "no decision is proposed"),))
        remedy = remedy_of(authority, union, authority.day(at), regime.sandbox.kind)
        decision = replace(
            proposal,
            by=str(by),
            at=at,
            proposed_by=proposal.by,
            proposed_at=proposal.at,
            remedy=remedy.text,
            appeal_until=remedy.last_day,
            appeal_suspends=remedy.suspends,
            conflicts=(
                *interests_of(case.declarations, proposal.by),  # told after it was proposed
                *_conflicts(session, case, by),
            ),
            decided_on=authority.day(at),
        )
        after = _serve(session, case, decision, remedy, by, authority, regime)
    nudge("report", case_id)
    return after


def _action(decision: Decision) -> Action:
    return Action.ADMIT if decision.admitted else Action.REJECT


def _conflicts(session: Session, case: Case, by: Person) -> tuple[str, ...]:
    return conflict.of_decider(case, by, applicants.acted_for(session, case.provider))


def _tell(session: Session, case_id: CaseId, seats: tuple[Seat, ...], at: datetime) -> None:
    """Tell authorities of the seats that followed from the case, as of those that are given."""
    for seat in seats:
        told = seat.capacity.value
        outbox.post(session, case_id, "seat_given", seat.addressee, at, capacity=told)


def _serve(
    session: Session,
    case: Case,
    decision: Decision,
    remedy: Remedy,
    by: Person,
    authority: Authority,
    regime: Regime,
) -> Case:
    """Let a decision take effect: recorded, written as D4, and told to the provider; an admission also to
    the authorities that have a seat.
    """
    if decision.admitted:
        regime.sandbox.refuse_if_ended(authority.day(decision.at))
    action = _action(decision)
    met = deadlines.meet(case.deadlines, Name.DL_01, decision.at)
    after = take(case, action, by, decision=decision, proposal=None, deadlines=met)
    seal = ledger.head(session, case.id)
    letter = decision_letter(after, decision, authority, seal, regime)
    documents.issue(session, case.id, Paper.DECISION, str(by), decision.at, letter)
    until = decision.appeal_until.isoformat() if decision.appeal_until else ""
    total = standing(after).total
    told = {"outcome": decision.outcome, "appeal_until": until}
    outbox.post(session, case.id, "decision", f"provider:{case.provider}", decision.at, **told)
    if decision.admitted:
        seats = untold(case.seats, associated=False, home=regime.sandbox.home)
        _tell(session, case.id, seats, decision.at)
    record(
        session,
        after,
        action,
        by,
        decision.at,
        reasons=decision.reasons,
        remedy=decision.remedy,
        appeal_until=until,
        **remedy.counted,
        proposed_by=decision.proposed_by,
        weighted_total="" if total is None else f"{total:.2f}",
    )
    return after
