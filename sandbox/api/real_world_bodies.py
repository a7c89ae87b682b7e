"""Request bodies of real-world tests."""

from typing import Literal

from pydantic import BaseModel, Field, TypeAdapter

from sandbox.api.bodies import Body, Country, Day, Line, Long, Sha256, Text
from sandbox.domain.registration import AnnexIX
from sandbox.domain.territory import Condition, TerritoryEvent
from sandbox.domain.testing_conditions import (
    DeployerAgreement,
    Ethics,
    Evidence,
    Mechanism,
    RealWorldPlan,
)
from sandbox.errors import FieldRefused

EVIDENCE = TypeAdapter(Evidence)
PLAN = TypeAdapter(RealWorldPlan)


class RealWorldPlanBody(Body):
    """Document D5: the headings of Art. 3(53); the version is given by the service."""

    objectives: Text
    methodology: Text
    geographical_scope: Text
    population_scope: Text
    temporal_scope: Text
    monitoring: Text
    organisation: Text
    conduct: Text
    stop_rules: Text
    first_day: Day
    last_day: Day
    countries: list[Country] = Field(min_length=1, max_length=27)
    within_sandbox: bool = Field(
        default=True, description="false: outside the sandbox under Art. 60 or 60a"
    )

    without_consent: Long = Field(
        default="", description="law enforcement: why seeking consent would prevent the test"
    )
    no_negative_effect: Long = Field(
        default="", description="with it: how test and outcome have no negative effect on subjects"
    )

    def to_domain(self) -> RealWorldPlan:
        return PLAN.validate_python({**self.model_dump(), "version": 1}, strict=False)


class PlanAnswerBody(Body):
    """What the authority of a Member State says of the plan."""

    answer: Literal[TerritoryEvent.QUESTION, TerritoryEvent.APPROVE, TerritoryEvent.OBJECT]
    reasons: Text
    remedy: str = Field(
        default="",
        max_length=5000,
        description="how to challenge an objection (Art. 76(4)); empty: as the Member State has it",
    )


class WaiverBody(Body):
    condition: Condition
    reasons: Text


class TermsBody(Body):
    terms: Text
    safeguards: Text


class TransferBody(Body):
    country: Country
    mechanism: Mechanism


class ProtectionBody(Body):
    group: Line
    measures: Long = ""


class OverseerBody(Body):
    name: Line
    qualifications: Text
    trained: bool
    empowered: bool


class ProvenBody(Body):
    """What was tried out, and the hash of its record."""

    what: Text
    sha256: Sha256


class SectorPermitBody(Body):
    """Granted under a reference, or set aside as far as the test needs it (Art. 60a(6))."""

    law: Line
    authority: Line
    reference: str = Field(default="", max_length=300)
    set_aside_because: Long = ""


class AccessBody(Body):
    """Public infrastructure and the agreement of its owner (Art. 60a(4))."""

    owner: Line
    infrastructure: Line
    agreement: str = Field(default="", max_length=300)


class EvidenceBody(Body):
    """What is shown for Art. 60(3), (4)(d)-(k), (7), (9) and 60a(4), (6); it replaces what was shown
    before, and answers every authority that asked about the plan.
    """

    representative: str = Field(default="", max_length=300)
    transfers: list[TransferBody] = Field(default=[], max_length=100)
    protections: list[ProtectionBody] = Field(default=[], max_length=50)
    deployers: list[Line] = Field(default=[], max_length=50)
    overseers: list[OverseerBody] = Field(default=[], max_length=100)
    reversal_drill: ProvenBody | None = None
    recall_runbook: ProvenBody | None = None
    dpia_reference: str = Field(default="", max_length=300)
    ethics: Ethics = Ethics.REQUIRED
    ethics_reference: str = Field(default="", max_length=300)
    insurance: str = Field(default="", max_length=300)
    permits: list[SectorPermitBody] = Field(default=[], max_length=50)
    infrastructure: list[AccessBody] = Field(default=[], max_length=50)
    answer: Long = Field(default="", description="to the authorities that asked about the plan")

    def to_domain(self) -> Evidence:
        return EVIDENCE.validate_python(self.model_dump(exclude={"answer"}), strict=False)


class AgreementSignatureBody(Body):
    """Document D15: the provider writes, the deployer signs the same words."""

    deployer: Line
    roles: Text
    responsibilities: Text
    oversight_persons: list[Line] = Field(min_length=1, max_length=100)
    instructions_given: bool

    def to_domain(self) -> DeployerAgreement:
        return DeployerAgreement(
            deployer=self.deployer,
            roles=self.roles,
            instructions_given=self.instructions_given,
            responsibilities=self.responsibilities,
            oversight_persons=tuple(self.oversight_persons),
        )


class DutyBody(Body):
    overseer: Line


class AnnexIXBody(Body):
    """Items 2 to 4 of Annex IX, and the consent to be seen."""

    provider_and_deployers: Text
    description: Text
    plan_summary: Long = ""
    public: bool = Field(default=False, description="the provider agrees (Art. 71(4))")

    def items(self) -> AnnexIX:
        """FieldRefused when one that Annex IX asks for is blank."""
        try:
            return AnnexIX(self.provider_and_deployers, self.description, self.plan_summary)
        except ValueError as error:
            raise FieldRefused("registration", str(error)) from error


class RegistrationBody(AnnexIXBody):
    """Document D13; without a number, proof that it was tried."""

    number: str = Field(default="", max_length=100)
    proof_of_attempt: Long = ""


class ExtensionBody(Body):
    new_last_day: Day
    reasons: Text


class EndBody(Body):
    """Ended as planned, or terminated before."""

    terminated: bool = False
    reasons: Text


class OutcomesBody(Body):
    outcomes: Text


class AgreementView(BaseModel):
    """All that a deployer is shown of a case."""

    deployer: str
    signed_by_both: bool


class DutyView(BaseModel):
    overseer: str
    at: str
