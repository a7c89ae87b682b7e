"""What stands against lodging an appeal, ruling on it, and going on while it is open."""

from collections.abc import Iterator
from datetime import date

from sandbox.domain.action import Action
from sandbox.domain.appeal import AppealState
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import day_guard, guard
from sandbox.domain.lifecycle import DECIDED
from sandbox.errors import Reason

RULE = (Action.UPHOLD_APPEAL, Action.DISMISS_APPEAL)


@guard(Action.LODGE_APPEAL, rule="R58-D10")
def the_decision_burdens_the_provider(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.decision is None or not case.decision.burdens:
        yield "there is no rejection, no condition and no fee to appeal against"


@guard(Action.LODGE_APPEAL, rule="R58-D10")
def under_an_agreed_plan_only_a_ruling_is_challenged(case: Case, by: Person) -> Iterator[str]:
    del by
    ruled = any(a.state is AppealState.UPHELD and a.against.admitted for a in case.appeals)
    if case.stage not in DECIDED and not ruled:
        yield "the plan was agreed under this decision: only a ruling on an appeal is challenged now"


@guard(Action.LODGE_APPEAL, rule="R58-D10")
def the_decision_is_not_challenged_twice(case: Case, by: Person) -> Iterator[str]:
    del by
    taken = [
        appeal
        for appeal in case.appeals
        if appeal.against == case.decision and appeal.state is not AppealState.WITHDRAWN
    ]
    if len(taken) > 1:
        yield f"appeal {taken[0].number} against this decision was lodged already"


@guard(Action.LODGE_APPEAL, rule="DL-25")
def the_appeal_is_in_time(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.appeals and case.appeals[-1].is_late:
        yield f"the period to appeal ended on {case.appeals[-1].against.appeal_until}"


@day_guard(Action.LODGE_APPEAL, rule="R58-D10")
def it_could_be_lodged_on_this_day(case: Case, day: date) -> Iterator[Reason | str]:
    """Before it is: the guards above see the appeal that is lodged."""
    for appeal in case.appeals:
        if appeal.against == case.decision and appeal.state is not AppealState.WITHDRAWN:
            yield f"appeal {appeal.number} against this decision was lodged already"
    until = case.decision.appeal_until if case.decision else None
    if until is not None and day > until:
        yield Reason("DL-25", f"the period to appeal ended on {until}")


@day_guard(*RULE, rule="R58-D10")
def there_is_an_appeal_to_rule_on(case: Case, day: date) -> Iterator[str]:
    """Before it is ruled on: a ruling brings an appeal that is open no more."""
    del day
    if case.appeals and not case.appeals[-1].is_open:
        yield "no appeal is open"


@guard(*RULE, rule="R58-D10")
def an_appeal_was_lodged(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.appeals:
        yield "no appeal was lodged"


@guard(Action.WITHDRAW_APPEAL, rule="R58-D10")
def an_appeal_is_open(case: Case, by: Person) -> Iterator[str]:
    del by
    if not any(appeal.is_open for appeal in case.appeals[-1:]):
        yield "no appeal is open"


@guard(*RULE, rule="X-four-eyes")
def who_rules_did_not_take_the_first_decision(case: Case, by: Person) -> Iterator[str]:
    for appeal in case.appeals[-1:]:
        if str(by) in {appeal.against.by, appeal.against.proposed_by}:
            yield "whoever took a decision may not rule on the appeal against it"


@guard(*RULE, rule="X-conflict")
def who_rules_has_no_conflict(case: Case, by: Person) -> Iterator[str]:
    del by
    for appeal in case.appeals[-1:]:
        if appeal.ruling is not None:
            yield from appeal.ruling.conflicts


@guard(Action.UPHOLD_APPEAL, rule="R58-02d")
def no_appeal_makes_a_fee_higher(case: Case, by: Person) -> Iterator[str]:
    del by
    for appeal in case.appeals[-1:]:
        before, after = appeal.against.fee_eur, case.decision.fee_eur if case.decision else None
        if (after or 0) > (before or 0):
            yield f"the fee was EUR {before or 0}: a ruling that upholds an appeal does not raise it"


@guard(Action.REVOKE_ADMISSION, rule="R58-D10")
def every_appeal_was_ruled_on(case: Case, by: Person) -> Iterator[str]:
    del by
    for appeal in case.appeals:
        if appeal.is_open:
            yield f"appeal {appeal.number} is open: it is ruled on first"


@guard(Action.PROPOSE_PLAN, Action.AGREE_PLAN, rule="R58-D10")
def no_appeal_suspends_the_decision(case: Case, by: Person) -> Iterator[str]:
    del by
    for appeal in case.appeals:
        if appeal.suspends:
            yield f"appeal {appeal.number} is open and suspends the decision"
