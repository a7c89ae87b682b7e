"""Prohibited practices (Art. 5, rulebook 5.4): declared, suspected from other answers, or open to a
generator without safeguards. Each keeps an application out until a supervisor clears it.
"""

from collections.abc import Callable, Iterator
from datetime import date

from sandbox.domain.application import Application, Depictions
from sandbox.domain.finding import Finding, PracticeReview, Severity
from sandbox.domain.rule_versions import RuleVersion

PRACTICES = {
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
DEPICTIONS = ("A5-ba", "A5-bb")
DEPICTIONS_BANNED_FROM = date(2026, 12, 2)  # Regulation (EU) 2026/1744

WORK_OR_EDUCATION = frozenset(["III-3a", "III-3b", "III-3c", "III-3d", "III-4a", "III-4b"])

# Answers that come close to a practice without naming it: ours, for a supervisor to judge.
SUSPICIONS: tuple[tuple[str, Callable[[Application], bool], str], ...] = (
    (
        "A5-d",
        lambda a: "III-6d" in a.annex_iii and a.profiles_persons,
        "the risk of offending is predicted (III-6d) and persons are profiled",
    ),
    (
        "A5-f",
        lambda a: "III-1c" in a.annex_iii and not WORK_OR_EDUCATION.isdisjoint(a.annex_iii),
        "emotions are recognised (III-1c) at work or in education (III-3, III-4)",
    ),
    (
        "A5-g",
        lambda a: "III-1b" in a.annex_iii,
        "persons are categorised by sensitive attributes (III-1b)",
    ),
    (
        "A5-h",
        lambda a: "III-1a" in a.annex_iii and a.enforces_law,
        "persons are identified at a distance (III-1a) for law enforcement",
    ),
)


def hits(application: Application) -> dict[str, str]:
    """Each practice that was declared, is suspected or is open to the generator, and how."""
    found = {code: f"suspected, since {why}" for code, test, why in SUSPICIONS if test(application)}
    if application.generates_media and application.depictions is Depictions.UNSAFEGUARDED:
        foreseeable = "foreseeable output, and adequate safeguards are missing (Art. 5(1a))"
        found |= dict.fromkeys(DEPICTIONS, foreseeable)
    declared = {code: "declared" for code in PRACTICES if code in application.prohibited}
    return found | declared


def findings(
    application: Application, rules: RuleVersion, reviews: tuple[PracticeReview, ...]
) -> Iterator[Finding]:
    """The practices that were hit, and the question on safeguards that generators must answer."""
    reviewed = {review.code: review for review in reviews}
    found = hits(application)
    for code, how in found.items():
        yield _of_practice(code, how, rules, reviewed.get(code))
    if application.generates_media:
        yield from _safeguards(application, rules)
    elif not found:
        yield Finding("X-practice", Severity.OK, "no prohibited practice was declared (Art. 5)")


def _of_practice(code: str, how: str, rules: RuleVersion, review: PracticeReview | None) -> Finding:
    practice = f"prohibited practice {code}: {PRACTICES[code]} (Art. 5)"
    if how != "declared":
        practice = f"{practice}; {how}"
    if review is not None and not review.confirmed:
        cleared = f"{practice}; cleared by {review.by}: {review.reasons}"
        return Finding(code, Severity.NOTICE, cleared)
    if code in DEPICTIONS and not rules.has_begun(DEPICTIONS_BANNED_FROM):
        later = f"{practice}; the ban applies from {DEPICTIONS_BANNED_FROM}"
        return Finding(code, Severity.NOTICE, later)
    if review is not None:
        practice = f"{practice}; confirmed by {review.by}: {review.reasons}"
    return Finding(code, Severity.EXCLUDED, practice)


def _safeguards(application: Application, rules: RuleVersion) -> Iterator[Finding]:
    open_question = Severity.NOTICE
    if rules.has_begun(DEPICTIONS_BANNED_FROM):
        open_question = Severity.MISSING
    match application.depictions:
        case Depictions.UNANSWERED:
            sentence = (
                "a generator of images, video or audio says which safeguards keep it from intimate "
                f"depictions without consent and abuse of children; banned from "
                f"{DEPICTIONS_BANNED_FROM} (Art. 5(1a))"
            )
            yield Finding("A5-ba", open_question, sentence)
        case Depictions.SAFEGUARDED if not application.depiction_safeguards.strip():
            yield Finding("A5-ba", open_question, "the safeguards are not described (Art. 5(1a))")
        case Depictions.SAFEGUARDED:
            yield Finding("A5-ba", Severity.OK, "safeguards are described (Art. 5(1a))")
        case Depictions.NOT_FORESEEABLE:
            sentence = "banned depictions are said not to be foreseeable (Art. 5(1a))"
            yield Finding("A5-ba", Severity.OK, sentence)
        case Depictions.UNSAFEGUARDED:
            return  # a hit, told as such
