"""What stands against starting a real-world test: the conditions of Art. 60(4), each by its letter.

They are live: a suspended test resumes only while all hold, and one of which one fails is suspended.
Without a test of its own a case is never asked.
"""

from collections.abc import Callable, Iterator

from sandbox.domain import prohibited
from sandbox.domain.action import Action
from sandbox.domain.application import MarketStatus
from sandbox.domain.case import Case, Person
from sandbox.domain.debts import unrecorded
from sandbox.domain.finding import Severity
from sandbox.domain.guards.first_day import lack_of_agreements
from sandbox.domain.guards.registry import guard
from sandbox.domain.omission import Owed
from sandbox.domain.progress import STOPPABLE, Progress
from sandbox.domain.real_world import RealWorldTest
from sandbox.domain.rule_versions import in_force
from sandbox.domain.supervision import is_stopped
from sandbox.domain.territory import Condition, TerritoryState
from sandbox.domain.testing_conditions import Ethics, Mechanism

Held = Callable[[Case, RealWorldTest], Iterator[str]]
CONDITIONS: list[Held] = []


def condition(rule: str, *also: Action) -> Callable[[Held], Held]:
    """Register a condition of the start under its rule; it counts for a resumption too, and for the
    steps that are named. One of the submission counts for evidence that is shown after it, until the
    start: from then on the truth is shown, and a condition that is not met stops the test.
    """

    def register(holds: Held) -> Held:
        def reasons(case: Case, by: Person) -> Iterator[str]:
            del by
            if case.test is not None:
                yield from holds(case, case.test)

        def undoing(case: Case, by: Person) -> Iterator[str]:
            if case.test is not None and case.test.submitted_in and not case.test.started_on:
                yield from reasons(case, by)

        for guarding in (reasons, undoing):
            guarding.__name__, guarding.__module__ = holds.__name__, holds.__module__
        guard(Action.START_TEST, Action.RESUME_TEST, *also, rule=rule)(reasons)
        if Action.SUBMIT_TESTING_PLAN in also:
            guard(Action.SHOW_EVIDENCE, rule=rule)(undoing)
        CONDITIONS.append(holds)
        return holds

    return register


