"""Training, testing and validation as they were done: records for the technical documentation of
Annex IV (Art. 59(1)(i)).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ExperimentKind(StrEnum):
    """Which part of the process a record is about."""

    TRAINING = "training"
    TESTING = "testing"
    VALIDATION = "validation"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One run of the process with what anybody needs to repeat it, its results, and why it was done."""

    number: int
    kind: ExperimentKind
    code_commit: str
    image_digest: str
    data_sha256: str
    datasets: tuple[int, ...]
    parameters: dict[str, str]
    metrics: dict[str, float]
    rationale: str
    by: str
    at: datetime
