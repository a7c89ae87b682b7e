"""What stands against accepting terms (D3), and against agreeing on a plan without them."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.terms import SignatureMethod


@guard(Action.AGREE_PLAN, Action.AGREE_AMENDMENT, rule="R58-01")
def the_terms_in_force_were_accepted(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.owes_acceptance and case.terms_issued is not None:
        yield f"version {case.terms_issued.version} of the terms and conditions was not accepted"


@guard(Action.ACCEPT_TERMS, rule="R58-D25")
def a_named_person_signs(case: Case, by: Person) -> Iterator[str]:
    del by
    if not case.terms_accepted:
        return
    accepted = case.terms_accepted[-1]
    if not (accepted.signatory.strip() and accepted.function.strip()):
        yield "who signs the terms, and by which function, is not said"
    if accepted.method is not SignatureMethod.SIMPLE and not accepted.signature_reference.strip():
        yield f"a signature that is {accepted.method} names where it lies"


@guard(Action.ACCEPT_TERMS, rule="R57-12a")
def the_insurance_is_said(case: Case, by: Person) -> Iterator[str]:
    """The Act asks for no insurance; who has none says so."""
    del by
    if case.terms_accepted and not case.terms_accepted[-1].insurance.strip():
        yield "the participant stays liable for damage to third parties: which insurance covers it?"
