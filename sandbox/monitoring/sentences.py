"""Sentences of ours with their parts, said in another language.

A catalogue knows a sentence as a template: “the end is {day}”. An English sentence that fits one is
said in the words of its translation. Parts that are words of ours are spoken in turn, measured values and
bars as their reader writes numbers; dates, other numbers, names and what a person wrote stay. A sentence that fits no template stays English.
"""

import re
from functools import cache

from sandbox.monitoring.language import Words, label, word
from sandbox.monitoring.readable import decimal

PLACE = re.compile(r"{(\w+)}")
BAR = re.compile(r"(\w+) (at most|at least) (.+)")
NUMBER_OF_A_BAR = re.compile(r"^\S+|(?<=completeness )[^,)]+")
OF_A_BAR = re.compile("completeness|stops the test")
UPDATES = re.compile(r"; (?=\d{4}-\d\d-\d\d: )")
PART = r"(?:(?!; ).)+?"
WRITTEN = ("basis", "became", "evidence", "reasons", "was")  # a person's words, whatever they hold
OURS = (
    *("area", "article", "cap", "cause", "errand", "exit", "ground", "how", "is_so", "kind"),
    *("place", "practice", "priority", "product", "reading", "role", "size", "subject", "title"),
    *("until", "was_so", "why"),
)
KEPT = ("code", "country", "law", "name", "names", "section", "time", "value")
# How a part is recognised. A template with a part that is not named here is no sentence of a document.
PARTS: dict[str, str] = {
    **dict.fromkeys((*OURS, *KEPT, "alarm", "field", "labels", "listed"), PART),
    **dict.fromkeys(("bar", "threshold"), r"\w+ (?:at most|at least) " + PART),
    **dict.fromkeys(WRITTEN, r".+"),
    "annex": r"[IVX]+",
    "clock": r"DL-\d\d",
    "count": r"\d+",
    "day": r"\d{4}-\d\d-\d\d",
    "expected": r"\d+",
    "exception": r".+?",  # a person's words, or a hold
    "hold": r"legal hold .+?",  # its ground is a person's
    "first_day": r"\d{4}-\d\d-\d\d",
    "last_day": r"\d{4}-\d\d-\d\d",
    "start": r"\d{4}-\d\d-\d\d",
    "moment": r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?",
    "number": r"\d+",
    "numbers": r"[\d()a-z, -]+",
    "sentences": r".+?",
    "state": r"[a-z_]+",
    "turn": r"suspended|ended|terminated",
    "what": r"everything|dataset \d+",
}


def said(text: str, say: Words) -> str:
    """A sentence of ours, or several that semicolons part."""
    updates = UPDATES.split(text)
    if len(updates) > 1:
        return "; ".join(said(update, say) for update in updates)
    found = _fitting(text, say)
    if found is not None:
        return found
    parts = text.split("; ")
    return "; ".join(said(p, say) for p in parts) if len(parts) > 1 else word(text, say)


def bar(text: str, say: Words) -> str:
    """A threshold: its metric, its direction, its value and how it counts."""
    found = BAR.fullmatch(text)
    if found is None:
        return text
    metric, bound, rest = found.groups()
    counted = NUMBER_OF_A_BAR.sub(lambda number: decimal(number[0], say.language), rest)
    told = OF_A_BAR.sub(lambda known: word(known[0], say), counted)
    return f"{word(label(metric), say)} {word(bound, say)} {told}"


@cache
def is_sentence(english: str) -> bool:
    """Whether what a catalogue knows is the template of a sentence."""
    names = PLACE.findall(english)
    return bool(names) and set(names) <= PARTS.keys()


def _fitting(text: str, say: Words) -> str | None:
    """The sentence by its template, the one with the most words of its own first; None without."""
    known = set(say)
    if text in known:
        return say[text]
    for english in _by_length(frozenset(filter(is_sentence, known))):
        fits = _pattern(english).fullmatch(text)
        if fits is not None:
            parts = {name: _part(name, part, say) for name, part in fits.groupdict().items()}
            return say[english].format(**parts)
    return None


@cache
def _by_length(templates: frozenset[str]) -> list[str]:
    return sorted(templates, key=lambda english: (-len(PLACE.sub("", english)), english))


@cache
def _pattern(english: str) -> re.Pattern[str]:
    texts = PLACE.split(english)  # text, name, text, name, ... text
    pattern = "".join(
        f"(?P<{text}>{PARTS[text]})" if n % 2 else re.escape(text) for n, text in enumerate(texts)
    )
    return re.compile(pattern, re.DOTALL)


def _part(name: str, text: str, say: Words) -> str:
    match name:
        case "sentences" | "alarm":
            return said(text, say)
        case "threshold" | "bar":
            return bar(text, say)
        case "value":
            return decimal(text, say.language)
        case "state" | "turn":
            return word(text, say)
        case "labels":
            return ", ".join(_fitting(p, say) or word(label(p), say) for p in text.split(", "))
        case "field":
            return ".".join(word(label(part), say) for part in text.split("."))
        case "listed":
            return ", ".join(_fitting(part, say) or part for part in text.split(", "))
        case _ if name in {*OURS, "exception", "hold", "what"}:
            return _fitting(text, say) or text
        case _:
            return text
