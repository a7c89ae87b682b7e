"""Orders on a territory and everywhere, and whose they are (Art. 75, 76)."""

from dataclasses import replace
from datetime import date

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Person, Unit
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.passage import against
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.supervision import EVERYWHERE, OrderGround, OrderKind
from sandbox.errors import FieldRefused, RuleBroken
from sandbox.stages import (
    orders,
    real_world,
)
from sandbox.store import ledger
from tests.factories import ADA, APPLICATION, SUE, TOM, a_case
from tests.fakes import NOON
from tests.office import Office
from tests.stages.supervising import (
    ABROAD,
    DORA,
    FAY,
    MAX,
    MIA,
    OLAF,
    WIDERSPRUCH,
    inspection,
    opened,
    order,
    responded,
    running,
    simple,
    supervising,
)
from tests.stages.test_after import told as heard
from tests.stages.test_seats import give
from tests.stages.testing import draft, finish, parts, submit, told, with_a_test
from tests.stages.testing import running as running_test
from tests.stages.under_way import extend, open_caps, told_of_more


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R76-5")
def test_an_authority_orders_on_its_territory_only_and_others_run_on(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")

    with pytest.raises(RuleBroken) as abroad:
        order(office, case_id, DORA, "NL")
    case = order(office, case_id, DORA, "DE")

    assert [r.rule for r in abroad.value.reasons] == ["R76-3"]
    assert case.stage is Stage.ACTIVE
    assert case.orders[0].stops
    assert not case.orders[0].freezes
    assert ("DL-26", "order 1") not in running(case)  # it is tested nowhere else


@pytest.mark.rule("R76-3")
def test_no_order_is_given_where_nothing_is_tested_and_no_incident_occurred(office: Office) -> None:
    case_id = running_test(office)  # in NL and DE
    give(office, case_id)

    with pytest.raises(RuleBroken) as refused:
        order(office, case_id, FAY, "FR")
    opened(office, case_id, "FR")
    given = order(office, case_id, FAY, "FR")

    assert [(r.rule, r.sentence) for r in refused.value.reasons] == [
        ("R76-3", "nothing is tested in FR, and no incident occurred there")
    ]
    assert given.orders[-1].country == "FR"


@pytest.mark.rule("R76-5")
@pytest.mark.rule("DL-26")
def test_the_authorities_of_other_member_states_of_a_test_are_told_in_time(office: Office) -> None:
    case_id = running_test(office)
    ordered = order(office, case_id, DORA, "DE")

    told = orders.tell_other_authorities(case_id, 1, "ref", **supervising(office, DORA))

    assert ("DL-26", "order 1") in running(ordered)
    assert ("DL-26", "order 1") not in running(told)


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R57-11b")
def test_an_order_everywhere_freezes_at_once_and_is_lifted_by_a_second_person(
    office: Office,
) -> None:
    case_id = office.active()

    stopped = order(office, case_id, MAX, "NL")
    office.work()
    with pytest.raises(RuleBroken) as early:
        orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, MAX))
    orders.confirm(case_id, 1, **simple(office, ADA))
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    lifted = orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, MIA))

    assert stopped.stage is Stage.SUSPENDED
    assert office.engine.standing[case_id].frozen
    assert len(early.value.reasons) == 2
    assert lifted.orders[0].lifted_by == str(MIA)


@pytest.mark.rule("R76-3")
def test_one_authority_neither_lifts_the_order_of_another_nor_tells_of_it(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")
    responded(office, case_id, mitigated=True)
    order(office, case_id, DORA, "DE")
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))

    for stranger in (SUE, MAX):
        with pytest.raises(RuleBroken, match="order 1 is one of the market surveillance of DE"):
            orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, stranger))
        with pytest.raises(RuleBroken, match="order 1 is one of the market surveillance of DE"):
            orders.tell_other_authorities(case_id, 1, "ref", **supervising(office, stranger))

    lifted = orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, ABROAD))
    assert not lifted.orders[0].stops


@pytest.mark.rule("R76-3")
def test_the_lead_orders_at_home_and_everywhere_and_on_no_other_territory(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken, match="an authority of NL cannot decide for DE"):
        order(office, case_id, SUE, "DE")

    for country in ("NL", EVERYWHERE):
        assert order(office, case_id, SUE, country).orders[-1].country == country


