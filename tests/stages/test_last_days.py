"""The last day of a real-world test is a clock: its provider is reminded while it may still be extended."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.domain.action import Action
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.clock_views import shows_clock
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.naming import CaseId
from sandbox.domain.supervision import OrderKind
from sandbox.errors import RuleBroken
from sandbox.store import ledger, outbox
from tests.factories import ADA
from tests.office import Office
from tests.real_world import DRAFT
from tests.stages.supervising import order
from tests.stages.testing import (
    DORA,
    MAX,
    answer,
    approved,
    begin,
    draft,
    finish,
    prepared,
    running,
    submit,
    waive,
    with_a_test,
)
from tests.stages.under_way import extend, open_caps, told_of_more


def last_days(office: Office, case_id: CaseId) -> list[tuple[str, date]]:
    """The last days that are still to come, the subject of each with it."""
    return sorted((clock.subject, clock.due) for clock in the_clocks(office, case_id))


def the_clocks(office: Office, case_id: CaseId) -> list[Deadline]:
    running_ones = [c for c in office.case(case_id).deadlines if c.met_at is None]
    return [c for c in running_ones if c.name is Name.DL_04 and not c.subject.startswith("real")]


def reminders(office: Office) -> list[tuple[str, str]]:
    with office.sessions.begin() as session:
        found = outbox.page(session, state=None, after=None, limit=200)
    return [
        (p.kind, p.addressee)
        for p in reversed(found)
        if p.facts.get("clock") == "DL-04" and p.facts.get("subject") == "extension NL"
    ]


@pytest.mark.rule("R60-4f")
@pytest.mark.rule("DL-04")
@pytest.mark.rule("D16")
def test_the_provider_is_reminded_of_the_last_day_on_which_an_extension_is_notified(
    office: Office,
) -> None:
    case_id = running(office)
    last = DRAFT.last_day

    assert last_days(office, case_id) == [("extension DE", last), ("extension NL", last)]
    for days in (8, 7, 1, 0):
        office.clock.now = datetime.combine(last, datetime.min.time(), UTC) - timedelta(days=days)
        office.clock.forward(hours=12)
        office.sweep_clocks()
        office.work()
    assert reminders(office) == [
        ("clock_week_before", "provider:CreditCo"),
        ("clock_day_before", "provider:CreditCo"),
        ("clock_on_target", "provider:CreditCo"),
    ]
    case = office.case(case_id)
    for person in (ADA, MAX, DORA):
        assert all(shows_clock(case, person, clock) for clock in the_clocks(office, case_id))
    finish(office, case_id)
    assert last_days(office, case_id) == []
    with office.sessions.begin() as session:
        entries = [sealed.entry for sealed in ledger.of_case(session, case_id)]
    assert wrong(read(entries)) == ()


@pytest.mark.rule("R60-4f")
@pytest.mark.rule("R57-05")
def test_what_is_refused_before_the_first_day_is_not_shown_as_possible(office: Office) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    possible = office.look(case_id, ADA).possible
    assert [r.sentence for r in possible[Action.EXTEND_TEST]] == [
        "extend is not possible: it is consent_open"
    ]
    assert possible[Action.START_TEST] == ()

    office.clock.now = datetime.combine(DRAFT.first_day, datetime.min.time(), UTC) - timedelta(
        days=2
    )
    shown = office.look(case_id, ADA).possible[Action.START_TEST]
    with pytest.raises(RuleBroken) as refused:
        begin(office, case_id)

    assert "R60-4f" in {r.rule for r in shown}
    assert shown == refused.value.reasons


@pytest.mark.rule("R60-4f")
@pytest.mark.rule("DL-04")
def test_after_its_extension_a_test_has_the_later_day_and_the_cap_that_the_notice_allows(
    office: Office,
) -> None:
    case_id = running(office)
    told_of_more(office, case_id)
    with pytest.raises(RuleBroken, match="after the cap of 2027-07-15"):
        extend(office, case_id, date(2027, 7, 16))

    case = extend(office, case_id, date(2027, 3, 1))

    assert last_days(office, case_id) == [
        ("end DE", date(2027, 3, 1)),
        ("end NL", date(2027, 3, 1)),
    ]
    caps = {c.due for c in case.deadlines if c.subject.startswith("real") and c.met_at is None}
    assert caps == {date(2027, 7, 15)}


@pytest.mark.rule("R60-4f")
@pytest.mark.rule("DL-04")
@pytest.mark.rule("R76-2")
def test_a_test_without_a_cap_has_a_last_day_all_the_same(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id, replace(DRAFT, countries=("NL",), last_day=date(2027, 9, 30)))
    submit(office, case_id, "NL")
    answer(office, case_id, MAX, "NL")
    waive(office, case_id, MAX, "NL")
    prepared(office, case_id)

    case = begin(office, case_id)

    assert open_caps(case) == set()
    assert last_days(office, case_id) == [("extension NL", date(2027, 9, 30))]


@pytest.mark.rule("R76-3")
@pytest.mark.rule("DL-04")
def test_where_an_order_ended_a_test_its_last_day_is_no_clock_any_more(office: Office) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    prepared(office, case_id)
    begin(office, case_id)

    order(office, case_id, DORA, "DE", kind=OrderKind.TERMINATE)

    assert [subject for subject, _ in last_days(office, case_id)] == ["extension NL"]
