"""A real-world test of a case: its plan, its territories and how far it has come (Art. 60, 60a;
rulebook 11).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sandbox.domain.deadline_rules import BY_NAME, Name
from sandbox.domain.lifecycle import Role
from sandbox.domain.periods import cap_end
from sandbox.domain.plan import Threshold
from sandbox.domain.progress import OVER, TURNS, UNDER_WAY, UNSTARTED, Progress, Turn
from sandbox.domain.registration import Registration, Update
from sandbox.domain.supervision import EVERYWHERE, Order, OrderKind
from sandbox.domain.territory import Condition, Territory
from sandbox.domain.testing_basis import Basis
from sandbox.domain.testing_conditions import (
    DeployerAgreement,
    Duty,
    Evidence,
    RealWorldPlan,
    Terms,
)
from sandbox.errors import FieldRefused, Reason, RuleBroken

PLANNED_END = "planned_end"  # the ground of a test that ends when it was to end
PLACE_LOST = "admission_revoked"  # the ground of a test that is given up with its place
WITHDREW = "the provider withdrew before the real-world test started"
STOP = "real-world test"  # the subject of its caps and of notices that it stopped


@dataclass(frozen=True, slots=True)
class Extension:
    """Document D16: one notice with its reasons, sent before the first end (Art. 60(4)(f))."""

    old_last_day: date
    new_last_day: date
    reasons: str
    by: str
    sent_on: date


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the test stands still or is over; `remedy` is empty where nobody's authority decided."""

    reasons: str
    by: str
    at: datetime
    ground: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class RealWorldTest:
    """One test of one case, in every territory of its plan."""

    plan: RealWorldPlan
    territories: tuple[Territory, ...]
    registration_required: bool
    state: Progress = Progress.PLANNED
    evidence: Evidence = field(default_factory=Evidence)
    agreements: tuple[DeployerAgreement, ...] = ()
    terms: Terms | None = None
    agreed_terms: Terms | None = None  # these count until what is proposed instead is accepted
    registration: Registration | None = None
    duty: Duty | None = None
    started_on: date | None = None
    started_at: datetime | None = None
    resumed_at: datetime | None = None
    extensions: tuple[Extension, ...] = ()
    stops: tuple[Stop, ...] = ()
    ended_on: date | None = None
    outcomes: str = ""
    thresholds: tuple[Threshold, ...] | None = None  # of the sandbox plan, as D5 was submitted
    reference: str = ""  # names a test for which neither a register nor a framework does (X)
    known_before: tuple[str, ...] = ()  # where an earlier version of its plan was submitted
    told_since: int = 1  # the first version of the consent form that tells of it as it is now

    @property
    def is_under_way(self) -> bool:
        """Whether it may act on persons, as far as the test itself says."""
        return self.state in UNDER_WAY

    @property
    def is_over(self) -> bool:
        """Whether it ended, or was given up before it started."""
        return self.state in OVER

    @property
    def known_to(self) -> tuple[str, ...]:
        """The countries whose authority knows of it: all of its territories once it started, and where
        any version of its plan was submitted.
        """
        now = (t.country for t in self.territories if self.started_on or t.submitted_on)
        return tuple(dict.fromkeys((*now, *self.known_before)))

    @property
    def submitted_in(self) -> tuple[str, ...]:
        """The countries whose authority has this version of its plan."""
        return tuple(t.country for t in self.territories if t.submitted_on)

    @property
    def number(self) -> str:
        """The Union-wide number; where none is required the references of the national frameworks, or
        that of this service (rulebook 4.3, X).
        """
        if self.registration is not None and self.registration.number:
            return self.registration.number
        named = dict.fromkeys(t.footing.framework for t in self.territories)
        frameworks = "; ".join(framework for framework in named if framework)
        return frameworks or ("" if self.registration_required else self.reference)

    @property
    def number_means(self) -> str:
        """What kind of number that is: Art. 61(1)(e) asks for one that Art. 60a does not give."""
        if self.registration is not None and self.registration.number:
            return "Union-wide number"
        if self.number and self.is_under_60a:
            return "reference of the national framework: Art. 60a asks for no registration"
        if self.number:
            return "reference of this service: no registration is required"
        return "none yet"

    @property
    def is_under_60a(self) -> bool:
        return any(t.basis is Basis.ART_60A for t in self.territories)

    @property
    def is_only_under_60a(self) -> bool:
        """Whether Art. 60(4)(a) to (c) and (k) do not count for it."""
        return all(t.basis is Basis.ART_60A for t in self.territories)

    @property
    def has_agreed_terms(self) -> bool:
        return self.agreed_terms is not None or (self.terms is not None and self.terms.are_agreed)

    @property
    def is_in_sandbox(self) -> bool:
        return any(t.basis is Basis.IN_SANDBOX for t in self.territories)

    @property
    def last_day(self) -> date:
        """The end as planned, or as extended."""
        return self.extensions[-1].new_last_day if self.extensions else self.plan.last_day

    def has_waived(self, condition: Condition) -> bool:
        """Whether a condition counts nowhere: the authority of each territory waived it."""
        return all(territory.has_waived(condition) for territory in self.territories)

    def cap(self, started_on: date) -> date | None:
        """The last day there may be: six months, and with an extension six more from the first end; None
        when it was waived.
        """
        first, more = (BY_NAME[name].period for name in (Name.DL_03, Name.DL_04))
        if first is None or more is None or self.has_waived(Condition.DURATION):
            return None
        end = cap_end(started_on, first)
        if not self.extensions:
            return end
        return cap_end(min(self.extensions[0].old_last_day, end), more)

    def end_by(self) -> date | None:
        """The day after which it stops by itself; None before it started."""
        if self.started_on is None:
            return None
        cap = self.cap(self.started_on)
        return self.last_day if cap is None else min(self.last_day, cap)

    def territory(self, country: str) -> Territory:
        """One of its territories; FieldRefused for another country."""
        for territory in self.territories:
            if territory.country == country:
                return territory
        raise FieldRefused("country", f"{country} is no territory of this test")

    def with_territory(self, changed: Territory) -> "RealWorldTest":
        """The same test, one territory changed."""
        territories = tuple(
            changed if known.country == changed.country else known for known in self.territories
        )
        return replace(self, territories=territories)


