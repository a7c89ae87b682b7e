"""What an application may hold as it comes in: the questionnaire of the self-check, and D1."""

from dataclasses import fields
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationInfo, field_validator

from sandbox.api import identifiers
from sandbox.api.bodies import Body, Country, Day, Line, Long, MarkBody, Text
from sandbox.api.size_bodies import SizeBody
from sandbox.domain import high_risk, prohibited
from sandbox.domain.application import (
    AnnexIIIExit,
    ApplicantRole,
    Application,
    Depictions,
    MarketStatus,
    PartyRole,
    PublicInterestArea,
    SyntheticOutput,
)
from sandbox.domain.member_state import TIME_ZONES as MEMBER_STATES

EMAIL = r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$"
DOMAIN = r"^([^@\s]+\.[^@\s]+)?$"
Codes = Annotated[list[Annotated[str, Field(max_length=10)]], Field(max_length=30)]
Lines = Annotated[list[Line], Field(max_length=50)]

UNREGISTERED = (
    "why there is no number: a public body, a body of the Union, a natural person or whatever else is "
    "in no register; empty where there is one"
)
REGISTERED = "of a register of its country, or its VAT number there; empty where there is none"

APPLICATION = TypeAdapter(Application)
FIELDS = frozenset(field.name for field in fields(Application))
UNASKED = (
    "applicant",
    "registration_number",
    "system_name",
    "system_version",
    "intended_purpose",
    "novelty",
    "gpu_product",
    "declared_true_by",
)


class BaseModelBody(Body):
    """The general-purpose model that the system is built on; whose it is decides who is competent
    (Art. 75(1)).
    """

    name: Line
    provider: Line
    same_undertaking: bool


class PartyBody(Body):
    """Who takes part beside the applicant (Art. 58(2)(b))."""

    role: PartyRole
    name: Line
    country: Country
    unregistered_because: str = Field(default="", max_length=500, description=UNREGISTERED)
    registration_number: str = Field(
        default="", max_length=300, validate_default=True, description=REGISTERED
    )
    email_domain: str = Field(default="", max_length=254, pattern=DOMAIN)

    @field_validator("registration_number")
    @classmethod
    def of_its_register(cls, number: str, info: ValidationInfo) -> str:
        return _registered(number, info)


class ComputeRequestBody(Body):
    """GPUs of one product and for how many hours."""

    gpu_product: Line
    gpus: int = Field(ge=1, le=64)
    hours: int = Field(ge=1, le=20_000)


class QuestionnaireBody(Body):
    """What decides whether a system may enter, and what it will need."""

    applicant_role: ApplicantRole = Field(
        default=ApplicantRole.UNANSWERED, description="as what you apply (draft act Art. 3(2))"
    )
    role_evidence: Long = Field(default="", description="what shows that role")
    country: Country
    unregistered_because: str = Field(default="", max_length=500, description=UNREGISTERED)
    eu_establishment: bool = Field(description="registered office or branch in the Union")
    eu_office: str = Field(default="", max_length=300, description="where the office or branch is")
    authorised_representative: str = Field(default="", max_length=300)
    representative_liable: bool = Field(
        default=False, description="the representative took responsibility and liability"
    )
    size: SizeBody
    union_body: bool = Field(default=False, description="institution, body or agency of the Union")
    law_enforcement: bool = Field(
        default=False, description="for law-enforcement or border authorities"
    )
    financial_institution: bool = Field(default=False, description="Art. 74(6)")
    very_large_platform: bool = Field(
        default=False, description="is, or is part of, a designated VLOP or VLOSE"
    )
    regulatory_questions: Long = ""
    market_status: MarketStatus
    market_evidence: Long = Field(default="", description="what shows that status")
    planned_modification: Long = ""
    on_market_since: Day | None = None
    defence_only: bool = Field(default=False, description="Art. 2(3)")
    research_only: bool = Field(default=False, description="Art. 2(6)")
    model_alone: bool = Field(default=False, description="a general-purpose model, no system")
    base_model: BaseModelBody | None = None
    annex_iii: Codes = Field(default=[], description="codes of Annex III, as III-5b")
    annex_iii_exit: AnnexIIIExit | None = Field(default=None, description="Art. 6(3)")
    annex_i: Codes = Field(default=[], description="codes of Annex I, as I-A11")
    safety_component: bool = Field(
        default=False,
        description="prevents or mitigates a risk, or its failure endangers health, safety or "
        "property; comfort, optimisation and quality control alone do not count (Art. 3(14))",
    )
    third_party_assessment: bool = Field(default=False, description="Art. 6(1)(b)")
    equivalent_reporting_law: str = Field(
        default="",
        max_length=300,
        description="Union law with equivalent duties to report serious incidents (Art. 73(9))",
    )
    prohibited: Codes = Field(default=[], description="codes of Art. 5, as A5-c")
    depictions: Depictions = Field(
        default=Depictions.UNANSWERED,
        description="of each generator of images, video or audio: can it make what Art. 5(1)(ba) "
        "and (bb) ban, and which safeguards are against it (Art. 5(1a))",
    )
    depiction_safeguards: Long = ""
    interacts_with_persons: bool = False
    synthetic_output: list[SyntheticOutput] = Field(default=[], max_length=4)
    deep_fakes: bool = False
    public_interest_text: bool = False
    editorial_control: bool = False
    profiles_persons: bool
    personal_data: bool
    reuses_personal_data: bool = Field(
        default=False, description="data that were collected for other purposes (Art. 59)"
    )
    public_interest_area: PublicInterestArea | Literal[""] = ""
    real_world_test: bool = False
    test_member_states: Annotated[list[Country], Field(max_length=27)] = Field(default=[])
    vulnerable_groups: Lines = Field(default=[])
    requested_start: Day
    weeks: int = Field(ge=1, le=520, description="the law knows no maximum (draft act Art. 4(3))")

    @field_validator("annex_iii")
    @classmethod
    def known_areas(cls, codes: list[str]) -> list[str]:
        return _known(codes, high_risk.ANNEX_III, "a code of Annex III")

    @field_validator("annex_i")
    @classmethod
    def known_products(cls, codes: list[str]) -> list[str]:
        return _known(codes, high_risk.ANNEX_I, "a code of Annex I")

    @field_validator("prohibited")
    @classmethod
    def known_practices(cls, codes: list[str]) -> list[str]:
        return _known(codes, prohibited.PRACTICES, "a practice of Art. 5")

    @field_validator("test_member_states")
    @classmethod
    def member_states(cls, countries: list[str]) -> list[str]:
        return _known(countries, MEMBER_STATES, "a Member State")


