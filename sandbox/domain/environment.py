"""The technical life of an environment: what is wanted, what is there, and the one next step."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.naming import CaseId


class Wanted(StrEnum):
    """What should be there."""

    ABSENT = "absent"
    RUNNING = "running"
    FROZEN = "frozen"  # nothing runs, nothing leaves; volumes and metrics are kept


class Phase(StrEnum):
    """What is there, as far as the last settled step tells."""

    ABSENT = "absent"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    DESTROYING = "destroying"


class Step(StrEnum):
    """What an engine run does."""

    APPLY = "apply"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class Environment:
    """Wanted and there, side by side."""

    case_id: CaseId
    wanted: Wanted
    wanted_generation: int
    phase: Phase
    applied_generation: int
    stack_exists: bool
    attempts: int = 0
    retry_at: datetime | None = None
    waiting_for: str = ""
    attested_at: datetime | None = None  # when its walls were last proven
    deviation: str = ""  # what the last look found that must not be, or why nobody could look

    @property
    def is_gone(self) -> bool:
        """Whether it was to be removed, and was."""
        return self.wanted is Wanted.ABSENT and self.phase is Phase.ABSENT


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the engine's account while it works: `created case-…/deny-all`."""

    at: datetime
    operation: str
    resource: str
    done: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of a preview or of drift: what would be done to which resource.

    `operation` is a word of the engine: create, update, replace, delete, same.
    """

    operation: str
    resource: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One live attempt against the wall of an environment, with what was expected and seen.

    `proven` is false where this cluster cannot show the control (fake nodes enforce no policy);
    such a probe neither passes nor fails, and reports say so.
    """

    name: str
    control: str
    expected: str
    seen: str
    passed: bool
    proven: bool = True


@dataclass(frozen=True, slots=True)
class RunningImage:
    """What a container of a pod runs; `digest` is empty where the node told none."""

    pod: str
    container: str
    image: str
    digest: str

    def __str__(self) -> str:
        runs = f"{self.pod}/{self.container}: {self.image}"
        return f"{runs} {self.digest}" if self.digest else f"{runs} (no digest told)"


@dataclass(frozen=True, slots=True)
class VolumeSnapshot:
    """A snapshot that was asked for of a volume; without a name its storage offers none."""

    volume: str
    name: str

    def __str__(self) -> str:
        if self.name:
            return f"{self.volume}: {self.name}"
        return f"{self.volume}: not snapshotted, its storage offers no snapshots"


def next_step(environment: Environment) -> Step | None:
    """The one step that brings the cluster closer, or None when nothing is left to do."""
    if environment.wanted is Wanted.ABSENT:
        return None if environment.phase is Phase.ABSENT else Step.DESTROY
    current = environment.applied_generation == environment.wanted_generation
    if environment.phase is Phase.READY and current:
        return None
    return Step.APPLY


def public_status(environment: Environment) -> str:
    """The word people see, computed from the pair."""
    match environment.wanted, environment.phase:
        case Wanted.ABSENT, Phase.ABSENT:
            return "absent"
        case Wanted.ABSENT, _:
            return "being removed"
        case _, Phase.FAILED:
            return "failed, will be tried again"
        case _ if environment.waiting_for:
            return "waiting"
        case Wanted.RUNNING, _ if next_step(environment) is None:
            return "running"
        case Wanted.FROZEN, _ if next_step(environment) is None:
            return "frozen"
        case Wanted.FROZEN, _:
            return "being frozen"
        case _:
            return "being built"
