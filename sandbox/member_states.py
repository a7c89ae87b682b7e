"""The Member States as an installation knows them: calendars from the `holidays` library, and what
a file of its own says of tacit approval, frameworks and remedies (rulebook 12).
"""

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sandbox.domain.member_state import TIME_ZONES, Framework, MemberState, Union
from sandbox.domain.periods import Period, WorkingCalendar
from sandbox.setting_tables import table

SAID = frozenset({"tacit_approval", "appeal_suspends", "remedy", "device_incidents_to"})
APPEAL = re.compile(r"(\d+) (days|weeks|months)")


def period(text: str) -> Period | None:
    """The period to appeal, as `6 weeks`; None for an empty text. ValueError for anything else."""
    if not text:
        return None
    found = APPEAL.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise ValueError(f"SANDBOX_APPEAL is a number of days, weeks or months, not {text}")
    return Period(**{found[2]: int(found[1])})


def union(file: str, years: range) -> Union:
    """All 27 with their holidays in these years, and what the file (TOML) says of some of them.

    A table for each country: `tacit_approval` and `appeal_suspends` are yes or no, `remedy` a text,
    `appeal` a table like `{ weeks = 6 }`, `framework_60a` one with `reference` and `notified_on`,
    `device_incidents_to` the addressee of incidents of medical devices (one of the contacts, its
    country left out), `holidays` and `not_holidays` dates that the library does not know, or is
    wrong about.
    ValueError for a country or a key that does not exist.
    """
    said = tomllib.loads(Path(file).read_text()) if file else {}
    unknown = set(said) - set(TIME_ZONES)
    if unknown:
        raise ValueError(f"{file}: not a Member State: {', '.join(sorted(unknown))}")
    return Union({c: _state(c, said.get(c, {}), years) for c in TIME_ZONES})


def holidays_of(country: str, years: range) -> WorkingCalendar:
    """The working calendar of a country, from the `holidays` library."""
    import holidays

    days: frozenset[date] = frozenset(holidays.country_holidays(country, years=years))
    return WorkingCalendar(country, days)


def _state(country: str, said: dict[str, Any], years: range) -> MemberState:  # Any: TOML
    read = dict(said)
    framework, appeal = read.pop("framework_60a", None), read.pop("appeal", None)
    known = {
        "country": country,
        "time_zone": TIME_ZONES[country],
        "calendar": _calendar(country, years, read),
        "framework_60a": _framework(country, framework) if framework is not None else None,
        "appeal": table(Period, appeal, f"{country}: appeal") if appeal else None,
    }
    unknown = set(read) - SAID
    if unknown:
        raise ValueError(f"{country}: nobody knows the setting {', '.join(sorted(unknown))}")
    return table(MemberState, {**read, **known}, country)


def _calendar(country: str, years: range, said: dict[str, Any]) -> WorkingCalendar:  # Any: TOML
    """The days of the library, corrected by what the file says; takes that out of it."""
    known = holidays_of(country, years)
    added, gone = said.pop("holidays", []), said.pop("not_holidays", [])
    if any(type(day) is not date for day in (*added, *gone)):
        raise ValueError(f"{country}: holidays and not_holidays are lists of dates")
    return replace(known, holidays=(known.holidays | {*added}) - {*gone})


def _framework(country: str, said: dict[str, Any]) -> Framework:  # Any: TOML
    """With both facts and nothing else: without the notification it does not count (Art. 60a(3))."""
    wanted = {"reference", "notified_on"}
    if said.keys() != wanted or type(said["notified_on"]) is not date:
        keys = ", ".join(sorted(wanted))
        raise ValueError(f"{country}: framework_60a has {keys} (a date), and nothing else")
    return Framework(**said)
