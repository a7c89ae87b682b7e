"""The sandbox plan (Art. 3(54), draft act Art. 5(2)): what provider and authority agree on.

A plan is frozen at agreement and identified by the hash of its canonical form, so that a bar
cannot be moved after the run it judges.
"""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum


class Bound(StrEnum):
    """On which side of the agreed value the measured one must lie."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bar agreed before the run (rulebook 10.1).

    `metric` is a name of the catalogue in `monitoring.queries`; `requirement` the article the bar
    is evidence for; a breach of a `stop` threshold proposes suspension.
    """

    metric: str
    bound: Bound
    value: float
    requirement: str
    completeness_min: float = 0.9
    stop: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.completeness_min <= 1:
            raise ValueError(
                f"completeness_min is a share above 0 and up to 1, not {self.completeness_min}"
            )

    def __str__(self) -> str:
        return f"{self.metric} {self.bound.replace('_', ' ')} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Resources:
    """What the environment may use at most; memory and storage in GiB."""

    gpus: int = 0
    gpu_product: str = ""
    cpus: int = 4
    memory_gib: int = 8
    storage_gib: int = 10
    pods: int = 20


@dataclass(frozen=True, slots=True)
class SandboxPlan:
    """One version of the plan of one case.

    `settling_seconds` after the start of a run are not measured: pods come up and models train.
    `egress` lists the networks (CIDR) that workloads may reach; none by default. `confidential`
    names fields of this plan: what is not marked is presumed disclosable (draft act Art. 6(6)).
    """

    version: int
    objectives: str
    conditions: str
    methodology: str
    requirements: tuple[str, ...]
    safeguards: str
    incident_procedure: str
    exit_criteria: str
    first_day: date
    last_day: date
    personal_data: bool
    confidentiality_reviewed: bool
    resources: Resources
    thresholds: tuple[Threshold, ...]
    egress: tuple[str, ...] = ()
    settling_seconds: int = 30
    real_world_plan: str = ""
    extra_terms: tuple[str, ...] = field(default=())
    confidential: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(
                f"the plan ends on {self.last_day}, before it begins on {self.first_day}"
            )
        metrics = [threshold.metric for threshold in self.thresholds]
        if len(metrics) != len(set(metrics)):
            raise ValueError("the plan has two thresholds for one metric")
        unknown = set(self.confidential) - {known.name for known in fields(self)}
        if unknown:
            raise ValueError(f"not a field of the plan: {', '.join(sorted(unknown))}")
