"""Informed consent of the subjects of a real-world test (Art. 60(4)(i), 60(5), 61): which forms there
are, and whether a consent counts.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sandbox.domain.language import Language


def token_sha256(token: str) -> str:
    """What is kept of a subject's token; the token itself is kept nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """One version of what subjects are told, in one language: the items (a) to (e) of Art. 61(1).

    A `material` version changes a consented fact: consents to earlier ones no longer count.
    `test_number` is the Union-wide number, or the reference of the national framework (Art. 60a).
    """

    version: int
    language: Language
    nature_and_objectives: str
    conditions_and_duration: str
    rights: str
    reversal: str
    test_number: str
    contact: str
    material: bool
    released_by: str
    released_at: datetime

    def __post_init__(self) -> None:
        for name in (
            "nature_and_objectives",
            "conditions_and_duration",
            "rights",
            "reversal",
            "test_number",
            "contact",
        ):
            if not str(getattr(self, name)).strip():
                raise ValueError(f"{name}: a subject must be told this (Art. 61(1))")


def form(forms: tuple[ConsentForm, ...], version: int, language: Language) -> ConsentForm | None:
    """The form of a version in a language."""
    return next((f for f in forms if f.version == version and f.language is language), None)


def oldest_that_counts(forms: tuple[ConsentForm, ...]) -> int:
    """The lowest version whose consents still count: that of the newest material change."""
    return max((f.version for f in forms if f.material), default=1)


def counting(
    forms: tuple[ConsentForm, ...], number: str, *, since: int = 1
) -> frozenset[tuple[int, str]]:
    """The version and language of each form whose consents count for a test: it names the number of
    the test, is not older than a material change, nor than the version `since` which the facts of
    the test are told as they are now (Art. 3(59), 61(1)(e)).
    """
    oldest = max(oldest_that_counts(forms), since)
    return frozenset(
        (f.version, f.language.value)
        for f in forms
        if f.version >= oldest and f.test_number == number
    )


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent as it comes in; the subject is a pseudonym. `consented_at` is the date it bears, on paper say;
    None: it is given as it is recorded (Art. 61(2)).
    """

    subject: str
    form_version: int
    language: str
    method: str
    representative: str
    copy_given: bool
    vulnerable: bool
    protection: str
    consented_at: datetime | None = None


def against_its_date(
    consented_at: datetime | None,
    told: ConsentForm,
    opened_at: datetime | None,
    withdrawn_at: datetime | None,
    now: datetime,
) -> str:
    """Why a consent cannot bear its date; empty when it can. `opened_at` is since when subjects are asked,
    `withdrawn_at` when this one last withdrew.
    """
    if consented_at is None:
        return ""
    if consented_at > now:
        return "this lies in the future"
    if consented_at < told.released_at:
        return f"the form was released at {told.released_at.isoformat()}: nobody was told it before (Art. 61(1))"
    if opened_at is not None and consented_at < opened_at:
        return f"subjects are asked since {opened_at.isoformat()}, not before (Art. 60(4)(b), (i))"
    if withdrawn_at is not None and consented_at <= withdrawn_at:
        return "the subject withdrew after that (Art. 60(5))"
    return ""


# How a withdrawal comes that nobody records for the subject.
BY_TOKEN = "the token, which only the subject has"  # noqa: S105 - no token


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When a subject withdrew, and how; `recorded_by` is who wrote it down, empty for the token (Art. 60(5))."""

    received_at: datetime
    method: str
    recorded_at: datetime
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a subject asked to have reversed or disregarded, and what became of it (Art. 60(4)(k))."""

    number: int
    consent: int
    what: str
    asked_at: datetime
    reversed: bool = False
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent with everything that became of it: what document D6 says.

    The hash of its token, which only the subject has, makes the hash of the document unguessable.
    """

    number: int
    given: NewConsent
    token_sha256: str
    given_at: datetime
    recorded_at: datetime
    withdrawal: Withdrawal | None = None
    deleted_at: datetime | None = None
    deletion_proof: str = ""
    reversals: tuple[Reversal, ...] = ()

    @property
    def changed_at(self) -> datetime:
        """The moment of the newest thing that its document says."""
        asked = (moment for r in self.reversals for moment in (r.asked_at, r.answered_at))
        withdrawn = self.withdrawal and self.withdrawal.recorded_at
        moments = (self.recorded_at, withdrawn, self.deleted_at, *asked)
        return max(moment for moment in moments if moment)


@dataclass(frozen=True, slots=True)
class ConsentCounts:
    """Counted, not named: what a supervisor sees."""

    given: int
    valid: int
    withdrawn: int
    vulnerable: int
    deletion_pending: int
    by_form: dict[str, int]
    reversals: int = 0
    reversals_open: int = 0
