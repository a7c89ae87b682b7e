"""What each authority that gets a report does, for itself and in its own calendar (Art. 73, 75)."""

from dataclasses import replace
from datetime import date

import pytest

from sandbox.domain.action import Action
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Stage
from sandbox.domain.member_state import MemberState, Union
from sandbox.domain.periods import WorkingCalendar
from sandbox.domain.regime import Regime, Sandbox, SandboxKind
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.stages import (
    incident_reports,
    orders,
    suspend,
)
from sandbox.store import outbox
from tests.factories import SUE, UNION
from tests.office import Office
from tests.stages.supervising import (
    AFTER_A_DAY_OFF,
    DEATH,
    DORA,
    FAY,
    INFRASTRUCTURE,
    MAX,
    OLAF,
    RIGHTS,
    classified,
    closed,
    opened,
    order,
    reported,
    responded,
    running,
    simple,
    supervising,
    taken,
)


@pytest.mark.rule("R73-07")
@pytest.mark.rule("R73-08")
def test_each_authority_that_got_the_report_has_clocks_of_its_own_in_its_calendar(
    office: Office,
) -> None:
    day_off = WorkingCalendar("DE", frozenset({date(2026, 12, 1)}))
    germany = MemberState("DE", "Europe/Berlin", day_off)
    case_id = office.active()
    opened(office, case_id, "NL", "DE")
    classified(office, case_id, RIGHTS)
    responded(office, case_id, mitigated=True)

    case = reported(office, case_id, complete=True, union=Union({**UNION.states, "DE": germany}))
    assert {
        (c.subject, c.due, c.country) for (n, _), c in running(case).items() if n == "DL-13"
    } == {
        ("incident 1 NL", date(2026, 12, 1), "NL"),
        ("incident 1 DE", AFTER_A_DAY_OFF, "DE"),
    }

    half = taken(office, case_id, MAX)
    with pytest.raises(RuleBroken) as early:
        closed(office, case_id, DORA)
    whole = taken(office, case_id, DORA, told="R-2")

    assert {key for key in running(half) if key[0] in {"DL-13", "DL-15"}} == {
        ("DL-13", "incident 1 DE"),
        ("DL-15", "incident 1 DE"),
    }
    assert [(r.rule, r.sentence.partition(":")[0]) for r in early.value.reasons] == [
        ("R73-08", "incident 1"),
        ("R73-07", "incident 1 DE"),
    ]
    assert not {"DL-13", "DL-15"} & {name for name, _ in running(whole)}
    closed(office, case_id, MAX)
    assert closed(office, case_id, DORA).incidents[0].closed_at


@pytest.mark.rule("DL-13")
def test_an_authority_that_took_measures_before_the_report_owes_none_after_it(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "NL", "DE")
    classified(office, case_id, DEATH)
    taken(office, case_id, MAX)

    after = reported(office, case_id, complete=True)

    assert {s for n, s in running(after) if n == "DL-13"} == {"incident 1 DE"}


@pytest.mark.rule("R73-07")
@pytest.mark.rule("DL-15")
def test_rights_that_turn_out_to_be_touched_after_the_report_start_the_notice_to_their_bodies_once(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "NL", "DE")
    classified(office, case_id, DEATH)
    before = reported(office, case_id, complete=True)
    office.clock.forward(days=3)

    found = classified(office, case_id, RIGHTS, by=SUE)
    office.clock.forward(days=1)
    classified(office, case_id, DEATH, by=SUE)
    again = classified(office, case_id, RIGHTS, by=SUE)
    taken(office, case_id, MAX, told="")
    taken(office, case_id, DORA, told="R-2")
    with pytest.raises(RuleBroken) as early:
        closed(office, case_id, MAX)

    assert "DL-15" not in {name for name, _ in running(before)}
    starts = {c.subject: c.started_on for c in found.deadlines if c.name is Name.DL_15}
    assert starts == dict.fromkeys(("incident 1 NL", "incident 1 DE"), date(2026, 11, 27))
    assert {c.key for c in again.deadlines if c.name is Name.DL_15} == {
        c.key for c in found.deadlines if c.name is Name.DL_15
    }
    assert [r.rule for r in early.value.reasons] == ["R73-07"]
    assert "incident 1 NL" in early.value.reasons[0].sentence


