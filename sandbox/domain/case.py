"""What was applied for, what was decided, by whom and when."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from sandbox.domain.action import Action
from sandbox.domain.amendment import Amendment
from sandbox.domain.appeal import Appeal
from sandbox.domain.application import Application
from sandbox.domain.call import Call
from sandbox.domain.consent import ConsentForm, counting
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.decision import Acceptance, Decision
from sandbox.domain.environment import Probe
from sandbox.domain.erasure import Erasure
from sandbox.domain.fees import ExceptionalCost
from sandbox.domain.finding import Finding, PracticeReview
from sandbox.domain.follow_up import Questionnaire
from sandbox.domain.guidance import Guidance
from sandbox.domain.incident import Incident
from sandbox.domain.information import InformationRequest
from sandbox.domain.labels import MarkedText
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.observers import Observer
from sandbox.domain.omission import Omission
from sandbox.domain.outcome import Outcome
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.processing import Processing
from sandbox.domain.proof import ProofRequest
from sandbox.domain.publication import KeyFinding, Permit
from sandbox.domain.real_world import RealWorldTest
from sandbox.domain.referral import Referral
from sandbox.domain.requisition import Requisition
from sandbox.domain.review import Assignment, Declaration, Review
from sandbox.domain.revocation import Revocation
from sandbox.domain.risk import Risk
from sandbox.domain.routing import Competent, Route
from sandbox.domain.seats import Seat
from sandbox.domain.shares import Share
from sandbox.domain.size import SizeCheck
from sandbox.domain.supervision import AuthorityRequest, Inspection, Order
from sandbox.domain.suspension import Mitigation, StopRequest, Suspension, SuspensionGround
from sandbox.domain.terms import IssuedTerms, TermsAcceptance
from sandbox.errors import NotFound


class Unit(StrEnum):
    """Which side of an authority somebody works on."""

    SUPPORT = "support"
    ENFORCEMENT = "enforcement"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking: a named person of an organisation in a role.

    `country` is the territory an authority acts for (ISO 3166-1; empty: that of the installation);
    `unit` keeps inspectors out of sandbox files (rulebook 5.3).
    """

    name: str
    role: Role
    organisation: str
    country: str = ""
    unit: Unit = Unit.SUPPORT

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.organisation else self.name


