"""Which other answer would remove what stands against an application: tried, not foretold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sandbox.domain.application import (
    MEDIA,
    ApplicantRole,
    Application,
    BaseModel,
    Depictions,
    MarketStatus,
    PublicInterestArea,
)
from sandbox.domain.authority import Authority
from sandbox.domain.high_risk import ANNEX_III
from sandbox.domain.prohibited import PRACTICES, hits
from sandbox.domain.regime import Sandbox, SandboxKind
from sandbox.domain.rule_versions import RuleVersion, in_force
from sandbox.domain.screening import obstacles, screen_under
from sandbox.domain.testing_basis import Basis, Footings, footings, outlook


@dataclass(frozen=True, slots=True)
class Change:
    """Another answer, and the sentences of the findings that it would remove."""

    change: str
    removes: tuple[str, ...]


def changes(
    application: Application, sandbox: Sandbox, authority: Authority, on: date
) -> Iterator[Change]:
    """Each change that removes an obstacle and brings none, or makes a test available where it is not:
    another sentence of the same rule is another obstacle.
    """
    rules = in_force(on)
    now = _sentences(application, rules, sandbox.kind)
    closed = _closed(application, sandbox, authority, on)
    barred = _barred(closed)
    inside = sandbox.territories(authority.calendar.country)
    moved = (
        f"its real-world test runs inside the sandbox alone, in {', '.join(inside)}",
        replace(application, test_member_states=inside),
    )
    for change, changed in (*_candidates(application), *_without_both(application), moved):
        then = _sentences(changed, rules, sandbox.kind)
        closed_then = _closed(changed, sandbox, authority, on)
        still = _barred(closed_then)
        removed = (now - then) | (barred - still if still < barred else set())
        if removed and then <= now and closed_then.keys() <= closed.keys():
            yield Change(change, tuple(sorted(removed)))


def _closed(application: Application, sandbox: Sandbox, authority: Authority, on: date) -> Footings:
    """The Member States where the test that is meant cannot be, never or as it stands."""
    found = footings(application, sandbox, authority, on).items()
    return {country: footing for country, footing in found if not footing.allows}


def _barred(closed: Footings) -> set[str]:
    """What screening says of each of them where a test is not available; a ban is told apart."""
    return {outlook(c, f) for c, f in closed.items() if f.basis is Basis.NOT_AVAILABLE}


def _sentences(application: Application, rules: RuleVersion, kind: SandboxKind) -> set[str]:
    return {finding.sentence for finding in obstacles(screen_under(rules, kind, application))}


def _without_both(application: Application) -> Iterator[tuple[str, Application]]:
    """A practice that was declared and is suspected as well goes with two answers only."""
    for code in application.prohibited:
        without, changed = _without(code, application)
        if code in hits(changed):
            for change, both in _candidates(changed):
                if code not in hits(both):
                    yield f"{without}, and {change}", both


def _without(code: str, application: Application) -> tuple[str, Application]:
    left = tuple(other for other in application.prohibited if other != code)
    return f"it does without {code}: {PRACTICES[code]}", replace(application, prohibited=left)


def _candidates(application: Application) -> Iterator[tuple[str, Application]]:
    """Every other answer worth trying, whether it helps or not."""
    for code in application.prohibited:
        yield _without(code, application)
    for code in application.annex_iii:
        left = tuple(other for other in application.annex_iii if other != code)
        yield f"it is not used for {code}: {ANNEX_III[code]}", replace(application, annex_iii=left)
    text = tuple(kind for kind in application.synthetic_output if kind not in MEDIA)
    described = application.depiction_safeguards.strip() or "described"
    modification = application.planned_modification.strip() or "described"
    role_evidence = application.role_evidence.strip() or "shown"
    role = application.applicant_role
    if role in {ApplicantRole.UNANSWERED, ApplicantRole.NONE}:
        role = ApplicantRole.PROSPECTIVE_PROVIDER
    own_model = BaseModel("named", application.applicant, same_undertaking=True)
    representative = application.authorised_representative.strip() or "named"
    yield from (
        ("it does not profile persons", replace(application, profiles_persons=False)),
        ("it is not used for law enforcement", replace(application, law_enforcement=False)),
        (
            "safeguards against banned depictions are in place and described",
            replace(
                application,
                depictions=Depictions.SAFEGUARDED,
                depiction_safeguards=described,
            ),
        ),
        (
            "it generates no image, video or audio",
            replace(application, synthetic_output=text),
        ),
        (
            "it enters before it is on the market, or with a substantial modification, described",
            replace(
                application,
                market_status=MarketStatus.SUBSTANTIAL_MODIFICATION,
                planned_modification=modification,
            ),
        ),
        (
            "a provider, a prospective one or an authorised representative applies, and shows it",
            replace(application, applicant_role=role, role_evidence=role_evidence),
        ),
        (
            "it is shown where the system stands on the market",
            replace(application, market_evidence="shown"),
        ),
        ("it was never on the market", replace(application, on_market_since=None)),
        (
            "an authorised representative in the Union is named and takes responsibility",
            replace(
                application,
                authorised_representative=representative,
                representative_liable=True,
            ),
        ),
        (
            "there is an office or branch in the Union",
            replace(application, eu_establishment=True),
        ),
        (
            "it has another purpose besides military, defence or national security",
            replace(application, defence_only=False),
        ),
        (
            "it is meant for more than scientific research",
            replace(application, research_only=False),
        ),
        (
            "it is tested in real-world conditions",
            replace(application, real_world_test=True),
        ),
        (
            "it is tested in the sandbox alone, not in real-world conditions",
            replace(application, real_world_test=False),
        ),
        (
            "a system is built on the general-purpose model",
            replace(application, model_alone=False),
        ),
        (
            "one of the areas of public interest of Art. 59(1)(a) is served",
            replace(application, public_interest_area=PublicInterestArea.HEALTH_SAFETY),
        ),
        (
            "no personal data are reused that were collected for other purposes",
            replace(application, reuses_personal_data=False),
        ),
        (
            "the regulatory questions are stated",
            replace(application, regulatory_questions="stated"),
        ),
        (
            "it is built on a general-purpose model of the same undertaking",
            replace(application, base_model=own_model),
        ),
        ("it is no product of Annex I", replace(application, annex_i=())),
        (
            "it is not of a financial institution (Art. 74(6))",
            replace(application, financial_institution=False),
        ),
        (
            "it is, or is part of, a designated very large platform or search engine",
            replace(application, very_large_platform=True),
        ),
        ("it is for a Union body", replace(application, union_body=True)),
    )
