"""Serious incidents (Art. 3(49), 60(7), 73): what happened, which clock runs, what stands still.

Awareness never changes, and a new classification moves a clock only to an earlier day unless a
supervisor signs it off (rulebook 5.1, X).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sandbox.domain.deadline_rules import Name
from sandbox.domain.environment import RunningImage, VolumeSnapshot
from sandbox.domain.kept import KeptSeries
from sandbox.domain.member_state import UNION_BODIES
from sandbox.domain.reporting import OtherLaw, Recipient
from sandbox.domain.supervision import Office
from sandbox.errors import NotFound, Reason, RuleBroken

NO_SNAPSHOTS = (
    "volumes were not snapshotted: this cluster offers no snapshots; they are kept by the namespace, "
    "which is not removed while the hold stands"
)
REPORT_CLOCKS = frozenset({Name.DL_10, Name.DL_11, Name.DL_12})


class IncidentClass(StrEnum):
    """Art. 3(49); death is split off because it has its own clock."""

    DEATH = "SI_A_DEATH"
    HEALTH = "SI_A_HEALTH"
    CRITICAL_INFRASTRUCTURE = "SI_B_CRITINFRA"
    FUNDAMENTAL_RIGHTS = "SI_C_FUNDRIGHTS"
    PROPERTY_ENVIRONMENT = "SI_D_PROPERTY_ENV"


class CausalLink(StrEnum):
    """How sure it is that the system led to it."""

    ESTABLISHED = "established"
    LIKELY = "likely"
    SUSPECTED = "suspected"


class Awareness(StrEnum):
    """Whose awareness sets the clocks running: the provider's, or the deployer's (Art. 73(2)-(4))."""

    PROVIDER = "provider"
    DEPLOYER = "deployer"


class IncidentState(StrEnum):
    """How far an incident has come; derived from its facts."""

    HOLD_PLACED = "hold_placed"
    CLASSIFIED = "classified"
    INITIAL_REPORTED = "initial_reported"
    INVESTIGATING = "investigating"
    COMPLETE_REPORTED = "complete_reported"
    AUTHORITY_CLOSED = "authority_closed"


class Response(StrEnum):
    """Art. 60(7): mitigate at once, else suspend, else terminate."""

    MITIGATED = "mitigated"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Classification:
    """What an incident is held to be; `widespread` is Art. 3(61)."""

    classes: tuple[IncidentClass, ...]
    causal_link: CausalLink
    widespread: bool = False

    def __post_init__(self) -> None:
        if not self.classes:
            raise ValueError("a serious incident has at least one class of Art. 3(49)")

    @property
    def clock(self) -> Name:
        """The shortest of the clocks that its classes start (Art. 73(2)-(4))."""
        if self.widespread or IncidentClass.CRITICAL_INFRASTRUCTURE in self.classes:
            return Name.DL_11
        return Name.DL_12 if IncidentClass.DEATH in self.classes else Name.DL_10


@dataclass(frozen=True, slots=True)
class Act:
    """What the authority of one recipient did about an incident: its measures, or its closure."""

    office: Office
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """One serious incident of a case.

    `aware_at` is the provider's awareness, or the deployer's where that came first; `countries` are
    the Member States where it occurred, `recipients` who gets a report (without any: the market
    surveillance authority of each). Each of them takes measures and closes for itself: `measures_at` and
    `closed_at` are when the last one had; nobody waits for those of the countries in `silent`.
    `other_law` takes what the AI Act does not ask for. `images` is
    what ran when evidence was held, `snapshots` the volumes of then (None: the cluster offers no
    snapshots), `kept` the files of what was measured.
    """

    number: int
    aware_at: datetime
    aware: str
    occurred_at: datetime
    countries: tuple[str, ...]
    description: str
    persons_affected: str
    opened_by: str
    opened_at: datetime
    classification: Classification | None = None
    response: Response | None = None
    response_measures: str = ""
    responded_by: str = ""  # empty before it was recorded
    responded_at: datetime | None = None
    aware_party: Awareness | None = None  # None: recorded before it was asked
    initial_report_at: datetime | None = None
    complete_report_at: datetime | None = None
    investigation: str = ""
    risk_assessment: str = ""
    recall: str = ""
    corrective_action: str = ""
    authority_informed_of_change_at: datetime | None = None
    measures_at: datetime | None = None
    closed_at: datetime | None = None
    recipients: tuple[Recipient, ...] = ()
    other_law: OtherLaw | None = None
    forwarded_at: datetime | None = None
    forwarded_to: tuple[str, ...] = ()
    images: tuple[RunningImage, ...] = ()
    images_at: datetime | None = None
    snapshots: tuple[VolumeSnapshot, ...] | None = ()
    snapshots_at: datetime | None = None
    keeping_since: datetime | None = None
    kept: tuple[KeptSeries, ...] = ()
    measures_taken: tuple[Act, ...] = ()
    closures: tuple[Act, ...] = ()
    silent: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.countries:
            raise ValueError("an incident occurred in at least one Member State")
        if self.aware_at < self.occurred_at:
            raise ValueError("nobody can be aware of an incident before it occurred")
        if self.opened_at < self.aware_at:
            raise ValueError("awareness lies in the future")

    @property
    def subject(self) -> str:
        """What tells its clocks apart."""
        return f"incident {self.number}"

    @property
    def state(self) -> IncidentState:
        """The furthest point that its facts have reached."""
        reached = (
            (self.closed_at and not self.silent, IncidentState.AUTHORITY_CLOSED),
            (self.complete_report_at, IncidentState.COMPLETE_REPORTED),
            (self.initial_report_at and self.response, IncidentState.INVESTIGATING),
            (self.initial_report_at, IncidentState.INITIAL_REPORTED),
            (self.classification, IncidentState.CLASSIFIED),
        )
        return next((state for fact, state in reached if fact), IncidentState.HOLD_PLACED)

    @property
    def lifted_at(self) -> datetime | None:
        """When its evidence hold was lifted; None while it stands."""
        ends = (self.closed_at, self.authority_informed_of_change_at)
        return min((end for end in ends if end is not None), default=None)

    @property
    def holds_evidence(self) -> bool:
        """Whether nothing may be altered that could spoil finding the cause (Art. 73(6))."""
        return self.lifted_at is None

    @property
    def lacks_what_stood(self) -> bool:
        """Whether its images or volumes are not known, while they are still those of the hold."""
        return self.holds_evidence and None in {self.images_at, self.snapshots_at}

    @property
    def volumes_said(self) -> tuple[str, ...]:
        """What became of the volumes, in words."""
        if self.snapshots_at is None:
            return ("not known yet whether volumes were snapshotted",)
        if self.snapshots is None:
            return (NO_SNAPSHOTS,)
        return tuple(str(snapshot) for snapshot in self.snapshots) or ("there were no volumes",)

    @property
    def reported_to(self) -> tuple[Recipient, ...]:
        """Who gets its reports: by default market surveillance of each Member State."""
        return self.recipients or tuple(Recipient("market_surveillance", c) for c in self.countries)

    @property
    def addressees(self) -> tuple[str, ...]:
        return tuple(recipient.addressee for recipient in self.reported_to)

    @property
    def is_for_ai_office(self) -> bool:
        """Whether the AI Office gets it instead of the Member States (Art. 75(1))."""
        return any(recipient.country == UNION_BODIES for recipient in self.recipients)

    def subject_in(self, country: str) -> str:
        """What tells apart the clocks of its recipients."""
        return f"{self.subject} {country}"

    @property
    def report_subjects(self) -> frozenset[str]:
        """What tells apart the clocks of its reports, one for each recipient."""
        return frozenset(self.subject_in(recipient.country) for recipient in self.reported_to)

    @property
    def unreportable_because(self) -> str:
        """Why nothing of it is reported under the AI Act; empty while it is, or may be."""
        if self.classification is None or self.other_law is None or self.touches_rights:
            return ""
        return f"{self.subject} is {self.other_law.reason}"

    def report_clock(self, judged: Classification) -> Name | None:
        """Which clock a classification sets running: beside other reporting law only the part that
        touches fundamental rights counts (Art. 73(9)-(10)), so there may be none.
        """
        if self.other_law is None:
            return judged.clock
        if IncidentClass.FUNDAMENTAL_RIGHTS not in judged.classes:
            return None
        return replace(judged, classes=(IncidentClass.FUNDAMENTAL_RIGHTS,)).clock

    def refuse_unless_reportable(self) -> None:
        """RuleBroken when other law takes its report."""
        if self.other_law is not None and self.unreportable_because:
            raise RuleBroken((Reason(self.other_law.rule, self.unreportable_because),))

    def refuse_another(self, response: Response) -> None:
        """RuleBroken when it was answered: the answer stands, but for one that mitigated and becomes worse
        while the incident is open.
        """
        if self.response is None:
            return
        may_worsen = self.closed_at is None and self.response is Response.MITIGATED
        if not may_worsen or response is Response.MITIGATED:
            said = (
                f"{self.subject} was answered ({self.response}), which stands: record what was done "
                "later as a mitigation (POST …/mitigation) or in its report; what happens again is an "
                "incident of its own"
            )
            raise RuleBroken((Reason("R60-7", said),))

    @property
    def rights_bodies(self) -> tuple[str, ...]:
        """The bodies of Art. 77 that are told of it (Art. 73(7)), as notices name them."""
        return tuple(f"rights_body:{c}" for c in self.countries if self.touches_rights)

    @property
    def touches_rights(self) -> bool:
        """Whether bodies for fundamental rights must be told (Art. 73(7))."""
        classes = self.classification.classes if self.classification else ()
        return IncidentClass.FUNDAMENTAL_RIGHTS in classes


def found(incidents: tuple[Incident, ...], number: int) -> Incident:
    """The incident of a number; NotFound when there is none."""
    for incident in incidents:
        if incident.number == number:
            return incident
    raise NotFound(f"there is no incident {number}")


def changed(incidents: tuple[Incident, ...], incident: Incident) -> tuple[Incident, ...]:
    """The same incidents with one in a new state."""
    return tuple(incident if known.number == incident.number else known for known in incidents)


def reclassified(
    incident: Incident,
    classification: Classification,
    *,
    due: date,
    new_due: date,
    signed_off: bool,
) -> Incident | None:
    """The incident under a new classification, also the first; None when its clock would move to a
    later day, or to none, and nobody signed that off who may.
    """
    if new_due > due and not signed_off:
        return None
    return replace(incident, classification=classification)