@pytest.mark.rule("R76-5")
@pytest.mark.rule("DL-08")
def test_what_authorities_are_owed_to_be_told_can_still_be_told_after_the_closure(
    office: Office,
) -> None:
    case_id = office.active()
    order(office, case_id, SUE, "NL")
    office.end(case_id, Action.TERMINATE)
    office.work()
    office.issue_exit_report(case_id)
    office.work()

    assert office.case(case_id).stage is Stage.CLOSED
    suspend.notify_ai_office(case_id, "letter 4", **simple(office))
    told = orders.tell_other_authorities(case_id, 1, "letter 5", **supervising(office))
    assert not {"DL-08", "DL-26"} & {name for name, _ in running(told)}


@pytest.mark.rule("R73-08")
def test_each_authority_acts_and_closes_for_itself_and_the_hold_stands_until_the_last(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)

    taken(office, case_id, DORA)
    with pytest.raises(RuleBroken, match="the measures of the market surveillance of FR"):
        closed(office, case_id, FAY)
    with pytest.raises(RuleBroken, match="is not reported to the authority of NL"):
        closed(office, case_id, SUE)
    first = closed(office, case_id, DORA).incidents[0]
    taken(office, case_id, FAY)
    last = closed(office, case_id, FAY).incidents[0]

    assert (first.measures_at, first.closed_at) == (None, None)
    assert first.holds_evidence
    assert last.closed_at is not None
    assert not last.holds_evidence


@pytest.mark.rule("R73-04")
def test_a_later_day_is_signed_off_by_each_authority_for_its_own_clock(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, DEATH)

    with pytest.raises(FieldRefused, match="sign-off"):
        classified(office, case_id, RIGHTS, by=SUE)
    once = running(classified(office, case_id, RIGHTS, by=DORA)).keys()
    twice = running(classified(office, case_id, RIGHTS, by=FAY)).keys()

    assert {("DL-10", "incident 1 DE"), ("DL-12", "incident 1 FR")} <= once
    assert {("DL-10", "incident 1 DE"), ("DL-10", "incident 1 FR")} <= twice
    assert "DL-12" not in {name for name, _ in twice}


@pytest.mark.rule("R73-09")
def test_a_report_is_taken_while_one_authority_has_not_signed_off_that_none_is_due(
    office: Office,
) -> None:
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, DEATH, by=DORA)

    assert reported(office, case_id, complete=True).incidents[0].initial_report_at


@pytest.mark.rule("R73-11")
def test_an_incident_is_not_closed_before_the_commission_was_told(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)
    taken(office, case_id, SUE, commission_reference="")

    with pytest.raises(RuleBroken, match="Commission was not told") as refusal:
        closed(office, case_id)
    taken(office, case_id, SUE)

    assert [r.rule for r in refusal.value.reasons] == ["R73-11"]
    assert closed(office, case_id).incidents[0].closed_at


@pytest.mark.rule("R75-1a")
@pytest.mark.rule("R75-01")
def test_the_ai_office_receives_acts_and_forwards_instead_of_the_member_states(
    office: Office,
) -> None:
    case_id = office.active(very_large_platform=True)
    opened(office, case_id, "DE", "FR")
    classified(office, case_id, INFRASTRUCTURE)

    case = reported(office, case_id, complete=True)
    with pytest.raises(RuleBroken) as abroad:
        taken(office, case_id, DORA)
    taken(office, case_id, OLAF)
    with pytest.raises(RuleBroken) as unforwarded:
        closed(office, case_id, OLAF)
    incident_reports.forward(case_id, 1, union=UNION, **simple(office, OLAF))
    after = closed(office, case_id, OLAF)

    assert {c.country for c in case.deadlines if c.name in {Name.DL_11, Name.DL_13}} == {"EU"}
    assert [r.rule for r in abroad.value.reasons] == ["R75-01"]
    assert [r.rule for r in unforwarded.value.reasons] == ["R75-1a"]
    assert after.incidents[0].forwarded_to == ("market_surveillance:NL",)
    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=50)
    sent = [(p.kind, p.addressee) for p in posted if p.kind == "incident_report"]
    assert set(sent) == {
        ("incident_report", "ai_office"),
        ("incident_report", "commission"),
        ("incident_report", "market_surveillance:NL"),
    }


