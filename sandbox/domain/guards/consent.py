"""What stands against recording consents (Art. 61)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard


@guard(Action.RELEASE_CONSENT_FORM, Action.RECORD_CONSENT, rule="R60-4i")
def a_real_world_test_is_part_of_the_case(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.has_real_world_test:
        yield "no real-world test is part of the case, so no subject takes part in it"


@guard(Action.RECORD_CONSENT, rule="R60-4i")
def a_test_is_there_to_consent_to(case: Case, by: Person) -> Iterator[str]:
    """Art. 3(59): consent is given to a particular test."""
    del by
    if case.test is None:
        yield "no real-world test is planned that a subject could consent to"
    elif not case.test.plan.seeks_consent:
        yield "the test was approved without the consent of its subjects: none is sought"


@guard(Action.RECORD_CONSENT, rule="R61")
def a_consent_form_was_released(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.consent_forms:
        yield "no consent form was released: subjects must first be told what Art. 61(1) lists"
