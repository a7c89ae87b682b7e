"""The log of processing: one hash stands for all of it, and every change is seen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.access_log import Access, LoggedAccess, first_break, seal
from sandbox.domain.seal import FIRST
from tests.fakes import NOON

Lines = list[LoggedAccess]


def a_log(length: int) -> Lines:
    lines: Lines = []
    previous = FIRST
    for number in range(1, length + 1):
        at = NOON + timedelta(minutes=number)
        access = Access(f"k{number}", at, "Ada", 1, "training", "job-1")
        previous = seal(access, previous, number=number, authorised=True)
        lines.append(LoggedAccess(number, access, True, previous))
    return lines


@pytest.mark.rule("R59-h")
@given(st.integers(1, 8), st.data())
def test_a_line_that_was_changed_removed_or_moved_is_named(
    length: int, data: st.DataObject
) -> None:
    lines = a_log(length)
    assert first_break(lines) is None
    place = data.draw(st.integers(0, length - 1))
    line = lines[place]
    changed = data.draw(
        st.sampled_from(
            [
                replace(line, authorised=False),
                replace(line, number=length + 1),
                *(
                    replace(line, access=replace(line.access, **{name: value}))  # type: ignore[arg-type]  # fields by name
                    for name, value in (
                        ("who", "Eve"),
                        ("dataset", 2),
                        ("purpose", "fun"),
                        ("job", ""),
                        ("key", "x"),
                        ("at", NOON),
                    )
                ),
            ]
        )
    )

    assert first_break([*lines[:place], changed, *lines[place + 1 :]]) == changed
    if place < length - 1:
        assert first_break([*lines[:place], *lines[place + 1 :]]) == lines[place + 1]
