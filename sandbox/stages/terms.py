"""A named person accepts the terms in force for the provider (D3; draft act recital 8)."""

from dataclasses import dataclass

from sandbox import issuing
from sandbox.domain import plan_papers
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.terms import BUILT_IN, SignatureMethod, Terms, TermsAcceptance
from sandbox.errors import OutOfDate
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


@dataclass(frozen=True, slots=True)
class Signing:
    """What the signatory says."""

    terms_sha256: str
    signatory: str
    function: str
    insurance: str
    method: SignatureMethod = SignatureMethod.SIMPLE
    signature_reference: str = ""


def accept(
    case_id: CaseId,
    signing: Signing,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    terms: Terms = BUILT_IN,
) -> Case:
    """Accept the version in force, by the hash that was read; a later one needs its own."""
    if signing.terms_sha256 != terms.sha256:
        raise OutOfDate(f"the terms in force are version {terms.version}; read them first")
    at = clock()
    accepted = TermsAcceptance(
        version=terms.version,
        sha256=terms.sha256,
        signatory=signing.signatory,
        function=signing.function,
        insurance=signing.insurance,
        method=signing.method,
        signature_reference=signing.signature_reference,
        by=str(by),
        at=at,
    )
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(
            case,
            Action.ACCEPT_TERMS,
            by,
            terms_issued=issuing.newest(case, terms, at),
            terms_accepted=(*case.terms_accepted, accepted),
        )
        paper = plan_papers.accepted_terms(after, terms, accepted, authority.name)
        seal = {"ledger_seal": ledger.head(session, case_id)}
        documents.issue(session, case_id, Paper.TERMS, str(by), at, paper | seal)
        outbox.post(session, case_id, "terms_accepted", "authority", at)
        record(
            session,
            after,
            Action.ACCEPT_TERMS,
            by,
            at,
            version=terms.version,
            terms_sha256=terms.sha256,
            signatory=signing.signatory,
            function=signing.function,
            method=signing.method.value,
        )
    nudge("report", case_id)
    return after


def of_case(case_id: CaseId, *, by: Person, sessions: Sessions) -> Case:
    """The case whose terms somebody asks about."""
    with sessions.begin() as session:
        return cases.load_for(session, case_id, by, seeing="terms_accepted")
