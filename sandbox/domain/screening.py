"""What an application lacks or is excluded by, before anybody judges its merit.

Each subject of the questionnaire has a module of its own; here they are asked in turn.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from sandbox.domain import eligibility, high_risk, prohibited, routing, transparency
from sandbox.domain.application import Application
from sandbox.domain.authority import Authority
from sandbox.domain.finding import Finding, PracticeReview, Severity
from sandbox.domain.regime import Regime, SandboxKind
from sandbox.domain.reporting import other_law
from sandbox.domain.rule_versions import RuleVersion, in_force, named
from sandbox.domain.testing_basis import Basis, Footings, footings, outlook

# What the form asks and nobody must answer before admission: its content is ours (draft act
# Art. 3(1)), but selection looks for it (Art. 3(3)).
OPEN_QUESTIONS = {
    "contact_email": "contact",
    "users": "users",
    "affected_persons": "affected persons",
    "maturity": "maturity",
    "learning_potential": "learning potential",
    "public_interest": "public interest",
    "viability": "viability",
    "market_evidence": "evidence of the market status",
    "data_sources": "data sources",
}


def screen(
    application: Application,
    on: date,
    reviews: tuple[PracticeReview, ...] = (),
    kind: SandboxKind = SandboxKind.NATIONAL,
) -> tuple[Finding, ...]:
    """All findings by the rules of a day, in the order of the screening."""
    return screen_under(in_force(on), kind, application, reviews)


def screened(
    application: Application,
    rules: RuleVersion,
    regime: Regime,
    authority: Authority,
    on: date,
    reviews: tuple[PracticeReview, ...] = (),
) -> tuple[Finding, ...]:
    """All findings by one version of the rules for the sandbox of an authority, as its Member States are on
    a day.
    """
    stands = footings(application, regime.sandbox, authority, on, reviews)
    return screen_under(rules, regime.sandbox.kind, application, reviews, stands)


def screen_under(
    rules: RuleVersion,
    kind: SandboxKind,
    application: Application,
    reviews: tuple[PracticeReview, ...] = (),
    stands: Footings = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """All findings by one version of the rules, for a sandbox of a kind, with the footings of its test."""
    found = _findings(application, rules, kind, reviews, stands)
    return tuple(replace(finding, rules_version=rules.name) for finding in found)


def rules_of(version: str, received_at: datetime) -> RuleVersion:
    """The rules that a case keeps; those of the day it came in while it has none."""
    return named(version) if version else in_force(received_at.date())


def excluded(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that keep an application out."""
    return tuple(f for f in findings if f.severity is Severity.EXCLUDED)


def missing(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that somebody must still complete."""
    return tuple(f for f in findings if f.severity is Severity.MISSING)


def obstacles(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What stands against admission: what keeps it out first, then what is missing."""
    return (*excluded(findings), *missing(findings))


def outcome(findings: tuple[Finding, ...]) -> str:
    """`excluded`, `incomplete` or `eligible`: what the findings together mean."""
    if excluded(findings):
        return "excluded"
    return "incomplete" if missing(findings) else "eligible"


def _findings(
    application: Application,
    rules: RuleVersion,
    kind: SandboxKind,
    reviews: tuple[PracticeReview, ...],
    stands: Footings,
) -> Iterator[Finding]:
    yield from prohibited.findings(application, rules, reviews)
    yield from eligibility.findings(application, kind)
    yield from eligibility.shown(application, rules)
    yield from routing.findings(application, kind)
    yield from high_risk.findings(application)
    yield from transparency.findings(application, rules)
    yield from _personal_data(application)
    yield from _real_world_test(application, stands)
    yield from _form(application)
    yield from _reporting(application)


def _reporting(application: Application) -> Iterator[Finding]:
    law = other_law(application)
    if law is not None:
        yield Finding(law.rule, Severity.NOTICE, f"serious incidents: {law.reason}")


def _personal_data(application: Application) -> Iterator[Finding]:
    if application.processes_personal_data:
        sentence = "personal data are processed: a data protection authority must be associated"
        yield Finding("R57-10", Severity.NOTICE, sentence)
    if application.reuses_personal_data and not application.public_interest_area:
        sentence = "reuse of personal data needs an area of public interest (Art. 59(1)(a))"
        yield Finding("R59-a", Severity.MISSING, sentence)
    elif application.personal_data and not application.public_interest_area:
        sentence = "no area of Art. 59(1)(a) is named: data collected for other purposes stay out"
        yield Finding("R59-a", Severity.NOTICE, sentence)
    elif application.public_interest_area:
        sentence = f"{application.public_interest_area}: the authority confirms it (Art. 59(1)(a))"
        yield Finding("R59-a", Severity.NOTICE, sentence)


def _real_world_test(application: Application, stands: Footings) -> Iterator[Finding]:
    if not application.real_world_test:
        return
    for country, found in stands.items():
        if found.basis is not Basis.NEVER:  # the practice has a finding of its own
            sentence = outlook(country, found)
            yield Finding(found.rule, Severity.NOTICE, sentence, about="test_member_states")
    if not application.test_member_states:
        sentence = "a real-world test inside the sandbox needs terms and safeguards agreed for it (Art. 58(4))"
        yield Finding("R58-04", Severity.NOTICE, sentence)
        sentence = "the Member States of the real-world test are not named (Art. 60(4)(a))"
        yield Finding("R60-4a", Severity.NOTICE, sentence)
    if application.vulnerable_groups:
        groups = ", ".join(application.vulnerable_groups)
        sentence = f"vulnerable persons take part and must be protected (Art. 60(4)(g)): {groups}"
        yield Finding("R60-4g", Severity.NOTICE, sentence)


def _form(application: Application) -> Iterator[Finding]:
    if not application.regulatory_questions.strip():
        yield Finding("R58-D07", Severity.MISSING, "the regulatory questions are not stated")
    unanswered = [what for name, what in OPEN_QUESTIONS.items() if not getattr(application, name)]
    if unanswered:
        sentence = f"not stated, and looked for in the selection: {', '.join(unanswered)}"
        yield Finding("R58-D07", Severity.NOTICE, sentence)
