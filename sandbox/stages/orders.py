"""Orders on a territory: given, confirmed, mitigated, lifted by a second person (Art. 76)."""

from dataclasses import replace

from sandbox import stopping
from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.guards.supervision import elsewhere
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import office_of, told_for
from sandbox.domain.passage import take
from sandbox.domain.progress import Turn
from sandbox.domain.readers import is_lead
from sandbox.domain.real_world import Stop
from sandbox.domain.stop_papers import addressees, of_order, surveillance
from sandbox.domain.supervision import EVERYWHERE, Order, OrderGround, OrderKind, is_terminated
from sandbox.domain.suspension import Suspension
from sandbox.domain.testing_clocks import left_by
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

# What a notice says of a step that somebody waits for.
TOLD = {
    Action.CONFIRM_ORDER: "order_confirmed",
    Action.MITIGATE_ORDER: "order_mitigation_recorded",
    Action.LIFT_ORDER: "order_lifted",
}


def give(
    case_id: CaseId,
    *,
    kind: OrderKind,
    ground: OrderGround,
    country: str,
    reasons: str,
    required_changes: str,
    remedy: str = "",
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    union: Union,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Suspend, terminate or require changes on a territory, or everywhere; document D14.

    Other authorities where it is tested are told (DL-26). Everywhere, or where the environment stands,
    it is frozen at once; elsewhere the provider stops the traffic of that territory and confirms it.
    The `remedy` that is configured for its Member State need not be said. Where an order terminates a
    real-world test its clocks end (DL-02 to DL-04), and on every territory the test is over. A stop of
    one territory stands in its registration (D13), as its lifting does.
    """
    at = clock()
    home = authority.calendar.country
    state = union.of(country) if country != EVERYWHERE else None
    if not remedy and by.role is not Role.AI_OFFICE:
        own = authority.remedy if country in {EVERYWHERE, home} else ""
        remedy = (state.remedy if state else "") or own
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, enforcing=True)
        against = (*stopping.unasked(case, ground), *elsewhere(case, country, home))
        stops = kind is not OrderKind.MODIFY and country in {EVERYWHERE, home}
        order = Order(
            number=len(case.orders) + 1,
            kind=kind,
            ground=ground,
            country=country,
            reasons=reasons,
            remedy=remedy,
            required_changes=required_changes,
            by=str(by),
            at=at,
            freezes=stops,
            office=office_of(by, home),
        )
        told = addressees(case, order)
        started: tuple[Deadline, ...] = ()
        owed_in = order.office.country if order.office else home
        if surveillance(case, but=owed_in):
            started = (authority.start(Name.DL_26, at, country=owed_in, subject=order.subject),)
        if stops and case.stage is Stage.SUSPENDED:  # `suspend` does so for one that is active
            started = (*started, authority.start(Name.DL_08, at))
        orders = (*case.orders, order)
        if _is_over(case, orders):
            over = Stop(reasons, str(by), at, ground.value, remedy)
            case = stopping.stop_test(session, case, Turn.TERMINATE, over, authority)
        case = stopping.stop_on_territory(session, case, order, authority, at)
        clocks = deadlines.with_started(left_by(case, orders, at), started)
        after = take(case, Action.GIVE_ORDER, by, also=against, orders=orders, deadlines=clocks)
        paper = of_order(case, order, authority.name)
        stopping.tell(session, case, paper, "order", told, str(by), at, order=order.number)
        if not is_lead(by):  # no D14 names it, and DL-08 is its own
            outbox.post(session, case_id, "order", Role.AUTHORITY, at, order=order.number)
        record(
            session,
            after,
            Action.GIVE_ORDER,
            by,
            at,
            order=order.number,
            kind=kind.value,
            ground=ground.value,
            country=country or "everywhere",
            reasons=reasons,
        )
        freezes = stops and after.stage is Stage.ACTIVE
        if freezes:
            stop = Suspension(ground, reasons, str(by), at, remedy=remedy)
            after = stopping.suspend(session, after, stop, SYSTEM, authority, order=order)
    frozen = None
    if freezes:
        frozen = stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
        nudge("provision", case_id)
    nudge("report", case_id)
    return frozen or after


def confirm(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider or a deployer confirms that an order is carried out on its territory; whoever gave it
    is told.
    """
    at = clock()
    return _change(
        case_id,
        number,
        Action.CONFIRM_ORDER,
        {"confirmed_by": str(by), "confirmed_at": at},
        by=by,
        version=version,
        sessions=sessions,
        clock=clock,
    )


def mitigate(
    case_id: CaseId,
    number: int,
    measures: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The provider records what was changed so that the ground of an order is gone; whoever gave it is
    told.
    """
    at = clock()
    return _change(
        case_id,
        number,
        Action.MITIGATE_ORDER,
        {"mitigation": measures, "mitigated_at": at},
        by=by,
        version=version,
        sessions=sessions,
        clock=clock,
    )


def lift(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """A second person of the authority that gave it lifts an order after mitigation; whoever was told of
    the order is told.
    """
    office = office_of(by, authority.calendar.country)
    after = _change(
        case_id,
        number,
        Action.LIFT_ORDER,
        {"lifted_by": str(by), "lifted_at": clock(), "lifted_for": office},
        by=by,
        version=version,
        sessions=sessions,
        clock=clock,
        authority=authority,
    )
    nudge("report", case_id)
    return after


def tell_other_authorities(
    case_id: CaseId,
    number: int,
    reference: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """Record that the authorities of other Member States know the grounds; DL-26 is met (R76-5)."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, enforcing=True)
        told = replace(_known(case, number), told_for=office_of(by, authority.calendar.country))
        orders = tuple(told if known.number == number else known for known in case.orders)
        met = deadlines.meet(case.deadlines, Name.DL_26, at, subject=told.subject)
        after = take(case, Action.TELL_AUTHORITIES, by, orders=orders, deadlines=met)
        record(session, after, Action.TELL_AUTHORITIES, by, at, order=number, reference=reference)
    return after


def _change(
    case_id: CaseId,
    number: int,
    action: Action,
    facts: dict[str, object],
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    authority: Authority | None = None,
) -> Case:
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, enforcing=True)
        known = _known(case, number)
        _refuse_if_done(known, action)
        order = replace(known, **facts)  # type: ignore[arg-type] # fields of Order
        orders = tuple(order if other.number == number else other for other in case.orders)
        if authority is not None:  # of a lifting, which the registration tells
            case = stopping.stop_on_territory(session, case, order, authority, at)
        after = take(case, action, by, orders=orders)
        words = {"measures": order.mitigation} if action is Action.MITIGATE_ORDER else {}
        record(session, after, action, by, at, order=number, **words)
        for addressee in _waiting(case, action, order):
            outbox.post(session, case_id, TOLD[action], addressee, at, order=number)
    return after


def _waiting(case: Case, action: Action, order: Order) -> tuple[str, ...]:
    """Who waits for a step on an order: whoever gave it, and for its end whoever was told of it."""
    if action is not Action.LIFT_ORDER:
        return told_for(case, order.office)
    by_lead = order.office is not None and order.office.role is Role.AUTHORITY
    own = () if by_lead else (Role.AUTHORITY.value,)
    return (*addressees(case, order), *own)


def _refuse_if_done(order: Order, action: Action) -> None:
    """What was confirmed, or lifted, stays as it was said."""
    confirms = action is Action.CONFIRM_ORDER
    done, on = ("confirmed", order.confirmed_at) if confirms else ("lifted", order.lifted_at)
    if on is not None:
        raise FieldRefused("number", f"order {order.number} was {done} on {on:%Y-%m-%d}")


def _is_over(case: Case, orders: tuple[Order, ...]) -> bool:
    """Whether a test may go on nowhere any more."""
    test = case.test
    if test is None or test.is_over:
        return False
    return all(is_terminated(orders, territory.country) for territory in test.territories)


def _known(case: Case, number: int) -> Order:
    for order in case.orders:
        if order.number == number:
            return order
    raise NotFound(f"case {case.id} has no order {number}")
