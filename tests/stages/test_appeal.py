"""Appeals, offers and exceptional costs over a real database."""

from dataclasses import replace

import pytest

from sandbox.domain.action import Action
from sandbox.domain.appeal import AppealState
from sandbox.domain.case import Person
from sandbox.domain.clock_ledger import read_appeal_periods, wrong
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Stage
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.regime import Regime, Sandbox, SandboxKind
from sandbox.domain.size import Size
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, RuleBroken
from sandbox.stages import place, revoke
from sandbox.store import documents, ledger
from tests.factories import ADA, AUTHORITY, RIA, SUE, TOM, UNION
from tests.office import Office
from tests.stages.reviewing import (
    SIX_WEEKS,
    acknowledge,
    lodge,
    rule,
    take_back,
    told,
    warn,
    written,
)


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("X-four-eyes")
def test_an_upheld_appeal_against_a_rejection_opens_the_case_again(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, admitted=False)
    lodge(office, case_id)
    with pytest.raises(RuleBroken, match="may not rule"):
        rule(office, case_id, SUE, upheld=True)

    opened = rule(office, case_id, TOM, upheld=True)
    office.work()

    assert (opened.stage, opened.decision) == (Stage.SCREENING, None)
    (lodged,) = opened.appeals
    assert (lodged.state, lodged.against.reasons) == (
        AppealState.UPHELD,
        "Innovative and needed.",
    )
    again = [c for c in opened.deadlines if c.name is Name.DL_01 and c.met_at is None]
    assert [c.subject for c in again] == ["appeal 1"]
    assert told(office, case_id) == ["decision", "appeal_lodged", "appeal_ruling"]
    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 2).assembled or {}
    assert (letter["remedy"], letter["appeal_until"]) == (
        None,
        None,
    )  # nobody can appeal against it
    assert office.decide(case_id).stage is Stage.ADMITTED
    assert {"lodge_appeal", "uphold_appeal"} <= set(written(office, case_id))


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("DL-25")
def test_the_authority_is_told_of_an_appeal_and_the_notice_says_nothing_of_it(
    office: Office,
) -> None:
    office.notifier.known = frozenset({"authority"})
    case_id = office.apply()
    office.decide(case_id, admitted=False)

    lodge(office, case_id)
    office.work()

    (notice,) = (n for n in office.notifier.taken if n.kind == "appeal_lodged")
    assert notice.addressee == "authority"
    assert notice.sentence == "There is something new: appeal lodged."


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("R58-02d")
def test_the_fee_of_an_admission_is_appealed_and_changed_alone(office: Office) -> None:
    case_id = office.apply(
        size=Size(5000, 10**10, 10**10),
        eu_establishment=False,
        authorised_representative="Rep",
        representative_liable=True,
    )
    office.decide(case_id, fee_eur=700)
    lodge(office, case_id)

    for nothing_new in (None, 700):
        with pytest.raises(FieldRefused, match="upheld changes the conditions or the fee"):
            rule(office, case_id, upheld=True, fee_eur=nothing_new)
    ruled = rule(office, case_id, upheld=True, fee_eur=200)
    office.work()

    assert ruled.decision is not None
    assert (ruled.stage, ruled.decision.fee_eur) == (Stage.ADMITTED, 200)
    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 2).assembled
    assert letter is not None
    assert (letter["outcome"], letter["fee_eur"]) == ("upheld", 200)


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("DL-25")
@pytest.mark.rule("X-four-eyes")
def test_what_a_ruling_decides_is_a_decision_of_its_own(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, conditions="No faces.", union=SIX_WEEKS)
    lodge(office, case_id)
    office.clock.forward(days=60)

    changed = rule(office, case_id, TOM, upheld=True, conditions="No faces of children.")

    decision = changed.decision
    assert decision is not None
    assert (decision.by, decision.decided_on) == (str(TOM), AUTHORITY.day(office.clock()))
    lodge(office, case_id)  # its period runs from the ruling
    with pytest.raises(RuleBroken, match="may not rule"):
        rule(office, case_id, TOM, upheld=False)
    again = rule(office, case_id, RIA, upheld=True, conditions="No faces at night.").decision
    assert again is not None
    assert (again.by, again.conditions) == (str(RIA), "No faces at night.")


def under_a_plan(office: Office, case_id: CaseId) -> None:
    office.associate(case_id)
    sha256 = office.propose(case_id).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("DL-25")
def test_a_ruling_that_comes_after_the_plan_was_agreed_is_challenged_until_the_day_that_it_says(
    office: Office,
) -> None:
    case_id = office.apply()
    office.decide(case_id, conditions="No faces.")
    lodge(office, case_id)
    under_a_plan(office, case_id)
    with pytest.raises(RuleBroken, match="lodged already"):
        lodge(office, case_id)
    rule(office, case_id, TOM, upheld=True, conditions="No faces, no voices.")

    lodge(office, case_id)
    rule(office, case_id, RIA, upheld=True, conditions="No voices.")
    office.clock.forward(days=60)

    with pytest.raises(RuleBroken, match="the period to appeal ended"):
        lodge(office, case_id)
    assert [a.state for a in office.case(case_id).appeals] == ["upheld", "upheld"]


