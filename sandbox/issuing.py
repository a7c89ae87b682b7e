"""What several stages hand to the provider: the terms in force (D3) and the agreed plan (D2)."""

from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain import plan_papers
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case
from sandbox.domain.papers import Paper
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.terms import IssuedTerms, Terms
from sandbox.store import documents, ledger, outbox


def newest(case: Case, terms: Terms, at: datetime) -> IssuedTerms:
    """The version in force, as the case knows it or as it would be issued now."""
    known = case.terms_issued
    if known is not None and known.sha256 == terms.sha256:
        return known
    return IssuedTerms(terms.version, terms.sha256, at)


def offer(
    session: Session, case: Case, terms: Terms, authority: Authority, at: datetime
) -> IssuedTerms:
    """Issue the terms in force, once per version; the caller's step of the case keeps what is
    returned, and nudges `report`.
    """
    given = newest(case, terms, at)
    if given != case.terms_issued:
        facts = plan_papers.terms(case, terms, authority.name, at) | _seal(session, case)
        documents.issue(session, case.id, Paper.TERMS, authority.name, at, facts)
        told = {"version": terms.version}
        outbox.post(session, case.id, "terms_issued", f"provider:{case.provider}", at, **told)
    return given


def plan(
    session: Session,
    case: Case,
    agreed: SandboxPlan,
    authority: Authority,
    by: str,
    at: datetime,
    *,
    before: SandboxPlan | None = None,
) -> None:
    """Issue the plan that both parties signed; the caller nudges `report`."""
    facts = plan_papers.sandbox_plan(case, agreed, authority.name, at, before=before)
    documents.issue(session, case.id, Paper.SANDBOX_PLAN, by, at, facts | _seal(session, case))


def _seal(session: Session, case: Case) -> dict[str, str]:
    return {"ledger_seal": ledger.head(session, case.id)}
