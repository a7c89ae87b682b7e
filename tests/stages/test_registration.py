"""The registration of a real-world test is kept up to date throughout (D13; rulebook 4.4)."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.domain.case import Case
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.progress import Progress
from sandbox.domain.registration import AnnexIX
from sandbox.domain.supervision import EVERYWHERE, OrderKind
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.monitoring.language import label, translated, words
from sandbox.stages import orders, real_world, testing_evidence
from sandbox.store import documents
from tests.factories import ADA, SUE, TOM
from tests.office import Office
from tests.real_world import DRAFT, ITEMS, NUMBER
from tests.stages.supervising import (
    ABROAD,
    DORA,
    FAY,
    MAX,
    opened,
    order,
    simple,
    supervising,
)
from tests.stages.testing import (
    agree_terms,
    approved,
    finish,
    more,
    on_duty,
    prepared,
    register,
    running,
    stop,
    with_a_test,
)
from tests.stages.under_way import extend, told_of_more

LATER = DRAFT.last_day.replace(month=3)
MORE = replace(ITEMS, provider_and_deployers="CreditCo, BankCo, OtherBank")


def update(office: Office, case_id: CaseId, items: AnnexIX = MORE, *, public: bool = False) -> Case:
    return testing_evidence.update_registration(case_id, items, public=public, **more(office))


def sealed(office: Office, case_id: CaseId) -> list[dict[str, Any]]:
    """Every D13 of a case, the oldest first."""
    office.work()
    with office.sessions.begin() as session:
        found = documents.sealed_of_kind(session, case_id, Paper.REGISTRATION)
    return [document.assembled or {} for document in found]


def ready(office: Office) -> CaseId:
    """A case whose test could start."""
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    return case_id


@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-8")
@pytest.mark.rule("R60-4c")
def test_each_stop_is_told_in_a_new_registration(office: Office) -> None:
    case_id = running(office)
    assert [d["suspension_or_termination"] for d in sealed(office, case_id)] == [None]

    stop(office, case_id)
    assert [d["suspension_or_termination"] for d in sealed(office, case_id)[1:]] == [
        "2026-11-24: suspended: a wrong score"
    ]
    assert (
        sealed(office, case_id)[1]["signed_by"] == []
    )  # the provider's paper, made by the service
    finish(office, case_id)

    *_, last = sealed(office, case_id)
    assert last["suspension_or_termination"].endswith("; 2026-11-24: ended: done")
    assert last["unique_number"] == NUMBER


@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-8")
@pytest.mark.rule("R60-4c")
def test_a_resumption_is_told_in_a_new_registration(office: Office) -> None:
    case_id = running(office)
    stop(office, case_id)
    office.work()
    office.mitigate(case_id)
    office.resume(case_id, TOM)
    office.work()
    office.clock.forward(days=1)
    on_duty(office, case_id)

    real_world.resume(case_id, **more(office))

    *_, last = sealed(office, case_id)
    told = ["2026-11-24: suspended: a wrong score", "2026-11-25: resumed"]
    assert last["suspension_or_termination"] == "; ".join(told)
    assert last["update_history"] == told
    assert last["version"] == 3


@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-8")
@pytest.mark.rule("R76-3")
@pytest.mark.rule("D13")
def test_what_an_authority_abroad_stops_on_its_territory_is_told_in_a_new_registration(
    office: Office,
) -> None:
    case_id = running(office)
    opened(office, case_id, "FR")

    order(office, case_id, DORA, "DE", reasons="a death")
    orders.confirm(case_id, 1, **simple(office, ADA))
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    office.clock.forward(days=1)
    orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, ABROAD))
    for kind, country, by in (
        (OrderKind.MODIFY, "DE", DORA),
        (OrderKind.SUSPEND, "FR", FAY),  # an incident occurred there, but nothing is tested
        (OrderKind.TERMINATE, "DE", DORA),
    ):
        order(office, case_id, by, country, kind=kind, reasons="again", required_changes="log more")

    told = [
        "2026-11-24: DE: suspended by order 1: a death",
        "2026-11-25: DE: the suspension by order 1 is lifted",
        "2026-11-25: DE: terminated by order 4: again",
    ]
    papers = sealed(office, case_id)
    assert [d["update_history"] for d in papers] == [told[:n] for n in range(4)]
    assert papers[-1]["suspension_or_termination"] == "; ".join(told)
    assert papers[-1]["signed_by"] == []  # as with every stop


@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-8")
@pytest.mark.rule("D13")
def test_an_order_that_ends_the_whole_test_is_told_once(office: Office) -> None:
    case_id = running(office)
    for country, by in (("DE", DORA), ("NL", MAX)):
        order(office, case_id, by, country, kind=OrderKind.TERMINATE, reasons="no more")

    assert [d["update_history"] for d in sealed(office, case_id)][1:] == [
        told := ["2026-11-24: DE: terminated by order 1: no more"],
        [*told, "2026-11-24: terminated: no more"],
    ]
    opened(office, case_id, "DE")
    order(office, case_id, DORA, "DE")
    assert len(sealed(office, case_id)) == 3  # it is over


@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-8")
@pytest.mark.rule("R76-3")
@pytest.mark.rule("D13")
@pytest.mark.parametrize(
    ("country", "where"), [("NL", "NL"), ("DE", "DE"), (EVERYWHERE, "everywhere")]
)
@pytest.mark.parametrize("begun", [False, True])
def test_an_order_that_stops_no_running_test_is_told_too_and_that_it_is_lifted(
    office: Office, country: str, where: str, begun: bool
) -> None:
    case_id = running(office) if begun else ready(office)
    if begun:
        stop(office, case_id)
    before = len(sealed(office, case_id)[-1]["update_history"])

    by, second = (DORA, ABROAD) if country == "DE" else (SUE, TOM)
    order(office, case_id, by, country, reasons="a death")
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, second))

    assert sealed(office, case_id)[-1]["update_history"][before:] == [
        f"2026-11-24: {where}: suspended by order 1: a death",
        f"2026-11-24: {where}: the suspension by order 1 is lifted",
    ]


@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-4c")
@pytest.mark.rule("D13")
@pytest.mark.parametrize("blocked_first", [False, True])
def test_an_order_from_before_the_number_is_told_with_it_and_its_lifting_too(
    office: Office, blocked_first: bool
) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    if blocked_first:
        register(office, case_id, "", "ticket 7")
    order(office, case_id, DORA, "DE", reasons="a death")

    register(office, case_id)
    told = ["2026-11-24: DE: suspended by order 1: a death"]
    assert sealed(office, case_id)[-1]["update_history"] == told
    orders.mitigate(case_id, 1, "mended", **simple(office, ADA))
    orders.lift(case_id, 1, nudge=office.nudge, **supervising(office, ABROAD))

    told.append("2026-11-24: DE: the suspension by order 1 is lifted")
    assert sealed(office, case_id)[-1]["update_history"] == told


@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R76-3")
@pytest.mark.rule("D13")
def test_where_the_environment_stands_its_end_there_is_told_beside_the_suspension_of_all(
    office: Office,
) -> None:
    case_id = running(office)

    order(office, case_id, MAX, "NL", kind=OrderKind.TERMINATE, reasons="no more")

    assert sealed(office, case_id)[-1]["update_history"] == [
        "2026-11-24: NL: terminated by order 1: no more",
        "2026-11-24: suspended: no more",
    ]


@pytest.mark.rule("R60-4f")
@pytest.mark.rule("R71-IX")
def test_an_extension_is_told_in_a_new_registration(office: Office) -> None:
    case_id = running(office)
    told_of_more(office, case_id)

    extend(office, case_id, LATER)

    *_, last = sealed(office, case_id)
    assert last["update_history"] == [
        f"2026-11-24: extended: until {LATER} instead of {DRAFT.last_day}"
    ]
    assert last["suspension_or_termination"] is None


@pytest.mark.rule("R71-4")
@pytest.mark.rule("R71-IX")
@pytest.mark.rule("R60-4c")
def test_a_new_deployer_and_the_consent_to_be_seen_are_told_under_the_same_number(
    office: Office,
) -> None:
    case_id = running(office)

    update(office, case_id)
    office.clock.forward(days=1)
    update(office, case_id, public=True)

    *_, last = sealed(office, case_id)
    assert last["update_history"] == [
        "2026-11-24: changed: provider and deployers",
        "2026-11-25: changed: visible to the public",
    ]
    assert (last["unique_number"], last["visible_to_the_public"]) == (NUMBER, True)
    assert last["provider_and_deployers"] == MORE.provider_and_deployers
    assert last["suspension_or_termination"] is None
    for code in set(translated()) - {"en"}:
        assert {"Update history", label("suspension_or_termination")} <= words(code).keys()
    with pytest.raises(RuleBroken, match="nothing of the registration changes"):
        update(office, case_id, public=True)
    with pytest.raises(FieldRefused, match="Annex IX asks for it"):
        update(office, case_id, replace(MORE, plan_summary=" "))


@pytest.mark.rule("R60-4c")
@pytest.mark.rule("R71-4")
@pytest.mark.rule("R71-IX")
def test_what_has_no_number_is_registered_and_not_updated(office: Office) -> None:
    case_id = with_a_test(office)
    with pytest.raises(NotFound):
        update(office, case_id)
    approved(office, case_id)
    with pytest.raises(NotFound):
        update(office, case_id)
    register(office, case_id, number="", proof="refused, see screenshot")
    with pytest.raises(RuleBroken, match="no number yet"):
        update(office, case_id)


@pytest.mark.rule("R60-4c")
@pytest.mark.rule("R71-IX")
def test_a_wrong_number_is_put_right_before_the_start(office: Office) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    agree_terms(office, case_id)
    register(office, case_id, "EU-2026-l1")
    with pytest.raises(RuleBroken, match="registered as EU-2026-l1 already"):
        register(office, case_id, "EU-2026-l1")

    case = register(office, case_id, "EU-2026-11")

    assert case.test is not None
    assert (case.test.number, case.test.state) == ("EU-2026-11", Progress.REGISTERED)
    assert case.test.registration is not None
    assert [u.text for u in case.test.registration.updates] == [
        "number corrected: it was EU-2026-l1"
    ]
    assert [d["unique_number"] for d in sealed(office, case_id)] == ["EU-2026-l1", "EU-2026-11"]


@pytest.mark.rule("R60-4c")
def test_the_number_of_a_test_that_began_stays(office: Office) -> None:
    case_id = running(office)

    with pytest.raises(RuleBroken, match="register is not possible: it is running"):
        register(office, case_id, "EU-2026-12")
