"""What was created in the sandbox has no way out, also one that was open before (Art. 59(1)(e))."""

from dataclasses import replace

import pytest

from sandbox.domain.dataset import DatasetKind, NewDataset
from sandbox.domain.environment import Wanted
from sandbox.domain.naming import CaseId
from sandbox.errors import RuleBroken
from sandbox.stages import datasets, deletion
from sandbox.store import environments, ledger
from tests.factories import AUTHORITY, PLAN, SUE
from tests.office import Office
from tests.stages.personal_data import NEW, common, declare, delete
from tests.stages.test_after import told
from tests.stages.test_amend import Table

WAYS = ("203.0.113.0/24",)
OPEN = replace(PLAN, egress=WAYS)
WEIGHTS = replace(NEW, kind=DatasetKind.MODEL_WEIGHTS)


@pytest.fixture
def case_id(office: Office) -> CaseId:
    found = office.agreed("k", OPEN)
    office.work()
    return found


def ways(office: Office, case_id: CaseId) -> tuple[str, ...]:
    with office.sessions.begin() as session:
        _, drawn = environments.load(session, case_id)
    return drawn.egress


@pytest.mark.rule("R59-e")
@pytest.mark.parametrize(
    "new", [WEIGHTS, replace(NEW, kind=DatasetKind.SANDBOX_CREATED_PERSONAL)], ids=str
)
def test_ways_out_close_when_data_created_inside_are_declared(
    office: Office, case_id: CaseId, new: NewDataset
) -> None:
    assert office.engine.standing[case_id].egress == WAYS

    declare(office, case_id, new)
    assert ways(office, case_id) == ()
    office.work()

    assert office.engine.standing[case_id].egress == ()
    assert sorted(told(office, "ways_out_closed")) == ["authority", "provider:CreditCo"]
    first, second = office.case(case_id).stretches
    assert (first.ended_by, second.ended_at) == ("declare_dataset", None)
    with office.sessions.begin() as session:
        declared = ledger.latest(session, case_id, "declare_dataset")
        cut = ledger.latest(session, case_id, "ways_out_cut")
    assert declared is not None
    assert declared.entry.facts["ways_closed"] == list(WAYS)
    assert cut is not None


@pytest.mark.rule("R59-e")
@pytest.mark.parametrize(
    "new", [replace(NEW, kind=DatasetKind.SYNTHETIC, retention_until=None), NEW], ids=str
)
def test_other_data_close_no_way(office: Office, case_id: CaseId, new: NewDataset) -> None:
    declare(office, case_id, new)

    assert ways(office, case_id) == WAYS
    assert told(office, "ways_out_closed") == []


@pytest.mark.rule("R59-e")
def test_ways_are_closed_although_the_cluster_is_away(office: Office, case_id: CaseId) -> None:
    office.cluster.away = True
    declare(office, case_id, WEIGHTS)

    assert ways(office, case_id) == ()
    office.cluster.away = False
    office.work()
    assert office.engine.standing[case_id].egress == ()


@pytest.mark.rule("R59-e")
def test_a_suspended_environment_comes_back_without_its_ways(
    office: Office, case_id: CaseId
) -> None:
    declare(office, case_id, WEIGHTS)
    office.suspend(case_id)
    office.work()

    with office.sessions.begin() as session:
        there, drawn = environments.load(session, case_id)
    assert (there.wanted, drawn.frozen, drawn.egress) == (Wanted.FROZEN, True, ())


@pytest.mark.rule("R59-e")
def test_weights_that_are_found_to_be_personal_close_ways_too(
    office: Office, case_id: CaseId
) -> None:
    office.regime = replace(office.regime, weights_are_personal_data=False)
    number = declare(office, case_id, WEIGHTS)
    assert ways(office, case_id) == WAYS

    datasets.assess_weights(case_id, number, personal=True, reasons="probed", **common(office, SUE))

    assert ways(office, case_id) == ()


@pytest.mark.rule("R59-e")
def test_an_amendment_opens_ways_again_when_the_data_are_gone(
    office: Office, case_id: CaseId
) -> None:
    number = declare(office, case_id, WEIGHTS)
    office.work()
    table = Table(office, case_id)
    with pytest.raises(RuleBroken, match="created in the sandbox"):
        table.propose(replace(OPEN, scope="more"))
    delete(office, case_id, number)
    deletion.verify(case_id, number, authority=AUTHORITY, nudge=office.nudge, **common(office, SUE))
    assert ways(office, case_id) == ()

    table.propose(replace(OPEN, scope="more"))
    table.agree()

    assert office.engine.standing[case_id].egress == WAYS
    assert office.case(case_id).stretches[-2].ended_by == "agree_amendment"
    assert office.case(case_id).is_measured
