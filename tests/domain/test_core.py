"""Environment, capacity, measurement, screening and the seal, by properties and examples."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain import guardrails, naming
from sandbox.domain.capacity import Reservation, first_shortfall
from sandbox.domain.environment import Environment, Phase, Step, Wanted, next_step, public_status
from sandbox.domain.measurement import Measurement, Point, Series, Verdict, overall
from sandbox.domain.naming import CaseId
from sandbox.domain.plan import Bound, Threshold
from sandbox.domain.seal import FIRST, Entry, SealedEntry, canonical, first_break, seal
from tests.factories import CASE_ID, PLAN
from tests.fakes import NOON

environments = st.builds(
    Environment,
    case_id=st.just(CASE_ID),
    wanted=st.sampled_from(Wanted),
    wanted_generation=st.integers(1, 5),
    phase=st.sampled_from(Phase),
    applied_generation=st.integers(0, 5),
    stack_exists=st.booleans(),
)


@given(environments)
def test_an_environment_rests_after_at_most_one_successful_step(env: Environment) -> None:
    step = next_step(env)

    if step is Step.APPLY:
        env = replace(env, phase=Phase.READY, applied_generation=env.wanted_generation)
    elif step is Step.DESTROY:
        env = replace(env, phase=Phase.ABSENT, applied_generation=0)

    assert next_step(env) is None
    assert public_status(env) in {"running", "frozen", "absent"}


RESERVATIONS = st.builds(
    lambda case, gpus, first, length: Reservation(
        CaseId(case), "H100", gpus, first, first + timedelta(days=length)
    ),
    st.sampled_from(["ca", "cb", "cc"]),
    st.integers(1, 4),
    st.dates(date(2026, 1, 1), date(2026, 2, 1)),
    st.integers(0, 20),
)


@given(RESERVATIONS, st.lists(RESERVATIONS, max_size=6), st.integers(0, 10))
def test_a_shortfall_is_found_exactly_when_some_day_has_too_few(
    wanted: Reservation, held: list[Reservation], total: int
) -> None:
    others = [r for r in held if r.case_id != wanted.case_id]
    length = (wanted.last_day - wanted.first_day).days
    days = [wanted.first_day + timedelta(days=n) for n in range(length + 1)]
    short = [d for d in days if total - sum(r.gpus for r in others if r.holds(d)) < wanted.gpus]

    found = first_shortfall(wanted, tuple(held), total)

    assert (found.day if found else None) == (short[0] if short else None)


def test_a_shortfall_is_a_sentence_with_a_day_and_two_numbers() -> None:
    wanted = Reservation(CASE_ID, "H100", 4, date(2026, 12, 1), date(2026, 12, 2))

    sentence = str(first_shortfall(wanted, (), 3))

    assert sentence == "4 GPUs of type H100 were asked for on 01 December 2026; 3 are free"


def a_series(*values: float, expected: int = 10) -> Series:
    points = tuple(Point(NOON.timestamp() + n, v) for n, v in enumerate(values))
    return Series("q", NOON, NOON + timedelta(seconds=expected - 1), 1.0, points)


def measured(threshold: Threshold, *values: float) -> Verdict:
    return Measurement(threshold, a_series(*values), "ratio", "").verdict


GAP = Threshold("group_gap", Bound.AT_MOST, 0.1, "Art. 10")


def test_missing_data_is_never_a_pass() -> None:
    assert measured(GAP) is Verdict.NO_DATA
    assert measured(GAP, *[0.0] * 8) is Verdict.NO_DATA
    assert measured(GAP, *[float("nan")] * 10) is Verdict.NO_DATA
    assert measured(GAP, *[0.0] * 9) is Verdict.PASS


def test_one_broken_sample_fails_even_when_others_are_missing() -> None:
    assert measured(GAP, 0.2) is Verdict.FAIL


def test_the_bar_itself_is_on_the_right_side() -> None:
    assert measured(GAP, *[0.1] * 10) is Verdict.PASS


@given(st.lists(st.sampled_from(Verdict), max_size=5))
def test_a_report_passes_only_when_everything_passed(verdicts: list[Verdict]) -> None:
    passed = bool(verdicts) and all(v is Verdict.PASS for v in verdicts)

    assert (overall(tuple(verdicts)) is Verdict.PASS) == passed


def test_a_good_plan_breaks_no_guardrail() -> None:
    assert guardrails.violations(PLAN) == ()
    as_long_as_one_may_ask = replace(PLAN, last_day=PLAN.first_day + timedelta(weeks=520))
    assert guardrails.violations(as_long_as_one_may_ask) == ()


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "10.0.0.0/8", "169.254.169.254/32", "x", "::/0"])
def test_open_or_strange_egress_breaks_a_guardrail(cidr: str) -> None:
    assert guardrails.violations(replace(PLAN, egress=(cidr,)))


@pytest.mark.parametrize("text", ["", "c", "case-1", "C" * 11, "cabcdefghi1", "cabcdefghij/../x"])
def test_what_cannot_be_a_namespace_is_no_case_id(text: str) -> None:
    with pytest.raises(ValueError, match="case id"):
        naming.case_id(text)


FACTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(FACTS)
def test_our_canonical_form_is_that_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # drawn JSON


def test_a_float_has_no_place_in_the_ledger() -> None:
    with pytest.raises(ValueError, match="float"):
        canonical({"x": 0.5})  # type: ignore[dict-item]


def chain(length: int) -> list[SealedEntry]:
    entries, previous = [], FIRST
    for n in range(1, length + 1):
        entry = Entry(n, NOON.isoformat(), "Sue", "authority", "note", CASE_ID, {"n": n})
        entries.append(SealedEntry(entry, previous, seal(entry, previous)))
        previous = entries[-1].seal
    return entries


@given(st.integers(1, 8), st.data())
def test_any_edit_deletion_or_exchange_in_the_ledger_is_found(
    length: int, data: st.DataObject
) -> None:
    entries = chain(length)
    assert first_break(entries) is None
    at = data.draw(st.integers(0, length - 1))

    changed = entries[at].entry.facts | {"n": -1}
    edited = [
        replace(s, entry=replace(s.entry, facts=changed)) if n == at else s
        for n, s in enumerate(entries)
    ]

    assert first_break(edited) == edited[at]
    if at < length - 1:
        assert first_break(entries[:at] + entries[at + 1 :]) is not None
        assert first_break([*entries[:at], entries[at + 1], entries[at]]) is not None
    assert json.loads(canonical(dict(entries[at].entry.facts)))
