"""Who is competent for a system: the order of rulebook 5.4, Art. 74 and 75(1).

Art. 5 comes first, then what is outside the Act, then the authorities in their order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sandbox.domain.application import Application
from sandbox.domain.finding import Finding, Severity
from sandbox.domain.high_risk import ANNEX_I_A
from sandbox.domain.regime import SandboxKind
from sandbox.domain.size import has_priority


class Competent(StrEnum):
    """The authority that supervises a system of a kind."""

    AI_OFFICE = "ai_office"
    EDPS = "edps"
    FINANCIAL_SUPERVISOR = "financial_supervisor"
    DATA_PROTECTION = "data_protection"
    SECTOR_AUTHORITY = "sector_authority"
    MARKET_SURVEILLANCE = "market_surveillance"


def _in(areas: tuple[str, ...]) -> Callable[[Application], bool]:
    return lambda application: any(code.startswith(areas) for code in application.annex_iii)


# Art. 75(1)(a): what stays national although model and system are of one undertaking.
EXCEPTIONS: tuple[tuple[Callable[[Application], bool], str], ...] = (
    (lambda a: bool(a.annex_i), "a product of Annex I"),
    (_in(("III-2",)), "critical infrastructure (III-2)"),
    (lambda a: a.enforces_law, "a system of law enforcement or border authorities"),
    (lambda a: a.financial_institution, "a system of a financial institution (Art. 74(6))"),
    (_in(("III-8a",)), "administration of justice (III-8a)"),
)


def own_model_exceptions(application: Application) -> tuple[str, ...]:
    """Why a system on a model of the same undertaking stays national all the same."""
    return tuple(why for applies, why in EXCEPTIONS if applies(application))


def is_on_own_model(application: Application) -> bool:
    return application.base_model is not None and application.base_model.same_undertaking


def is_for_ai_office(application: Application) -> bool:
    """Art. 75(1): a designated very large platform or search engine, or a model and a system of one
    undertaking without an exception. A start-up on somebody else's model stays national.
    """
    own = is_on_own_model(application) and not own_model_exceptions(application)
    return application.very_large_platform or own


ROUTES: tuple[tuple[Competent, Callable[[Application], bool], str, str], ...] = (
    (
        Competent.AI_OFFICE,
        is_for_ai_office,
        "R75-01",
        "the AI Office is exclusively competent (Art. 75(1))",
    ),
    (Competent.EDPS, lambda a: a.union_body, "R57-03", "a Union body: the EDPS (Art. 57(3))"),
    (
        Competent.FINANCIAL_SUPERVISOR,
        lambda a: a.financial_institution,
        "R74-6",
        "a financial institution: its supervisor (Art. 74(6))",
    ),
    (
        Competent.DATA_PROTECTION,
        lambda a: _in(("III-6", "III-7", "III-8"))(a) or (a.law_enforcement and _in(("III-1",))(a)),
        "R74-8",
        "law enforcement, migration or justice: the authority of Art. 74(8)",
    ),
    (
        Competent.SECTOR_AUTHORITY,
        lambda a: any(code in ANNEX_I_A for code in a.annex_i),
        "R74-3",
        "a product of Annex I Section A: the authority of its sector (Art. 74(3))",
    ),
)


def competent(application: Application) -> Competent:
    """The first that the order of routing names; the default market surveillance authority else."""
    found = (who for who, applies, _, _ in ROUTES if applies(application))
    return next(found, Competent.MARKET_SURVEILLANCE)


# Which systems a sandbox of the Union is for (Art. 57(3), 57(3a)).
ONLY_FOR: dict[SandboxKind, tuple[Callable[[Application], bool], str, str]] = {
    SandboxKind.UNION: (
        is_for_ai_office,
        "R57-03a",
        "the Union-level sandbox is only for systems under Art. 75(1) (Art. 57(3a))",
    ),
    SandboxKind.EDPS: (
        lambda a: a.union_body,
        "R57-03",
        "the sandbox of the EDPS is for Union bodies (Art. 57(3))",
    ),
}


def _not_for_this_sandbox(application: Application, kind: SandboxKind) -> Iterator[tuple[str, str]]:
    if kind in ONLY_FOR:
        is_for, rule, sentence = ONLY_FOR[kind]
        if not is_for(application):
            yield rule, sentence


def findings(application: Application, kind: SandboxKind) -> Iterator[Finding]:
    """Whom a sandbox of this kind is not for, and who else is competent, where it is not the
    default authority.
    """
    for rule, sentence in _not_for_this_sandbox(application, kind):
        yield Finding(rule, Severity.EXCLUDED, sentence)
    who = competent(application)
    for route, _, rule, sentence in ROUTES:
        if route is who:
            yield Finding(rule, Severity.NOTICE, sentence)
    if who is Competent.AI_OFFICE and kind is not SandboxKind.UNION:
        first = has_priority(
            application.size, SandboxKind.UNION, eu_establishment=application.eu_establishment
        )
        priority = "with priority" if first else "without priority"
        sentence = f"the Union-level sandbox may be asked for as well, {priority} (Art. 57(3a))"
        yield Finding("R57-03a", Severity.NOTICE, sentence)
    elif who is not Competent.AI_OFFICE and is_on_own_model(application):
        why = ", ".join(own_model_exceptions(application))
        sentence = f"model and system of one undertaking, but national (Art. 75(1)): {why}"
        yield Finding("R75-01", Severity.NOTICE, sentence)


class Way(StrEnum):
    """Where the order of routing ends."""

    STOPPED = "stopped"
    OUT_OF_SCOPE = "out_of_scope"
    ROUTED = "routed"


@dataclass(frozen=True, slots=True)
class Signpost:
    """One step of the way, with its rule and its article in the sentence."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Route:
    """Who supervises a system and why; nobody when it is stopped or out of scope.

    `with_data_protection`: the authority of Art. 57(10) is associated, whoever else is competent.
    """

    way: Way
    competent: Competent | None
    signposts: tuple[Signpost, ...]
    with_data_protection: bool = False


DEFAULT = Signpost("R74-1", "the market surveillance authority of the Member State (Art. 74(1))")


def route(application: Application, findings: tuple[Finding, ...], kind: SandboxKind) -> Route:
    """The way of an application by what screening found: the first step that applies ends it."""
    out = {"A5": Way.STOPPED, "R2": Way.OUT_OF_SCOPE}
    for finding in findings:
        way = out.get(finding.rule.split("-")[0])
        if finding.severity is Severity.EXCLUDED and way is not None:
            return Route(way, None, (Signpost(finding.rule, finding.sentence),))
    who = competent(application)
    posts = [Signpost(rule, why) for known, _, rule, why in ROUTES if known is who] or [DEFAULT]
    if application.research_only:
        posts.append(Signpost("R2-8", "a real-world test is never excluded (Art. 2(8))"))
    posts += [Signpost(*why) for why in _not_for_this_sandbox(application, kind)]
    data = application.processes_personal_data
    if data:
        why = "personal data: a data protection authority is associated (Art. 57(10))"
        posts.append(Signpost("R57-10", why))
    if application.other_authorities:
        why = "other authorities that the applicant names: associate those concerned (Art. 57(10))"
        posts.append(Signpost("R57-10", why))
    return Route(Way.ROUTED, who, tuple(posts), with_data_protection=data)
