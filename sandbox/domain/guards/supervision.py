"""What stands against orders and inspections (Art. 74, 76)."""

from collections.abc import Iterator
from itertools import chain

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.guards.registry import guard, step_guard
from sandbox.domain.lifecycle import INSPECTING, Role
from sandbox.domain.offices import acts_for_ai_office, office_of
from sandbox.domain.routing import is_for_ai_office
from sandbox.domain.supervision import EVERYWHERE, Order, OrderKind
from sandbox.errors import Reason

IN_SUPERVISION = (
    *(Action.GIVE_ORDER, Action.LIFT_ORDER),
    *(Action.OPEN_INSPECTION, Action.REQUIRE_INFORMATION),
)
NATIONAL = frozenset({Role.AUTHORITY, Role.MARKET_SURVEILLANCE})


@guard(*IN_SUPERVISION, rule="R75-01")
def whoever_is_competent_orders_and_inspects(case: Case, by: Person) -> Iterator[str]:
    """Who runs a national sandbox may still suspend a participation (Art. 57(11)); in that of the
    Union the authority is the AI Office.
    """
    is_national = by.role in NATIONAL and not acts_for_ai_office(case, by)
    if is_for_ai_office(case.application) and is_national:
        yield "the AI Office is exclusively competent for this system (Art. 75(1))"


@guard(*IN_SUPERVISION, Action.TELL_AUTHORITIES, Action.CLOSE_INSPECTION, rule="R75-01")
def the_ai_office_supervises_where_it_is_competent(case: Case, by: Person) -> Iterator[str]:
    if by.role is Role.AI_OFFICE and not is_for_ai_office(case.application):
        yield "the AI Office is not competent for this system (Art. 75(1))"


@guard(Action.GIVE_ORDER, rule="R76-3")
def an_authority_orders_on_its_own_territory(case: Case, by: Person) -> Iterator[str]:
    order = case.orders[-1] if case.orders else None
    if order is None or order.office is None or order.by != str(by):
        return
    leads = order.office.role in {Role.AUTHORITY, Role.AI_OFFICE}
    if order.country not in {order.office.country, *((EVERYWHERE,) if leads else ())}:
        where = order.country or "the whole test"
        yield f"an authority of {order.office.country} cannot decide for {where}"


@guard(Action.GIVE_ORDER, rule="R76-4")
def an_order_says_why_and_how_to_challenge_it(case: Case, by: Person) -> Iterator[str]:
    del by
    order = case.orders[-1] if case.orders else None
    if order is None:
        return
    if not order.reasons.strip():
        yield "the order states no grounds"
    if not order.remedy.strip():
        yield "the order does not say how to challenge it"
    if order.kind is OrderKind.MODIFY and not order.required_changes.strip():
        yield "the order does not say what must change"


@guard(Action.LIFT_ORDER, rule="R57-11b")
def an_order_is_lifted_after_mitigation_and_by_a_second_person(
    case: Case, by: Person
) -> Iterator[str]:
    for order in case.orders:
        if order.lifted_by == str(by) and order.lifted_at is not None:
            yield from _against_lifting(order, by)


@step_guard(Action.LIFT_ORDER, rule="R57-11b")
def an_order_of_its_own_may_be_lifted(before: Case, after: Case, by: Person) -> Iterator[str]:
    """Until one is lifted, at least one of those that stand."""
    if before.orders != after.orders:
        return
    own = [
        order
        for order in before.orders
        if order.lifted_at is None and order.kind is not OrderKind.TERMINATE
        if order.office in {None, office_of(by, order.office.country if order.office else "")}
    ]
    found = [tuple(_against_lifting(order, by)) for order in own]
    if not own:
        yield "the authority that asks gave no order that may be lifted"
    elif all(found):
        yield from chain(*found)


@step_guard(Action.CONFIRM_ORDER, Action.MITIGATE_ORDER, Action.TELL_AUTHORITIES, rule="R76-3")
def an_order_was_given(before: Case, after: Case, by: Person) -> Iterator[str]:
    del after, by
    if not before.orders:
        yield "no order was given"


def _against_lifting(order: Order, by: Person) -> Iterator[str]:
    if order.mitigated_at is None:
        yield f"order {order.number}: no mitigation was recorded"
    if order.by == str(by):
        yield f"order {order.number}: whoever gave it may not lift it: a second person must"


@guard(Action.MITIGATE_ORDER, Action.LIFT_ORDER, rule="R76-3")
def an_order_that_terminates_is_not_taken_back(case: Case, by: Person) -> Iterator[str]:
    del by
    for order in case.orders:
        was_touched = order.mitigated_at is not None or order.lifted_at is not None
        if order.kind is OrderKind.TERMINATE and order.office is not None and was_touched:
            yield f"order {order.number} terminates the test: it is neither mitigated nor lifted"


@guard(Action.LIFT_ORDER, Action.TELL_AUTHORITIES, rule="R76-3")
def an_order_stays_in_the_hands_of_the_authority_that_gave_it(
    case: Case, by: Person
) -> Iterator[str]:
    del by
    for order in case.orders:
        for office in (order.lifted_for, order.told_for):
            if order.office is not None and office not in {None, order.office}:
                yield f"order {order.number} is one of the {order.office}, not of the {office}"


@guard(Action.CLOSE_INSPECTION, rule="R60-6")
def an_inspection_is_closed_by_the_authority_that_opened_it(
    case: Case, by: Person
) -> Iterator[str]:
    del by
    for known in case.inspections:
        if known.office is not None and known.closed_for not in {None, known.office}:
            yield f"inspection {known.number} is closed by the authority that opened it"


@guard(Action.ACTIVATE, Action.RESUME, rule="R76-3")
def no_order_stops_the_environment(case: Case, by: Person) -> Iterator[str]:
    del by
    for order in case.orders:
        if order.stops and order.freezes:
            yield f"order {order.number} of {order.at:%Y-%m-%d} still stops the test"


@guard(*INSPECTING, rule="R78")
def whoever_inspects_reads_no_sandbox_file(case: Case, by: Person) -> Iterator[str]:
    del case
    if by.unit is not Unit.ENFORCEMENT:
        yield "whoever inspects has no access to sandbox files: enforcement inspects"


@guard(Action.OPEN_INSPECTION, rule="R74-13")
def source_code_is_the_last_resort(case: Case, by: Person) -> Iterator[str]:
    del by
    inspection = case.inspections[-1] if case.inspections else None
    if inspection is None or not inspection.wants_source_code:
        return
    if not inspection.source_code_reasons.strip():
        yield "source code is seen only on a reasoned request"
    if not inspection.necessary_for_conformity:
        yield "source code is seen only when it is necessary to assess conformity"
    if not inspection.other_means_exhausted:
        yield "source code is seen only when other means to assess conformity are exhausted"


def elsewhere(case: Case, country: str, home: str) -> Iterator[Reason]:
    """Against an order where there is nothing to order: neither test nor incident, nor the environment,
    which stands at `home`.
    """
    tested = {territory.country for territory in case.test.territories} if case.test else set()
    occurred = {place for incident in case.incidents for place in incident.countries}
    if tested and country not in {EVERYWHERE, home, *tested, *occurred}:
        yield Reason("R76-3", f"nothing is tested in {country}, and no incident occurred there")
