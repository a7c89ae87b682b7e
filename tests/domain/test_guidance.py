"""Guidance and the good-faith file: what must be said, who is involved, and that nobody edits it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.case import Person, Signature
from sandbox.domain.deadline_rules import Name
from sandbox.domain.good_faith import PROTECTS, accepted_terms, good_faith_file
from sandbox.domain.guidance import Guidance, entry_facts, involved
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.passage import against
from sandbox.domain.processing import LegalHold, Processing
from sandbox.domain.regime import FineShield
from sandbox.domain.risk import Concern, Risk, RiskState, Weight
from sandbox.domain.seal import FIRST, Entry, SealedEntry
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.supervision import Order, OrderGround, OrderKind
from sandbox.domain.terms import SignatureMethod, TermsAcceptance
from tests.factories import ADA, AUTHORITY, CALENDAR, CASE_ID, PLAN, SUE, a_case
from tests.fakes import NOON
from tests.personal_data import a_dataset

MAX = Person("Max", Role.MARKET_SURVEILLANCE, "MSA", "NL")
DPA = Person("Dee", Role.DATA_PROTECTION, "DPA", "NL")
LATER = NOON + timedelta(days=40)
GIVEN = Guidance(
    *(1, "Ada", NOON, "How is Art. 10 shown?", "By the hold-out.", ("Art. 10(2)",)),
    *(Role.AUTHORITY, "", "Sue", NOON),
)
READ = replace(GIVEN, acknowledged_by="Ada", acknowledged_at=NOON)


def rules_against(case: Any, action: Action, by: Person) -> list[str]:
    return [reason.rule for reason in against(case, action, by)]


def entry(seq: int, action: Action, **facts: Any) -> SealedEntry:
    found = Entry(seq, NOON.isoformat(), "Sue", "authority", action, CASE_ID, facts)
    return SealedEntry(found, FIRST, f"seal {seq}")


def the_file(case: Any, *entries: SealedEntry, **changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "authority": AUTHORITY,
        "shield": FineShield.PROSPECTIVE_PROVIDERS,
        "at": LATER,
    }
    return good_faith_file(case, entries, changes.pop("alarms", ()), **(facts | changes))


@pytest.mark.rule("R57-07a")
@pytest.mark.parametrize(
    ("answer", "law", "refused"),
    [("yes", ("Art. 10",), False), ("yes", (), True), ("yes", (" ",), True), (" ", ("x",), True)],
)
def test_guidance_answers_and_names_its_law(
    answer: str, law: tuple[str, ...], refused: bool
) -> None:
    case = a_case(guidance=(replace(GIVEN, answer=answer, law=law),))

    assert ("R57-07a" in rules_against(case, Action.GIVE_GUIDANCE, SUE)) is refused


@pytest.mark.rule("R57-12")
def test_only_an_authority_that_is_involved_gives_guidance() -> None:
    seat = Seat(Role.MARKET_SURVEILLANCE, "NL", "", Capacity.CONCERNED, NOON)

    assert rules_against(a_case(), Action.GIVE_GUIDANCE, SUE) == []
    assert rules_against(a_case(seats=()), Action.GIVE_GUIDANCE, MAX) == ["R57-12"]
    assert rules_against(a_case(), Action.GIVE_GUIDANCE, DPA) == ["R57-12"]
    assert rules_against(a_case(seats=(seat,)), Action.GIVE_GUIDANCE, MAX) == []
    assert rules_against(a_case(dpa_reviewer="Dee"), Action.GIVE_GUIDANCE, DPA) == []
    shared = Seat(Role.AUTHORITY, "NL", "", Capacity.CONCERNED, NOON)  # of a joint sandbox
    assert rules_against(a_case(seats=(shared,)), Action.GIVE_GUIDANCE, MAX) == []
    lead = replace(shared, country="")
    assert rules_against(a_case(seats=(lead,)), Action.GIVE_GUIDANCE, MAX) == ["R57-12"]


@pytest.mark.rule("R57-12")
@pytest.mark.parametrize("followed", [True, False])
def test_following_is_shown_and_not_following_explained(followed: bool) -> None:
    told = replace(READ, followed=followed)

    assert rules_against(a_case(guidance=(told,)), Action.FOLLOW_GUIDANCE, ADA) == ["R57-12"]
    said = replace(told, evidence="report 1")
    assert rules_against(a_case(guidance=(said,)), Action.FOLLOW_GUIDANCE, ADA) == []


def test_an_entry_is_answered_then_acknowledged_then_followed() -> None:
    with pytest.raises(ValueError, match="not given"):
        Guidance(1, "Ada", NOON, acknowledged_at=NOON)
    with pytest.raises(ValueError, match="acknowledged before"):
        replace(GIVEN, followed=True)


def test_an_entry_says_whether_it_was_followed() -> None:
    assert [entry_facts(replace(READ, followed=f))["followed"] for f in (None, True, False)] == [
        "not told yet",
        "yes",
        "no",
    ]
    assert entry_facts(replace(GIVEN, question=""))["question"] is None


@pytest.mark.rule("R57-12b")
@pytest.mark.parametrize("shield", FineShield)
def test_the_file_says_whom_the_law_protects_and_that_it_decides_nothing(
    shield: FineShield,
) -> None:
    found = the_file(a_case(), shield=shield)

    assert found["protects"] == PROTECTS[shield]
    assert PROTECTS[FineShield.PROSPECTIVE_PROVIDERS] == "prospective providers"
    assert "no decision on a fine" in found["meaning"]


@pytest.mark.rule("R57-12a")
def test_the_file_says_that_the_participant_stays_liable() -> None:
    assert "stays liable" in the_file(a_case())["liability_for_damage"]


@pytest.mark.rule("R57-12")
def test_other_law_shields_where_its_authority_gave_guidance() -> None:
    by_dpa = replace(GIVEN, number=2, role=Role.DATA_PROTECTION, country="NL")
    unanswered = Guidance(3, "Ada", NOON, "?")

    assert involved((GIVEN, by_dpa, by_dpa, unanswered)) == ("authority", "data_protection NL")


@pytest.mark.rule("R57-12b")
def test_the_plan_in_force_is_the_one_that_was_agreed_and_signed() -> None:
    signed = Signature(Role.PROVIDER, str(ADA), "a" * 64, NOON)
    plan = replace(PLAN, version=2, extra_terms=("tell of every change",))
    case = a_case(plan=plan, plan_sha256="a" * 64, signatures=(signed,))

    proposed = the_file(case, entry(1, Action.SIGN_PLAN, plan_sha256="a" * 64))
    agreed = the_file(case, entry(1, Action.AGREE_PLAN, plan_sha256="a" * 64))

    assert proposed["plan_in_force"]["agreed_at"] is None
    assert agreed["plan_in_force"] == {
        "version": 2,
        "sha256": "a" * 64,
        "agreed_at": NOON.isoformat(),
        "signed_by": ["Ada (CreditCo)"],
    }
    assert [plan["sha256"] for plan in agreed["plans_agreed"]] == ["a" * 64]


@pytest.mark.rule("R57-12b")
def test_the_accepted_versions_of_the_terms_are_named() -> None:
    accepted = TermsAcceptance(
        *("3", "c" * 64, "Ada", "director", "none", SignatureMethod.SIMPLE, "", "Ada", NOON)
    )

    (terms,) = accepted_terms(a_case(terms_accepted=(accepted,)))

    assert (terms["version"], terms["sha256"]) == ("3", "c" * 64)
    assert (terms["signatory"], terms["accepted_at"]) == ("Ada", NOON.isoformat())
    assert accepted_terms(a_case()) == ()


@pytest.mark.rule("R57-12b")
def test_every_kind_of_deviation_stands_in_the_file() -> None:
    day = NOON.date()
    late = deadlines.start(Name.DL_10, day, CALENDAR, subject="incident 1")
    in_time = replace(deadlines.start(Name.DL_12, day, CALENDAR), met_at=NOON)
    authoritys = deadlines.start(Name.DL_08, day, CALENDAR)
    order = Order(
        *(1, OrderKind.SUSPEND, OrderGround.PLAN_BREACH, "DE", "too wide", "object", "", "Max"),
        NOON,
    )
    risk = Risk(*(1, "d", Concern.RIGHTS, Weight.SIGNIFICANT, "run 1", "Sue", NOON), due=day)
    case = a_case(
        stage=Stage.ACTIVE,
        deadlines=(late, in_time, authoritys),
        orders=(order,),
        guidance=(replace(READ, followed=False, evidence="too dear", followed_told_at=NOON),),
        risks=(
            risk,
            replace(risk, number=2, state=RiskState.EFFECTIVE, mitigated_at=LATER),
            replace(risk, number=3, state=RiskState.EFFECTIVE, mitigated_at=NOON),
        ),
    )
    suspended = entry(1, Action.SUSPEND, ground="plan_breach", reasons="the gap")

    found = the_file(case, suspended, alarms=[(NOON, "accuracy at least 0.7 is broken")])

    said = [deviation["deviation"] for deviation in found["deviations"]]
    for words in (
        "suspended (plan_breach): the gap",
        "order 1 to suspend, DE: too wide",
        "guidance 1 not followed: too dear",
        "risk 1 was to be mitigated by",
        "risk 2 was to be mitigated by",
        "accuracy at least 0.7 is broken",
        "DL-10 report of a serious incident (incident 1): due",
    ):
        assert sum(text.startswith(words) for text in said) == 1, words
    assert len(said) == 7
    assert [d["seen_at"] for d in found["deviations"]] == sorted(
        d["seen_at"] for d in found["deviations"]
    )


@pytest.mark.rule("R57-12b")
@pytest.mark.rule("R58-D21")
def test_a_termination_is_a_deviation_and_what_the_participant_asked_for_is_none() -> None:
    asked = {"ground": "participant_request", "reasons": "as asked"}
    order = Order(
        *(1, OrderKind.SUSPEND, OrderGround.PARTICIPANT_REQUEST, "", "as asked", "r", "", "Max"),
        NOON,
    )

    found = the_file(
        a_case(orders=(order,)),
        *(entry(n, action, **asked) for n, action in enumerate((Action.SUSPEND, Action.TERMINATE))),
        entry(3, Action.TERMINATE, ground="plan_breach", reasons="trained on the hold-out"),
        entry(4, Action.COMPLETE, reasons="done"),
    )

    assert [deviation["deviation"] for deviation in found["deviations"]] == [
        "terminated (plan_breach): trained on the hold-out"
    ]


@pytest.mark.rule("R57-12b")
def test_a_chance_that_lapsed_and_a_test_that_ended_by_itself_are_no_deviations() -> None:
    day = NOON.date()
    clocks = [deadlines.start(name, day, CALENDAR) for name in (Name.DL_05, Name.DL_03, Name.DL_04)]
    owed = deadlines.start(Name.DL_10, day, CALENDAR)
    late = tuple(replace(clock, met_at=LATER + timedelta(days=900)) for clock in (*clocks, owed))

    (only,) = the_file(a_case(deadlines=late))["deviations"]

    assert only["deviation"].startswith("DL-10")


@pytest.mark.rule("R57-12b")
@pytest.mark.rule("R59-g")
@pytest.mark.parametrize(("lifted_before_days", "is_late"), [(None, False), (-1, False), (1, True)])
def test_data_that_a_hold_kept_on_its_last_day_are_not_late(
    lifted_before_days: int | None, *, is_late: bool
) -> None:
    clock = deadlines.start(Name.DL_19, NOON.date(), CALENDAR)
    last = datetime(clock.due.year, clock.due.month, clock.due.day, 12, tzinfo=UTC)
    lifted = None if lifted_before_days is None else last - timedelta(days=lifted_before_days)
    held = LegalHold(1, None, "a court asks", "Art. 9", "Sue", NOON, lifted_at=lifted)
    processing = Processing(datasets=(a_dataset(1),), holds=(held,))
    open_still = the_file(
        a_case(deadlines=(clock,), processing=processing), at=last + timedelta(days=30)
    )

    assert bool(open_still["deviations"]) is is_late


@pytest.mark.rule("R57-12b")
@given(st.permutations(["a", "b", "c", "d"]))
def test_the_same_records_give_the_same_file(order: list[str]) -> None:
    alarms = [(NOON, text) for text in order]
    straight = [(NOON, text) for text in sorted(order)]

    assert the_file(a_case(), alarms=alarms) == the_file(a_case(), alarms=straight)


@pytest.mark.parametrize("followed", [None, True])
def test_what_is_followed_or_open_is_no_deviation(followed: bool | None) -> None:
    item = replace(READ, followed=followed, evidence="x", followed_told_at=NOON)

    assert the_file(a_case(guidance=(item,)))["deviations"] == []
