"""The clocks of a case as its ledger alone tells them, and each due date computed again from it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline, recomputed
from sandbox.domain.periods import Period
from sandbox.domain.seal import Entry, Facts

Key = tuple[Name, str, date]
APPEAL_PERIODS = "appeal_periods"


@dataclass(frozen=True, slots=True)
class KeptClock:
    """A clock, the entry that started it, and the entry that met it; None while it runs. `length` is
    what it was counted with; None in entries of before it was kept.
    """

    clock: Deadline
    started_by: Entry
    met_by: Entry | None = None
    length: Period | None = None


def changes(before: tuple[Deadline, ...], after: tuple[Deadline, ...]) -> dict[str, Facts]:
    """What changed between two states of the clocks, as a ledger entry keeps it.

    A clock that was met and is open again was started again, for example by a second suspension on
    one day.
    """
    known, left = ({clock.key: clock for clock in clocks} for clocks in (before, after))
    started: list[Facts] = []
    met: list[Facts] = []
    for key, clock in left.items():
        earlier = known.get(key)
        if earlier is None or earlier.due != clock.due or (earlier.met_at and not clock.met_at):
            started.append(_started(clock))
        if clock.met_at and (earlier is None or earlier.met_at is None):
            met.append(_named(clock) | {"met_at": clock.met_at.isoformat()})
    dropped: list[Facts] = [_named(clock) for clock in before if clock.key not in left]
    found = {"clocks_started": started, "clocks_met": met, "clocks_dropped": dropped}
    return {word: lines for word, lines in found.items() if lines}


def read(entries: Iterable[Entry]) -> tuple[KeptClock, ...]:
    """Every clock that still counts, in the order of their starts.

    KeyError, TypeError or ValueError when an entry does not say what it must.
    """
    kept: dict[Key, KeptClock] = {}
    for entry in entries:
        for line in _lines(entry, "clocks_started"):
            clock = _clock(line)
            kept[clock.key] = KeptClock(clock, entry, length=_length(line))
        for line in _lines(entry, "clocks_met"):
            running = kept[_key(line)]
            met = replace(running.clock, met_at=datetime.fromisoformat(line["met_at"]))
            kept[met.key] = replace(running, clock=met, met_by=entry)
        for line in _lines(entry, "clocks_dropped"):
            del kept[_key(line)]
    return tuple(kept.values())


def appeal_period(clock: Deadline, length: Period) -> dict[str, Facts]:
    """How the last day to appeal (DL-25) was counted, as the entry of the decision keeps it: no clock of
    the case, since nobody owes anything.
    """
    line: Facts = _started(clock) | {"length": _said(length)}
    return {APPEAL_PERIODS: [line]}


def read_appeal_periods(entries: Iterable[Entry]) -> tuple[KeptClock, ...]:
    """Every period to appeal; the same errors as `read`."""
    return tuple(
        KeptClock(_clock(line), entry, length=_length(line))
        for entry in entries
        for line in _lines(entry, APPEAL_PERIODS)
    )


def wrong(clocks: Iterable[KeptClock]) -> tuple[str, ...]:
    """A sentence for each clock whose due date is not what its own facts give."""
    pairs = ((kept.clock, recomputed(kept.clock, kept.length)) for kept in clocks)
    return tuple(
        f"{said.name} {said.subject}".rstrip()
        + f" of {said.started_on}: says {said.due_at or said.due}, computed {own.due_at or own.due}"
        for said, own in pairs
        if said != own
    )


def of_other_length(clocks: Iterable[KeptClock]) -> tuple[str, ...]:
    """A sentence for each clock that was counted with another length than the catalogue has now."""
    return tuple(
        f"{kept.clock.name} of {kept.clock.started_on}: counted with {kept.length}, "
        f"the catalogue says {kept.clock.rule.period}"
        for kept in clocks
        if kept.length not in {None, kept.clock.rule.period}
    )


def _named(clock: Deadline) -> dict[str, Facts]:
    return {
        "name": clock.name.value,
        "subject": clock.subject,
        "started_on": clock.started_on.isoformat(),
    }


def _started(clock: Deadline) -> dict[str, Facts]:
    return _named(clock) | {
        "started_at": clock.started_at.isoformat() if clock.started_at else None,
        "due": clock.due.isoformat(),
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "country": clock.country,
        "holidays": [day.isoformat() for day in clock.holidays],
        "length": _said(clock.rule.period),
    }


def _said(period: Period | None) -> Facts:
    return {unit: count for unit, count in asdict(period).items() if count} if period else None


def _length(line: dict[str, Any]) -> Period | None:  # Any: as below
    said = line.get("length")
    return Period(**said) if said else None


def _lines(entry: Entry, word: str) -> list[dict[str, Any]]:  # Any: JSON that is checked by reading
    found = entry.facts.get(word, [])
    if not isinstance(found, list) or not all(isinstance(line, dict) for line in found):
        raise ValueError(f"entry {entry.seq}: {word} is not a list of clocks")
    return [line for line in found if isinstance(line, dict)]


def _key(line: dict[str, Any]) -> Key:  # Any: as above
    return Name(line["name"]), line["subject"], date.fromisoformat(line["started_on"])


def _clock(line: dict[str, Any]) -> Deadline:  # Any: as above
    name, subject, started_on = _key(line)
    return Deadline(
        name,
        started_on,
        date.fromisoformat(line["due"]),
        subject=subject,
        due_at=_moment(line["due_at"]),
        started_at=_moment(line["started_at"]),
        country=line["country"],
        holidays=tuple(date.fromisoformat(day) for day in line["holidays"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
