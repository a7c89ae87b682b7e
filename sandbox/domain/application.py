"""Document D1: what a provider hands in."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Literal

from sandbox.domain.labels import Label, Mark, stricter
from sandbox.domain.size import Size


class MarketStatus(StrEnum):
    """Draft act Art. 3(2): not on the market, or about to be substantially modified."""

    NOT_ON_MARKET = "not_on_market"
    SUBSTANTIAL_MODIFICATION = "substantial_modification"
    ON_MARKET = "on_market"


class ApplicantRole(StrEnum):
    """As what somebody applies; who is none of them may not (Art. 3(3), draft act Art. 3(2))."""

    UNANSWERED = ""
    PROVIDER = "provider"
    PROSPECTIVE_PROVIDER = "prospective_provider"
    REPRESENTATIVE = "authorised_representative"
    NONE = "none_of_these"


class PartyRole(StrEnum):
    """As what somebody takes part beside the applicant (Art. 58(2)(b))."""

    CO_APPLICANT = "co_applicant"
    DEPLOYER = "deployer"
    THIRD_PARTY = "third_party"
    INFRASTRUCTURE_OWNER = "infrastructure_owner"  # Art. 60a(4)


class PublicInterestArea(StrEnum):
    """The areas of substantial public interest of Art. 59(1)(a), in the order of the law."""

    HEALTH_SAFETY = "PI_HEALTH_SAFETY"
    ENVIRONMENT = "PI_ENVIRONMENT"
    ENERGY = "PI_ENERGY"
    TRANSPORT_CRITINFRA = "PI_TRANSPORT_CRITINFRA"
    PUBLIC_ADMIN = "PI_PUBLIC_ADMIN"


class SyntheticOutput(StrEnum):
    """What a system generates (Art. 50(2))."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


MEDIA = frozenset({SyntheticOutput.IMAGE, SyntheticOutput.VIDEO, SyntheticOutput.AUDIO})


class Depictions(StrEnum):
    """Whether a generator can make what A5-ba and A5-bb ban, without significant technical change
    (Art. 5(1a)).
    """

    UNANSWERED = ""
    NOT_FORESEEABLE = "not_foreseeable"
    SAFEGUARDED = "safeguarded"
    UNSAFEGUARDED = "unsafeguarded"


