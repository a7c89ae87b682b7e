"""What supervisors do to a case besides deciding on it: orders per territory, inspections, requests
(Art. 57(11), 60(6), 74-77).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role
from sandbox.domain.seats import EDPS
from sandbox.domain.shares import Consultation
from sandbox.domain.snapshot import Snapshot

OF_THE_LEAD = "authority's"  # the first word of the subject of a clock
EVERYWHERE = ""  # the territory of an order that counts wherever the test runs


class OrderKind(StrEnum):
    """Art. 76(3)."""

    SUSPEND = "suspend"
    TERMINATE = "terminate"
    MODIFY = "modify"


class OrderGround(StrEnum):
    """Draft act Art. 8(2) and Art. 76(3)."""

    PLAN_BREACH = "plan_breach"
    UNMITIGABLE_RISK = "unmitigable_risk"
    PARTICIPANT_REQUEST = "participant_request"
    SERIOUS_INCIDENT = "serious_incident"
    CONDITIONS_NOT_MET = "conditions_not_met"


@dataclass(frozen=True, slots=True)
class Office:
    """The authority that acted: what it is, and for which country; the lead for its own, the EDPS for none."""

    role: Role
    country: str

    def __str__(self) -> str:
        if self.country == EDPS:
            return EDPS
        return f"{self.role.value.replace('_', ' ')} of {self.country}"

    @property
    def addressee(self) -> str:
        """Whom notices to it are posted to."""
        own = f":{self.country}" if self.role is Role.MARKET_SURVEILLANCE else ""
        return f"{self.role.value}{own}"


@dataclass(frozen=True, slots=True)
class Order:
    """A decision on one territory; other territories keep running unless their authority acts.

    An order that `freezes` stops the environment itself. One environment serves all territories, so an
    order for another one is carried out by the provider, who confirms it. Giving and lifting need two
    different people of one `office` (None: given before it was kept).
    """

    number: int
    kind: OrderKind
    ground: OrderGround
    country: str
    reasons: str
    remedy: str
    required_changes: str
    by: str
    at: datetime
    freezes: bool = False
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    mitigation: str = ""
    mitigated_at: datetime | None = None
    lifted_by: str = ""
    lifted_at: datetime | None = None
    office: Office | None = None
    lifted_for: Office | None = None
    told_for: Office | None = None

    @property
    def subject(self) -> str:
        """What tells its clock apart: the authority that gave it acts (Art. 76(5))."""
        by_lead = self.office is not None and self.office.role is Role.AUTHORITY
        return f"{OF_THE_LEAD} order {self.number}" if by_lead else f"order {self.number}"

    @property
    def stops(self) -> bool:
        """Whether the test must stand still where the order counts."""
        return self.kind is not OrderKind.MODIFY and self.lifted_at is None


def is_stopped(orders: tuple[Order, ...], country: str) -> bool:
    """Whether a test may not run on a territory."""
    return any(order.stops and order.country in {EVERYWHERE, country} for order in orders)


def is_terminated(orders: tuple[Order, ...], country: str) -> bool:
    """Whether a test is over on a territory: such an order is never lifted."""
    ends = (order.country for order in orders if order.kind is OrderKind.TERMINATE)
    return not {EVERYWHERE, country}.isdisjoint(ends)


@dataclass(frozen=True, slots=True)
class Inspection:
    """Art. 60(6), 74(12)-(13), document D18; unannounced ones are unknown to the provider until closed.

    Source code is seen only on a reasoned request, and when both hold: it is necessary to assess
    conformity, and other means are exhausted. How often its inspectors read, under which seal, and the
    snapshot of its opening stand here from its closing on: until then nothing of the case tells of them.
    """

    number: int
    announced: bool
    scope: str
    purpose: str
    powers: str
    by: str
    opened_at: datetime
    source_code_reasons: str = ""
    necessary_for_conformity: bool = False
    other_means_exhausted: bool = False
    findings: str = ""
    evidence_sha256: tuple[str, ...] = ()
    closed_at: datetime | None = None
    office: Office | None = None
    closed_by: str = ""
    closed_for: Office | None = None
    readings: int = 0
    readings_seal: str = ""
    snapshot: Snapshot | None = None

    @property
    def subject(self) -> str:
        return f"inspection {self.number}"

    @property
    def mark(self) -> str:
        """What tells apart the snapshots of volumes that are taken for it."""
        return f"inspection-{self.number}"

    @property
    def series_sha256(self) -> str:
        """The hash of the series that were kept when it was opened; empty where none were."""
        kept = self.snapshot.kept if self.snapshot else None
        return kept.sha256 if kept else ""

    @property
    def wants_source_code(self) -> bool:
        """Whether source code is asked for, by any line of the form (Art. 74(13))."""
        asked = self.necessary_for_conformity or self.other_means_exhausted
        return bool(self.source_code_reasons) or asked

    @property
    def is_secret(self) -> bool:
        """Whether the participant may not know of it yet."""
        return not self.announced and self.closed_at is None


class RequestKind(StrEnum):
    """What one authority asks of another."""

    ASSESSMENT = "assessment"  # Art. 75(2a): AI Office assesses a suspected infringement
    MODEL_INFORMATION = "model_information"  # Art. 75(3)
    RIGHTS_DOCUMENTS = "rights_documents"  # Art. 77
    TESTED_SYSTEM = "tested_system"  # draft act Art. 7(2): more on a system that was tested


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks and who answers, and the clock that the request starts."""

    clock: Name | None
    asked_by: frozenset[Role]
    answered_by: frozenset[Role]


_NATIONAL = frozenset({Role.AUTHORITY, Role.MARKET_SURVEILLANCE})
_AI_OFFICE = frozenset({Role.AI_OFFICE})
REQUESTS: dict[RequestKind, Asking] = {
    RequestKind.ASSESSMENT: Asking(Name.DL_22, _NATIONAL, _AI_OFFICE),
    RequestKind.MODEL_INFORMATION: Asking(Name.DL_23, _NATIONAL, _AI_OFFICE),
    RequestKind.RIGHTS_DOCUMENTS: Asking(None, frozenset({Role.RIGHTS_BODY}), _NATIONAL),
    RequestKind.TESTED_SYSTEM: Asking(None, _NATIONAL, frozenset({Role.AUTHORITY})),
}


@dataclass(frozen=True, slots=True)
class AuthorityRequest:
    """One request between authorities, with its reason, its answer and the documents (`kind-number`) that
    the answer lets its asker read. `country` and `organisation` are whom it was made for.
    """

    number: int
    kind: RequestKind
    reasons: str
    by: str
    at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    documents: tuple[str, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    country: str = ""
    organisation: str = ""

    @property
    def subject(self) -> str:
        return f"request {self.number}"
