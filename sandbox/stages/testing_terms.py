"""The terms of a real-world test: proposed by the authority, accepted by the provider (Art. 60(4)(b))."""

from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.testing_conditions import Terms
from sandbox.errors import NotFound
from sandbox.ports import Clock
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def propose(
    case_id: CaseId,
    terms: str,
    safeguards: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The authority proposes terms and safeguards for a test inside the sandbox (Art. 58(4)); the provider
    is told.
    """
    if by.role is not Role.AUTHORITY:
        raise NotFound("terms are proposed by the authority")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = case.planned_test()
        agreed = test.terms if test.terms and test.terms.are_agreed else test.agreed_terms
        test = replace(test, terms=Terms(terms, safeguards, str(by), at), agreed_terms=agreed)
        after = take(case, Action.AGREE_TEST_TERMS, by, test=test)
        record(session, after, Action.AGREE_TEST_TERMS, by, at, terms=terms, safeguards=safeguards)
        provider = f"provider:{case.provider}"
        outbox.post(session, case_id, "real_world_test_terms_proposed", provider, at)
    return after


def accept(
    case_id: CaseId, *, by: Person, version: int | None, sessions: Sessions, clock: Clock
) -> Case:
    """The provider accepts what the authority proposed; both then have agreed, and the authority is told."""
    if by.role is not Role.PROVIDER:
        raise NotFound("terms are accepted by the provider")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = case.planned_test()
        if test.terms is not None:
            accepted = replace(test.terms, accepted_by=str(by), accepted_at=at)
            test = replace(test, terms=accepted, agreed_terms=None)
        after = take(case, Action.AGREE_TEST_TERMS, by, test=test)
        record(session, after, Action.AGREE_TEST_TERMS, by, at, accepted=True)
        outbox.post(session, case_id, "real_world_test_terms_accepted", "authority", at)
    return after
