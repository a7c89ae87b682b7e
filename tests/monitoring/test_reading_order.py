"""Documents are read from what they are about to their seals, whatever the order of their JSON."""

import json
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.application import Application
from sandbox.monitoring.reading_order import LAST, ORDER, RANK, in_reading_order

NAMES = st.sampled_from([*ORDER, *LAST, "unheard_of", "another"])
FACTS = st.recursive(
    st.text(max_size=3), lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=8
)


@given(FACTS)
def test_nothing_is_lost_or_changed(facts: object) -> None:
    assert in_reading_order(facts) == facts


def test_the_case_comes_first_what_is_not_named_before_the_signatures_and_the_seal_last() -> None:
    facts = {"ledger_seal": "s", "unheard_of": [{"value": 1, "metric": "m"}], "signed_by": "A"}
    facts |= {"scope": "x", "objectives": "o", "case": "c"}

    assert json.dumps(in_reading_order(facts)) == json.dumps(
        {
            "case": "c",
            "objectives": "o",
            "scope": "x",
            "unheard_of": [{"metric": "m", "value": 1}],
            "signed_by": "A",
            "ledger_seal": "s",
        }
    )


def test_no_field_has_two_places() -> None:
    assert len({*ORDER, *LAST}) == len(ORDER) + len(LAST)


def test_every_field_of_an_application_has_its_place() -> None:
    assert {field.name for field in fields(Application)} <= set(RANK)