@condition("R60-4b")
def every_territory_approved_this_plan(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    for territory in test.territories:
        counts_from = territory.effective_on
        if not territory.is_approved or territory.plan_version != test.plan.version:
            yield f"{territory.country}: the plan is not approved ({territory.state})"
        elif counts_from and test.started_on and test.started_on < counts_from:
            yield f"{territory.country}: the approval counts from {counts_from}"


@condition("R76-3")
def orders_leave_a_territory(case: Case, test: RealWorldTest) -> Iterator[str]:
    """An order of one Member State stops the test there; elsewhere it goes on."""
    stopped = [t.country for t in test.territories if is_stopped(case.orders, t.country)]
    if len(stopped) == len(test.territories):
        yield from (f"{country}: an order stops the test there" for country in stopped)


@condition("R60-4b")
def thresholds_are_those_that_were_submitted(case: Case, test: RealWorldTest) -> Iterator[str]:
    """What every authority approved is one plan with its bars; a test of before has kept none."""
    agreed = case.plan.thresholds if case.plan else ()
    if test.thresholds is not None and test.thresholds != agreed:
        yield (
            "the thresholds of the sandbox plan are not those of the testing plan that was submitted:"
            " it is written and approved anew"
        )


@condition("R60-4c")
def the_test_is_registered(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    registered = test.registration is not None and not test.registration.is_blocked
    if test.registration_required and not registered:
        tried = test.state is Progress.REGISTRATION_BLOCKED_EXTERNAL
        yield "the test has no Union-wide number" + ("; its register did not take it" * tried)


@condition("R60-4d", Action.SUBMIT_TESTING_PLAN)
def it_is_established_or_represented_in_the_union(case: Case, test: RealWorldTest) -> Iterator[str]:
    if not case.application.eu_establishment and not test.evidence.representative.strip():
        yield "neither an establishment nor a legal representative in the Union"


@condition("R60-4e", Action.SUBMIT_TESTING_PLAN)
def transfers_are_safeguarded(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    for transfer in test.evidence.transfers:
        if transfer.mechanism is Mechanism.NONE:
            yield f"test data go to {transfer.country} without a safeguard"


@condition("R60-4g", Action.SUBMIT_TESTING_PLAN)
def vulnerable_persons_are_protected(case: Case, test: RealWorldTest) -> Iterator[str]:
    if test.has_waived(Condition.VULNERABLE_GROUPS):
        return
    measures = {p.group: p.measures for p in test.evidence.protections}
    for group in {*case.application.vulnerable_groups, *measures}:
        if not measures.get(group, "").strip():
            yield f"no measures protect {group}"


@condition("R60-4h")
def deployers_signed_their_agreements(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    yield from lack_of_agreements(test, test.evidence.deployers)


@condition("R60-4i")
def consent_forms_name_the_test(case: Case, test: RealWorldTest) -> Iterator[str]:
    """Where seeking consent would prevent a test in law enforcement, its authority confirms that
    expressly: silence confirms nothing (X).
    """
    if not test.plan.seeks_consent:
        for territory in test.territories:
            if territory.state is not TerritoryState.APPROVED_EXPRESS:
                yield f"{territory.country}: a test without consent is not expressly approved"
        return
    if not test.number or not case.counting_forms:
        yield "no consent form with the number of the test was released (Art. 61(1)(e))"


@condition("R60-4j", Action.SUBMIT_TESTING_PLAN)
def qualified_overseers_are_rostered(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    if not test.evidence.able_overseers:
        yield "nobody is rostered who is qualified, trained and empowered to oversee"


@condition("R60-4j")
def a_qualified_overseer_is_on_duty(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    moment = test.resumed_at or test.started_at
    if test.duty is None or (moment is not None and not test.duty.is_fresh(moment)):
        yield "no overseer is on duty"
    elif test.duty.overseer not in test.evidence.able_overseers:
        yield f"{test.duty.overseer} is on duty, but not rostered as able to oversee"


@condition("R60-4k", Action.SUBMIT_TESTING_PLAN)
def outputs_can_be_reversed(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    if test.evidence.reversal_drill is None and not test.is_only_under_60a:
        yield "the reversal of an output was not tried out"


@condition("R60-7", Action.SUBMIT_TESTING_PLAN)
def a_recall_was_tried_out(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    if test.evidence.recall_runbook is None:
        yield "there is no recall procedure that was tried out"


@condition("R60-3")
def impact_and_ethics_were_assessed(case: Case, test: RealWorldTest) -> Iterator[str]:
    evidence = test.evidence
    if case.processes_personal_data and not evidence.dpia_reference.strip():
        yield "personal data are processed without a data protection impact assessment"
    if evidence.ethics is Ethics.REQUIRED:
        yield "an ethics review is required and not obtained"
    if evidence.ethics is Ethics.OBTAINED and not evidence.ethics_reference.strip():
        yield "the ethics review that was obtained has no reference"


@condition("R60-1")
def the_practice_is_not_prohibited(case: Case, test: RealWorldTest) -> Iterator[str]:
    on = test.started_on or test.plan.first_day
    found = prohibited.findings(case.application, in_force(on), case.practice_reviews)
    yield from (f.sentence for f in found if f.severity is Severity.EXCLUDED)


@condition("R60-4f")
def the_end_is_within_the_cap(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    started_on = test.started_on or test.plan.first_day
    cap = test.cap(started_on)
    if cap is not None and test.last_day > cap:
        yield f"the test would end on {test.last_day}, after the cap of {cap}"
    if test.started_on is not None and not test.plan.first_day <= started_on <= test.last_day:
        yield f"{started_on} is not within the test, {test.plan.first_day} to {test.last_day}"


@condition("R58-04")
def terms_are_agreed_inside_a_sandbox(case: Case, test: RealWorldTest) -> Iterator[str]:
    del case
    if test.is_in_sandbox and not test.has_agreed_terms:
        yield "terms and safeguards are not agreed for the test"


@condition("R57-05")
def the_sandbox_plan_embeds_the_test(case: Case, test: RealWorldTest) -> Iterator[str]:
    if not test.is_in_sandbox:
        return
    if case.plan is None or not case.plan.real_world_plan.strip():
        yield "the sandbox plan embeds no real-world testing plan"
    elif test.last_day > case.plan.last_day:
        yield f"the test would end on {test.last_day}, after its sandbox plan, {case.plan.last_day}"


@condition("R60-9")
def damage_is_insured(case: Case, test: RealWorldTest) -> Iterator[str]:
    """Art. 60(9) makes the provider liable; that it says how it would pay is ours (X)."""
    del case
    if not test.evidence.insurance.strip():
        yield "it is not said how damage would be made good"


@condition("R60-2")
def it_is_not_on_the_market(case: Case, test: RealWorldTest) -> Iterator[str]:
    del test
    if case.application.market_status is MarketStatus.ON_MARKET:
        yield "the system is on the market; a test comes before"


def unmet(case: Case) -> str:
    """Why a test under way must stop: every condition is met all the time, not once (Art. 3(57)).

    Empty while all are met, and while no test is under way.
    """
    test = case.test
    if test is None or not test.is_under_way:
        return ""
    return "; ".join(sentence for holds in CONDITIONS for sentence in holds(case, test))


@guard(Action.SUBMIT_TESTING_PLAN, rule="R60-4b")
def every_territory_is_asked_for_the_same_thresholds(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.test is not None:
        yield from thresholds_are_those_that_were_submitted(case, case.test)


@guard(Action.REGISTER_TEST, rule="R60-4c")
def approval_comes_before_registration(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.test is not None and not all(t.is_approved for t in case.test.territories):
        yield "a test is registered when every territory approved it (Art. 60(4)(b)-(c))"


@guard(Action.OPEN_CONSENT, rule="R60-4b")
def approval_comes_before_consent(case: Case, by: Person) -> Iterator[str]:
    del by
    for territory in case.test.territories if case.test else ():
        if not territory.is_approved:
            yield f"{territory.country}: the plan is not approved ({territory.state})"


@guard(Action.OPEN_CONSENT, rule="R60-4c")
def a_number_comes_before_consent_where_one_is_required(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.test is not None:
        yield from the_test_is_registered(case, case.test)


@guard(Action.OPEN_CONSENT, rule="R61")
def the_number_is_in_the_form(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.test is not None:
        yield from consent_forms_name_the_test(case, case.test)


@guard(Action.RECORD_CONSENT, rule="R61")
def consent_is_open(case: Case, by: Person) -> Iterator[str]:
    del by
    opened = {Progress.CONSENT_OPEN, *STOPPABLE}
    if case.test is not None and case.test.state not in opened:
        yield f"subjects are not asked yet, or no more: the test is {case.test.state}"


@guard(Action.REPORT_FOR_DUTY, rule="R60-4j")
def only_who_is_able_reports_for_duty(case: Case, by: Person) -> Iterator[str]:
    del by
    test = case.test
    if test is not None and test.duty and test.duty.overseer not in test.evidence.able_overseers:
        yield f"{test.duty.overseer} is not rostered as qualified, trained and empowered"


@guard(Action.CLOSE, rule="R60-8")
def the_outcomes_were_notified(case: Case, by: Person) -> Iterator[str]:
    del by
    if any(debt.owed is Owed.OUTCOMES for debt in unrecorded(case)):
        yield "the final outcomes of the real-world test were not notified"
