"""Datasets of a case: what each is, why it is needed, when it must go, and how it went (Art. 4a, 59)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sandbox.domain.supervision import Office
from sandbox.errors import FieldRefused


class DatasetKind(StrEnum):
    """What a dataset is in law; the last three are no personal data."""

    ORIGINAL = "original"  # personal data, lawfully collected for other purposes
    ART9_BIAS = "art9_bias"  # special categories, for bias detection only (Art. 4a)
    SANDBOX_CREATED_PERSONAL = "sandbox_created_personal"
    MODEL_WEIGHTS = "model_weights"  # personal until assessed (X, `weights_are_personal_data`)
    SYNTHETIC = "synthetic"
    ANONYMISED = "anonymised"
    NON_PERSONAL = "non_personal"


PERSONAL = frozenset(
    {DatasetKind.ORIGINAL, DatasetKind.ART9_BIAS, DatasetKind.SANDBOX_CREATED_PERSONAL}
)
CREATED_INSIDE = frozenset({DatasetKind.SANDBOX_CREATED_PERSONAL, DatasetKind.MODEL_WEIGHTS})


class Requirement(StrEnum):
    """The requirements of Chapter III, Section 2 for which data may be needed (Art. 59(1)(b))."""

    RISK_MANAGEMENT = "Art. 9"
    DATA_GOVERNANCE = "Art. 10"
    TECHNICAL_DOCUMENTATION = "Art. 11"
    RECORD_KEEPING = "Art. 12"
    TRANSPARENCY = "Art. 13"
    HUMAN_OVERSIGHT = "Art. 14"
    ACCURACY_ROBUSTNESS_SECURITY = "Art. 15"


class Trigger(StrEnum):
    """Why a dataset is deleted; whichever comes first counts (Art. 4a, 59(1)(g))."""

    EXIT = "exit"
    RETENTION = "retention"
    BIAS_CORRECTED = "bias_corrected"
    CHOICE = "choice"  # before it had to be


@dataclass(frozen=True, slots=True)
class View:
    """What a data protection authority says of a dataset (`office` None: given before it was kept)."""

    words: str
    objects: bool
    by: str
    at: datetime
    office: Office | None = None


@dataclass(frozen=True, slots=True)
class Deletion:
    """How a dataset was deleted, and who has seen that it is gone: the content of document D12.

    What is kept all the same is an exception, and stands on a legal basis.
    """

    method: str
    covered: tuple[str, ...]
    began_at: datetime
    ended_at: datetime
    by: str
    reported_at: datetime
    trigger: Trigger = Trigger.CHOICE
    exceptions: str = ""
    exceptions_basis: str = ""
    verified_by: str = ""
    verified_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.ended_at < self.began_at:
            raise ValueError("the deletion ended before it began")
        if self.ended_at > self.reported_at:
            raise ValueError("a deletion is reported when it has ended")
        if self.exceptions.strip() and not self.exceptions_basis.strip():
            raise ValueError("what is not deleted needs a legal basis (Art. 59(1)(g))")


@dataclass(frozen=True, slots=True)
class RefusedDeletion:
    """A report of deletion that does not count, and why: the provider deletes and reports again."""

    deletion: Deletion
    reasons: str
    by: str
    at: datetime


NAMED_MAX, NAMINGS_MAX = 200, 200


@dataclass(frozen=True, slots=True)
class Naming:
    """Who may work with a dataset from a moment on, and who no longer."""

    added: tuple[str, ...]
    taken_off: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewDataset:
    """What a provider says of a dataset; what may be left out is asked when it is to be let in."""

    name: str
    kind: DatasetKind
    source: str
    lawful_collection: str
    purpose: str
    volume: str
    content_sha256: str
    retention_until: date | None
    requirement: Requirement | None = None
    alternatives: str = ""
    why_insufficient: str = ""
    other_basis: str = ""
    forbidden_by: str = ""
    strictly_necessary: str = ""
    security: str = ""
    named_persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset of one case.

    `other_basis` is a law that allows the processing without Art. 59, once the authority has confirmed
    that it does; `forbidden_by` one that forbids the new purpose (Art. 59(3)). `strictly_necessary` and `security` are asked by Art. 4a.
    `named_persons` may work with it now, and nobody else (Art. 59(1)(d)); `namings` are the changes since
    it was declared. `view` is the newest, `other_views` what the other authorities for data protection said last.
    """

    number: int
    name: str
    kind: DatasetKind
    personal: bool
    source: str
    lawful_collection: str
    purpose: str
    volume: str
    content_sha256: str
    retention_until: date | None
    declared_by: str
    declared_at: datetime
    requirement: Requirement | None = None
    alternatives: str = ""
    why_insufficient: str = ""
    other_basis: str = ""
    basis_confirmed_by: str = ""
    basis_confirmed_at: datetime | None = None
    forbidden_by: str = ""
    strictly_necessary: str = ""
    security: str = ""
    named_persons: tuple[str, ...] = ()
    namings: tuple[Naming, ...] = ()
    view: View | None = None
    other_views: tuple[View, ...] = ()
    released_by: str = ""
    released_at: datetime | None = None
    assessed_by: str = ""
    assessment: str = ""
    due_by: Trigger | None = None
    due_on: date | None = None
    deletion: Deletion | None = None
    refused_deletions: tuple[RefusedDeletion, ...] = ()

    def __post_init__(self) -> None:
        if self.kind in PERSONAL and not self.personal:
            raise ValueError(f"{self.kind} is personal data")
        if self.personal and self.retention_until is None:
            raise ValueError("personal data have an end of retention (Art. 59(1)(g))")
        if (self.due_by is None) != (self.due_on is None):
            raise ValueError("a dataset is due for a reason, on a day")

    @property
    def subject(self) -> str:
        """What tells its clock from those of other datasets."""
        return f"dataset {self.number}"

    def refuse_untrue(self, deletion: "Deletion", used_at: datetime | None) -> None:
        """FieldRefused when a report of deletion contradicts when it was let in, or `used_at` last."""
        came_in, name = self.released_at, f"dataset {self.number}"
        if came_in is not None and deletion.began_at < came_in:
            raise FieldRefused(
                "began_at", f"{name} was let in only at {came_in:%Y-%m-%d %H:%M} UTC"
            )
        if untrue := self.contradiction(deletion, used_at):
            raise FieldRefused("ended_at", untrue)

    def contradiction(self, deletion: "Deletion", used_at: datetime | None) -> str:
        """That it was accessed after all of it is said to be gone; empty when it was not. What is excepted
        may be.
        """
        if deletion.exceptions.strip() or used_at is None or used_at <= deletion.ended_at:
            return ""
        return f"{self.subject} was accessed at {used_at:%Y-%m-%d %H:%M} UTC all the same"

    @property
    def views(self) -> tuple[View, ...]:
        """The latest view of each authority for data protection, the newest last."""
        return (*self.other_views, *((self.view,) if self.view else ()))

    @property
    def is_under_art_59(self) -> bool:
        """Whether the ten conditions count: no other law is confirmed as its basis (Art. 59(3))."""
        return self.kind is DatasetKind.ORIGINAL and self.basis_confirmed_at is None

    @property
    def is_inside(self) -> bool:
        """Whether it is, or ever was, in the sandbox."""
        return self.kind in CREATED_INSIDE or self.released_at is not None

    def named_at(self, at: datetime) -> frozenset[str]:
        """Who was named for it at a moment: who is now, without the changes that came later."""
        named = frozenset(self.named_persons)
        for naming in reversed(self.namings):
            if naming.at > at:
                named = (named - {*naming.added}) | {*naming.taken_off}
        return named

    @property
    def is_deleted(self) -> bool:
        """Whether it is gone and somebody else than the provider has seen that."""
        return self.deletion is not None and self.deletion.verified_at is not None

    @property
    def remains(self) -> bool:
        """Whether anything of it may still be in the sandbox: it was not seen to be gone, or not all of
        it was deleted.
        """
        excepted = self.deletion is not None and bool(self.deletion.exceptions.strip())
        return self.is_inside and (excepted or not self.is_deleted)

    @property
    def is_to_be_deleted(self) -> bool:
        """Whether there is something left to delete."""
        return self.personal and self.is_inside and not self.is_deleted

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be used: on it it must go (Art. 4a, 59(1)(g))."""
        ends = (self.due_on, self.retention_until) if self.personal else ()
        return min((end for end in ends if end is not None), default=None)

    def is_over(self, day: date) -> bool:
        """Whether its last day is past."""
        return self.last_day is not None and day > self.last_day

    @property
    def may_fall_due(self) -> bool:
        """Whether a clock of its deletion is still to come."""
        return self.personal and self.is_inside and self.due_by is None and self.deletion is None


def trigger(dataset: Dataset, today: date, ended_on: date | None) -> tuple[Trigger, date] | None:
    """What calls for the deletion, and since which day: the first of exit and end of retention."""
    if not dataset.may_fall_due or dataset.retention_until is None:
        return None
    came = [
        (day, why)
        for day, why in ((ended_on, Trigger.EXIT), (dataset.retention_until, Trigger.RETENTION))
        if day is not None and day <= today
    ]
    if not came:
        return None
    day, why = min(came)
    return why, day