class SelfCheckBody(QuestionnaireBody):
    """The questionnaire alone: no name, no account, nothing kept."""

    def to_domain(self) -> Application:
        unasked = dict.fromkeys(UNASKED, "") | {"gpus": 0}
        return APPLICATION.validate_python(self.model_dump() | unasked, strict=False)


class ApplicationBody(QuestionnaireBody):
    """Document D1."""

    applicant: Line
    registration_number: str = Field(
        default="", max_length=300, validate_default=True, description=REGISTERED
    )
    vat_number: str = Field(default="", max_length=20, description="with its country, NL…")
    lei: str = Field(default="", max_length=30, description="ISO 17442")
    contact_name: str = Field(default="", max_length=300)
    contact_email: str = Field(default="", max_length=254, pattern=EMAIL)
    contact_phone: str = Field(default="", max_length=40)
    parties: list[PartyBody] = Field(default=[], max_length=20)
    system_name: Line
    system_version: Line
    intended_purpose: Text
    users: Long = ""
    affected_persons: Long = ""
    novelty: Text
    maturity: Long = ""
    learning_potential: Long = ""
    public_interest: Long = ""
    viability: Long = ""
    other_laws: Lines = Field(default=[])
    other_authorities: Lines = Field(default=[])
    data_sources: Lines = Field(default=[])
    subjects: Long = Field(default="", description="who takes part in a real-world test")
    gpus: int = Field(default=0, ge=0, le=64)
    gpu_product: str = Field(default="", max_length=200)
    compute: list[ComputeRequestBody] = Field(default=[], max_length=10)
    storage_gib: int = Field(default=0, ge=0, le=1_000_000)
    network: Long = Field(default="", description="which addresses must be reached, and why")
    confidential: list[Line] = Field(
        default=[], max_length=len(FIELDS), description="fields of this form to be kept secret"
    )
    marks: list[MarkBody] = Field(
        default=[],
        max_length=100,
        description="the same with a label and a reason; SENSITIVE_OPERATIONAL is never shared with "
        "another authority",
    )
    call: str = Field(default="", max_length=40, description="id of a call; empty: rolling intake")
    declared_true_by: Line = Field(
        description="who declares that all of this is true; incorrect, incomplete or misleading "
        "information may be fined up to EUR 7.5 million or 1 % of turnover (Art. 99)"
    )

    @field_validator("registration_number")
    @classmethod
    def of_its_register(cls, number: str, info: ValidationInfo) -> str:
        return _registered(number, info)

    @field_validator("vat_number")
    @classmethod
    def vat_number_of_a_member_state(cls, number: str) -> str:
        return identifiers.vat_number(number) if number else ""

    @field_validator("lei")
    @classmethod
    def legal_entity_identifier(cls, identifier: str) -> str:
        return identifiers.legal_entity_identifier(identifier) if identifier else ""

    @field_validator("confidential")
    @classmethod
    def fields_of_this_form(cls, names: list[str]) -> list[str]:
        return _known(names, FIELDS, "a field of the application")

    @field_validator("marks")
    @classmethod
    def marks_of_this_form(cls, marks: list[MarkBody]) -> list[MarkBody]:
        _known([mark.field for mark in marks], FIELDS, "a field of the application")
        return marks

    def to_domain(self) -> Application:
        return APPLICATION.validate_python(self.model_dump(), strict=False)


class AnswerBody(Body):
    answer: Text
    application: ApplicationBody | None = None


def _known(found: list[str], known: frozenset[str] | dict[str, str], what: str) -> list[str]:
    unknown = [word for word in found if word not in known]
    if unknown:
        raise ValueError(f"not {what}: {', '.join(unknown)}")
    if len(set(found)) < len(found):
        raise ValueError("each one once")
    return found


def _registered(number: str, info: ValidationInfo) -> str:
    """By the register of the country beside it, or none and why; a wrong country is told as such."""
    country, why = info.data.get("country"), info.data.get("unregistered_because", "").strip()
    if not number.strip():
        if not why:
            raise ValueError("give a number, or say in unregistered_because why there is none")
        return ""
    if why:
        raise ValueError("there is a number, but unregistered_because says that there is none")
    return identifiers.register_number(number, country) if country else number
