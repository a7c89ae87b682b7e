"""What stands against extending a real-world test (Art. 60(4)(f), draft act Art. 8(1))."""

from collections.abc import Iterator
from datetime import date

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import BY_NAME, Name
from sandbox.domain.guards.registry import day_guard, guard
from sandbox.domain.periods import cap_end
from sandbox.domain.territory import Condition


@guard(Action.EXTEND_TEST, rule="R60-4f")
def one_notice_with_reasons_before_the_first_end(case: Case, by: Person) -> Iterator[str]:
    """Six months at most, and six more at most from the day on which it would have ended."""
    del by
    test = case.test
    period = BY_NAME[Name.DL_03].period
    if test is None or test.started_on is None or not test.extensions or period is None:
        return
    *earlier, notice = test.extensions
    is_capped = not test.has_waived(Condition.DURATION)
    if earlier:
        yield "a test is extended once"
    first_end = notice.old_last_day
    if is_capped:
        first_end = min(first_end, cap_end(test.started_on, period))
    if notice.sent_on > first_end:
        yield f"the notice comes on {notice.sent_on}, after the first end on {first_end}"
    if notice.new_last_day <= notice.old_last_day:
        yield f"the new end {notice.new_last_day} is not later than {notice.old_last_day}"
    last_cap = cap_end(first_end, period)
    if is_capped and notice.new_last_day > last_cap:
        yield f"the new end {notice.new_last_day} is after the cap of {last_cap}"
    if not notice.reasons.strip():
        yield "the notice does not explain why more time is needed"


@day_guard(Action.EXTEND_TEST, rule="R60-4f")
def its_first_end_is_not_past(case: Case, day: date) -> Iterator[str]:
    """Before it is pressed; a notice brings its own day."""
    test = case.test
    if test is None:
        return
    if test.extensions:
        yield "a test is extended once"
    elif (end := test.end_by()) is not None and day > end:
        yield f"the notice comes on {day}, after the first end on {end}"


@guard(Action.EXTEND_TEST, rule="R58-D20")
def inside_the_sandbox_its_plan_is_extended_first(case: Case, by: Person) -> Iterator[str]:
    """Outside a notice is enough; inside, both agree on a later end (D16)."""
    del by
    test, plan = case.test, case.plan
    if test and plan and test.is_in_sandbox and test.last_day > plan.last_day:
        yield (
            f"the sandbox plan ends on {plan.last_day}: both parties agree on a later end of it"
            " before a test in it is extended further"
        )


@guard(Action.EXTEND_TEST, rule="R61")
def subjects_were_told_of_the_later_end(case: Case, by: Person) -> Iterator[str]:
    """Art. 3(59): consent is to what was told, and how long it lasts is part of it (Art. 61(1)(b))."""
    del by
    test = case.test
    if test is None or test.started_at is None or not test.extensions:
        return
    if not test.plan.seeks_consent:
        return
    before = {f.conditions_and_duration for f in case.consent_forms if f.version < test.told_since}
    told = [f for f in case.consent_forms if (f.version, f.language.value) in case.counting_forms]
    if not (before and told) or any(
        f.released_at < test.started_at or f.conditions_and_duration in before for f in told
    ):
        yield "no version of the consent form was released that tells subjects of the later end"
