"""Who may enter with what: scope, market status, establishment, and what size gives (draft act
Art. 2 and 3(2); Art. 2, 57(3a), 58(2)(d), 60(2), 62, 63).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sandbox.domain.application import ApplicantRole, Application, MarketStatus
from sandbox.domain.finding import Finding, Severity
from sandbox.domain.member_state import TIME_ZONES as MEMBER_STATES
from sandbox.domain.regime import SandboxKind
from sandbox.domain.rule_versions import RuleVersion
from sandbox.domain.size import SMES, SizeClass, has_priority, size_class

SHOWN_FROM = date(2026, 12, 1)


def findings(application: Application, kind: SandboxKind) -> Iterator[Finding]:
    yield from _unregistered(application)
    yield from _scope(application)
    yield from _market(application)
    yield from _establishment(application)
    yield from (replace(found, about="size") for found in _size(application, kind))


def shown(application: Application, rules: RuleVersion) -> Iterator[Finding]:
    """Both halves of draft act Art. 3(2) with what shows them; older cases were not asked."""
    if not rules.has_begun(SHOWN_FROM):
        return
    role = application.applicant_role
    if role is ApplicantRole.NONE:
        sentence = "only a provider, a prospective one or an authorised representative may apply"
        yield Finding("R58-D06", Severity.EXCLUDED, sentence)
    elif role is ApplicantRole.UNANSWERED:
        sentence = "it is not said as what the applicant applies (draft act Art. 3(2))"
        yield Finding("R58-D06", Severity.MISSING, sentence)
    elif not application.role_evidence.strip():
        sentence = f"nothing shows that the applicant is {role.replace('_', ' ')}"
        yield Finding("R58-D06", Severity.MISSING, sentence)
    if not application.market_evidence.strip():
        sentence = "nothing shows the place of the system on the market (draft act Art. 3(2))"
        yield Finding("R58-D06", Severity.MISSING, sentence)


def _unregistered(application: Application) -> Iterator[Finding]:
    """Public bodies and others may apply and take part without a register: somebody looks who it is."""
    reasons = application.unregistered_because.strip()
    if reasons:
        sentence = f"the applicant is in no register: {reasons}"
        yield Finding("R58-D06", Severity.NOTICE, sentence, about="unregistered_because")
    for party in application.parties:
        if party.unregistered_because.strip():
            sentence = f"a party is in no register: {party.name}: {party.unregistered_because}"
            yield Finding("R58-02b", Severity.NOTICE, sentence, about="parties")


def _scope(application: Application) -> Iterator[Finding]:
    if application.defence_only:
        sentence = "only for military, defence or national security: outside the Act (Art. 2(3))"
        yield Finding("R2-3", Severity.EXCLUDED, sentence)
    if application.research_only and application.real_world_test:
        sentence = "research alone, but a real-world test is never excluded (Art. 2(8))"
        yield Finding("R2-8", Severity.NOTICE, sentence)
    elif application.research_only:
        sentence = "only for scientific research and development: outside the Act (Art. 2(6))"
        yield Finding("R2-6", Severity.EXCLUDED, sentence)
    if application.model_alone:
        sentence = "a general-purpose model alone: sandboxes are for AI systems (Art. 3(55))"
        yield Finding("R3-55", Severity.EXCLUDED, sentence)


def _market(application: Application) -> Iterator[Finding]:
    match application.market_status:
        case MarketStatus.ON_MARKET:
            sentence = "the system is on the market and no substantial modification is planned"
            yield Finding("R58-D06", Severity.EXCLUDED, sentence)
            if application.real_world_test:
                sentence = "a real-world test comes before placing on the market (Art. 60(2))"
                yield Finding("R60-2", Severity.EXCLUDED, sentence)
        case MarketStatus.SUBSTANTIAL_MODIFICATION:
            if not application.planned_modification.strip():
                sentence = "the planned substantial modification is not described (Art. 3(23))"
                yield Finding("R58-D06", Severity.MISSING, sentence)
            if application.real_world_test:
                sentence = "only the modified system, not yet placed, may be tested (Art. 60(2))"
                yield Finding("R60-2", Severity.NOTICE, sentence)
        case MarketStatus.NOT_ON_MARKET:
            if application.on_market_since:
                sentence = f"not on the market, but since {application.on_market_since}: which?"
                yield Finding("R58-D06", Severity.MISSING, sentence)


def _establishment(application: Application) -> Iterator[Finding]:
    if application.eu_establishment:
        if application.country not in MEMBER_STATES and not application.eu_office.strip():
            sentence = (
                "an office or branch in the Union is declared, but not where it is: free access and "
                "priority rest on it (draft act Art. 2(4), Art. 62(1)(a))"
            )
            yield Finding("R58-D03", Severity.NOTICE, sentence, about="eu_office")
        return
    if not application.authorised_representative.strip():
        sentence = "without an office in the Union an authorised representative must be named"
        yield Finding("R58-D03", Severity.MISSING, sentence)
    elif not application.representative_liable:
        sentence = "the authorised representative has not taken responsibility and liability"
        yield Finding("R58-D03", Severity.MISSING, sentence)
    is_sme = size_class(application.size) in SMES  # for which Art. 58(2)(d) says otherwise
    sentence = (
        "without an office in the Union a fee may be due (draft act Art. 2(4))"
        if is_sme
        else "without an office in the Union a fee for taking part is due (draft act Art. 2(4))"
    )
    yield Finding("R58-D03", Severity.NOTICE, sentence, about="size")


def _size(application: Application, kind: SandboxKind) -> Iterator[Finding]:
    size = size_class(application.size)
    is_sme = size in SMES
    in_union = application.eu_establishment
    rule = "R57-03a" if kind is SandboxKind.UNION else "R62-1"
    first = has_priority(application.size, kind, eu_establishment=in_union)
    access = "priority access" if first else "no priority access"
    if is_sme and in_union:
        yield Finding(rule, Severity.OK, f"size class {size}: free of charge, {access}")
        sentence = "exceptional costs only, itemised and told of before they arise"
        yield Finding("R58-D01", Severity.NOTICE, sentence)
    elif is_sme:
        if not first:
            access = "no priority access without an office or branch in the Union"
        sentence = (
            f"size class {size}: {access}; the "
            "authority says whether a fee is due (Art. 58(2)(d), draft act Art. 2(4))"
        )
        yield Finding(rule, Severity.NOTICE, sentence)
    else:
        yield Finding(rule, Severity.NOTICE, f"size class {size}: {access}")
        sentence = "a fee in proportion to the cost may be due, by the list published at opening"
        yield Finding("R58-D02", Severity.NOTICE, sentence)
    if is_sme and (application.size.partners or application.size.linked):
        sentence = "no simplified quality management: there are partner or linked enterprises"
        yield Finding("R63", Severity.NOTICE, sentence)
    elif is_sme:
        yield Finding("R63", Severity.OK, "parts of quality management may be simplified (Art. 63)")
    lower = is_sme or size is SizeClass.SMALL_MID_CAP
    cap = "lower" if lower else "higher"
    sentence = (
        "incorrect, incomplete or misleading information may be fined up to EUR 7.5 million or "
        f"1 % of turnover, the {cap} of the two (Art. 99)"
    )
    yield Finding("R99", Severity.NOTICE, sentence)