@pytest.mark.rule("R75-1a")
@pytest.mark.rule("R73-08")
def test_who_runs_the_union_level_sandbox_acts_for_the_ai_office_on_an_incident(
    office: Office,
) -> None:
    office.regime = Regime(sandbox=Sandbox(SandboxKind.UNION))
    case_id = office.active(very_large_platform=True)
    opened(office, case_id, "NL")
    classified(office, case_id, INFRASTRUCTURE)

    later = classified(office, case_id, RIGHTS, by=SUE)
    reported(office, case_id, complete=True)
    measured = taken(office, case_id, SUE)
    incident_reports.forward(case_id, 1, union=UNION, **simple(office))
    after = closed(office, case_id, SUE)

    assert ("DL-10", "incident 1 EU") in running(later)
    assert not {"DL-13", "DL-14", "DL-15"} & {name for name, _ in running(measured)}
    assert str(after.incidents[0].closures[0].office) == "ai office of EU"
    assert after.incidents[0].closed_at is not None


@pytest.mark.rule("R75-01")
@pytest.mark.rule("R75-1a")
@pytest.mark.rule("R73-07")
def test_who_runs_a_national_sandbox_does_nothing_in_place_of_the_ai_office(
    office: Office,
) -> None:
    case_id = office.active(very_large_platform=True)
    opened(office, case_id, "NL")
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)

    with pytest.raises(RuleBroken) as refused:
        taken(office, case_id, SUE)
    with pytest.raises(RuleBroken) as unforwarded:
        incident_reports.forward(case_id, 1, union=UNION, **simple(office))

    assert [r.rule for r in refused.value.reasons] == ["R75-01"]
    assert [r.rule for r in unforwarded.value.reasons] == ["R75-1a"]
    possible = office.look(case_id, SUE).possible
    acts = (Action.CLASSIFY_INCIDENT, Action.TAKE_MEASURES, Action.CLOSE_INCIDENT)
    assert all(possible[action] for action in (*acts, Action.FORWARD_INCIDENT))


@pytest.mark.rule("R75-01")
@pytest.mark.rule("R75-1a")
def test_the_ai_office_has_no_say_on_incidents_of_the_member_states(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    office.suspend(case_id)  # from then on the AI Office knows the case

    with pytest.raises(NotFound, match="no incident 1"):
        taken(office, case_id, OLAF)
    with pytest.raises(NotFound, match="no incident 1"):
        incident_reports.forward(case_id, 1, union=UNION, **simple(office, OLAF))


@pytest.mark.rule("R73-10")
def test_the_authority_a_state_chose_for_devices_hears_of_its_clocks_and_not_market_surveillance(
    office: Office,
) -> None:
    germany = replace(UNION.of("DE"), device_incidents_to="device_authority")
    case_id = office.active(annex_i=("I-A11",), third_party_assessment=True)
    opened(office, case_id, "DE", union=Union({**UNION.states, "DE": germany}))
    classified(office, case_id, RIGHTS)
    responded(office, case_id, mitigated=True)
    office.clock.forward(days=17)
    office.sweep_clocks()
    office.work()
    reported(office, case_id, complete=True)
    office.clock.forward(days=10)
    office.sweep_clocks()
    office.work()

    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=200)
    told = {(p.kind, p.addressee.partition(":")[0]) for p in posted}
    assert {
        ("clock_overdue", "device_authority"),
        ("suspension_proposed", "device_authority"),
    } <= told
    assert "market_surveillance:DE" not in {p.addressee for p in posted}


