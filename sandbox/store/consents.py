"""Consents of subjects: one row each, found by the hash of their token."""

from datetime import datetime

from sqlalchemy import case as when
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from sandbox.domain.consent import Consent, ConsentCounts, NewConsent, Withdrawal
from sandbox.domain.naming import CaseId
from sandbox.errors import NotFound, OutOfDate
from sandbox.store import reversals
from sandbox.store.consent_tables import ConsentRow

Forms = frozenset[tuple[int, str]]  # version and language of each form that counts


def add(
    session: Session, case_id: CaseId, consent: NewConsent, token_sha256: str, at: datetime
) -> int:
    """Record a consent; OutOfDate when this subject has one to this version that stands."""
    known = session.scalar(
        select(ConsentRow.id).where(
            ConsentRow.case_id == case_id,
            ConsentRow.subject == consent.subject,
            ConsentRow.form_version == consent.form_version,
            ConsentRow.withdrawn_at.is_(None),
        )
    )
    if known is not None:
        raise OutOfDate(f"this subject consented to version {consent.form_version} already")
    row = ConsentRow(
        case_id=case_id,
        token_sha256=token_sha256,
        subject=consent.subject,
        form_version=consent.form_version,
        language=consent.language,
        method=consent.method,
        representative=consent.representative,
        copy_given=consent.copy_given,
        vulnerable=consent.vulnerable,
        protection=consent.protection,
        given_at=consent.consented_at or at,
        recorded_at=at,
        withdrawn_at=None,
        withdrawn_by_means_of="",
        withdrawal_recorded_at=None,
        withdrawal_recorded_by="",
        deleted_at=None,
        deletion_proof="",
    )
    session.add(row)
    session.flush()
    return row.id


def last_withdrawal(session: Session, case_id: CaseId, subject: str) -> datetime | None:
    """When a subject last withdrew from the test of a case."""
    return session.scalar(
        select(func.max(ConsentRow.withdrawn_at)).where(
            ConsentRow.case_id == case_id, ConsentRow.subject == subject
        )
    )


def load(session: Session, case_id: CaseId, number: int) -> Consent:
    """One consent of a case with what became of it; NotFound when there is none."""
    row = session.get(ConsentRow, number)
    if row is None or row.case_id != case_id:
        raise NotFound(f"case {case_id} has no consent {number}")
    return Consent(
        row.id,
        NewConsent(
            row.subject,
            row.form_version,
            row.language,
            row.method,
            row.representative,
            row.copy_given,
            row.vulnerable,
            row.protection,
        ),
        row.token_sha256,
        row.given_at,
        row.recorded_at,
        _withdrawal(row),
        row.deleted_at,
        row.deletion_proof,
        reversals.of_consent(session, number),
    )


def of_token(session: Session, token_sha256: str) -> tuple[CaseId, int]:
    """The case and number of the consent that a token is for; NotFound when nobody was given it."""
    found = session.execute(
        select(ConsentRow.case_id, ConsentRow.id).where(ConsentRow.token_sha256 == token_sha256)
    ).one_or_none()
    if found is None:
        raise NotFound("nobody was given this token")
    return CaseId(found[0]), found[1]


def is_valid(session: Session, case_id: CaseId, token_sha256: str, forms: Forms) -> bool:
    """One lookup by a unique index: given for this case, to a form that counts, not withdrawn."""
    found = session.execute(
        select(ConsentRow.form_version, ConsentRow.language).where(
            ConsentRow.token_sha256 == token_sha256,
            ConsentRow.case_id == case_id,
            ConsentRow.withdrawn_at.is_(None),
        )
    ).one_or_none()
    return found is not None and (found[0], found[1]) in forms


def withdraw(
    session: Session, case_id: CaseId, number: int, withdrawal: Withdrawal
) -> tuple[int, ...]:
    """Withdraw at once whatever the subject of a consent had consented to when the withdrawal came, also to
    another version of the form; the numbers of what was not withdrawn before.
    """
    subject = select(ConsentRow.subject).where(ConsentRow.id == number).scalar_subquery()
    rows = session.scalars(
        select(ConsentRow)
        .where(
            ConsentRow.case_id == case_id,
            ConsentRow.subject == subject,
            ConsentRow.given_at <= withdrawal.received_at,
            ConsentRow.withdrawn_at.is_(None),
        )
        .order_by(ConsentRow.id)
    ).all()
    for row in rows:
        row.withdrawn_at = withdrawal.received_at
        row.withdrawn_by_means_of = withdrawal.method
        row.withdrawal_recorded_at = withdrawal.recorded_at
        row.withdrawal_recorded_by = withdrawal.recorded_by
    return tuple(row.id for row in rows)


def prove_deletion(
    session: Session, case_id: CaseId, number: int, proof: str, at: datetime
) -> None:
    """Keep the proof that the data of a withdrawn subject are gone; NotFound when none is due."""
    changed = session.execute(
        update(ConsentRow)
        .where(
            ConsentRow.id == number,
            ConsentRow.case_id == case_id,
            ConsentRow.withdrawn_at.is_not(None),
            ConsentRow.deleted_at.is_(None),
        )
        .values(deleted_at=at, deletion_proof=proof)
        .returning(ConsentRow.id)
    ).all()
    if not changed:
        raise NotFound(f"no deletion is due for consent {number}")


def counts(session: Session, case_id: CaseId, forms: Forms) -> ConsentCounts:
    """How many of each kind there are; nobody is named."""
    to_one = tuple_(ConsentRow.form_version, ConsentRow.language).in_(sorted(forms))
    is_valid_now = ConsentRow.withdrawn_at.is_(None) & to_one
    pending = ConsentRow.withdrawn_at.is_not(None) & ConsentRow.deleted_at.is_(None)
    columns = (
        is_valid_now,
        ConsentRow.withdrawn_at.is_not(None),
        ConsentRow.vulnerable.is_(True),
        pending,
    )
    row = session.execute(
        select(func.count(), *(func.coalesce(func.sum(when((c, 1), else_=0)), 0) for c in columns))
        .select_from(ConsentRow)
        .where(ConsentRow.case_id == case_id)
    ).one()
    by_form = session.execute(
        select(ConsentRow.form_version, ConsentRow.language, func.count())
        .where(ConsentRow.case_id == case_id)
        .group_by(ConsentRow.form_version, ConsentRow.language)
    )
    given, valid, withdrawn, vulnerable, deletion_pending = (int(value) for value in row)
    return ConsentCounts(
        given,
        valid,
        withdrawn,
        vulnerable,
        deletion_pending,
        {f"version {version} {language}": count for version, language, count in by_form},
        *reversals.counts(session, case_id),
    )


def _withdrawal(row: ConsentRow) -> Withdrawal | None:
    if row.withdrawn_at is None or row.withdrawal_recorded_at is None:
        return None
    return Withdrawal(
        row.withdrawn_at,
        row.withdrawn_by_means_of,
        row.withdrawal_recorded_at,
        row.withdrawal_recorded_by,
    )
