"""Under which article a real-world test runs on a territory (rulebook 4.1; Art. 57(5), 60, 60a)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sandbox.domain import prohibited
from sandbox.domain.application import Application
from sandbox.domain.authority import Authority
from sandbox.domain.finding import PracticeReview, Severity
from sandbox.domain.high_risk import ANNEX_I_A, ANNEX_I_B, has_left_annex_iii
from sandbox.domain.member_state import Answer, MemberState
from sandbox.domain.regime import AnnexIARegistration, Regime, Sandbox
from sandbox.domain.rule_versions import in_force


class Basis(StrEnum):
    """What allows a test, or what does not."""

    IN_SANDBOX = "in_sandbox"
    ART_60 = "art_60"
    ART_60A = "art_60a"
    NOT_AVAILABLE = "not_available"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Footing:
    """On what a test stands on one territory.

    Silence counts as approval only under Art. 60 and where national law has it: inside a sandbox
    terms are agreed specifically (Art. 58(4), our reading), Art. 60a wants an agreed plan.
    """

    basis: Basis
    rule: str
    reason: str
    registration: bool = False
    tacit_approval: bool = False
    framework: str = ""

    @property
    def allows(self) -> bool:
        return self.basis in {Basis.IN_SANDBOX, Basis.ART_60, Basis.ART_60A}

    @property
    def is_answered_in_time(self) -> bool:
        """Whether DL-02 runs for the answer on its plan: under Art. 60a a plan is agreed."""
        return self.basis in {Basis.IN_SANDBOX, Basis.ART_60}


Footings = Mapping[str, Footing]  # by Member State


def footing(
    application: Application,
    state: MemberState,
    on: date,
    *,
    inside: bool,
    reviews: tuple[PracticeReview, ...] = (),
) -> Footing:
    """The row of table 4.1 for a system on a territory, on a day; `inside` a sandbox of it."""
    banned = _banned(application, on, reviews)
    if banned:
        return Footing(Basis.NEVER, "R60-1", f"never tested: {banned} (Art. 5, 60(1))")
    if inside:
        reason = "inside a sandbox: terms and safeguards must be agreed for it (Art. 58(4), 76(2))"
        return Footing(Basis.IN_SANDBOX, "R58-04", reason, registration=True)
    in_annex_iii = bool(application.annex_iii) and not has_left_annex_iii(application)
    in_section_a = any(code in ANNEX_I_A for code in application.annex_i)
    is_product = in_section_a and application.third_party_assessment  # Art. 6(1)(b)
    if in_annex_iii or is_product:
        what = "Annex III" if in_annex_iii else "a product of Annex I Section A"
        tacit = state.tacit_approval is Answer.YES
        reason = f"outside a sandbox, {what} (Art. 60(1))"
        return Footing(Basis.ART_60, "R60-1", reason, registration=True, tacit_approval=tacit)
    if any(code in ANNEX_I_B for code in application.annex_i):
        return _section_b(state, on)
    reason = "not high-risk: Art. 60 is neither available nor needed; an ordinary pilot is"
    return Footing(Basis.NOT_AVAILABLE, "R60-1", reason)


def footings(
    application: Application,
    sandbox: Sandbox,
    authority: Authority,
    on: date,
    reviews: tuple[PracticeReview, ...] = (),
) -> Footings:
    """On what the test that an application means would stand in each Member State it names, on a day:
    inside the sandbox wherever that one reaches.
    """
    countries = application.test_member_states if application.real_world_test else ()
    home = authority.calendar.country
    return {
        country: footing(
            application,
            state,
            on,
            inside=sandbox.covers(country, home=home),
            reviews=reviews,
        )
        for country in countries
        if (state := authority.union.find(country)) is not None  # the form lets in no other
    }


def outlook(country: str, found: Footing) -> str:
    """What is told of a test on a territory before it is planned."""
    if found.allows:
        return f"real-world test in {country}: {found.reason}"
    return f"no real-world test in {country}: {found.reason}"


def registration_required(
    application: Application, footings: tuple[Footing, ...], regime: Regime
) -> bool:
    """Whether a number is needed before the start (Art. 60(4)(c)); for products of Annex I alone the
    installation may read Annex IX as not meant (rulebook 12).
    """
    if not any(found.registration for found in footings):
        return False
    only_products = bool(application.annex_i) and not application.annex_iii
    waits = regime.annex_i_a_registration is AnnexIARegistration.ATTEMPT
    return waits or not only_products


def _section_b(state: MemberState, on: date) -> Footing:
    """Art. 60a(1)-(3): only under a national framework that was notified before it is used."""
    framework = state.framework_60a
    if framework is None:
        reason = f"Annex I Section B, and {state.country} has no framework (Art. 60a(1))"
        return Footing(Basis.NOT_AVAILABLE, "R60a-1", reason)
    if on < framework.notified_on:
        reason = f"the framework {framework.reference} is not notified yet (Art. 60a(3))"
        return Footing(Basis.NOT_AVAILABLE, "R60a-1", reason)
    reason = f"Annex I Section B under {framework.reference} (Art. 60a)"
    return Footing(Basis.ART_60A, "R60a-1", reason, framework=framework.reference)


def _banned(application: Application, on: date, reviews: tuple[PracticeReview, ...]) -> str:
    found = prohibited.findings(application, in_force(on), reviews)
    return "; ".join(f.sentence for f in found if f.severity is Severity.EXCLUDED)
