"""Whether a system is high-risk, and why: Annex III with its exits, Annex I (Art. 6, rulebook 5.4)."""

from collections.abc import Iterator

from sandbox.domain.application import AnnexIIIExit, Application
from sandbox.domain.finding import Finding, Severity

ANNEX_III = {
    "III-1a": "remote biometric identification",
    "III-1b": "biometric categorisation by sensitive attributes",
    "III-1c": "emotion recognition",
    "III-2": "safety components of critical infrastructure",
    "III-3a": "access and admission to education",
    "III-3b": "evaluation of learning outcomes",
    "III-3c": "the appropriate level of education",
    "III-3d": "monitoring of behaviour in exams",
    "III-4a": "recruitment and selection",
    "III-4b": "decisions at work, allocation of tasks, monitoring",
    "III-5a": "eligibility for public benefits and services",
    "III-5b": "creditworthiness, fraud detection apart",
    "III-5c": "risk and pricing of life and health insurance",
    "III-5d": "emergency calls, dispatch and triage",
    "III-6a": "law enforcement: risk of becoming a victim",
    "III-6b": "law enforcement: polygraphs",
    "III-6c": "law enforcement: reliability of evidence",
    "III-6d": "law enforcement: risk of offending",
    "III-6e": "law enforcement: profiling",
    "III-7a": "migration: polygraphs",
    "III-7b": "migration: risk of entry",
    "III-7c": "migration: examination of asylum, visa and permits",
    "III-7d": "migration: identification",
    "III-8a": "assistance to judicial authorities and dispute resolution",
    "III-8b": "influence on elections and referenda",
}
EXITS = {
    AnnexIIIExit.NARROW_TASK: "a narrow procedural task",
    AnnexIIIExit.IMPROVES_HUMAN_WORK: "improves a finished human activity",
    AnnexIIIExit.DETECTS_PATTERNS: "detects patterns without replacing human review",
    AnnexIIIExit.PREPARATORY_TASK: "a preparatory task",
}
# The numbers of Annex I. Machinery stands in both lists of one source; item 21 of Section B is the
# newer text, so it counts as Section B (rulebook 5.4).
ANNEX_I_A = {
    "I-A2": "toys",
    "I-A3": "recreational craft",
    "I-A4": "lifts",
    "I-A5": "equipment for explosive atmospheres",
    "I-A6": "radio equipment",
    "I-A7": "pressure equipment",
    "I-A8": "cableways",
    "I-A9": "personal protective equipment",
    "I-A10": "gas appliances",
    "I-A11": "medical devices",
    "I-A12": "in vitro diagnostic medical devices",
}
ANNEX_I_B = {
    "I-B13": "security of civil aviation",
    "I-B14": "two- and three-wheelers",
    "I-B15": "agricultural and forestry vehicles",
    "I-B16": "marine equipment",
    "I-B17": "rail interoperability",
    "I-B18": "motor vehicles (2018/858)",
    "I-B19": "motor vehicles (2019/2144)",
    "I-B20": "civil aviation and drones",
    "I-B21": "machinery",
}
ANNEX_I = ANNEX_I_A | ANNEX_I_B


def has_left_annex_iii(application: Application) -> bool:
    """Whether an exit of Art. 6(3) is claimed and open: never to a system that profiles persons."""
    return application.annex_iii_exit is not None and not application.profiles_persons


def is_of_annex_iii(application: Application) -> bool:
    """Art. 6(2): high-risk by an area of Annex III, without an exit."""
    return bool(application.annex_iii) and not has_left_annex_iii(application)


def is_high_risk(application: Application) -> bool:
    """Art. 6(1) for products with third-party assessment, Art. 6(2) for areas without an exit."""
    by_product = bool(application.annex_i) and application.third_party_assessment
    return by_product or is_of_annex_iii(application)


def findings(application: Application) -> Iterator[Finding]:
    """Each area and product with what follows from it."""
    if not application.annex_iii and not application.annex_i:
        sentence = "no area of Annex III and no product of Annex I was declared"
        yield Finding("R6", Severity.NOTICE, sentence)
    yield from _areas(application)
    yield from _products(application)


def _areas(application: Application) -> Iterator[Finding]:
    left = has_left_annex_iii(application)
    word = "an exit is claimed from" if left else "high-risk:"
    for code in application.annex_iii:
        yield Finding(code, Severity.NOTICE, f"{word} {code} of Annex III, {ANNEX_III[code]}")
    if application.annex_iii and application.profiles_persons:
        sentence = "it profiles natural persons: always high-risk, no exit of Art. 6(3)"
        yield Finding("R6", Severity.NOTICE, sentence)
    claimed = application.annex_iii_exit
    if claimed is None:
        return
    if not application.annex_iii:
        sentence = f"{claimed} leaves no area of Annex III: none was declared"
    elif not left:
        sentence = f"{claimed} ({EXITS[claimed]}) is not open: persons are profiled (Art. 6(3))"
    else:
        sentence = (
            f"{claimed} ({EXITS[claimed]}): document the assessment before placing on the market "
            "(Art. 6(4)) and register the system (Art. 49(2), Annex VIII Section B)"
        )
    yield Finding(claimed.value, Severity.NOTICE, sentence)


def _products(application: Application) -> Iterator[Finding]:
    for code in application.annex_i:
        section = "A" if code in ANNEX_I_A else "B"
        product = f"{code} of Annex I Section {section}, {ANNEX_I[code]}"
        if application.third_party_assessment:
            sentence = f"high-risk: {product}, with assessment by a third party (Art. 6(1))"
        else:
            sentence = f"{product}: high-risk only with assessment by a third party (Art. 6(1)(b))"
        if not application.safety_component:
            sentence += "; as a component only where its failure endangers health and safety"
        yield Finding(code, Severity.NOTICE, sentence)
        if code in ANNEX_I_B:
            sentence = (
                f"{code}: Art. 57 to 59 apply only insofar as requirements of the AI Act are "
                "integrated in that law (Art. 2(2))"
            )
            yield Finding("R2-2", Severity.NOTICE, sentence)
