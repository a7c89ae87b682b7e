"""What is shown and signed before a real-world test may start, and the overseers' signs of life
(Art. 60(4)(c)-(k)).
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox import issuing, stopping
from sandbox.domain import real_world_papers
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.guards.real_world import unmet
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.progress import Turn
from sandbox.domain.real_world import RealWorldTest, against_turning, ordered, turned
from sandbox.domain.registration import AnnexIX, Registration, renumbered, section, updated
from sandbox.domain.supervision import is_terminated
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.domain.territory import Reply
from sandbox.domain.testing_conditions import DeployerAgreement, Duty, Evidence, with_signed
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def show(
    case_id: CaseId,
    evidence: Evidence,
    *,
    answer: str = "",
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Show the evidence for the conditions, as it is; a test under way stops at once when one of them
    is not met any more (Art. 3(57)).

    Where the plan was submitted, other evidence is told of: D5 is issued anew. With an `answer`, or
    without, it replies to every authority that asked last (FieldRefused: none did).
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = case.planned_test()
        test = _replied(replace(known, evidence=evidence), known.evidence, answer, by, at)
        after = take(case, Action.SHOW_EVIDENCE, by, test=test)
        _tell_of_change(session, after, known, authority, by, at)
        record(
            session,
            after,
            Action.SHOW_EVIDENCE,
            by,
            at,
            overseers=list(evidence.able_overseers),
            deployers=list(evidence.deployers),
            evidence_sha256=evidence.sha256,
            replied_to=[t.country for t in known.territories if t.has_asked and answer.strip()],
        )
        reasons = unmet(after)
        if reasons:
            stop = Suspension(SuspensionGround.PLAN_BREACH, reasons, str(SYSTEM), at)
            after = stopping.suspend(
                session, after, stop, SYSTEM, authority, because="real-world test"
            )
    nudge("report", case_id)
    if not reasons:
        return after
    frozen = stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
    nudge("provision", case_id)
    return frozen or after


def sign_agreement(
    case_id: CaseId,
    said: DeployerAgreement,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> DeployerAgreement:
    """The provider writes and signs, the deployer signs the same words; then D15 is issued.

    Other words by the provider need the deployer's signature; until then what both signed counts.
    A deployer signs for itself.
    """
    at, words, deployer = clock(), said.words, said.deployer
    with sessions.begin() as session:
        case, test = _seen_by(session, case_id, deployer, by, version)
        if deployer not in case.deployers:
            raise FieldRefused("deployer", f"{deployer} is no deployer of this test")
        written = {a.deployer: a for a in test.agreements}
        known = written.get(deployer)
        if by.role is Role.PROVIDER:
            signed = replace(words, provider_signed_by=str(by))
        elif known is None or known.words != words:
            raise FieldRefused("roles", "a deployer signs the words that the provider signed")
        else:
            signed = replace(known, deployer_signed_by=str(by))
        changed = replace(test, agreements=with_signed(test.agreements, signed))
        after = take(case, Action.SIGN_DEPLOYER_AGREEMENT, by, test=changed)
        if signed.is_signed:
            facts = real_world_papers.deployer_agreement(case, signed, authority.name, at)
            seal = {"ledger_seal": ledger.head(session, case_id)}
            documents.issue(session, case_id, Paper.DEPLOYER_AGREEMENT, str(by), at, facts | seal)
        record(session, after, Action.SIGN_DEPLOYER_AGREEMENT, by, at, deployer=deployer)
    nudge("report", case_id)
    return signed


def report_for_duty(
    case_id: CaseId,
    overseer: str,
    *,
    by: Person,
    sessions: Sessions,
    clock: Clock,
) -> Duty:
    """An overseer is there; without a sign of life within an hour the test stops by itself (X)."""
    at = clock()
    with sessions.begin() as session:
        case, test = _seen_by(session, case_id, by.organisation, by, None)
        duty = Duty(overseer, at)
        after = take(case, Action.REPORT_FOR_DUTY, by, test=replace(test, duty=duty))
        record(session, after, Action.REPORT_FOR_DUTY, by, at, overseer=overseer)
    return duty


def register(
    case_id: CaseId,
    items: AnnexIX,
    *,
    number: str,
    proof_of_attempt: str,
    public: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Register the test (D13); when its register gives no number it stays blocked, with proof. Before the
    start a wrong number is put right: what was consented to under it counts no more (Art. 61(1)(e)).
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        try:
            made = Registration(
                section(case.application),
                items,
                number.strip(),
                proof_of_attempt,
                public,
                str(by),
                at,
            )
        except ValueError as error:
            field, _, sentence = str(error).partition(": ")
            raise FieldRefused(field, sentence) from error
        turn = Turn.BLOCK if made.is_blocked else Turn.REGISTER
        known = case.planned_test()
        made = renumbered(known.registration, made)
        test = replace(turned(known, turn), registration=made)
        if known.registration is None:
            for order in case.orders:  # given before there was a registration to tell it
                test = test if order.lifted_at else ordered(test, order)
        against = tuple(against_turning(known, turn))
        after = take(case, Action.REGISTER_TEST, by, also=against, test=test)
        issuing.registration(session, case, test, authority, str(by), at)
        record(
            session,
            after,
            Action.REGISTER_TEST,
            by,
            at,
            section=made.section.value,
            number=made.number,
            blocked=made.is_blocked,
        )
    nudge("report", case_id)
    return after


def update_registration(
    case_id: CaseId,
    items: AnnexIX,
    *,
    public: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Keep items 2 to 4 and the consent to be seen up to date; D13 is issued again, under the same
    number and with every update (rulebook 4.4).
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = case.planned_test()
        if test.registration is None:
            raise NotFound(f"the real-world test of case {case_id} is not registered")
        try:
            made = updated(test.registration, items, public=public, at=at)
        except ValueError as error:
            field, _, sentence = str(error).partition(": ")
            raise FieldRefused(field, sentence) from error
        test = replace(test, registration=made)
        after = take(case, Action.UPDATE_REGISTRATION, by, test=test)
        issuing.registration(session, case, test, authority, str(by), at)
        record(session, after, Action.UPDATE_REGISTRATION, by, at, update=made.updates[-1].text)
    nudge("report", case_id)
    return after


def _replied(
    test: RealWorldTest, before: Evidence, answer: str, by: Person, at: datetime
) -> RealWorldTest:
    """The test with a reply to each authority that waits for one, where there is something to say."""
    asking = [territory for territory in test.territories if territory.has_asked]
    if answer.strip() and not asking:
        raise FieldRefused("answer", "no authority has asked about the plan, or it decided since")
    if not answer.strip() and test.evidence == before:
        return test
    reply = Reply(answer.strip(), test.evidence.sha256, str(by), at)
    for territory in asking:
        test = test.with_territory(replace(territory, replies=(*territory.replies, reply)))
    return test


def _tell_of_change(
    session: Session,
    case: Case,
    before: RealWorldTest,
    authority: Authority,
    by: Person,
    at: datetime,
) -> None:
    """Issue D5 anew wherever it was submitted and says something else now, and tell its authority and
    that of the sandbox; not where an order ended the test.
    """
    test = case.planned_test()
    kinds: set[str] = set()
    other = before.evidence if test.evidence != before.evidence else None
    for country in test.submitted_in:
        has_reply = test.territory(country) != before.territory(country)
        if is_terminated(case.orders, country) or not (other or has_reply):
            continue
        facts = real_world_papers.testing_plan(case, test, country, authority.name, at, other)
        seal = {"ledger_seal": ledger.head(session, case.id)}
        documents.issue(session, case.id, Paper.TESTING_PLAN, str(by), at, facts | seal)
        kind = "testing_plan_question_answered" if has_reply else "testing_plan_evidence_changed"
        told = f"{Role.MARKET_SURVEILLANCE.value}:{country}"
        outbox.post(session, case.id, kind, told, at, country=country)
        kinds.add(kind)
    for kind in sorted(kinds):
        outbox.post(session, case.id, kind, Role.AUTHORITY.value, at)


def _seen_by(
    session: Session, case_id: CaseId, deployer: str, by: Person, version: int | None
) -> tuple[Case, RealWorldTest]:
    """The case for its provider, or for a deployer of its test, who may know nothing else of it."""
    if by.role is not Role.DEPLOYER:
        case = cases.load_for(session, case_id, by, version=version)
        return case, case.planned_test()
    case = cases.load(session, case_id, lock=True)
    takes_part = by.organisation in case.deployers
    if case.test is None or not takes_part or by.organisation != deployer:
        raise NotFound(f"there is no case {case_id}")
    return case, case.test
