"""Subjects are told, consent, and may withdraw at any time without a reason (Art. 60(5), 61)."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox import issuing
from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.consent import (
    BY_TOKEN,
    ConsentCounts,
    ConsentForm,
    NewConsent,
    Withdrawal,
    against_its_date,
    form,
    token_sha256,
)
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadline_subjects import UNASKED
from sandbox.domain.going_on import AT_ITS_END, against_going_on, is_past_its_end
from sandbox.domain.language import Language
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.sight import Sight, sight
from sandbox.errors import FieldRefused, NotFound, Reason, RuleBroken
from sandbox.ports import Clock
from sandbox.store import cases, consents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def release(
    case_id: CaseId,
    draft: ConsentForm,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Release a form; the first version of the case is 1, another language of a version is added
    to it, and a material change needs the next version.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        newest = case.newest_form
        if draft.version not in {newest, newest + 1} or draft.version < 1:
            raise FieldRefused("version", f"the next version is {newest + 1}, not {draft.version}")
        if form(case.consent_forms, draft.version, draft.language) is not None:
            raise FieldRefused(
                "language", f"version {draft.version} is released in {draft.language} already"
            )
        released = replace(draft, released_by=str(by), released_at=at)
        after = take(
            case, Action.RELEASE_CONSENT_FORM, by, consent_forms=(*case.consent_forms, released)
        )
        record(
            session,
            after,
            Action.RELEASE_CONSENT_FORM,
            by,
            at,
            version=draft.version,
            language=draft.language.value,
            material=draft.material,
            number_means=case.test.number_means if case.test else "",
        )
    return after


def give(
    case_id: CaseId,
    consent: NewConsent,
    *,
    by: Person,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    token: Callable[[], str],
) -> tuple[int, str]:
    """Record a consent that was dated, documented and copied to the subject; returns its number and
    the token, which is shown this once. RuleBroken after the last day of the test.
    """
    at, secret = clock(), token()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        take(case, Action.RECORD_CONSENT, by)
        if is_past_its_end(case.planned_test(), at, authority):
            raise RuleBroken((Reason("R60-4f", AT_ITS_END),))
        for name in ("subject", "method"):
            if not getattr(consent, name).strip():
                raise FieldRefused(
                    name, "a consent is documented: who gave it, and how (Art. 61(2))"
                )
        told = form(case.consent_forms, consent.form_version, Language(consent.language))
        if told is None:
            raise FieldRefused(
                "form_version",
                f"version {consent.form_version} was never released in {consent.language}",
            )
        if (consent.form_version, consent.language) not in case.counting_forms:
            raise FieldRefused(
                "form_version",
                f"version {consent.form_version} names another test, or a later version changed"
                " what is consented to (Art. 3(59), 61(1)(e))",
            )
        if not consent.copy_given:
            raise FieldRefused("copy_given", "a copy must be given to the subject (Art. 61(2))")
        if consent.vulnerable and not consent.protection.strip():
            raise FieldRefused("protection", "say how this subject is protected (Art. 60(4)(g))")
        opened = ledger.latest(session, case_id, Action.OPEN_CONSENT)
        opened_at = datetime.fromisoformat(opened.entry.at) if opened else None
        withdrawn_at = consents.last_withdrawal(session, case_id, consent.subject)
        if refused := against_its_date(consent.consented_at, told, opened_at, withdrawn_at, at):
            raise FieldRefused("consented_at", refused)
        number = consents.add(session, case_id, consent, token_sha256(secret), at)
        ledger.append(
            session,
            case_id,
            Action.RECORD_CONSENT,
            by,
            at,
            consent=number,
            form_version=consent.form_version,
            language=consent.language,
            consented_at=(consent.consented_at or at).isoformat(),
            record_sha256=issuing.consent_sha256(session, case, number),
        )
    return number, secret


def is_valid(
    case_id: CaseId, token: str, *, sessions: Sessions, authority: Authority, clock: Clock
) -> bool:
    """Whether the running test may act on a person now; no for everything that is not known, and from the
    moment on at which the test must not go on, whether or not a sweep has stopped it.

    A test in law enforcement that was approved without consent asks for no token (Art. 60(4)(i)).
    """
    at = clock()
    with sessions.begin() as session:
        try:
            case = cases.load(session, case_id)
        except NotFound:
            return False
        if case.test is None or not case.test.is_under_way or against_going_on(case, at, authority):
            return False
        if not case.test.plan.seeks_consent:
            return True
        return consents.is_valid(session, case_id, token_sha256(token), case.counting_forms)


def withdraw(token: str, *, sessions: Sessions, clock: Clock) -> None:
    """The subject withdraws from the test, to whichever version of the form it consented: blocked at
    once, and deletion must be proven within DL-17.

    Withdrawing again changes nothing. Nobody is asked for a reason.
    """
    with sessions.begin() as session:
        case_id, number = consents.of_token(session, token_sha256(token))
        case = cases.load(session, case_id, lock=True)
        at = clock()  # now that nobody records another consent
        _withdraw(session, case, number, Withdrawal(at, BY_TOKEN, at), SYSTEM)


def record_withdrawal(
    case_id: CaseId,
    number: int,
    method: str,
    received_at: datetime,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider records that a subject withdrew by another means than the token, a letter say: the same
    follows, from the moment on at which it came.
    """
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        at = clock()
        take(case, Action.WITHDRAW_CONSENT, by)
        given_at = consents.load(session, case_id, number).given_at
        if not method.strip():
            raise FieldRefused("method", "say how the withdrawal came")
        if not given_at <= received_at <= at:
            raise FieldRefused(
                "received_at", f"between the consent, at {given_at.isoformat()}, and now"
            )
        return _withdraw(session, case, number, Withdrawal(received_at, method, at, str(by)), by)


