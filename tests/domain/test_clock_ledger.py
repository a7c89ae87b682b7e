"""The clocks of a case read from its ledger alone, and what does not add up is named."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.clock_ledger import changes, of_other_length, read, wrong
from sandbox.domain.deadline_rules import BY_NAME, RUNNING, Counting, Name
from sandbox.domain.deadlines import Deadline, meet, start, start_at
from sandbox.domain.seal import Entry, Facts, canonical
from tests.factories import CALENDAR, CASE_ID
from tests.fakes import NOON

TUESDAY = date(2026, 11, 24)


def entry(seq: int, facts: dict[str, Facts], action: str = "x", actor: str = "Sue") -> Entry:
    return Entry(seq, NOON.isoformat(), actor, "authority", action, CASE_ID, facts)


def of(name: Name, days: int = 0, subject: str = "") -> Deadline:
    if BY_NAME[name].counting is Counting.HOURS:
        return start_at(name, NOON + timedelta(days=days), subject=subject)
    return start(name, TUESDAY + timedelta(days=days), CALENDAR, subject=subject)


STATES = st.lists(
    st.builds(
        lambda name, days, subject, met: replace(
            of(name, days, subject), met_at=NOON if met else None
        ),
        st.sampled_from(RUNNING),
        st.integers(0, 2),
        st.sampled_from(["", "DE"]),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda clock: clock.key,
).map(tuple)


@given(states=st.lists(STATES, max_size=5))
def test_whatever_happens_to_clocks_the_ledger_tells_the_same(
    states: list[tuple[Deadline, ...]],
) -> None:
    entries = [
        entry(seq, changes(before, after))
        for seq, (before, after) in enumerate(zip([(), *states], states, strict=False), 1)
    ]

    kept = read(entries)

    assert {k.clock.key: k.clock for k in kept} == {c.key: c for c in (states or [()])[-1]}
    assert wrong(kept) == ()
    for written in entries:
        canonical(written.facts)


def test_a_clock_knows_which_entry_started_and_which_met_it() -> None:
    running = (of(Name.DL_01),)
    met = meet(running, Name.DL_01, NOON)

    (kept,) = read(
        [
            entry(1, changes((), running), "apply", "Ada"),
            entry(2, changes(running, met), "admit", "Sue"),
        ]
    )

    assert (kept.started_by.action, kept.started_by.actor) == ("apply", "Ada")
    assert kept.met_by is not None
    assert (kept.met_by.seq, kept.met_by.actor) == (2, "Sue")
    assert kept.clock.met_at == NOON


def later_due(line: dict[str, Any]) -> None:
    line["due"] = "2027-03-24"


def a_day_off(line: dict[str, Any]) -> None:
    line["holidays"] = ["2027-02-24"]


def another_start(line: dict[str, Any]) -> None:
    line["started_on"] = "2026-11-20"


@pytest.mark.parametrize("change", [later_due, a_day_off, another_start])
def test_a_due_date_that_does_not_follow_is_named(change: Any) -> None:
    facts = changes((), (of(Name.DL_01),))
    change(facts["clocks_started"][0])  # type: ignore[index] # a list, as `changes` writes it

    (sentence,) = wrong(read([entry(1, facts)]))

    assert sentence.startswith("DL-01 of 2026-11-2")
    assert "computed" in sentence


@pytest.mark.rule("R58-01")
def test_a_length_that_the_catalogue_has_no_more_is_counted_with_and_named() -> None:
    facts = changes((), (of(Name.DL_01),))
    line: Any = facts["clocks_started"][0]  # type: ignore[index] # a list, as `changes` writes it
    assert line["length"] == {"months": 3}
    line |= {"length": {"months": 2}, "due": "2027-01-25"}

    kept = read([entry(1, facts)])

    assert wrong(kept) == ()
    assert of_other_length(kept) == (
        "DL-01 of 2026-11-24: counted with 2 months, the catalogue says 3 months",
    )
    line["due"] = "2027-02-24"  # as the catalogue counts now, and not as it was counted then
    assert wrong(read([entry(1, facts)])) != ()


def test_an_entry_of_before_lengths_were_kept_is_counted_by_the_catalogue() -> None:
    facts = changes((), (of(Name.DL_01),))
    line: Any = facts["clocks_started"][0]  # type: ignore[index] # as above
    del line["length"]

    kept = read([entry(1, facts)])

    assert (wrong(kept), of_other_length(kept)) == ((), ())


@pytest.mark.parametrize(
    "facts",
    [
        {"clocks_started": "all"},
        {"clocks_started": ["DL-01"]},
        {"clocks_started": [{"name": "DL-99"}]},
        {"clocks_met": [{"name": "DL-01", "subject": "", "started_on": "2026-11-24"}]},
    ],
)
def test_what_cannot_be_read_is_no_clock(facts: dict[str, Facts]) -> None:
    with pytest.raises((ValueError, KeyError)):
        read([entry(1, facts)])
