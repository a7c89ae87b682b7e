"""Document D6: one consent, for the subject and the provider (Art. 61(2))."""

from datetime import datetime
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.consent import Consent, ConsentForm, Reversal
from sandbox.domain.papers import Paper

Document = dict[str, Any]  # Any: JSON
# Art. 60(5): without detriment and without having to give a reason.
MAY_WITHDRAW = (
    "You may withdraw this consent at any time, without giving a reason and without any disadvantage, "
    "and ask that your personal data are deleted."
)


def consent_record(case: Case, consent: Consent, told: ConsentForm) -> Document:
    """What the subject was told, consented to and asked for, up to the newest change."""
    given, withdrawal = consent.given, consent.withdrawal
    return {
        "document": Paper.CONSENT_RECORD.heading.lower(),
        "case": case.id,
        "number": consent.number,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
        "subject": given.subject,
        "representative": given.representative or None,
        "form_version": told.version,
        "nature_and_objectives": told.nature_and_objectives,
        "conditions_and_duration": told.conditions_and_duration,
        "rights": told.rights,
        "reversal": told.reversal,
        "test_number": told.test_number,
        "contact": told.contact,
        "consented_at": consent.given_at.isoformat(),
        "consented_by_means_of": given.method,
        "recorded_at": consent.recorded_at.isoformat(),
        "copy_given": given.copy_given,
        "vulnerable": given.vulnerable,
        "protection": given.protection or None,
        "withdrawn_at": _moment(withdrawal.received_at if withdrawal else None),
        "withdrawn_by_means_of": withdrawal.method if withdrawal else None,
        "withdrawal_recorded_at": _moment(withdrawal.recorded_at if withdrawal else None),
        "withdrawal_recorded_by": withdrawal.recorded_by or None if withdrawal else None,
        "data_deleted_at": _moment(consent.deleted_at),
        "deletion_proof": consent.deletion_proof or None,
        "reversal_requests": [_reversal(found) for found in consent.reversals],
        "token_sha256": consent.token_sha256,
        "language": given.language,
        "made_at": consent.changed_at.isoformat(),
        "statement": MAY_WITHDRAW,
    }


def _reversal(found: Reversal) -> Document:
    return {
        "number": found.number,
        "what": found.what,
        "asked_at": found.asked_at.isoformat(),
        "answered_at": _moment(found.answered_at),
        "reversed": found.reversed,
        "answer": found.answer or None,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