@pytest.mark.rule("R76-4")
def test_an_order_without_grounds_is_refused(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken) as refusal:
        order(office, case_id, SUE, EVERYWHERE, reasons=" ", kind=OrderKind.MODIFY)

    assert [r.sentence for r in refusal.value.reasons if r.rule == "R76-4"] == [
        "the order states no grounds",
        "the order does not say what must change",
    ]


@pytest.mark.rule("R58-D21")
@pytest.mark.rule("R76-4")
def test_that_a_provider_did_not_ask_stands_beside_all_else_against_an_order(
    office: Office,
) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken) as refusal:
        order(office, case_id, MAX, "DE", reasons=" ", ground=OrderGround.PARTICIPANT_REQUEST)

    assert {r.rule for r in refusal.value.reasons} == {"R58-D21", "R76-3", "R76-4"}


@pytest.mark.rule("R75-01")
def test_the_ai_office_orders_and_inspects_instead_of_the_member_states(office: Office) -> None:
    case_id = office.active(very_large_platform=True)
    for national in (SUE, MAX):
        with pytest.raises(RuleBroken) as refused:
            order(office, case_id, national, "NL")
        assert [r.rule for r in refused.value.reasons] == ["R75-01"]
        with pytest.raises(RuleBroken, match="exclusively competent"):
            inspection(office, case_id, by=national)
    with pytest.raises(RuleBroken, match="how to challenge"):
        order(office, case_id, OLAF, EVERYWHERE)

    stopped = order(office, case_id, OLAF, EVERYWHERE, remedy="The General Court, two months.")
    orders.tell_other_authorities(case_id, 1, "ref", **supervising(office, OLAF))
    inspected = inspection(office, case_id, by=replace(OLAF, unit=Unit.ENFORCEMENT))
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    with pytest.raises(RuleBroken, match="exclusively competent"):
        orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, TOM))
    lifted = orders.lift(
        case_id, 1, nudge=office.nudge, **supervising(office, replace(OLAF, name="Ida"))
    )

    assert stopped.stage is Stage.SUSPENDED
    assert stopped.orders[0].remedy == "The General Court, two months."
    assert inspected.inspections[0].by == str(OLAF)
    assert lifted.orders[0].lifted_by == "Ida (AI Office)"


@pytest.mark.rule("R75-01")
def test_where_the_member_states_are_competent_the_ai_office_neither_orders_nor_inspects() -> None:
    case = a_case(stage=Stage.ACTIVE)
    supervising = (Action.GIVE_ORDER, Action.LIFT_ORDER, Action.TELL_AUTHORITIES)
    for action in (*supervising, Action.OPEN_INSPECTION, Action.CLOSE_INSPECTION):
        ai_office, national = (replace(by, unit=Unit.ENFORCEMENT) for by in (OLAF, MAX))
        assert [r.rule for r in against(case, action, ai_office)] == ["R75-01"]
        assert against(case, action, national) == ()


@pytest.mark.rule("R75-01")
def test_in_the_sandbox_of_the_union_the_authority_is_the_ai_office() -> None:
    own = replace(APPLICATION, very_large_platform=True)
    seat = Seat(Role.AI_OFFICE, "", "AI Office", Capacity.LEAD, NOON)
    case = a_case(application=own, seats=(seat,))

    lead, national = (replace(by, unit=Unit.ENFORCEMENT) for by in (SUE, MAX))
    assert against(case, Action.OPEN_INSPECTION, lead) == ()
    assert [r.rule for r in against(case, Action.OPEN_INSPECTION, national)] == ["R75-01"]


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R57-11b")
def test_an_order_that_was_lifted_is_neither_mitigated_nor_lifted_again(office: Office) -> None:
    case_id = office.active()
    order(office, case_id, MAX, "NL")
    orders.confirm(case_id, 1, **simple(office, ADA))
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, MIA))
    office.clock.forward(days=9)
    lifted = office.case(case_id).orders[0]

    for again in (
        lambda: orders.mitigate(case_id, 1, "never done before", **simple(office, ADA)),
        lambda: orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, MIA)),
    ):
        with pytest.raises(FieldRefused, match="order 1 was lifted on 2026-11-24"):
            again()
    with pytest.raises(FieldRefused, match="order 1 was confirmed on 2026-11-24"):
        orders.confirm(case_id, 1, **simple(office, ADA))

    assert office.case(case_id).orders[0] == lifted
    with office.sessions.begin() as session:
        (said,) = (
            sealed.entry.facts["measures"]
            for sealed in ledger.of_case(session, case_id)
            if sealed.entry.action == Action.MITIGATE_ORDER
        )
    assert said == "mended"


