"""Under which text and with which answers to its open points an installation works, and which kind
of sandbox it is (rulebook 12; Art. 57(1)-(3a)).
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sandbox.errors import Reason, RuleBroken


@dataclass(frozen=True, slots=True)
class ImplementingAct:
    """One version of the Commission act under Art. 58(1)."""

    version: str
    source: str
    adopted: bool
    applies_from: date | None

    def __str__(self) -> str:
        status = f"applies from {self.applies_from}" if self.adopted else "not adopted"
        return f"{self.version}: {self.source}, {status}"


# The only text that was found; when one is adopted, it is one more line in ACTS.
DRAFT_2025_12 = ImplementingAct(
    "DRAFT_2025_12",
    "draft implementing act of December 2025, Ares(2025)10569703",
    adopted=False,
    applies_from=None,
)
ACTS = {act.version: act for act in (DRAFT_2025_12,)}


class SandboxKind(StrEnum):
    """Whose sandbox it is: Art. 57(1)-(2) for Member States, 57(3) EDPS, 57(3a) AI Office."""

    NATIONAL = "national"
    JOINT = "joint"
    REGIONAL = "regional"
    LOCAL = "local"
    EDPS = "edps"
    UNION = "union"

    @property
    def is_of_the_union(self) -> bool:
        """Whether it is no Member State's."""
        return self in {SandboxKind.EDPS, SandboxKind.UNION}


class SandboxStatus(StrEnum):
    """Whether a sandbox is there yet, or still."""

    PLANNED = "planned"
    ESTABLISHED = "established"
    ENDED = "ended"


TOGETHER_MIN = 2


@dataclass(frozen=True, slots=True)
class Member:
    """A Member State of a sandbox, and whom to turn to there."""

    country: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The sandbox of an installation; without members it is that of the installation's country.

    A joint one rests on a framework agreement and has a lead and a contact in each Member State
    (draft act, recitals 4 and 7; R58-D24). `home` is the Member State of the installation.
    """

    kind: SandboxKind = SandboxKind.NATIONAL
    members: tuple[Member, ...] = ()
    lead_authority: str = ""
    framework_agreement: str = ""
    established_on: date | None = None
    ended_on: date | None = None
    home: str = ""

    def __post_init__(self) -> None:
        if self.ended_on and not (self.established_on and self.established_on <= self.ended_on):
            raise ValueError("a sandbox ends after it was established")
        states = self.member_states
        if len(set(states)) < len(states):
            raise ValueError("a Member State takes part in a sandbox once")
        match self.kind:
            case SandboxKind.JOINT:
                self._refuse_a_joint_one_without_its_agreement()
            case SandboxKind.EDPS | SandboxKind.UNION:
                if states:
                    raise ValueError(f"a sandbox of kind {self.kind} is the Union's, not a State's")
            case _:
                if len(states) >= TOGETHER_MIN:
                    raise ValueError(f"several Member States run a joint sandbox, not {self.kind}")

    @property
    def member_states(self) -> tuple[str, ...]:
        return tuple(member.country for member in self.members)

    def status(self, today: date) -> SandboxStatus:
        """Where it stands: the list of the AI Office names planned and existing ones (57(15))."""
        if self.established_on is None or self.established_on > today:
            return SandboxStatus.PLANNED
        ended = self.ended_on is not None and self.ended_on < today
        return SandboxStatus.ENDED if ended else SandboxStatus.ESTABLISHED

    def refuse_if_ended(self, today: date) -> None:
        """RuleBroken with the day: a sandbox that has ended owes its final report, and admits nobody."""
        if self.status(today) is SandboxStatus.ENDED:
            sentence = (
                f"this sandbox ended on {self.ended_on}: it takes no application, admits nobody"
            )
            raise RuleBroken((Reason("R57-16", sentence),))

    def territories(self, home: str) -> tuple[str, ...]:
        """Its Member States; none for a sandbox of the Union."""
        return () if self.kind.is_of_the_union else self.member_states or (home,)

    def covers(self, country: str, *, home: str) -> bool:
        """Whether a territory is one of this sandbox; those of the Union reach all of it."""
        return self.kind.is_of_the_union or country in (self.member_states or (home,))

    def _refuse_a_joint_one_without_its_agreement(self) -> None:
        if not self.framework_agreement.strip():
            raise ValueError("a joint sandbox rests on a framework agreement (R58-D24)")
        if not self.lead_authority.strip():
            raise ValueError("a joint sandbox has a lead authority (R58-D24)")
        if len(self.members) < TOGETHER_MIN or not all(m.contact.strip() for m in self.members):
            raise ValueError("a joint sandbox has two Member States or more, each with a contact")


class NonEUSMEFee(StrEnum):
    """Draft act Art. 2(4) asks an SME without an office in the Union for a fee, Art. 58(2)(d) not."""

    ASK_AUTHORITY = "ask_authority"
    CHARGED = "charged"
    FREE = "free"


class Publication(StrEnum):
    """Whose agreement the publication of an exit report needs: Art. 57(8) or draft act Art. 6(5)."""

    BOTH = "both"
    PARTICIPANT = "participant"


class AnnexIARegistration(StrEnum):
    """Art. 60(4)(c) asks for it, Annex IX speaks of Annex III only."""

    ATTEMPT = "attempt"
    NOT_REQUIRED = "not_required"


class FineShield(StrEnum):
    """Whom Art. 57(12) protects: its words name prospective providers only."""

    PROSPECTIVE_PROVIDERS = "prospective_providers"
    PROVIDERS_TOO = "providers_too"


class IncompleteApplication(StrEnum):
    """Art. 58(2)(a) does not say that DL-01 pauses, and nothing here pauses it."""

    RUNS = "runs"


class LogRetention(StrEnum):
    """What becomes of processing logs at exit, unless a hold is on them (Art. 59(1)(h))."""

    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Regime:
    """The open points of the law as this installation reads them; each default is ours (X).

    What differs by Member State (tacit approval, framework, holidays, appeal) is in `member_state`.
    """

    implementing_act: ImplementingAct = DRAFT_2025_12
    non_eu_sme_fee: NonEUSMEFee = NonEUSMEFee.ASK_AUTHORITY
    exit_report_publish: Publication = Publication.BOTH
    annex_i_a_registration: AnnexIARegistration = AnnexIARegistration.ATTEMPT
    fine_shield: FineShield = FineShield.PROSPECTIVE_PROVIDERS
    incomplete_application: IncompleteApplication = IncompleteApplication.RUNS
    log_retention_after_exit: LogRetention = LogRetention.DELETE
    weights_are_personal_data: bool = True
    risk_mitigation_days: int = 14  # Art. 57(11) names no number
    record_retention_years: int = 10  # after the last event; Art. 78 names no number
    draft_retention_months: int = 12  # since somebody saved it
    sandbox: Sandbox = field(default=Sandbox())


REGIME = Regime()
