"""Each screening, and the decision, tell of each Member State of a test what it would stand on there."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sandbox.domain.case import Case
from sandbox.domain.member_state import Framework, Union
from sandbox.domain.papers import Paper
from sandbox.errors import RuleBroken
from sandbox.stages import screen
from sandbox.store import documents
from tests.factories import AUTHORITY, SUE, UNION
from tests.office import Office
from tests.stages.reviewing import answer, ask
from tests.stages.testing import draft, with_a_test

VEHICLE: dict[str, Any] = {
    "annex_iii": (),
    "annex_i": ("I-B18",),
    "profiles_persons": False,
    "real_world_test": True,
    "test_member_states": ("NL", "DE"),
}
ROAD = Framework("Road Test Act", date(2026, 1, 1))
INSIDE = (
    "real-world test in NL: inside a sandbox: "
    "terms and safeguards must be agreed for it (Art. 58(4), 76(2))"
)
NONE_IN = "no real-world test in {0}: Annex I Section B, and {0} has no framework (Art. 60a(1))"
IN_GERMANY = NONE_IN.format("DE")


def told(case: Case) -> list[str]:
    return [f.sentence for f in case.findings if "real-world test in " in f.sentence]


@pytest.mark.rule("R60-1")
@pytest.mark.rule("R60a-1")
@pytest.mark.rule("R58-04")
def test_the_first_screening_tells_before_admission_what_the_testing_plan_is_refused_by(
    office: Office,
) -> None:
    case_id = with_a_test(office, **VEHICLE)

    assert told(office.case(case_id)) == [INSIDE, IN_GERMANY]
    with pytest.raises(RuleBroken, match="DE: Annex I Section B, and DE has no framework"):
        draft(office, case_id)


@pytest.mark.rule("R60a-1")
def test_an_answer_with_other_member_states_is_told_of_those_as_their_frameworks_stand_then(
    office: Office,
) -> None:
    case_id = office.apply(**VEHICLE)
    ask(office, case_id)

    answered = answer(office, case_id, **VEHICLE | {"test_member_states": ("DE", "FR")})

    assert told(answered) == [IN_GERMANY, NONE_IN.format("FR")]
    office.union = Union({**UNION.states, "DE": replace(UNION.of("DE"), framework_60a=ROAD)})
    assert told(office.case(office.apply("later", **VEHICLE))) == [
        INSIDE,
        "real-world test in DE: Annex I Section B under Road Test Act (Art. 60a)",
    ]
    assert told(office.case(case_id)) == told(answered)


@pytest.mark.rule("A5-c")
def test_a_practice_that_is_cleared_and_a_replay_tell_of_the_test_too(office: Office) -> None:
    case_id = office.apply(**VEHICLE, prohibited=("A5-c",))
    asked: dict[str, Any] = {
        "by": SUE,
        "sessions": office.sessions,
        "authority": AUTHORITY,
        "clock": office.clock,
    }
    assert told(office.case(case_id)) == []

    case = screen.review_practice(
        case_id, "A5-c", confirmed=False, reasons="none", version=None, **asked
    )

    assert told(case) == [INSIDE, IN_GERMANY]
    replayed = screen.replay(case_id, case.rules_version, **asked)
    assert (replayed.findings, replayed.added, replayed.removed) == (case.findings, (), ())


@pytest.mark.rule("R58-04")
@pytest.mark.rule("D4")
def test_the_decision_names_for_each_member_state_the_rule_and_article_its_test_is_under(
    office: Office,
) -> None:
    case_id = office.apply(**VEHICLE)
    office.decide(case_id)
    office.work()

    with office.sessions.begin() as session:
        letter = documents.load(session, case_id, Paper.DECISION, 1).assembled
    assert letter is not None
    rows = [row for row in letter["screening"] if "real-world test" in row["finding"]]
    assert rows == [
        {"finding": INSIDE, "means": "notice", "rule": "R58-04", "article": "Art. 58(4)"},
        {
            "finding": IN_GERMANY,
            "means": "notice",
            "rule": "R60a-1",
            "article": "Art. 60a(1)-(3)",
        },
    ]
