"""Of two data protection authorities at the table neither takes back what the other said or stopped."""

from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.seats import Capacity
from sandbox.errors import RuleBroken
from tests.factories import ADA, SUE
from tests.office import Office
from tests.stages.personal_data import DAN, active, comment, declare, let_in, release
from tests.stages.test_processing import resume, stop, wanted
from tests.stages.test_seats import end, give

DIRK = Person("Dirk", Role.DATA_PROTECTION, "BfDI", "DE")
DINA = Person("Dina", Role.DATA_PROTECTION, "DPA", "NL")
GERMAN: dict[str, Any] = {
    "role": Role.DATA_PROTECTION,
    "country": "DE",
    "organisation": "BfDI",
}


def at_one_table(office: Office) -> CaseId:
    case_id = active(office)
    give(office, case_id, **GERMAN, capacity=Capacity.ASSOCIATED, legal_basis="Art. 57(10)")
    return case_id


def sentences(office: Office, case_id: CaseId, by: Person) -> list[str]:
    """What is shown against resuming."""
    return [r.sentence for r in office.look(case_id, by).possible[Action.RESUME_PROCESSING]]


def open_stops(case: Case) -> list[str]:
    return [stopped.by for stopped in case.processing.stops if stopped.resumed_at is None]


@pytest.mark.rule("R57-10")
@pytest.mark.rule("R59-b")
def test_an_objection_stands_until_the_authority_that_raised_it_withdraws_it(
    office: Office,
) -> None:
    case_id = at_one_table(office)
    number = declare(office, case_id)
    comment(office, case_id, number, objects=True)

    comment(office, case_id, number, objects=False, by=DIRK)
    with pytest.raises(RuleBroken, match="the data protection authority objects"):
        release(office, case_id, number)
    comment(office, case_id, number, objects=False, by=DINA)
    release(office, case_id, number)

    held = office.case(case_id).processing.found(number)
    assert [view.by for view in held.views] == ["Dirk (BfDI)", "Dina (DPA)"]


@pytest.mark.rule("R57-10")
def test_the_objection_of_an_authority_that_left_the_table_falls_with_the_view_of_another(
    office: Office,
) -> None:
    case_id = at_one_table(office)
    number = declare(office, case_id)
    comment(office, case_id, number, objects=True, by=DIRK)
    end(office, case_id, **GERMAN)

    with pytest.raises(RuleBroken, match="the data protection authority objects"):
        release(office, case_id, number)
    comment(office, case_id, number, objects=False)

    release(office, case_id, number)


@pytest.mark.rule("R59-c")
@pytest.mark.rule("R57-10")
def test_a_stop_is_lifted_by_the_authority_that_placed_it_and_by_no_other(office: Office) -> None:
    case_id = at_one_table(office)
    let_in(office, case_id)
    stop(office, case_id, DAN)

    with pytest.raises(RuleBroken) as refused:
        resume(office, case_id, DIRK)
    case = resume(office, case_id, DINA)

    assert [(r.rule, r.sentence) for r in refused.value.reasons] == [
        ("R59-c", "stop 1: the data protection of NL stopped it, and lifts it")
    ]
    assert open_stops(case) == []


@pytest.mark.rule("R59-c")
def test_each_stop_counts_beside_the_other_and_processing_goes_on_with_the_last(
    office: Office,
) -> None:
    case_id = at_one_table(office)
    stop(office, case_id, ADA)
    stop(office, case_id, DAN)
    stop(office, case_id, DIRK)

    first = resume(office, case_id, DINA)
    still = wanted(office, case_id)
    last = resume(office, case_id, Person("Doris", Role.DATA_PROTECTION, "BfDI", "DE"))

    assert (open_stops(first), still.value) == (["Dirk (BfDI)"], "frozen")
    assert (open_stops(last), wanted(office, case_id).value) == ([], "running")


@pytest.mark.rule("R59-c")
def test_the_stop_of_an_authority_that_left_the_table_is_lifted_by_another(office: Office) -> None:
    case_id = at_one_table(office)
    stop(office, case_id, DIRK)
    end(office, case_id, **GERMAN)

    with pytest.raises(RuleBroken, match="the data protection authority stopped it"):
        resume(office, case_id, SUE)
    resume(office, case_id, DAN)
    office.clock.forward(minutes=1)
    give(office, case_id, **GERMAN, capacity=Capacity.ASSOCIATED, legal_basis="Art. 57(10)")
    stop(office, case_id, SUE)

    assert open_stops(resume(office, case_id, DAN)) == []


@pytest.mark.rule("R59-c")
@pytest.mark.rule("R57-10")
def test_resuming_is_shown_as_possible_to_whoever_may_lift_what_stands(office: Office) -> None:
    case_id = at_one_table(office)
    assert sentences(office, case_id, SUE) == ["processing is not stopped"]

    stop(office, case_id, DAN)
    assert sentences(office, case_id, DINA) == []
    assert sentences(office, case_id, DAN) == [
        "stop 1: whoever stopped it may not resume it: a second person must"
    ]
    assert sentences(office, case_id, DIRK) == [
        "stop 1: the data protection of NL stopped it, and lifts it"
    ]
    assert sentences(office, case_id, SUE) == [
        "stop 1: the data protection authority stopped it, and lifts it"
    ]

    stop(office, case_id, DIRK)
    assert sentences(office, case_id, DINA) == []
    resume(office, case_id, DINA)
    assert sentences(office, case_id, DINA) == [
        "stop 2: the data protection of DE stopped it, and lifts it"
    ]