def prove_deletion(
    case_id: CaseId,
    number: int,
    proof: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider proves that the data of a withdrawn subject are gone; DL-17 is met."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        met = deadlines.meet(case.deadlines, Name.DL_17, at, subject=_subject(number))
        after = take(case, Action.PROVE_SUBJECT_DELETION, by, deadlines=met)
        consents.prove_deletion(session, case_id, number, proof, at)
        record(
            session,
            after,
            Action.PROVE_SUBJECT_DELETION,
            by,
            at,
            consent=number,
            proof_sha256=_sha256(proof),
            record_sha256=issuing.consent_sha256(session, case, number),
        )
    return after


def prove_deletion_of_unasked(
    case_id: CaseId,
    proof: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider proves that the data of all subjects of a test without consent are gone
    (Art. 60(4)(i)); NotFound when no such deletion is due.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        met = deadlines.meet(case.deadlines, Name.DL_17, at, subject=UNASKED)
        if met == case.deadlines:
            raise NotFound("no deletion of the data of subjects is due")
        after = take(case, Action.PROVE_SUBJECT_DELETION, by, deadlines=met)
        sha256 = _sha256(proof)
        record(session, after, Action.PROVE_SUBJECT_DELETION, by, at, proof_sha256=sha256)
    return after


def counts(case_id: CaseId, *, by: Person, sessions: Sessions) -> ConsentCounts:
    """Counted, not named."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        if sight(case, by, "consents") is Sight.HIDDEN:
            raise NotFound("consents are counted for the provider and for supervisors")
        return consents.counts(session, case_id, case.counting_forms)


def _withdraw(
    session: Session, case: Case, number: int, withdrawal: Withdrawal, by: Person
) -> Case:
    at, addressee = withdrawal.recorded_at, f"provider:{case.provider}"
    for ended in consents.withdraw(session, case.id, number, withdrawal):
        due = deadlines.start_at(Name.DL_17, withdrawal.received_at, subject=_subject(ended))
        case = take(case, Action.WITHDRAW_CONSENT, by, deadlines=(*case.deadlines, due))
        record(
            session,
            case,
            Action.WITHDRAW_CONSENT,
            by,
            at,
            consent=ended,
            method=withdrawal.method,
            received_at=withdrawal.received_at.isoformat(),
            record_sha256=issuing.consent_sha256(session, case, ended),
        )
        outbox.post(session, case.id, "consent_withdrawn", addressee, at, consent=ended)
    return case


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _subject(number: int) -> str:
    return f"consent {number}"
