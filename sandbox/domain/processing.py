"""The processing of personal data in a case: its safeguards, its stops, its holds (Art. 59, 4a)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sandbox.domain.application import Application, PublicInterestArea
from sandbox.domain.dataset import CREATED_INSIDE, Dataset
from sandbox.domain.export import Export
from sandbox.domain.lifecycle import Role
from sandbox.domain.plan import Threshold
from sandbox.domain.supervision import Office
from sandbox.errors import NotFound


@dataclass(frozen=True, slots=True)
class Interest:
    """The substantial public interest that a system serves, in one of five areas (Art. 59(1)(a)).

    It counts when the authority has confirmed it.
    """

    area: PublicInterestArea
    reasons: str
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Safeguards:
    """What the provider has in place: (c) monitoring and response, (f) no effect on data subjects,
    (i) the process described, and the specific law that Art. 59(2) asks of law enforcement.

    `alerts` are thresholds on metrics of privacy; a breach stops the processing at once.
    """

    dpia_reference: str = ""
    alerts: tuple[Threshold, ...] = ()
    response: str = ""
    no_effect: str = ""
    sinks: tuple[str, ...] = ()
    rights_contact: str = ""
    process: str = ""
    law_enforcement_basis: str = ""

    def __post_init__(self) -> None:
        metrics = [alert.metric for alert in self.alerts]
        if len(metrics) != len(set(metrics)):
            raise ValueError("there are two alerts for one metric")


@dataclass(frozen=True, slots=True)
class Summary:
    """Document D11: what is published of the project, and nothing else (Art. 59(1)(j)).

    Sensitive operational data of law enforcement, border control or asylum authorities are exempt.
    """

    project: str
    objectives: str
    expected_results: str
    by: str
    at: datetime
    published_by: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why no summary is published (Art. 59(1)(j))."""

    reasons: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProcessingStop:
    """Processing was stopped: by somebody, or by a breached `metric` (Art. 59(1)(c)).

    `office` is the data protection authority that did so (None: somebody else, or before it was kept).
    """

    number: int
    reasons: str
    by: str
    role: Role
    at: datetime
    metric: str = ""
    resumed_by: str = ""
    resumed_role: Role | None = None
    resumed_at: datetime | None = None
    measures: str = ""
    office: Office | None = None
    resumed_for: Office | None = None


@dataclass(frozen=True, slots=True)
class LegalHold:
    """While it stands nothing is deleted of a dataset, or without one of the whole case."""

    number: int
    dataset: int | None
    ground: str
    legal_basis: str
    by: str
    at: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_because: str = ""

    def __str__(self) -> str:
        if self.lifted_at is None:
            return f"legal hold {self.number} since {self.at:%Y-%m-%d}: {self.ground}"
        first, last = f"{self.at:%Y-%m-%d}", f"{self.lifted_at:%Y-%m-%d}"
        return f"legal hold {self.number} since {first} until {last}: {self.ground}"


class Right(StrEnum):
    """What a data subject may ask for (Art. 15-18, 20-22 GDPR)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    NO_AUTOMATED_DECISION = "no_automated_decision"


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """A request of a data subject, who is a pseudonym here (Art. 59(1)(f))."""

    number: int
    right: Right
    subject: str
    received_on: date
    by: str
    at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """Everything recorded of the processing of personal data in one case.

    `next_deletion_on` is the first end of retention that is still to come, for the sweep;
    `experiments` counts the records of training, testing and validation (Art. 59(1)(i)).
    """

    interest: Interest | None = None
    safeguards: Safeguards = Safeguards()
    summary: Summary | None = None
    exemption: Exemption | None = None
    datasets: tuple[Dataset, ...] = ()
    exports: tuple[Export, ...] = ()
    stops: tuple[ProcessingStop, ...] = ()
    holds: tuple[LegalHold, ...] = ()
    rights_requests: tuple[RightsRequest, ...] = ()
    experiments: int = 0
    next_deletion_on: date | None = None
    log_settled_at: datetime | None = None

    def found(self, number: int) -> Dataset:
        """The dataset of a number; NotFound when there is none."""
        for dataset in self.datasets:
            if dataset.number == number:
                return dataset
        raise NotFound(f"there is no dataset {number}")

    @property
    def is_stopped(self) -> bool:
        return any(stop.resumed_at is None for stop in self.stops)

    def authorises(
        self, dataset: Dataset, who: str, at: datetime, day: date, ended_at: datetime | None = None
    ) -> bool:
        """Whether somebody could work with a dataset at a moment, on a `day` of the authority: they were
        named for it then, it was inside, not deleted yet, its last day was not past, processing was not stopped,
        and the participation had not ended. When something was created inside only the provider knows.
        """
        stopped = any(
            s.at <= at and (s.resumed_at is None or at < s.resumed_at) for s in self.stops
        )
        gone = dataset.deletion is not None and at >= dataset.deletion.ended_at
        came = dataset.released_at is None or dataset.released_at <= at
        over = dataset.is_over(day) or (ended_at is not None and at > ended_at)
        barred = stopped or gone or over or not came
        return dataset.is_inside and who in dataset.named_at(at) and not barred

    @property
    def is_published(self) -> bool:
        """Whether everybody can read what the project is about, or need not."""
        published = self.summary is not None and self.summary.published_at is not None
        return published or self.exemption is not None

    @property
    def was_created_inside(self) -> bool:
        """Whether personal data that were created in the sandbox may still be there."""
        return any(d.personal and d.remains and d.kind in CREATED_INSIDE for d in self.datasets)

    @property
    def in_use(self) -> tuple[Dataset, ...]:
        """The datasets that were released and were not seen to be gone."""
        return tuple(d for d in self.datasets if d.released_at and d.remains)

    def holds_on(self, dataset: Dataset) -> tuple[LegalHold, ...]:
        """Every hold that is or was on a dataset, by itself or with the whole case."""
        return tuple(hold for hold in self.holds if hold.dataset in {None, dataset.number})

    def is_held(self, dataset: Dataset) -> bool:
        return any(hold.lifted_at is None for hold in self.holds_on(dataset))

    @property
    def holds_anything(self) -> bool:
        """Whether a hold stands on the case or on any of its datasets."""
        return any(hold.lifted_at is None for hold in self.holds)

    @property
    def holds_everything(self) -> bool:
        """Whether a hold stands on the whole case."""
        return any(hold.lifted_at is None and hold.dataset is None for hold in self.holds)


def changed(processing: Processing, **facts: Any) -> Processing:  # Any: fields of Processing
    """The record with other facts, and the day that the sweep waits for."""
    after = replace(processing, **facts)
    return replace(after, next_deletion_on=min(_ends(after.datasets), default=None))


def with_dataset(processing: Processing, dataset: Dataset) -> Processing:
    """The record with one dataset changed, or added."""
    others = tuple(d for d in processing.datasets if d.number != dataset.number)
    datasets = sorted((*others, dataset), key=lambda d: d.number)
    return changed(processing, datasets=tuple(datasets))


def is_concerned(application: Application, processing: Processing) -> bool:
    """Whether Art. 59 has a say in a case: by what was applied for, or by a dataset."""
    applied = application.reuses_personal_data or bool(application.public_interest_area)
    return applied or any(d.is_under_art_59 for d in processing.datasets)


def _ends(datasets: tuple[Dataset, ...]) -> Iterator[date]:
    for dataset in datasets:
        if dataset.may_fall_due and dataset.retention_until is not None:
            yield dataset.retention_until