@pytest.mark.rule("R58-D10")
@pytest.mark.parametrize("lodged", [False, True])
def test_conditions_under_which_the_plan_was_agreed_are_challenged_no_more(
    office: Office, lodged: bool
) -> None:
    case_id = office.apply()
    office.decide(case_id, conditions="No faces.")
    if lodged:
        lodge(office, case_id)
        rule(office, case_id, TOM, upheld=False)
    under_a_plan(office, case_id)

    with pytest.raises(RuleBroken, match="the plan was agreed under this decision"):
        lodge(office, case_id)


@pytest.mark.rule("R58-02d")
def test_no_ruling_raises_a_fee(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, conditions="No faces.")
    lodge(office, case_id)

    with pytest.raises(RuleBroken, match="does not raise it"):
        rule(office, case_id, upheld=True, fee_eur=5000)


def test_a_dismissed_appeal_is_final_and_a_withdrawn_one_is_not(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, admitted=False)
    lodge(office, case_id)
    take_back(office, case_id)
    assert told(office, case_id)[-1] == "appeal_withdrawn"  # nobody waits to rule any more
    lodge(office, case_id)

    assert rule(office, case_id, upheld=False).stage is Stage.REJECTED
    with pytest.raises(RuleBroken, match="lodged already"):
        lodge(office, case_id)
    with pytest.raises(NotAllowedError, match="appeal that is dismissed"):
        rule(office, case_id, upheld=True)
    assert [a.state for a in office.case(case_id).appeals] == ["withdrawn", "dismissed"]


@pytest.mark.rule("R58-D10")
def test_no_appeal_is_withdrawn_or_shown_to_be_so_after_a_ruling(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, admitted=False)
    lodge(office, case_id)
    assert office.look(case_id, ADA).possible[Action.WITHDRAW_APPEAL] == ()

    rule(office, case_id, upheld=False)

    shown = office.look(case_id, ADA).possible[Action.WITHDRAW_APPEAL]
    assert [(r.rule, r.sentence) for r in shown] == [("R58-D10", "no appeal is open")]
    with pytest.raises(RuleBroken, match="no appeal is open"):
        take_back(office, case_id)


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("DL-25")
def test_what_may_be_done_says_when_an_appeal_is_spent_and_when_it_is_late(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, admitted=False)

    def shown(action: Action, by: Person) -> list[str]:
        return [r.sentence for r in office.look(case_id, by).possible[action]]

    assert shown(Action.LODGE_APPEAL, ADA) == []
    lodge(office, case_id)
    assert shown(Action.LODGE_APPEAL, ADA) == ["appeal 1 against this decision was lodged already"]
    assert shown(Action.DISMISS_APPEAL, TOM) == []
    take_back(office, case_id)
    assert shown(Action.DISMISS_APPEAL, TOM) == ["no appeal is open"]
    assert shown(Action.LODGE_APPEAL, ADA) == []
    office.clock.forward(days=400)
    (late,) = shown(Action.LODGE_APPEAL, ADA)
    assert late.startswith("the period to appeal ended on")


@pytest.mark.rule("DL-25")
@pytest.mark.rule("R58-D10")
@pytest.mark.parametrize("upheld", [True, False])
def test_a_ruling_says_until_when_it_can_be_challenged(office: Office, upheld: bool) -> None:
    case_id = office.apply()
    office.decide(case_id, conditions="No faces.")
    lodge(office, case_id)
    office.clock.forward(days=7)
    rule(office, case_id, upheld=upheld, conditions="At night." if upheld else None)

    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 2).assembled
    assert letter is not None
    assert (letter["remedy"], letter["appeal_until"]) == (AUTHORITY.remedy, "2027-01-12")


@pytest.mark.rule("DL-25")
def test_the_ledger_keeps_how_the_last_day_to_appeal_was_counted(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, admitted=False)
    lodge(office, case_id)
    office.clock.forward(days=10)
    rule(office, case_id, upheld=False)

    with office.sessions.begin() as session:
        kept = read_appeal_periods(sealed.entry for sealed in ledger.of_case(session, case_id))

    assert [k.started_by.action for k in kept] == [Action.REJECT, Action.DISMISS_APPEAL]
    assert [k.length for k in kept] == [AUTHORITY.appeal] * 2
    assert kept[0].clock.due == office.case(case_id).appeals[0].against.appeal_until
    assert kept[1].clock.due > kept[0].clock.due
    assert wrong(kept) == ()


