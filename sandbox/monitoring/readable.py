"""Moments, days and numbers of a document as its reader writes them; the twin has them exactly."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from sandbox.domain.language import Language

WHEN = r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?"
PERIOD = re.compile(rf"(?P<first>{WHEN})(?: / (?P<last>{WHEN}))?")
DECIMAL = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-\d+")
DIGITS = 4  # after the point; a smaller number is shown as it is


def readable(facts: Any, language: str) -> Any:  # Any: JSON
    """The same JSON: what is nothing but a day, a moment or two of them is said in words."""
    if isinstance(facts, dict):
        return {key: readable(value, language) for key, value in facts.items()}
    if isinstance(facts, list):
        return [readable(item, language) for item in facts]
    if isinstance(facts, float):
        return rounded(facts, language)
    if not isinstance(facts, str) or (found := PERIOD.fullmatch(facts)) is None:
        return facts
    return " \N{EN DASH} ".join(_said(when, _locale(language)) for when in found.groups() if when)


def rounded(value: float, language: str, digits: int = DIGITS) -> str:
    """A number with as many digits after the point; a smaller one is shown as it is."""
    return decimal(repr(round(value, digits) or value), language)


def decimal(written: str, language: str) -> str:
    """A number of a text as it is written in a language, unrounded; what is none stays."""
    if not DECIMAL.fullmatch(written):
        return written
    return format_decimal(Decimal(written), locale=_locale(language), decimal_quantization=False)


def _locale(language: str) -> Locale:
    return Locale("en", "GB") if language == Language.ENGLISH else Locale(language)


def _said(when: str, locale: Locale) -> str:
    """A moment in UTC, whatever it was written in."""
    try:
        if "T" not in when:
            return format_date(date.fromisoformat(when), "long", locale)
        moment = datetime.fromisoformat(when).astimezone(UTC)
    except (ValueError, OverflowError):  # looks like a date and is none
        return when
    return f"{format_date(moment, 'long', locale)} {format_time(moment, 'HH:mm:ss', locale=locale)} UTC"
