"""While evidence of an incident is held, what is measured is kept beyond normal retention (Art. 73(6)).

How far back and how often is not said in law; the numbers are ours (X).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sandbox.domain.case import Case, Stretch
from sandbox.domain.incident import Incident
from sandbox.domain.kept import KeptSeries

KEPT_LEAST = timedelta(
    hours=72
)  # what came before; and how often a file is kept while a hold stands
KEEPING = timedelta(minutes=15)  # longer than any task may take; whoever began before is dead
KEPT_MOST = timedelta(days=7)  # back to the occurrence, where that is longer ago
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to keep."""

    start: datetime
    until: datetime


def to_keep(incident: Incident, stretches: tuple[Stretch, ...], at: datetime) -> Window | None:
    """What is to be kept now of a test's series; None when nothing is due, or nothing was measured.

    The first file reaches back from awareness; the next begin where the last ended, and the final
    one ends when the hold was lifted: when the authority knew of a change, or closed the incident.
    Whoever keeps one says so before, since a file under lock cannot be taken back.
    """
    begun = incident.keeping_since
    if begun is not None and at - begun < KEEPING:
        return None
    lifted = incident.lifted_at
    end = min(at, lifted or at)
    if incident.kept:
        start = incident.kept[-1].until
        if lifted is None and end - start < KEPT_LEAST:
            return None
    elif lifted is not None and at - lifted > KEPT_MOST:
        return None
    else:
        ended = stretches[-1].ended_at if stretches else None
        end = min(end, ended or end)
        start = max(end - KEPT_MOST, min(incident.occurred_at, end - KEPT_LEAST))
    return _measured(stretches, start, end)


def up_to(stretches: tuple[Stretch, ...], at: datetime) -> Window | None:
    """What was measured of a test in the last days before a moment, or before it ended."""
    ended = stretches[-1].ended_at if stretches else None
    end = min(at, ended or at)
    return _measured(stretches, end - KEPT_MOST, end)


def _measured(stretches: tuple[Stretch, ...], start: datetime, end: datetime) -> Window | None:
    """A window as far as the test ran in it."""
    ran = [(max(s.started_at, start), min(s.ended_at or end, end)) for s in stretches]
    ran = [(first, last) for first, last in ran if first < last]
    return Window(ran[0][0], ran[-1][1]) if ran else None


def may_be_kept(incident: Incident, stretches: tuple[Stretch, ...]) -> bool:
    """Whether something is, or will be, to keep of a test as it stands."""
    last = incident.lifted_at or END_OF_TIME
    return to_keep(replace(incident, keeping_since=None), stretches, last) is not None


def series_kept(case: Case) -> Iterator[tuple[str, int, KeptSeries]]:
    """Every file of series of a case, with the incident, or the closed inspection, it was kept for."""
    for incident in case.incidents:
        yield from (("incident", incident.number, kept) for kept in incident.kept)
    for inspection in case.inspections:
        if inspection.snapshot is not None and inspection.snapshot.kept is not None:
            yield "inspection", inspection.number, inspection.snapshot.kept
