"""What stands against a decision: missing scores and reasons, merit, conflicts, a second person."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.appeal import Remedy
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.guards.registry import guard
from sandbox.domain.information import awaited
from sandbox.domain.screening import excluded
from sandbox.domain.selection import standing, unjudged, unscored


@guard(Action.ADMIT, rule="R58-D07")
def every_criterion_was_scored(case: Case, by: Person) -> Iterator[str]:
    del by
    for criterion in unscored(case):
        yield (
            f"no reviewer has scored {criterion.sentence} with a reason:"
            " a score without one is a draft and does not count"
        )


@guard(Action.ADMIT, rule="R58-D10")
def every_section_was_judged(case: Case, by: Person) -> Iterator[str]:
    del by
    for section in unjudged(case):
        yield f"no reviewer has a verdict on the section {section.label}"


# Eligibility is judged apart: who is excluded (R58-D06) is rejected whatever the merit.
@guard(Action.REJECT, rule="R58-D07")
def merit_was_scored_unless_it_does_not_matter(case: Case, by: Person) -> Iterator[str]:
    if not excluded(case.findings):
        yield from every_criterion_was_scored(case, by)


@guard(Action.REJECT, rule="R58-D10")
def every_section_was_judged_unless_it_does_not_matter(case: Case, by: Person) -> Iterator[str]:
    if not excluded(case.findings):
        yield from every_section_was_judged(case, by)


@guard(Action.ADMIT, rule="R58-D07")
def the_merit_reaches_the_threshold(case: Case, by: Person) -> Iterator[str]:
    del by
    found = standing(case)
    if found.total is not None and not found.meets_threshold:
        yield (
            f"the weighted total {found.total:.2f} is below the merit threshold"
            f" {found.threshold:.2f}"
        )


@guard(Action.REJECT, rule="R58-D11")
def the_time_to_answer_is_over(case: Case, by: Person) -> Iterator[str]:
    # Ours: who was given ten working days has them, unless the three months of DL-01 end before.
    del by
    if case.decision is None or excluded(case.findings):
        return
    day = case.decision.day
    question = awaited(case.information, day)
    ends = [clock.due for clock in case.deadlines if clock.name is Name.DL_01]
    if question is not None and not (ends and ends[-1] <= day):
        yield f"the provider was asked and may answer until {question.due}"


@guard(Action.ADMIT, Action.REJECT, rule="R58-D10")
def the_decision_says_until_when_and_how_to_challenge_it(case: Case, by: Person) -> Iterator[str]:
    del by
    decision = case.decision
    if decision is None:
        return
    remedy = Remedy(decision.remedy, decision.appeal_until, decision.appeal_suspends)
    for what in remedy.lacks:
        yield f"a decision states {what}, and this installation was not told it"


@guard(Action.ADMIT, rule="R58-D03")
def the_fee_is_said(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.decision is not None and case.decision.fee_eur is None:
        yield "no list names the fee of this applicant: the decision says how much (fee_eur)"


@guard(Action.ADMIT, Action.REJECT, rule="X-conflict")
def who_decides_has_no_conflict(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.decision is not None:
        yield from case.decision.conflicts


@guard(Action.ADMIT, Action.REJECT, rule="X-four-eyes")
def a_second_person_confirms(case: Case, by: Person) -> Iterator[str]:
    if case.decision is not None and case.decision.proposed_by == str(by):
        yield "whoever proposed a decision may not confirm it: a second person must"
