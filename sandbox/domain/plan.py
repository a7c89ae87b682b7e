"""The sandbox plan (Art. 3(54), draft act Art. 5(2)): what provider and authority agree on.

A plan is frozen at agreement and identified by the hash of its canonical form, so that a bar
cannot be moved after the run it judges.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum

from sandbox.errors import FieldRefused

ONE_DAY = timedelta(days=1)


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
        """The bar as it was agreed, not rounded."""
        return f"{self.metric} {self.bound.replace('_', ' ')} {self.value!r}"

    @property
    def in_full(self) -> str:
        """The bar with all that decides whether it was met."""
        stop = ", stops the test" if self.stop else ""
        return f"{self} ({self.requirement}, completeness {self.completeness_min!r}{stop})"


@dataclass(frozen=True, slots=True)
class Resources:
    """What the environment may use at most; memory and storage in GiB."""

    gpus: int = 0
    gpu_product: str = ""
    cpus: int = 4
    memory_gib: int = 8
    storage_gib: int = 10
    pods: int = 20


class ExecutionSite(StrEnum):
    """Where the project runs; the authority supervises it wherever that is (draft act recital 16)."""

    OWN_CLUSTER = "own_cluster"
    TEF = "tef"
    AI_FACTORY = "ai_factory"


@dataclass(frozen=True, slots=True)
class Milestone:
    """What is to be reached by the end of a week of the plan; the first week is week 1."""

    week: int
    what: str

    def __post_init__(self) -> None:
        if self.week < 1:
            raise ValueError(f"the weeks of a plan begin with 1, not {self.week}")

    def due(self, first_day: date) -> date:
        """The last day of its week."""
        return first_day + timedelta(weeks=self.week) - ONE_DAY


@dataclass(frozen=True, slots=True)
class DurationReasons:
    """Why the plan takes this long (draft act Art. 4(3), R58-D13)."""

    capacity: str = ""  # of the authority, and its priorities
    conformity_assessment: str = ""  # which part of it is covered
    complexity: str = ""  # and scale, and the needs of the participant


@dataclass(frozen=True, slots=True)
class SandboxPlan:
    """One version of the plan of one case; its letters are those of draft act Art. 5(2).

    `settling_seconds` after the start of a run are not measured: pods come up and models train.
    `egress` lists the networks (CIDR) that workloads may reach; none by default. `laws_supervised`
    are those the authority supervises here, `confidential` names fields of this plan: what is not
    marked is presumed disclosable (draft act Art. 6(6)). Applicant and system (a) are those of the
    application. What came later has a default, so that old versions load; their hash is that of the
    document that was signed (`store.plans`).
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
    scope: str = ""
    milestones: tuple[Milestone, ...] = ()
    laws_supervised: tuple[str, ...] = ()
    reporting_cadence: str = ""
    duration: DurationReasons = DurationReasons()
    execution_site: ExecutionSite = ExecutionSite.OWN_CLUSTER
    facility: str = ""
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
            raise ValueError(f"the plan has no field {', '.join(sorted(unknown))} to keep secret")

    @property
    def needs_dpa(self) -> bool:
        """Draft act Art. 5(2)(e): personal data bring their supervisor in (Art. 57(10))."""
        return self.personal_data

    def needs_another_environment(self, other: "SandboxPlan") -> bool:
        """Whether something else must stand in the cluster for another version."""
        return (self.resources, self.egress) != (other.resources, other.egress)

    def needs_another_run(self, other: "SandboxPlan") -> bool:
        """Whether another version judges, or stands, otherwise: a run is judged by one version."""
        bars = (self.thresholds, self.settling_seconds)
        return bars != (other.thresholds, other.settling_seconds) or (
            self.needs_another_environment(other)
        )

    def refuse_unless_measured(self, known: Collection[str]) -> None:
        """FieldRefused for a threshold on what nobody measures."""
        for metric in (threshold.metric for threshold in self.thresholds):
            if metric not in known:
                names = ", ".join(sorted(known))
                raise FieldRefused("thresholds", f"{metric} is not measured; known: {names}")


def not_supervised(plan: SandboxPlan, named: tuple[str, ...]) -> tuple[str, ...]:
    """The laws named in the application that the plan leaves unsupervised (draft act Art. 2(5)):
    for them, and for every law that nobody named, the participant stays responsible.
    """
    covered = {law.casefold().strip() for law in plan.laws_supervised}
    return tuple(law for law in named if law.casefold().strip() not in covered)
