"""The service keeps up with demand: what waits for GPUs is counted and told (Art. 58(2)(b))."""

from dataclasses import replace

import pytest

from sandbox.domain.application import Party, PartyRole
from sandbox.domain.capacity import Demand, Inventory, Node, Reservation, demand
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.plan import SandboxPlan
from sandbox.errors import NotFound
from sandbox.monitoring.exporter import Exporter, Snapshot
from sandbox.stages import overview, sweep
from sandbox.stages.demand import watch
from sandbox.store import figures
from tests.factories import AUTHORITY, OPA, PLAN
from tests.office import Office
from tests.stages.test_after import told

PRODUCT = PLAN.resources.gpu_product
FIRST, SECOND = CaseId("cfirst"), CaseId("csecond")


def asking(gpus: int) -> SandboxPlan:
    return replace(PLAN, resources=replace(PLAN.resources, gpus=gpus))


def looked(office: Office) -> None:
    watch(sessions=office.sessions, authority=AUTHORITY, clock=office.clock, nudge=office.nudge)


def waiting(office: Office) -> CaseId:
    office.active("first")
    case_id = office.agreed("second", asking(7))
    office.work()
    return case_id


def test_what_waits_is_counted_by_product_against_what_is_free_on_its_days() -> None:
    inventory = Inventory((Node("n", "H100", 8, simulated=True, fake=False),), {})
    first, last = PLAN.first_day, PLAN.last_day
    held = (Reservation(FIRST, "H100", 3, last, last),)
    asked = (
        Reservation(SECOND, "H100", 4, first, last),
        Reservation(CaseId("cthird"), "H100", 4, first, first),
        Reservation(CaseId("cfourth"), "L4", 1, first, last),
    )

    assert demand(asked, held, inventory) == (Demand("H100", 2, 8, 5), Demand("L4", 1, 1, 0))
    assert demand(asked[:1], held, inventory)[0].exceeds is False
    assert demand(asked[:1], held, None)[0].exceeds


@pytest.mark.rule("R58-02b")
def test_operator_and_authority_hear_once_that_demand_exceeds_capacity(office: Office) -> None:
    looked(office)
    assert told(office, "demand_exceeds_capacity") == []

    waiting(office)
    looked(office)
    looked(office)

    assert sorted(told(office, "demand_exceeds_capacity")) == ["authority", "operator"]
    office.work()
    assert office.notifier.taken[-1].link.endswith("/capacity")


@pytest.mark.rule("R58-02b")
def test_they_hear_again_after_it_fell(office: Office) -> None:
    case_id = waiting(office)
    looked(office)
    office.cluster.gpus = 9
    sweep.observe(sessions=office.sessions, cluster=office.cluster, clock=office.clock)
    office.sweep()
    office.work()
    looked(office)
    assert office.case(case_id).is_measured

    office.agreed("third", asking(1))
    looked(office)

    assert len(told(office, "demand_exceeds_capacity")) == 4


@pytest.mark.rule("R58-02b")
def test_the_operator_reads_what_waits_and_prometheus_counts_it(office: Office) -> None:
    waiting(office)

    seen = overview.capacity(
        by=OPA, sessions=office.sessions, authority=AUTHORITY, clock=office.clock
    )
    with office.sessions.begin() as session:
        snapshot = Snapshot(**figures.read(session, office.clock(), AUTHORITY))

    assert seen.demand == (Demand(PRODUCT, 1, 7, 6),)
    samples = {
        (sample.name, sample.labels.get("state")): sample.value
        for family in Exporter(lambda: snapshot).collect()
        for sample in family.samples
        if sample.labels.get("product") == PRODUCT
    }
    assert samples["sandbox_waiting_cases", None] == 1
    assert samples["sandbox_waiting_gpus", "asked"] == 7
    assert samples["sandbox_waiting_gpus", "free"] == 6


BANK = Person("Bob", Role.DEPLOYER, "BankCo")


@pytest.mark.rule("R58-02b")
def test_a_deployer_that_applied_jointly_knows_of_the_case_once_it_is_admitted(
    office: Office,
) -> None:
    party = Party(PartyRole.DEPLOYER, "BankCo", "552008443", "NL")
    case_id = office.apply(parties=(party,))
    with pytest.raises(NotFound):
        office.look(case_id, BANK)

    office.work()
    office.decide(case_id)

    page = overview.queue(by=BANK, stage=None, after=None, limit=9, sessions=office.sessions)
    assert [case.id for case in page.cases] == [case_id]
    assert office.look(case_id, BANK).case.id == case_id
    with pytest.raises(NotFound):
        office.look(case_id, replace(BANK, organisation="OtherBank"))
