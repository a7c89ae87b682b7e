"""The export gateway: what may leave the sandbox, and on what condition (Art. 59(1)(e))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.dataset import Dataset, DatasetKind


class ExportClass(StrEnum):
    """What is to leave, the strictest first."""

    SPECIAL_CATEGORIES = "special_categories"  # Art. 4a: not transmitted to anybody
    SANDBOX_CREATED_PERSONAL = "sandbox_created_personal"
    MODEL_WEIGHTS = "model_weights"  # as long as nobody has assessed them
    ORIGINAL = "original"
    AGGREGATE = "aggregate"
    NON_PERSONAL = "non_personal"


NEVER = {
    ExportClass.SPECIAL_CATEGORIES: "special categories are not transmitted to others (Art. 4a)",
    ExportClass.SANDBOX_CREATED_PERSONAL: (
        "personal data created in the sandbox never leave it (Art. 59(1)(e))"
    ),
}
UNASSESSED = "weights count as personal data until the authority has assessed them (X)"
STRICTEST_FIRST = tuple(ExportClass)

CLASS_OF = {
    DatasetKind.ORIGINAL: ExportClass.ORIGINAL,
    DatasetKind.ART9_BIAS: ExportClass.SPECIAL_CATEGORIES,
    DatasetKind.SANDBOX_CREATED_PERSONAL: ExportClass.SANDBOX_CREATED_PERSONAL,
    DatasetKind.MODEL_WEIGHTS: ExportClass.MODEL_WEIGHTS,
    DatasetKind.SYNTHETIC: ExportClass.NON_PERSONAL,
    DatasetKind.ANONYMISED: ExportClass.NON_PERSONAL,
    DatasetKind.NON_PERSONAL: ExportClass.NON_PERSONAL,
}


class ExportState(StrEnum):
    """How far a request has come."""

    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"
    BLOCKED = "blocked"  # never, whoever asks


@dataclass(frozen=True, slots=True)
class Export:
    """One request to let something out; `contains` are the datasets it holds, whole or in part.

    `classified` is the strictest of what the provider says and of what it holds.
    """

    number: int
    what: str
    contains: tuple[int, ...]
    classified: ExportClass
    recipient: str
    legal_basis: str
    content_sha256: str
    by: str
    at: datetime
    weights_are_personal: bool = True
    state: ExportState = ExportState.WAITING
    decided_by: str = ""
    decided_at: datetime | None = None
    reasons: str = ""

    def __post_init__(self) -> None:
        if self.state is ExportState.RELEASED and self.never:
            raise ValueError(self.never)

    @property
    def never(self) -> str:
        """Why nobody can let it out; empty when somebody may."""
        if self.classified is ExportClass.MODEL_WEIGHTS:
            return UNASSESSED if self.weights_are_personal else ""
        return NEVER.get(self.classified, "")

    @property
    def lacks_a_basis(self) -> bool:
        """Original data are shared onward only under data protection law."""
        return self.classified is ExportClass.ORIGINAL and not self.legal_basis.strip()


def class_of(dataset: Dataset) -> ExportClass:
    """How an export of a dataset counts; weights that were assessed count as what they were found to be,
    whatever the switch says of others.
    """
    if dataset.kind is DatasetKind.MODEL_WEIGHTS and dataset.assessed_by:
        return (
            ExportClass.SANDBOX_CREATED_PERSONAL if dataset.personal else ExportClass.NON_PERSONAL
        )
    return CLASS_OF[dataset.kind]


def classify(claimed: ExportClass, contained: Iterable[Dataset]) -> ExportClass:
    """The strictest of what is said of an export and of what it holds."""
    held = tuple(contained)
    classes = {class_of(dataset) for dataset in held}
    assessed = any(d.kind is DatasetKind.MODEL_WEIGHTS and not d.personal for d in held)
    if claimed is not ExportClass.MODEL_WEIGHTS or not assessed:
        classes.add(claimed)
    return min(classes, key=STRICTEST_FIRST.index)