SYSTEM = Person("system", Role.SYSTEM, "")


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """Another case that may come from the same applicant, and what both have in common."""

    case_id: CaseId
    provider: str
    common: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """One party's agreement to one version of the plan, by the hash it saw."""

    role: Role
    by: str
    plan_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in which the test was running; `ended_by` is an action.

    `plan_version` is the version that judges it; 0: the one in force, there was no other.
    """

    started_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    plan_version: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One provider's passage through the sandbox, with every fact a guard may ask about."""

    id: CaseId
    provider: str
    stage: Stage
    version: int
    application: Application
    received_at: datetime
    rules_version: str = ""
    findings: tuple[Finding, ...] = ()
    practice_reviews: tuple[PracticeReview, ...] = ()
    linked_cases: tuple[LinkedCase, ...] = ()
    size_check: SizeCheck | None = None
    route: Route | None = None
    seats: tuple[Seat, ...] = ()
    ended_seats: tuple[Seat, ...] = ()  # whoever had one has it no more
    information: tuple[InformationRequest, ...] = ()
    dpa_reviewer: str = ""
    call: Call | None = None
    declarations: tuple[Declaration, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    reviews: tuple[Review, ...] = ()
    proposal: Decision | None = None
    decision: Decision | None = None
    appeals: tuple[Appeal, ...] = ()
    acceptance: Acceptance | None = None
    revocation: Revocation | None = None
    exceptional_costs: tuple[ExceptionalCost, ...] = ()
    plan: SandboxPlan | None = None
    plan_sha256: str = ""
    signatures: tuple[Signature, ...] = ()
    amendment: Amendment | None = None
    amendments: tuple[Amendment, ...] = ()
    terms_issued: IssuedTerms | None = None
    terms_accepted: tuple[TermsAcceptance, ...] = ()
    told_of_end: date | None = None
    isolation: tuple[Probe, ...] = ()
    suspension: Suspension | None = None
    mitigation: Mitigation | None = None
    stop_requests: tuple[StopRequest, ...] = ()
    once_marked: tuple[MarkedText, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    incidents: tuple[Incident, ...] = ()
    consent_forms: tuple[ConsentForm, ...] = ()
    test: RealWorldTest | None = None
    orders: tuple[Order, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    requests: tuple[AuthorityRequest, ...] = ()
    requisitions: tuple[Requisition, ...] = ()
    processing: Processing = field(default=Processing())
    risks: tuple[Risk, ...] = ()
    risk_notice_on: date | None = None
    guidance: tuple[Guidance, ...] = ()
    referrals: tuple[Referral, ...] = ()
    observers: tuple[Observer, ...] = ()
    proof_requests: tuple[ProofRequest, ...] = ()
    permits: tuple[Permit, ...] = ()
    key_findings: tuple[KeyFinding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()
    completed: bool = False
    omissions: tuple[Omission, ...] = ()
    shares: tuple[Share, ...] = ()
    ended_at: datetime | None = None
    exit_report_sha256: str = ""
    deletion_certificate_sha256: str = ""
    told_of_retention: date | None = None
    erasure: Erasure | None = None
    deadlines: tuple[Deadline, ...] = field(default=())

    @property
    def received_on(self) -> date:
        """The day it came in where the authority sits: the first DL-01 counts from it."""
        days = (clock.started_on for clock in self.deadlines if clock.name is Name.DL_01)
        return min(days, default=self.received_at.date())

    @property
    def information_asked(self) -> str:
        """The newest question to the provider."""
        return self.information[-1].question if self.information else ""

    @property
    def information_given(self) -> str:
        """The answer to it; empty while it is open."""
        return self.information[-1].answer if self.information else ""

    def signed_by(self, role: Role) -> bool:
        """Whether a party has signed the plan as it stands now, not an earlier version."""
        return any(s.role is role and s.plan_sha256 == self.plan_sha256 for s in self.signatures)

    @property
    def size_is_confirmed(self) -> bool:
        """Whether the authority confirmed the size class by the figures as they stand."""
        return self.size_check is not None and self.size_check.declared == self.application.size

    @property
    def on_the_table(self) -> SandboxPlan | None:
        """The plan that waits for a signature: an open amendment before what it would change."""
        return self.amendment.plan if self.amendment else self.plan

    @property
    def processes_personal_data(self) -> bool:
        """Whether application or plan says so, for the test or used again (Art. 57(10), 59)."""
        planned = self.plan is not None and self.plan.needs_dpa
        return planned or self.application.processes_personal_data

    @property
    def has_real_world_test(self) -> bool:
        """Whether it was applied for, is in the plan that both parties agreed on (one that is still negotiated
        decides nothing: Art. 57(5), draft act Art. 5(4)), or an authority has its plan and it is not over.
        """
        if self.test is not None and self.test.submitted_in and not self.test.is_over:
            return True
        agreed = self.plan if self.signed_by(Role.AUTHORITY) else None
        planned = agreed is not None and bool(agreed.real_world_plan.strip())
        return planned or self.application.real_world_test

    @property
    def deployers(self) -> tuple[str, ...]:
        """Who deploys what is tested: as the plan of the test says, and as it was applied for."""
        planned = self.test.evidence.deployers if self.test else ()
        return tuple(dict.fromkeys((*planned, *self.application.joint_deployers)))

    @property
    def owes_acceptance(self) -> bool:
        """Whether the newest terms that were issued are not accepted."""
        issued = self.terms_issued
        return issued is not None and all(a.sha256 != issued.sha256 for a in self.terms_accepted)

    def stretch_from(self, at: datetime) -> Stretch:
        """A run that begins now, judged by the plan in force."""
        return Stretch(at, plan_version=self.plan.version if self.plan else 0)

    @property
    def data_protection(self) -> tuple[str, ...]:
        """Whom notices to the authority for data protection go to; nobody before one is associated."""
        seats = (s.addressee for s in self.seats if s.role is Role.DATA_PROTECTION)
        return tuple(dict.fromkeys(seats)) if self.dpa_reviewer else ()

    @property
    def is_for_ai_office(self) -> bool:
        """Whether the AI Office supervises it instead of the Member States (Art. 75(1))."""
        return self.route is not None and self.route.competent is Competent.AI_OFFICE

    @property
    def holds_evidence(self) -> bool:
        """Whether any incident keeps the environment from being altered (Art. 73(6))."""
        return any(incident.holds_evidence for incident in self.incidents)

    @property
    def is_measured(self) -> bool:
        """Whether a stretch of the test is going on."""
        return bool(self.stretches) and self.stretches[-1].ended_at is None

    def stretches_ended(self, at: datetime, action: Action) -> tuple[Stretch, ...]:
        """The stretches, the one that is running ended by an action."""
        return tuple(
            stretch if stretch.ended_at else replace(stretch, ended_at=at, ended_by=action.value)
            for stretch in self.stretches
        )

    @property
    def is_asked_to_stop(self) -> bool:
        """Whether its provider asks that the run that began last, or the participation, stops."""
        begun = self.stretches[-1].started_at if self.stretches else None
        if any(begun is None or request.at >= begun for request in self.stop_requests):
            return True
        stop = self.suspension if self.stage is Stage.SUSPENDED else None
        return stop is not None and stop.ground == SuspensionGround.PARTICIPANT_REQUEST

    @property
    def newest_form(self) -> int:
        """The newest version of the consent form; 0 when none was released."""
        return max((f.version for f in self.consent_forms), default=0)

    @property
    def counting_forms(self) -> frozenset[tuple[int, str]]:
        """Version and language of each consent form that counts for the test; none without one, nor
        when it is over.
        """
        if self.test is None or self.test.is_over:
            return frozenset()
        return counting(self.consent_forms, self.test.number, since=self.test.told_since)

    def planned_test(self) -> RealWorldTest:
        """The real-world test; NotFound when none is planned."""
        if self.test is None:
            raise NotFound(f"no real-world test is planned in case {self.id}")
        return self.test
