"""What stops is told with ground and remedy to everybody whom its notice names (D14)."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.escalation import addressees, ladder
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.progress import Progress
from sandbox.domain.readers import may_know
from sandbox.domain.sight import Sight
from sandbox.domain.supervision import EVERYWHERE, OrderGround, OrderKind
from sandbox.domain.suspension import SuspensionGround
from sandbox.domain.views import facts, narrowed, of_document
from sandbox.errors import FieldRefused, RuleBroken
from sandbox.stages import exit, incidents, orders, suspend  # noqa: A004 - a stage of the path
from sandbox.store import cases, documents, outbox
from sandbox.store.cases import as_json
from tests.factories import ADA, AUTHORITY, CALENDAR, SUE, TOM, UNION
from tests.office import Office
from tests.stages import supervising as of_incidents
from tests.stages.supervising import DORA, MAX, MIA, OLAF, WIDERSPRUCH, simple, supervising
from tests.stages.testing import BO, running, stop

REMEDY = "Object within six weeks."


def notices(office: Office, case_id: CaseId) -> list[dict[str, Any]]:  # Any: JSON
    """What every D14 of a case says, the oldest first."""
    with office.sessions.begin() as session:
        made = [d for d in documents.of_case(session, case_id) if d.kind is Paper.NOTICE]
    return [d.assembled for d in made if d.assembled]


def told(office: Office, kind: str) -> list[str]:
    """Whom notices of a kind went to."""
    with office.sessions.begin() as session:
        found = outbox.page(session, state=None, after=None, limit=200)
    return sorted(p.addressee for p in found if p.kind == kind)


def ordered(
    office: Office, case_id: CaseId, by: Person, country: str, kind: OrderKind, ground: OrderGround
) -> None:
    orders.give(
        case_id,
        kind=kind,
        ground=ground,
        country=country,
        reasons="a person was hurt",
        required_changes="",
        remedy=WIDERSPRUCH if country not in {EVERYWHERE, "NL"} else "",
        cluster=office.cluster,
        union=UNION,
        nudge=office.nudge,
        **supervising(office, by),
    )


@pytest.mark.rule("R57-11b")
@pytest.mark.rule("R58-D21")
def test_a_suspension_is_notified_with_ground_and_remedy_and_the_ai_office_is_told(
    office: Office,
) -> None:
    case_id = office.active()

    suspended = office.suspend(case_id)
    office.work()

    [notice] = notices(office, case_id)
    assert suspended.suspension is not None
    assert (suspended.suspension.remedy, notice["remedy"]) == (REMEDY, REMEDY)
    assert (notice["ground"], notice["reasons"]) == ("plan_breach", "the gap is too wide")
    assert notice["effect"].endswith("the participation is suspended")
    assert notice["addressees"] == ["provider:CreditCo", "ai_office"]
    assert told(office, "suspension") == sorted(notice["addressees"])
    with office.sessions.begin() as session:
        assert documents.load(session, case_id, Paper.NOTICE, 1).sealed_at


@pytest.mark.rule("R57-11b")
@pytest.mark.rule("DL-08")
def test_the_authority_is_told_of_a_suspension_that_it_did_not_decide(office: Office) -> None:
    case_id = running(office)

    stop(office, case_id)

    assert told(office, "suspension").count("authority") == 1
    assert told(office, "suspension").count("provider:CreditCo") == 1
    assert "authority" not in told(office, "real_world_test_stopped")  # told once
    assert "authority" not in notices(office, case_id)[-1]["addressees"]


@pytest.mark.rule("R60-7")
@pytest.mark.parametrize("answered", [True, False])
def test_an_incident_that_stops_the_test_is_notified_too(office: Office, *, answered: bool) -> None:
    case_id = office.active()
    of_incidents.opened(office, case_id)
    if answered:
        of_incidents.responded(office, case_id, mitigated=False)
    else:
        office.clock.forward(hours=3)
        incidents.expire(
            case_id,
            cluster=office.cluster,
            nudge=office.nudge,
            authority=AUTHORITY,
            sessions=office.sessions,
            clock=office.clock,
        )

    [notice] = notices(office, case_id)
    assert (notice["ground"], notice["remedy"]) == ("unmitigable_risk", REMEDY)
    assert {"ai_office", "authority"} <= set(told(office, "suspension"))


@pytest.mark.rule("R58-D21")
def test_what_is_called_the_request_of_a_provider_was_asked_for(office: Office) -> None:
    case_id = office.active()
    asked = SuspensionGround.PARTICIPANT_REQUEST
    parts: dict[str, Any] = {"cluster": office.cluster, "nudge": office.nudge}

    def end() -> None:
        exit.end(
            case_id,
            action=Action.TERMINATE,
            reasons="as asked",
            ground=asked,
            **parts,
            **supervising(office),
        )

    def halt() -> None:
        suspend.suspend(case_id, ground=asked, reasons="as asked", **parts, **supervising(office))

    def ask() -> None:
        suspend.ask(case_id, "our funding ends", nudge=office.nudge, **simple(office, ADA))

    with pytest.raises(RuleBroken, match="R58-D21"):
        end()
    ask()
    halt()
    office.work()
    office.mitigate(case_id)
    office.clock.forward(minutes=5)
    office.resume(case_id, TOM)
    office.work()
    with pytest.raises(RuleBroken, match="R58-D21"):
        halt()  # it asked for a stop of the run before
    ask()
    end()

    case = office.case(case_id)
    assert case.stage is Stage.TERMINATED
    assert [r.reasons for r in case.stop_requests] == ["our funding ends"] * 2
    assert told(office, "stop_requested") == ["authority"] * 2


@pytest.mark.rule("R60-8")
def test_a_real_world_test_that_stops_is_notified_with_its_ground(office: Office) -> None:
    case_id = running(office)

    stop(office, case_id)

    of_test, of_participation = notices(office, case_id)
    assert of_test["effect"] == "the real-world test is suspended"
    assert (of_test["ground"], of_test["remedy"]) == ("participant_request", REMEDY)
    both = ["market_surveillance:DE", "market_surveillance:NL"]
    assert sorted(of_test["addressees"]) == ["deployer", *both]
    assert sorted(of_participation["addressees"]) == [
        "ai_office",
        "deployer",
        *both,
        "provider:CreditCo",
    ]


@pytest.mark.rule("R76-3")
def test_a_deployer_is_told_of_every_stop_and_order_and_reads_them(office: Office) -> None:
    case_id = running(office)
    ordered(office, case_id, DORA, "DE", OrderKind.SUSPEND, OrderGround.SERIOUS_INCIDENT)

    stop(office, case_id)

    for kind in ("order", "suspension", "real_world_test_stopped"):
        assert "deployer:BankCo" in told(office, kind)
    with office.sessions.begin() as session:
        case = cases.load(session, case_id)
    other = replace(BO, organisation="OtherBank")
    for said in notices(office, case_id):
        assert "BankCo" not in str(said["addressees"])  # deployers do not learn of each other
        assert of_document(case, BO, Paper.NOTICE, 1, said) is Sight.SEEN
        assert of_document(case, BO, Paper.NOTICE, 1, {"addressees": ["provider"]}) is Sight.HIDDEN
    assert not may_know(case, other)


@pytest.mark.rule("R57-11b")
@pytest.mark.rule("R58-D21")
def test_a_termination_names_a_ground_of_the_list_and_is_notified_with_its_remedy(
    office: Office,
) -> None:
    case_id = office.active()
    ending: dict[str, Any] = {
        "cluster": office.cluster,
        "nudge": office.nudge,
        **supervising(office),
    }

    with pytest.raises(FieldRefused, match="names its ground"):
        exit.end(case_id, action=Action.TERMINATE, reasons="no way out", **ending)
    ground = SuspensionGround.UNMITIGABLE_RISK
    over = SuspensionGround.TEST_ENDED
    with pytest.raises(FieldRefused, match="no ground to terminate"):
        exit.end(case_id, action=Action.TERMINATE, reasons="no way out", ground=over, **ending)
    with pytest.raises(FieldRefused, match="a completion has none"):
        exit.end(case_id, action=Action.COMPLETE, reasons="done", ground=ground, **ending)
    exit.end(case_id, action=Action.TERMINATE, reasons="no way out", ground=ground, **ending)

    [notice] = notices(office, case_id)
    assert (notice["ground"], notice["remedy"]) == ("unmitigable_risk", REMEDY)
    assert notice["effect"].endswith("the participation is terminated")
    assert told(office, "termination") == sorted(notice["addressees"])


@pytest.mark.rule("DL-08")
@pytest.mark.parametrize("ending", [False, True])
def test_a_suspension_and_a_termination_each_start_the_clock_of_the_notice(
    office: Office, *, ending: bool
) -> None:
    case_id = office.active()

    if ending:
        office.end(case_id, Action.TERMINATE)
    else:
        office.suspend(case_id)

    assert may_know(office.case(case_id), Person("Ida", Role.AI_OFFICE, "AI Office"))
    [clock] = [c for c in office.case(case_id).deadlines if c.name is Name.DL_08]
    assert (clock.started_on, clock.met_at) == (AUTHORITY.day(office.clock()), None)
    suspend.notify_ai_office(case_id, "letter 4", **simple(office))
    [met] = [c for c in office.case(case_id).deadlines if c.name is Name.DL_08]
    assert met.met_at == office.clock()


def test_a_completion_is_no_termination_and_has_no_notice(office: Office) -> None:
    case_id = office.active()

    office.end(case_id)

    assert notices(office, case_id) == []


@pytest.mark.rule("R76-3")
@pytest.mark.parametrize("ground", OrderGround)
def test_a_test_that_an_order_stops_keeps_the_ground_and_the_notice_of_the_order(
    office: Office, ground: OrderGround
) -> None:
    case_id = office.active()
    if ground is OrderGround.PARTICIPANT_REQUEST:
        suspend.ask(case_id, "our funding ends", nudge=office.nudge, **simple(office, ADA))

    ordered(office, case_id, MAX, "NL", OrderKind.SUSPEND, ground)

    case = office.case(case_id)
    [notice] = notices(office, case_id)
    assert case.suspension is not None
    assert case.suspension.ground.value == notice["ground"] == ground.value
    assert case.suspension.remedy == notice["remedy"] == REMEDY


@pytest.mark.rule("R76-3")
@pytest.mark.rule("R57-11b")
def test_an_order_to_terminate_is_not_taken_back_and_the_test_does_not_run_again(
    office: Office,
) -> None:
    case_id = office.active()
    ordered(office, case_id, MAX, "NL", OrderKind.TERMINATE, OrderGround.UNMITIGABLE_RISK)
    office.work()

    with pytest.raises(RuleBroken, match="neither mitigated nor lifted"):
        orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    with pytest.raises(RuleBroken, match="neither mitigated nor lifted"):
        orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, MIA))
    office.clock.forward(seconds=1)
    office.mitigate(case_id)
    with pytest.raises(RuleBroken, match="still stops the test"):
        office.resume(case_id, TOM)

    assert office.case(case_id).stage is Stage.SUSPENDED


@pytest.mark.rule("R76-3")
def test_a_test_is_over_when_orders_terminate_it_on_its_last_territory(office: Office) -> None:
    case_id = running(office)

    ordered(office, case_id, DORA, "DE", OrderKind.TERMINATE, OrderGround.SERIOUS_INCIDENT)
    office.sweep()
    office.work()
    one = office.case(case_id)
    ordered(office, case_id, MAX, "NL", OrderKind.TERMINATE, OrderGround.SERIOUS_INCIDENT)
    both = office.case(case_id)

    assert (one.stage, one.planned_test().state) == (Stage.ACTIVE, Progress.RUNNING)
    assert (both.stage, both.planned_test().state) == (Stage.SUSPENDED, Progress.TERMINATED)
    assert both.planned_test().stops[-1].ground == "serious_incident"


@pytest.mark.rule("DL-26")
@pytest.mark.rule("R76-5")
@pytest.mark.parametrize(
    ("by", "country", "kind", "others"),
    [
        (DORA, "DE", OrderKind.SUSPEND, ["ai_office", "market_surveillance:NL"]),
        (MAX, "NL", OrderKind.MODIFY, ["market_surveillance:DE"]),
        (
            SUE,
            EVERYWHERE,
            OrderKind.SUSPEND,
            ["ai_office", *(f"market_surveillance:{c}" for c in ("DE", "NL"))],
        ),
    ],
)
def test_an_order_goes_to_every_other_authority_of_the_test_by_its_country(
    office: Office, by: Person, country: str, kind: OrderKind, others: list[str]
) -> None:
    case_id = running(office)

    of_incidents.order(office, case_id, by, country, kind=kind, required_changes="a person decides")

    [notice] = [said for said in notices(office, case_id) if "order" in said]
    expected = [*others, "provider:CreditCo"]
    assert sorted(notice["addressees"]) == sorted(["deployer", *expected])
    at_home = [] if by is SUE else ["authority"]  # whose DL-08 it is, and whom no paper names
    assert told(office, "order") == sorted(["deployer:BankCo", *expected, *at_home])
    assert ("the test goes on" in notice["effect"]) is (kind is OrderKind.MODIFY)
    [clock] = [c for c in office.case(case_id).deadlines if c.name is Name.DL_26]
    first = ladder(clock, CALENDAR, ZoneInfo(AUTHORITY.time_zone))[0]
    giver = "authority" if by is SUE else f"market_surveillance:{by.country}"
    assert addressees(first, clock, "CreditCo") == (giver,)  # who gave it is reminded, nobody else
    orders.tell_other_authorities(case_id, 1, "letter 6", **supervising(office, by))
    assert not [c for c in office.case(case_id).deadlines if c.name is Name.DL_26 and not c.met_at]


@pytest.mark.rule("R57-11b")
@pytest.mark.rule("DL-08")
def test_the_ai_office_knows_of_an_order_and_is_told_of_one_to_a_suspended_test(
    office: Office,
) -> None:
    case_id = running(office)
    ordered(office, case_id, DORA, "DE", OrderKind.SUSPEND, OrderGround.SERIOUS_INCIDENT)
    assert may_know(office.case(case_id), OLAF)
    office.suspend(case_id)
    suspend.notify_ai_office(case_id, "letter 1", **simple(office))
    office.clock.forward(days=5)

    ordered(office, case_id, SUE, EVERYWHERE, OrderKind.TERMINATE, OrderGround.SERIOUS_INCIDENT)

    assert ("DL-08", "") in of_incidents.running(office.case(case_id))


@pytest.mark.rule("R78")
def test_what_a_provider_changed_after_an_order_is_no_business_of_its_deployers(
    office: Office,
) -> None:
    case_id = running(office)
    ordered(office, case_id, DORA, "DE", OrderKind.SUSPEND, OrderGround.SERIOUS_INCIDENT)
    orders.mitigate(case_id, 1, "we lower weight 7", **simple(office, ADA))
    case = office.case(case_id)

    def told(by: Person) -> str:
        return str(facts(case, by, as_json(narrowed(case, by)))["orders"])

    assert "a person was hurt" in told(BO)
    assert "weight 7" not in told(BO)
    assert "weight 7" in told(DORA)


@pytest.mark.rule("R73-07")
@pytest.mark.rule("R73-11")
def test_a_report_goes_to_the_commission_and_to_the_bodies_for_the_rights_it_touches(
    office: Office,
) -> None:
    case_id = office.active()
    of_incidents.opened(office, case_id, "DE", "FR")
    of_incidents.classified(office, case_id, of_incidents.DEATH)
    of_incidents.reported(office, case_id, complete=False)
    first = told(office, "incident_report")
    rights = replace(
        of_incidents.DEATH, classes=(*of_incidents.DEATH.classes, *of_incidents.RIGHTS.classes)
    )
    of_incidents.classified(office, case_id, rights)
    second = told(office, "incident_report")
    of_incidents.reported(office, case_id, complete=True)

    bodies = ["rights_body:DE", "rights_body:FR"]
    states = ["market_surveillance:DE", "market_surveillance:FR"]
    assert first == ["commission", *states]
    assert second == ["commission", *states, *bodies]
    assert told(office, "incident_report") == sorted([*second, "commission", *states, *bodies])


@pytest.mark.rule("R60-7")
def test_a_provider_is_told_of_an_incident_that_a_deployer_reports(office: Office) -> None:
    case_id = running(office)
    at = office.clock()

    for by in (ADA, BO):
        incidents.open_incident(
            case_id,
            aware_at=at,
            occurred_at=at,
            countries=("NL",),
            description="a wrong score",
            persons_affected="one",
            by=by,
            version=None,
            sessions=office.sessions,
            union=UNION,
            clock=office.clock,
            nudge=office.nudge,
        )

    assert told(office, "incident_opened").count("provider:CreditCo") == 1