@pytest.mark.rule("DL-03")
@pytest.mark.rule("DL-04")
def test_where_an_order_ends_a_test_no_cap_runs_and_no_extension_is_told(office: Office) -> None:
    case_id = running_test(office)

    case = order(office, case_id, DORA, "DE", kind=OrderKind.TERMINATE)
    assert open_caps(case) == {(Name.DL_03, "real-world test NL")}
    told_of_more(office, case_id)
    case = extend(office, case_id, date(2027, 3, 1))

    assert open_caps(case) == {(Name.DL_04, "real-world test NL")}
    extended = [to for kind, to in told(office) if kind == "real_world_test_extended"]
    assert extended == ["market_surveillance:NL"]
    finish(office, case_id)
    real_world.notify_outcomes(case_id, "no wrong refusal", **parts(office, ADA))
    assert ("real_world_test_outcomes", "market_surveillance:DE") in told(office)


@pytest.mark.rule("R76-3")
@pytest.mark.rule("DL-02")
def test_where_an_order_ends_a_test_nobody_waits_for_an_answer_to_its_plan(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)

    case = order(office, case_id, DORA, "DE", kind=OrderKind.TERMINATE)

    open_ones = {c.subject for c in case.deadlines if c.name is Name.DL_02 and c.met_at is None}
    assert open_ones == {"NL"}
    draft(office, case_id)
    with pytest.raises(RuleBroken, match="an order ended the test in DE"):
        submit(office, case_id, "DE")


@pytest.mark.rule("R76-5")
@pytest.mark.rule("DL-26")
def test_in_a_test_of_one_member_state_there_are_no_others_to_tell(office: Office) -> None:
    case_id = with_a_test(office, test_member_states=("NL",))

    case = order(office, case_id, SUE, "NL", kind=OrderKind.MODIFY, required_changes="retrain")

    assert "DL-26" not in {name for name, _ in running(case)}


@pytest.mark.rule("R76-4")
def test_an_order_abroad_says_the_remedy_of_that_member_state(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")

    with pytest.raises(RuleBroken, match="how to challenge it"):
        order(office, case_id, DORA, "DE", remedy="")

    said = order(office, case_id, DORA, "DE", remedy=WIDERSPRUCH).orders[0].remedy
    assert said == WIDERSPRUCH


@pytest.mark.rule("DL-08")
@pytest.mark.rule("R76-3")
def test_who_runs_the_sandbox_hears_of_the_order_of_another_authority(office: Office) -> None:
    case_id = office.active()

    order(office, case_id, MAX, "NL")
    order(office, case_id, SUE, "NL")

    assert heard(office, "order").count("authority") == 1


@pytest.mark.rule("R57-11b")
@pytest.mark.rule("R76-3")
def test_lifting_is_shown_as_possible_where_one_order_may_be_lifted(office: Office) -> None:
    def shown(by: Person) -> list[str]:
        return [r.sentence for r in office.look(case_id, by).possible[Action.LIFT_ORDER]]

    case_id = office.active()
    opened(office, case_id, "DE")
    responded(office, case_id, mitigated=True)
    assert shown(SUE) == ["the authority that asks gave no order that may be lifted"]
    order(office, case_id, MAX, "NL")
    order(office, case_id, MAX, "NL")
    unmitigated = [f"order {number}: no mitigation was recorded" for number in (1, 2)]
    assert shown(MIA) == unmitigated
    assert shown(DORA) == shown(SUE) == ["the authority that asks gave no order that may be lifted"]

    with pytest.raises(RuleBroken) as refused:
        orders.lift(case_id, 2, nudge=office.nudge, **supervising(office, MIA))
    assert [r.sentence for r in refused.value.reasons] == unmitigated[1:]
    orders.mitigate(case_id, 2, "mended", **simple(office, ADA))
    assert shown(MIA) == []
    assert shown(MAX)[-1] == "order 2: whoever gave it may not lift it: a second person must"

    orders.lift(case_id, 2, nudge=office.nudge, **supervising(office, MIA))
    assert shown(MIA) == unmitigated[:1]
