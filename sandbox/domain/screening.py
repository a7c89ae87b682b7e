"""What an application lacks or is excluded by, before anybody judges its merit.

Thin where the law goes deep: routing and the screening questionnaire come with
the issue about the law.
"""

from collections.abc import Iterator

from sandbox.domain.application import Application, MarketStatus
from sandbox.domain.case import Finding, Severity
from sandbox.domain.size import SMES, size_class

# Rulebook 5.4.
PROHIBITED = {
    "A5-a": "manipulative or deceptive techniques with significant harm",
    "A5-b": "exploiting vulnerability",
    "A5-ba": "intimate depiction of a person without consent",
    "A5-bb": "child sexual abuse material",
    "A5-c": "social scoring",
    "A5-d": "crime prediction from profiling alone",
    "A5-e": "untargeted scraping of facial images",
    "A5-f": "emotion inference at work or in education",
    "A5-g": "biometric categorisation by sensitive attributes",
    "A5-h": "real-time remote biometric identification for law enforcement",
}
ANNEX_III = frozenset(
    [
        "III-1a",
        "III-1b",
        "III-1c",
        "III-2",
        "III-3a",
        "III-3b",
        "III-3c",
        "III-3d",
        "III-4a",
        "III-4b",
        "III-5a",
        "III-5b",
        "III-5c",
        "III-5d",
        "III-6a",
        "III-6b",
        "III-6c",
        "III-6d",
        "III-6e",
        "III-7a",
        "III-7b",
        "III-7c",
        "III-7d",
        "III-8a",
        "III-8b",
    ]
)


def screen(application: Application) -> tuple[Finding, ...]:
    """All findings, in the order of the screening."""
    return tuple(_findings(application))


def excluded(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that keep an application out."""
    return tuple(f for f in findings if f.severity is Severity.EXCLUDED)


def missing(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that somebody must still complete."""
    return tuple(f for f in findings if f.severity is Severity.MISSING)


def _findings(application: Application) -> Iterator[Finding]:
    for code in application.prohibited:
        yield Finding(
            "R5", Severity.EXCLUDED, f"prohibited practice {code}: {PROHIBITED[code]} (Art. 5)"
        )
    if not application.prohibited:
        yield Finding("R5", Severity.OK, "no prohibited practice was declared (Art. 5)")
    if application.market_status is MarketStatus.ON_MARKET:
        yield Finding(
            "R58-D06",
            Severity.EXCLUDED,
            "the system is on the market and no substantial modification is planned",
        )
    if not application.eu_establishment and not application.authorised_representative:
        yield Finding(
            "R58-D03",
            Severity.MISSING,
            "without an office in the Union an authorised representative must be named",
        )
    size = size_class(application.size)
    if size in SMES and application.eu_establishment:
        yield Finding("R62-1", Severity.OK, f"size class {size}: free of charge, priority access")
    elif size in SMES:
        yield Finding(
            "R62-1",
            Severity.NOTICE,
            f"size class {size}: no priority access without an office or branch in the Union; "
            "the authority says whether a fee is due (draft act Art. 2(4))",
        )
    else:
        yield Finding("R62-1", Severity.NOTICE, f"size class {size}: no priority access")
    yield from _risk(application)
    if application.personal_data:
        yield Finding(
            "R57-10",
            Severity.NOTICE,
            "personal data are processed: a data protection authority must be associated",
        )
    if not application.regulatory_questions.strip():
        yield Finding("R58-D07", Severity.MISSING, "the regulatory questions are not stated")


def _risk(application: Application) -> Iterator[Finding]:
    if not application.annex_iii:
        yield Finding("R6", Severity.NOTICE, "no area of Annex III was declared")
        return
    areas = ", ".join(application.annex_iii)
    profiling = (
        "; it profiles persons, so no exit of Art. 6(3)" if application.profiles_persons else ""
    )
    yield Finding("R6", Severity.NOTICE, f"high-risk: {areas} of Annex III{profiling}")
