"""The plan of a real-world test (D5) and the evidence that its conditions are met (Art. 60(4)(d)-(k)).

The implementing act on the plan is pending; its headings are those of Art. 3(53).
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sandbox.domain.sector_law import Access, SectorPermit

# Art. 3(53) names objectives, methodology, geographical, population and temporal scope, monitoring,
# organisation and conduct: eight. The rulebook says nine and lists the same eight; a ninth would be
# ours. What Art. 60(4) wants beside them (evidence, stop rules) has fields of its own.
HEADINGS = (
    *("objectives", "methodology", "geographical_scope", "population_scope"),
    *("temporal_scope", "monitoring", "organisation", "conduct"),
)
OVERSEER_SILENCE_MAX = timedelta(hours=1)  # X: the law asks for effective oversight, no interval


@dataclass(frozen=True, slots=True)
class RealWorldPlan:
    """Document D5. `within_sandbox` is false for a test that is no part of the sandbox's plan.

    `without_consent` says why seeking consent would prevent a test in law enforcement, and
    `no_negative_effect` how neither the test nor its outcome harms its subjects (Art. 60(4)(i)).
    """

    version: int
    objectives: str
    methodology: str
    geographical_scope: str
    population_scope: str
    temporal_scope: str
    monitoring: str
    organisation: str
    conduct: str
    first_day: date
    last_day: date
    countries: tuple[str, ...]
    stop_rules: str
    within_sandbox: bool = True
    without_consent: str = ""
    no_negative_effect: str = ""

    def __post_init__(self) -> None:
        for name in (*HEADINGS, "stop_rules"):
            if not str(getattr(self, name)).strip():
                raise ValueError(f"{name}: a real-world testing plan has it (Art. 3(53))")
        if self.last_day < self.first_day:
            raise ValueError(f"last_day: before it begins on {self.first_day}")
        if not self.countries or len(set(self.countries)) < len(self.countries):
            raise ValueError("countries: each Member State of the test, once (Art. 60(4)(a))")
        if bool(self.without_consent.strip()) is not bool(self.no_negative_effect.strip()):
            raise ValueError(
                "without_consent: says why, and no_negative_effect how, or neither (Art. 60(4)(i))"
            )

    @property
    def seeks_consent(self) -> bool:
        return not self.without_consent.strip()


class Mechanism(StrEnum):
    """What makes a transfer to a third country lawful (Chapter V GDPR, M)."""

    ADEQUACY = "adequacy"
    STANDARD_CLAUSES = "standard_clauses"
    BINDING_RULES = "binding_rules"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Test data that go to a third country."""

    country: str
    mechanism: Mechanism


@dataclass(frozen=True, slots=True)
class Protection:
    """A group that is vulnerable by age or disability, and how it is protected (Art. 60(4)(g))."""

    group: str
    measures: str


@dataclass(frozen=True, slots=True)
class Overseer:
    """Somebody who oversees the test: qualified, trained and empowered (Art. 60(4)(j))."""

    name: str
    qualifications: str
    trained: bool
    empowered: bool

    @property
    def may_oversee(self) -> bool:
        return bool(self.qualifications.strip()) and self.trained and self.empowered


class Ethics(StrEnum):
    """Whether other law asks for an ethics review, and whether there was one (Art. 60(3))."""

    NONE = "none"
    REQUIRED = "required"
    OBTAINED = "obtained"


@dataclass(frozen=True, slots=True)
class Proven:
    """Something that was tried out: the drill of a reversal, the run of a recall."""

    what: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the provider shows for Art. 60(3), (4)(d)-(k), (7) and (9), as it is: it changes before and
    after the start, and where a plan was submitted its authority is told of each change (D5).
    """

    representative: str = ""
    transfers: tuple[Transfer, ...] = ()
    protections: tuple[Protection, ...] = ()
    deployers: tuple[str, ...] = ()
    overseers: tuple[Overseer, ...] = ()
    reversal_drill: Proven | None = None
    recall_runbook: Proven | None = None
    dpia_reference: str = ""
    ethics: Ethics = Ethics.REQUIRED  # nobody said yet that no law asks for one
    ethics_reference: str = ""
    insurance: str = ""
    permits: tuple[SectorPermit, ...] = ()
    infrastructure: tuple[Access, ...] = ()

    @property
    def able_overseers(self) -> tuple[str, ...]:
        return tuple(overseer.name for overseer in self.overseers if overseer.may_oversee)

    @property
    def sha256(self) -> str:
        """What ledger and D5 keep of it, at each change."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DeployerAgreement:
    """Document D15: who does what; it counts when provider and deployer signed (Art. 60(4)(h)).

    Responsibilities and oversight persons came later and have a default, so that what was signed loads.
    """

    deployer: str
    roles: str
    instructions_given: bool
    provider_signed_by: str = ""
    deployer_signed_by: str = ""
    responsibilities: str = ""
    oversight_persons: tuple[str, ...] = ()

    @property
    def is_signed(self) -> bool:
        both = bool(self.provider_signed_by) and bool(self.deployer_signed_by)
        return both and self.instructions_given

    @property
    def words(self) -> "DeployerAgreement":
        """What is signed, without the signatures."""
        return replace(self, provider_signed_by="", deployer_signed_by="")


def with_signed(
    agreements: tuple[DeployerAgreement, ...], signed: DeployerAgreement
) -> tuple[DeployerAgreement, ...]:
    """The agreements with the newest words for a deployer; what both signed before stands beside them
    until both have signed them too.
    """
    kept = tuple(
        known
        for known in agreements
        if known.deployer != signed.deployer or (known.is_signed and not signed.is_signed)
    )
    return (*kept, signed)


@dataclass(frozen=True, slots=True)
class Duty:
    """The newest sign of life of an overseer."""

    overseer: str
    at: datetime

    def is_fresh(self, at: datetime) -> bool:
        return at - self.at <= OVERSEER_SILENCE_MAX


@dataclass(frozen=True, slots=True)
class Terms:
    """What authority and provider agreed specifically for a test inside a sandbox (Art. 58(4))."""

    terms: str
    safeguards: str
    by: str
    at: datetime
    accepted_by: str = ""
    accepted_at: datetime | None = None

    @property
    def are_agreed(self) -> bool:
        return self.accepted_at is not None
