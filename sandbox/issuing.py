"""What several stages issue: the application as handed in (D1), the agreed plan (D2), the terms in force
(D3), the record of a consent (D6), the registration of a test (D13).
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from sandbox.domain import consent_papers, plan_papers, real_world_papers
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.consent import form
from sandbox.domain.first_page import head
from sandbox.domain.language import Language
from sandbox.domain.papers import Paper
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.real_world import RealWorldTest
from sandbox.domain.terms import IssuedTerms, Terms
from sandbox.errors import NotFound
from sandbox.store import cases, consents, documents, ledger, outbox
from sandbox.store.database import document_sha256


def application(
    session: Session, case: Case, authority: Authority, by: Person, at: datetime
) -> None:
    """Issue the application as it was handed in, or in an answer mended; the caller nudges `report`."""
    facts = head(Paper.APPLICATION, case, authority.name, at) | {"handed_in_by": str(by)}
    facts |= cases.application_document(case.application) | _seal(session, case)
    documents.issue(session, case.id, Paper.APPLICATION, str(by), at, facts)


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
        documents.issue(session, case.id, Paper.TERMS, str(SYSTEM), at, facts)
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
    found = documents.sealed_of_kind(session, case.id, Paper.TESTING_PLAN)
    submitted = {(d.assembled or {})["submitted_to"]: d.sha256 for d in found}
    facts = plan_papers.sandbox_plan(
        *(case, agreed, authority.name, at),
        before=before,
        testing_plans=tuple(
            f"{country}: {sha256}" for country, sha256 in sorted(submitted.items())
        ),
    )
    documents.issue(session, case.id, Paper.SANDBOX_PLAN, by, at, facts | _seal(session, case))


def registration(
    session: Session, case: Case, test: RealWorldTest, authority: Authority, by: str, at: datetime
) -> None:
    """Issue the registration of a test as it stands (D13), where it has one; the caller nudges `report`."""
    if test.registration is not None:
        facts = real_world_papers.registration(case, test.registration, authority.name, at)
        documents.issue(session, case.id, Paper.REGISTRATION, by, at, facts | _seal(session, case))


def consent_record(session: Session, case: Case, number: int) -> dict[str, Any]:  # Any: JSON
    """The record of a consent as it stands; NotFound when there is none."""
    found = consents.load(session, case.id, number)
    given = found.given
    told = form(case.consent_forms, given.form_version, Language(given.language))
    if told is None:
        raise NotFound(f"version {given.form_version} of the form is not of case {case.id}")
    return consent_papers.consent_record(case, found, told)


def consent_sha256(session: Session, case: Case, number: int) -> str:
    """What the ledger keeps of the record of a consent, at each change."""
    return document_sha256(consent_record(session, case, number))


def _seal(session: Session, case: Case) -> dict[str, str]:
    return {"ledger_seal": ledger.head(session, case.id)}
