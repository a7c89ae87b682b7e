"""The consent record (D6) for the provider, and the copy that the subject has a right to (Art. 61(2)).

It is made of the register each time and is not kept under lock: a subject's data can be deleted. The
ledger has the hash of each state of it, so that a copy can be verified years later.
"""

from sandbox import issuing
from sandbox.domain.case import Person
from sandbox.domain.consent import token_sha256
from sandbox.domain.consent_papers import Document
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.store import cases, consents
from sandbox.store.database import Sessions


def for_provider(case_id: CaseId, number: int, *, by: Person, sessions: Sessions) -> Document:
    """The record of one consent; NotFound for everybody who only counts them."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing=f"documents.{Paper.CONSENT_RECORD}")
        return issuing.consent_record(session, case, number)


def for_subject(token: str, *, sessions: Sessions) -> Document:
    """The record of the consent that a token is for; NotFound when nobody was given it."""
    with sessions.begin() as session:
        case_id, number = consents.of_token(session, token_sha256(token))
        return issuing.consent_record(session, cases.load(session, case_id), number)
