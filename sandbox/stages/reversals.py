"""A subject asks to have an output reversed or disregarded; the provider answers (Art. 60(4)(k))."""

from sandbox import issuing
from sandbox.domain.action import Action
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.consent import Reversal, token_sha256
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.ports import Clock
from sandbox.store import cases, consents, outbox, reversals
from sandbox.store.database import Sessions
from sandbox.store.record import record


def ask(token: str, what: str, *, sessions: Sessions, clock: Clock) -> int:
    """The subject asks, by the token alone, also after withdrawal; returns the request's number."""
    at = clock()
    with sessions.begin() as session:
        case_id, consent = consents.of_token(session, token_sha256(token))
        case = cases.load(session, case_id, lock=True)
        after = take(case, Action.ASK_REVERSAL, SYSTEM)
        number = reversals.ask(session, case_id, consent, what, at)
        record(
            session,
            after,
            Action.ASK_REVERSAL,
            SYSTEM,
            at,
            reversal=number,
            consent=consent,
            record_sha256=issuing.consent_sha256(session, case, consent),
        )
        addressee = f"provider:{case.provider}"
        outbox.post(session, case_id, "reversal_asked", addressee, at, reversal=number)
    return number


def answer(
    case_id: CaseId,
    number: int,
    text: str,
    *,
    is_reversed: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Say what became of the output; the subject reads it in the consent record."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.ANSWER_REVERSAL, by)
        consent = reversals.answer(session, case_id, number, text, at, is_reversed=is_reversed)
        record(
            session,
            after,
            Action.ANSWER_REVERSAL,
            by,
            at,
            reversal=number,
            consent=consent,
            reversed=is_reversed,
            record_sha256=issuing.consent_sha256(session, case, consent),
        )
    return after


def listed(
    case_id: CaseId, *, by: Person, after: int, limit: int, sessions: Sessions
) -> tuple[Reversal, ...]:
    """The requests of the subjects of a case, for who reads consent records."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by, seeing=f"documents.{Paper.CONSENT_RECORD}")
        return reversals.of_case(session, case_id, after=after, limit=limit)
