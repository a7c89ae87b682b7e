"""Which stretch of time is kept of what was measured while evidence of an incident is held."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.case import Stretch
from sandbox.domain.evidence_hold import (
    KEEPING,
    KEPT_LEAST,
    KEPT_MOST,
    Window,
    may_be_kept,
    to_keep,
)
from sandbox.domain.incident import Incident
from sandbox.domain.kept import KeptSeries
from tests.fakes import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG = (Stretch(NOON - 30 * DAY),)


def an_incident(**facts: object) -> Incident:
    opened = Incident(1, NOON, "Ada", NOON - HOUR, ("NL",), "x", "one", "Ada", NOON)
    return replace(opened, **facts)  # type: ignore[arg-type]  # fields by name


def kept(start: datetime, until: datetime) -> KeptSeries:
    return KeptSeries(start, until, until, "k", "v", "0" * 64, ())


@pytest.mark.rule("R73-06")
@pytest.mark.parametrize(
    ("facts", "stretches", "at", "expected"),
    [
        ({}, LONG, NOON, Window(NOON - KEPT_LEAST, NOON)),
        ({"occurred_at": NOON - 5 * DAY}, LONG, NOON, Window(NOON - 5 * DAY, NOON)),
        ({"occurred_at": NOON - 9 * DAY}, LONG, NOON, Window(NOON - KEPT_MOST, NOON)),
        ({}, (Stretch(NOON - HOUR),), NOON, Window(NOON - HOUR, NOON)),
        (
            {"occurred_at": NOON - 20 * DAY},
            (Stretch(NOON - 30 * DAY, NOON - 20 * DAY),),
            NOON,
            Window(NOON - 23 * DAY, NOON - 20 * DAY),
        ),
        ({}, (), NOON, None),
        ({"keeping_since": NOON}, LONG, NOON + KEEPING - HOUR / 60, None),
        ({"keeping_since": NOON - KEEPING}, LONG, NOON, Window(NOON - KEPT_LEAST, NOON)),
        ({"kept": (kept(NOON - DAY, NOON),)}, LONG, NOON + DAY, None),
        (
            {"kept": (kept(NOON - DAY, NOON),)},
            LONG,
            NOON + KEPT_LEAST,
            Window(NOON, NOON + KEPT_LEAST),
        ),
        (
            {"kept": (kept(NOON - DAY, NOON),), "closed_at": NOON + HOUR},
            LONG,
            NOON + DAY,
            Window(NOON, NOON + HOUR),
        ),
        ({"kept": (kept(NOON - DAY, NOON),), "closed_at": NOON}, LONG, NOON + DAY, None),
        ({"closed_at": NOON}, LONG, NOON + KEPT_MOST + HOUR, None),
    ],
)
def test_what_is_kept_reaches_from_before_the_occurrence_until_the_hold_is_lifted(
    facts: dict[str, object], stretches: tuple[Stretch, ...], at: datetime, expected: Window | None
) -> None:
    assert to_keep(an_incident(**facts), stretches, at) == expected


@given(
    pauses=st.lists(st.integers(1, 200), min_size=2, max_size=6),
    looks=st.lists(st.integers(1, 100), min_size=1, max_size=20),
    lifted=st.integers(1, 400),
)
def test_no_hour_of_a_running_test_is_left_out_and_none_kept_twice_while_a_hold_stands(
    pauses: list[int], looks: list[int], lifted: int
) -> None:
    """Looked at often enough; the test runs, pauses and runs again as the list of hours says."""
    edges = [NOON - DAY + sum(pauses[:n]) * HOUR for n in range(len(pauses) + 1)]
    stretches = tuple(Stretch(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))
    end = NOON + lifted * HOUR
    incident, at = an_incident(), NOON
    for hours in (*looks, 1000, 1):
        at += hours * HOUR
        known = replace(incident, authority_informed_of_change_at=end if at >= end else None)
        then = tuple(
            replace(s, ended_at=s.ended_at if s.ended_at and s.ended_at <= at else None)
            for s in stretches
            if s.started_at <= at
        )
        window = to_keep(known, then, min(at, end) if at >= end else at)
        if window:
            assert may_be_kept(known, then)
            incident = replace(incident, kept=(*incident.kept, kept(window.start, window.until)))
            known = replace(known, kept=incident.kept)

    assert not may_be_kept(known, then)
    files = incident.kept
    assert all(a.until <= b.start for a, b in pairwise(files))
    assert all(one.start < one.until <= end for one in files)
    for hour in range((end - NOON) // HOUR):
        moment = NOON + hour * HOUR + HOUR / 2
        if any(s.started_at < moment < (s.ended_at or end) for s in stretches):
            assert any(one.start <= moment <= one.until for one in files)