@pytest.mark.rule("DL-25")
def test_an_appeal_after_the_national_period_is_refused_with_the_date(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, admitted=False, union=SIX_WEEKS)
    office.clock.forward(days=43)

    with pytest.raises(RuleBroken, match="ended on 2027-01-05"):
        lodge(office, case_id)
    assert "lodge_appeal" not in written(office, case_id)


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("R57-03")
def test_every_letter_of_the_edps_names_its_own_remedy(office: Office) -> None:
    office.regime = Regime(sandbox=Sandbox(SandboxKind.EDPS))
    office.union = Union({"NL": replace(UNION.of("NL"), remedy="Bezwaar.")})
    case_id = office.apply(union_body=True)
    office.decide(case_id, conditions="No faces.", union=office.union)
    lodge(office, case_id)
    rule(office, case_id, upheld=False)
    revoke.revoke(
        case_id,
        "silence",
        by=SUE,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        union=office.union,
        regime=office.regime,
        clock=office.clock,
        nudge=office.nudge,
    )

    with office.sessions.begin() as session:
        letters = [documents.load(session, case_id, Paper.DECISION, n).assembled for n in (1, 2, 3)]
    assert [letter and letter["remedy"] for letter in letters] == [AUTHORITY.remedy] * 3


@pytest.mark.rule("R58-D10")
def test_an_appeal_against_conditions_suspends_and_changes_only_them(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, conditions="No faces.", union=SIX_WEEKS)
    lodge(office, case_id)
    with pytest.raises(RuleBroken, match="suspends the decision"):
        office.propose(case_id)
    possible = office.look(case_id, SUE).possible[Action.REVOKE_ADMISSION]
    assert [r.sentence for r in possible] == ["appeal 1 is open: it is ruled on first"]

    ruled = rule(office, case_id, upheld=True, conditions="No faces of children.")

    assert ruled.stage is Stage.ADMITTED
    assert ruled.decision is not None
    assert ruled.decision.conditions == "No faces of children."
    assert office.propose(case_id).stage is Stage.PLAN_NEGOTIATION


def test_there_is_no_ruling_without_an_appeal_and_none_against_a_plain_admission(
    office: Office,
) -> None:
    case_id = office.apply()
    office.decide(case_id)

    with pytest.raises(RuleBroken, match="no appeal was lodged"):
        rule(office, case_id, upheld=True)
    with pytest.raises(RuleBroken, match="no rejection, no condition and no fee"):
        lodge(office, case_id)


def test_who_withdraws_a_case_gives_its_appeal_up(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id, conditions="No faces.")
    lodge(office, case_id)

    gone = place.withdraw(
        case_id,
        by=ADA,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )

    assert [a.state for a in gone.appeals] == [AppealState.WITHDRAWN]


def test_an_offer_is_accepted_in_words_or_by_proposing_a_plan(office: Office) -> None:
    in_words, by_plan = office.apply("a"), office.apply("b")
    for case_id in (in_words, by_plan):
        office.decide(case_id)
    place.accept(in_words, by=ADA, version=None, sessions=office.sessions, clock=office.clock)
    accepted_at = office.clock()
    office.clock.forward(hours=1)
    office.propose(in_words)
    office.propose(by_plan)

    said, done = office.case(in_words).acceptance, office.case(by_plan).acceptance
    assert said is not None
    assert done is not None
    assert (said.by_plan, said.at) == (False, accepted_at)
    assert (done.by_plan, done.by) == (True, "Ada (CreditCo)")


@pytest.mark.rule("R58-D01")
@pytest.mark.rule("R58-02d")
def test_a_test_does_not_start_before_an_exceptional_cost_is_acknowledged(
    office: Office,
) -> None:
    case_id = office.agreed()
    warn(office, case_id)
    office.work()
    found = office.look(case_id)
    assert found.case.stage is Stage.PLAN_AGREED
    assert found.environment is not None
    assert "exceptional cost 1 (EUR 1000) was not acknowledged" in found.environment.waiting_for
    assert office.sweep() == 1
    office.work()
    with pytest.raises(NotFound):
        acknowledge(office, case_id, 2)

    office.clock.forward(minutes=1)
    acknowledge(office, case_id)
    office.clock.forward(minutes=1)
    office.work()

    case = office.case(case_id)
    assert case.stage is Stage.ACTIVE
    acknowledged_at = case.exceptional_costs[0].acknowledged_at
    assert acknowledged_at is not None
    assert acknowledged_at < case.stretches[0].started_at
    after = office.look(case_id).environment
    assert after is not None
    assert after.waiting_for == ""


@pytest.mark.rule("R58-D01")
def test_an_exceptional_cost_that_comes_after_the_start_cannot_be_told(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(NotAllowedError):
        warn(office, case_id)