@pytest.mark.rule("R73-09")
def test_what_other_law_takes_is_held_and_mitigated_but_not_reported(office: Office) -> None:
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    before = opened(office, case_id)

    with pytest.raises(FieldRefused, match=r"never.* sign-off"):
        classified(office, case_id, DEATH)
    judged = classified(office, case_id, DEATH, by=SUE)
    with pytest.raises(RuleBroken, match="2022/2554"):
        reported(office, case_id, complete=False)
    responded(office, case_id, mitigated=True)
    after = closed(office, case_id)

    assert ("DL-10", "incident 1 NL") in running(before)
    assert not {n for n, _ in running(judged)} & {"DL-10", "DL-11", "DL-12"}
    assert judged.incidents[0].holds_evidence
    assert after.incidents[0].closed_at


@pytest.mark.rule("R73-09")
def test_a_second_look_may_find_that_rights_are_touched_and_the_clock_runs_again(
    office: Office,
) -> None:
    case_id = office.active(equivalent_reporting_law="Regulation (EU) 2022/2554")
    opened(office, case_id)
    classified(office, case_id, DEATH, by=SUE)

    again = classified(office, case_id, RIGHTS)
    with pytest.raises(FieldRefused, match="never"):
        classified(office, case_id, DEATH)

    assert ("DL-10", "incident 1 NL") in running(again)
    assert reported(office, case_id, complete=True).incidents[0].complete_report_at


@pytest.mark.rule("R73-07")
@pytest.mark.rule("R73-08")
def test_what_another_authority_still_owes_keeps_nobody_from_closing_for_itself(
    office: Office,
) -> None:
    case_id = office.active()
    opened(office, case_id, "NL", "DE")
    classified(office, case_id, DEATH)
    reported(office, case_id, complete=True)
    taken(office, case_id, MAX)
    closed(office, case_id, MAX)
    classified(office, case_id, RIGHTS, by=SUE)
    taken(office, case_id, DORA)

    over = closed(office, case_id, DORA)

    assert ("DL-15", "incident 1 NL") in running(over)
    with pytest.raises(FieldRefused, match="was closed by the market surveillance of DE"):
        closed(office, case_id, DORA)


@pytest.mark.rule("R78")
@pytest.mark.rule("R75-01")
def test_what_an_authority_may_do_tells_nothing_of_an_incident_elsewhere(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")
    before = office.look(case_id, DORA).possible
    opened(office, case_id, "FR")
    classified(office, case_id, RIGHTS, number=2)
    reported(office, case_id, complete=True, number=2)

    assert office.look(case_id, DORA).possible == before


@pytest.mark.rule("R73-08")
@pytest.mark.rule("R73-07")
@pytest.mark.rule("R73-02")
def test_the_edps_acts_for_no_member_state_on_an_incident_in_its_sandbox(office: Office) -> None:
    office.regime = Regime(sandbox=Sandbox(SandboxKind.EDPS))
    more = {"registration_number": "", "unregistered_because": "a body of the Union"}
    case_id = office.active(union_body=True, country="BE", **more)
    opened(office, case_id, "NL")
    classified(office, case_id, DEATH)
    with pytest.raises(FieldRefused, match="sign-off"):
        classified(office, case_id, RIGHTS, by=SUE)
    classified(office, case_id, RIGHTS, by=MAX)
    reported(office, case_id, complete=True)

    with pytest.raises(RuleBroken, match="is not reported to the EDPS"):
        taken(office, case_id, SUE)
    with pytest.raises(RuleBroken, match="is not reported to the EDPS"):
        closed(office, case_id, SUE)
    taken(office, case_id, MAX)
    case = closed(office, case_id, MAX)

    assert [str(act.office) for act in case.incidents[0].closures] == ["market surveillance of NL"]
