"""The machine of an appeal, its period and its effect: tables, walked whole."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sandbox.domain.action import Action
from sandbox.domain.appeal import Appeal, AppealState, Ruling, abandoned, remedy_of, step
from sandbox.domain.decision import Decision
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.member_state import Answer, MemberState, Union
from sandbox.domain.passage import against
from sandbox.domain.periods import Period
from sandbox.domain.regime import SandboxKind
from sandbox.errors import NotAllowedError
from tests.factories import ADA, AUTHORITY, CALENDAR, TOM, UNION, a_case
from tests.fakes import NOON

REJECTION = Decision(False, "no", "Object.", "", "Sue", NOON)
LAWFUL_STEPS = {
    (AppealState.LODGED, Action.UPHOLD_APPEAL, Role.AUTHORITY): AppealState.UPHELD,
    (AppealState.LODGED, Action.DISMISS_APPEAL, Role.AUTHORITY): AppealState.DISMISSED,
    (AppealState.LODGED, Action.WITHDRAW_APPEAL, Role.PROVIDER): AppealState.WITHDRAWN,
}


@pytest.mark.parametrize("state", AppealState)
def test_an_appeal_moves_exactly_as_written_twice(state: AppealState) -> None:
    for action, role in itertools.product(Action, Role):
        lawful = LAWFUL_STEPS.get((state, action, role))
        if lawful:
            assert step(state, action, role) is lawful
        else:
            with pytest.raises(NotAllowedError):
                step(state, action, role)


def appeal(**changes: object) -> Appeal:
    made = Appeal(1, REJECTION, "unfair", "Ada (CreditCo)", NOON, date(2026, 11, 24))
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


@pytest.mark.rule("DL-25")
@pytest.mark.parametrize(
    ("until", "late"),
    [(None, False), (date(2026, 11, 24), False), (date(2026, 11, 23), True)],
)
def test_a_late_appeal_is_refused_with_the_date(until: date | None, late: bool) -> None:
    decision = replace(REJECTION, appeal_until=until)
    case = a_case(stage=Stage.REJECTED, decision=decision, appeals=(appeal(against=decision),))

    found = [r.sentence for r in against(case, Action.LODGE_APPEAL, ADA)]

    assert found == ([f"the period to appeal ended on {until}"] if late else [])


@pytest.mark.parametrize(
    ("conditions", "admitted", "burdens"),
    [("", True, False), (" ", True, False), ("No faces.", True, True), ("", False, True)],
)
def test_only_what_burdens_can_be_challenged(
    conditions: str, admitted: bool, burdens: bool
) -> None:
    decision = replace(REJECTION, admitted=admitted, conditions=conditions)
    case = a_case(stage=Stage.ADMITTED, decision=decision)

    assert (against(case, Action.LODGE_APPEAL, ADA) == ()) is burdens


@pytest.mark.parametrize("state", AppealState)
def test_a_decision_is_challenged_once_unless_that_was_withdrawn(state: AppealState) -> None:
    first = appeal(state=state)
    case = a_case(stage=Stage.REJECTED, decision=REJECTION, appeals=(first, appeal(number=2)))

    allowed = against(case, Action.LODGE_APPEAL, ADA) == ()

    assert allowed is (state is AppealState.WITHDRAWN)


@pytest.mark.rule("R58-D10")
@pytest.mark.parametrize(("suspends", "waits"), [(a, a is Answer.YES) for a in Answer])
def test_an_appeal_suspends_where_national_law_says_so(suspends: Answer, waits: bool) -> None:
    decision = replace(REJECTION, admitted=True, conditions="x", appeal_suspends=suspends)
    case = a_case(stage=Stage.ADMITTED, decision=decision, appeals=(appeal(against=decision),))

    assert bool(against(case, Action.PROPOSE_PLAN, ADA)) is waits
    assert against(replace(case, appeals=abandoned(case.appeals)), Action.PROPOSE_PLAN, ADA) == ()


@pytest.mark.rule("X-conflict")
@pytest.mark.parametrize("action", [Action.UPHOLD_APPEAL, Action.DISMISS_APPEAL])
def test_whoever_has_a_conflict_neither_upholds_nor_dismisses_an_appeal(action: Action) -> None:
    ruling = Ruling("Tom", NOON, "as before", ("Tom has acted for the provider",))
    case = a_case(stage=Stage.REJECTED, decision=REJECTION, appeals=(appeal(ruling=ruling),))

    found = [(r.rule, r.sentence) for r in against(case, action, TOM)]

    assert found == [("X-conflict", "Tom has acted for the provider")]


def test_remedy_and_period_are_those_of_the_member_state() -> None:
    state = MemberState(
        *("NL", "Europe/Amsterdam", CALENDAR),
        appeal=Period(weeks=6),
        appeal_suspends=Answer.YES,
        remedy="Bezwaar.",
    )
    day = date(2026, 11, 24)

    own = remedy_of(AUTHORITY, Union({"NL": state}), day, SandboxKind.NATIONAL)
    unknown = remedy_of(AUTHORITY, UNION, day, SandboxKind.NATIONAL)
    elsewhere = remedy_of(AUTHORITY, Union({}), day, SandboxKind.JOINT)
    speechless = replace(AUTHORITY, remedy=" ", appeal=None)
    silent = remedy_of(speechless, UNION, day, SandboxKind.NATIONAL)

    assert (own.text, own.last_day) == ("Bezwaar.", day + timedelta(weeks=6))
    assert own.suspends is Answer.YES
    assert (unknown.text, unknown.last_day) == (AUTHORITY.remedy, own.last_day)
    assert elsewhere == unknown
    assert own.lacks == ()
    assert silent.lacks == ("how a decision can be challenged", "the period to appeal")


@pytest.mark.rule("R58-D10")
@pytest.mark.rule("R57-03")
@pytest.mark.rule("R57-03a")
@pytest.mark.parametrize("kind", [SandboxKind.EDPS, SandboxKind.UNION])
def test_a_sandbox_of_the_union_has_the_remedy_of_no_member_state(kind: SandboxKind) -> None:
    state = MemberState(
        *("NL", "Europe/Amsterdam", CALENDAR),
        appeal=Period(days=60),
        appeal_suspends=Answer.YES,
        remedy="Bezwaar.",
    )
    own = replace(AUTHORITY, remedy="General Court.", appeal=Period(months=2))

    found = remedy_of(own, Union({"NL": state}), date(2026, 11, 24), kind)

    assert (found.text, found.last_day) == ("General Court.", date(2027, 1, 25))  # a Monday
    assert found.suspends is Answer.UNKNOWN