def against_turning(test: RealWorldTest, turn: Turn) -> Iterator[Reason]:
    """Why a test has no such turn now; nothing when it has."""
    if (test.state, turn) not in TURNS:
        yield Reason("X-real-world", f"{turn} is not possible: it is {test.state}")


def turned(test: RealWorldTest, turn: Turn) -> RealWorldTest:
    """The test after a turn, or as it was when it has no such turn, which guards refuse. A resumed one is
    extended as before.
    """
    target = TURNS.get((test.state, turn), test.state)
    if turn is Turn.RESUME and test.extensions:
        target = Progress.EXTENDED
    return replace(test, state=target)


def stopped(test: RealWorldTest, turn: Turn, stop: Stop, day: date) -> RealWorldTest:
    """The test suspended, ended or terminated, and item 5 of its registration brought up to date."""
    after = turned(test, turn)
    told = f"{after.state.value}: {stop.reasons}"
    if stop.by == Role.SYSTEM.value:  # its reasons are no person's words
        told = f"{after.state.value} by the service: {stop.reasons}"
    over = None if turn is Turn.SUSPEND else day
    return registered(
        replace(after, stops=(*after.stops, stop), ended_on=over), Update(told, stop.at)
    )


def ordered(test: RealWorldTest, order: Order) -> RealWorldTest:
    """The test with item 5 of its registration brought up to date by an order that stops it somewhere, or by
    the lifting of that order. A suspension that freezes a test under way is told by `stopped`.
    """
    if test.is_over or order.kind is OrderKind.MODIFY:
        return test
    where = order.country or "everywhere"
    state = Progress.SUSPENDED if order.kind is OrderKind.SUSPEND else Progress.TERMINATED
    told = f"{where}: {state.value} by order {order.number}: {order.reasons}"
    if order.lifted_at is not None:
        updates = test.registration.updates if test.registration else ()
        lifted = f"{where}: the suspension by order {order.number} is lifted"
        was_told = told in {update.text for update in updates}
        return registered(test, Update(lifted, order.lifted_at)) if was_told else test
    is_told_else = order.freezes and test.is_under_way and order.kind is OrderKind.SUSPEND
    if is_told_else or order.country not in {EVERYWHERE, *test.plan.countries}:
        return test
    return registered(test, Update(told, order.at))


def resumed(test: RealWorldTest, at: datetime) -> RealWorldTest:
    """The test going on, and item 5 of its registration brought up to date."""
    return registered(replace(turned(test, Turn.RESUME), resumed_at=at), Update("resumed", at))


def extended(
    test: RealWorldTest, notice: Extension, told_since: int, at: datetime
) -> RealWorldTest:
    """The test with its later end, which its registration tells too; from now on only consents to the
    form `told_since` count.
    """
    longer = replace(
        turned(test, Turn.EXTEND), extensions=(*test.extensions, notice), told_since=told_since
    )
    told = f"extended: until {notice.new_last_day} instead of {notice.old_last_day}"
    return registered(longer, Update(told, at, is_stop=False))


def registered(test: RealWorldTest, update: Update) -> RealWorldTest:
    """The test with its registration kept up to date (rulebook 4.4), where it has one."""
    made = test.registration
    if made is None:
        return test
    return replace(test, registration=replace(made, updates=(*made.updates, update)))


def drafted(
    before: RealWorldTest | None,
    plan: RealWorldPlan,
    territories: tuple[Territory, ...],
    *,
    registration_required: bool,
    reference: str = "",
    told_since: int = 1,
) -> RealWorldTest:
    """A test with a new version of its plan: approvals of an earlier one do not count for it.

    Evidence, agreements and the number stay; what was agreed or waived for the plan, and its
    thresholds, do not, and subjects consent to a form from `told_since` on (Art. 3(59)).
    """
    if before is None:
        return RealWorldTest(plan, territories, registration_required, reference=reference)
    if before.state not in UNSTARTED:
        reason = f"the plan of a test that is {before.state} is not written anew"
        raise RuleBroken((Reason("R60-4b", reason),))
    has_number = before.registration is not None and not before.registration.is_blocked
    return replace(
        before,
        plan=replace(plan, version=before.plan.version + 1),
        territories=territories,
        registration_required=registration_required,
        state=Progress.REGISTERED if has_number else Progress.PLANNED,
        terms=None,
        agreed_terms=None,
        thresholds=None,
        reference=reference,
        known_before=before.known_to,
        told_since=told_since,
    )