class AnnexIIIExit(StrEnum):
    """Why a system in an area of Annex III is said not to be high-risk (Art. 6(3))."""

    NARROW_TASK = "E-a"
    IMPROVES_HUMAN_WORK = "E-b"
    DETECTS_PATTERNS = "E-c"
    PREPARATORY_TASK = "E-d"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who takes part beside the applicant."""

    role: PartyRole
    name: str
    registration_number: str
    country: str
    email_domain: str = ""
    unregistered_because: str = ""


@dataclass(frozen=True, slots=True)
class BaseModel:
    """The general-purpose model that a system is built on; whose it is decides R75-01."""

    name: str
    provider: str
    same_undertaking: bool


@dataclass(frozen=True, slots=True)
class ComputeRequest:
    """GPUs of one product and for how many hours."""

    gpu_product: str
    gpus: int
    hours: int


@dataclass(frozen=True, slots=True)
class Application:
    """Document D1: what a provider hands in.

    Whoever is in no register has no `registration_number`, and says why in `unregistered_because`.
    `prohibited`, `annex_iii` and `annex_i` hold codes of rulebook 5.4; `public_interest_area` is
    needed when personal data that were collected for other purposes are reused (Art. 59). `call` is
    the id of the call it answers; empty: rolling intake. `confidential` names fields of this form;
    `marks` label them with a reason (rulebook 5.3).
    """

    applicant: str
    registration_number: str
    country: str
    eu_establishment: bool
    authorised_representative: str
    size: Size
    system_name: str
    system_version: str
    intended_purpose: str
    novelty: str
    regulatory_questions: str
    market_status: MarketStatus
    annex_iii: tuple[str, ...]
    prohibited: tuple[str, ...]
    profiles_persons: bool
    personal_data: bool
    public_interest_area: PublicInterestArea | Literal[""]
    real_world_test: bool
    requested_start: date
    weeks: int
    gpus: int
    gpu_product: str
    declared_true_by: str
    vat_number: str = ""
    lei: str = ""
    unregistered_because: str = ""
    contact_email: str = ""
    call: str = ""

    # Who
    applicant_role: ApplicantRole = ApplicantRole.UNANSWERED
    role_evidence: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    eu_office: str = ""
    representative_liable: bool = False
    parties: tuple[Party, ...] = ()
    union_body: bool = False
    law_enforcement: bool = False
    financial_institution: bool = False
    very_large_platform: bool = False

    # The system, and why it should be tested (draft act Art. 3(3))
    users: str = ""
    affected_persons: str = ""
    maturity: str = ""
    learning_potential: str = ""
    public_interest: str = ""
    viability: str = ""
    other_laws: tuple[str, ...] = ()
    other_authorities: tuple[str, ...] = ()
    equivalent_reporting_law: str = ""

    # Its place on the market (draft act Art. 3(2), Art. 60(2))
    market_evidence: str = ""
    planned_modification: str = ""
    on_market_since: date | None = None

    # What it is in law
    defence_only: bool = False
    research_only: bool = False
    model_alone: bool = False
    base_model: BaseModel | None = None
    annex_iii_exit: AnnexIIIExit | None = None
    annex_i: tuple[str, ...] = ()
    safety_component: bool = False
    third_party_assessment: bool = False
    depictions: Depictions = Depictions.UNANSWERED
    depiction_safeguards: str = ""
    interacts_with_persons: bool = False
    synthetic_output: tuple[SyntheticOutput, ...] = ()
    deep_fakes: bool = False
    public_interest_text: bool = False
    editorial_control: bool = False

    # Data and persons
    reuses_personal_data: bool = False
    data_sources: tuple[str, ...] = ()
    subjects: str = ""
    vulnerable_groups: tuple[str, ...] = ()
    test_member_states: tuple[str, ...] = ()

    # What it needs
    compute: tuple[ComputeRequest, ...] = ()
    storage_gib: int = 0
    network: str = ""

    confidential: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    def marked(self, name: str) -> Label:
        """The label that the provider asked for on a field; PUBLIC when it asked for none."""
        asked = [mark.label for mark in self.marks if mark.field == name]
        by_name = [Label.CONFIDENTIAL] if name in self.confidential else []
        return stricter(Label.PUBLIC, *asked, *by_name)

    @property
    def secret(self) -> tuple[str, ...]:
        """Every field that the provider marked, by whatever label."""
        return tuple(f.name for f in fields(self) if self.marked(f.name) is not Label.PUBLIC)

    def differs_in(self, other: "Application") -> tuple[str, ...]:
        """The fields in which two applications differ."""
        return tuple(
            f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)
        )

    @property
    def processes_personal_data(self) -> bool:
        """Data that are reused are personal data, too (Art. 57(10), 59)."""
        return self.personal_data or self.reuses_personal_data

    @property
    def is_law_enforcement(self) -> bool:
        """Whether it is for law enforcement alone: border and asylum authorities are not (Art. 59(2), 60(4)(i))."""
        areas = self.annex_iii
        borders = any(area.startswith("III-7") for area in areas)
        return any(a.startswith("III-6") for a in areas) or (self.law_enforcement and not borders)

    @property
    def enforces_law(self) -> bool:
        """Whether it is for law enforcement, migration, asylum or border control: as declared, or by
        its area alone (III-6, III-7).
        """
        return self.law_enforcement or any(a.startswith(("III-6", "III-7")) for a in self.annex_iii)

    @property
    def joint_deployers(self) -> tuple[str, ...]:
        """Who applied jointly as a deployer (Art. 58(2)(b))."""
        return tuple(party.name for party in self.parties if party.role is PartyRole.DEPLOYER)

    @property
    def generates_media(self) -> bool:
        """Whether the question on safeguards concerns it (Art. 5(1a))."""
        return self.deep_fakes or not MEDIA.isdisjoint(self.synthetic_output)
