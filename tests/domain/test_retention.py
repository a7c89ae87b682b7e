"""How long records are kept, and what stands against deleting them (Art. 78)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain import retention
from sandbox.domain.action import Action
from sandbox.domain.appeal import Appeal
from sandbox.domain.case import SYSTEM, Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadline_subjects import UNASKED
from sandbox.domain.deadlines import start_at
from sandbox.domain.decision import Decision
from sandbox.domain.erasure import Erasure, Keeping
from sandbox.domain.lifecycle import OVER, Stage
from sandbox.domain.passage import GUARDS, take
from sandbox.domain.processing import LegalHold, Processing, Right, RightsRequest
from sandbox.domain.proof import Declined, ProofRequest
from sandbox.domain.regime import REGIME
from sandbox.domain.shares import Share
from sandbox.domain.supervision import AuthorityRequest, Inspection, RequestKind
from sandbox.errors import RuleBroken
from sandbox.regimes import regime
from tests.factories import SUE, TOM, a_case
from tests.fakes import NOON
from tests.personal_data import a_dataset

DAY = date(2026, 11, 24)
OVER_SINCE_YESTERDAY = Keeping(DAY, DAY - timedelta(days=1))
REJECTION = Decision(*(False, "no", "object", "", "Sue", NOON), appeal_until=date(2027, 1, 5))
HOLD = LegalHold(1, None, "a claim before the court", "Art. 79 GDPR", "Sue", NOON)
CLOSED = a_case(stage=Stage.CLOSED)


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("facts", "locked_until", "years", "until"),
    [
        ({}, None, 10, date(2036, 11, 24)),
        ({}, None, 1, date(2027, 11, 24)),
        ({}, date(2030, 1, 1), 10, date(2036, 11, 24)),
        ({}, date(2040, 1, 1), 10, date(2040, 1, 1)),
        ({"decision": REJECTION}, None, 10, date(2037, 1, 5)),
        ({"decision": replace(REJECTION, appeal_until=None)}, None, 10, date(2036, 11, 24)),
    ],
)
def test_records_are_kept_for_years_after_the_last_event_and_as_long_as_a_file_is_locked(
    facts: dict[str, Any], locked_until: date | None, years: int, until: date
) -> None:
    case = a_case(stage=Stage.REJECTED, **facts)

    found = retention.kept_until(case, last_event_on=DAY, locked_until=locked_until, years=years)

    assert found == until


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    assert retention.kept_until(
        CLOSED, last_event_on=date(2028, 2, 29), locked_until=None, years=1
    ) == date(2029, 2, 28)


REQUEST = AuthorityRequest(2, RequestKind.RIGHTS_DOCUMENTS, "why", "Rita", NOON)
SHARE = Share(3, SUE.role, "DE", (), "a look", "Art. 57(13)", DAY, "Sue", NOON, of_right=True)
NEEDS: list[tuple[dict[str, Any], str]] = [
    ({"stage": Stage.ACTIVE}, "the case is active"),
    ({"processing": Processing(holds=(HOLD,))}, "legal hold 1 since 2026-11-24: a claim"),
    ({"processing": Processing(holds=(replace(HOLD, dataset=1),))}, "legal hold 1"),
    ({"processing": Processing(datasets=(a_dataset(released_at=NOON),))}, "is not deleted"),
    (
        {
            "processing": Processing(
                rights_requests=(RightsRequest(4, Right.ACCESS, "s-1", DAY, "Ada", NOON),)
            )
        },
        "request 4 of a data subject is not answered",
    ),
    (
        {"appeals": (Appeal(1, REJECTION, "wrong", "Ada", NOON, DAY),)},
        "appeal 1 is not decided",
    ),
    (
        {"inspections": (Inspection(1, True, "s", "p", "w", "Max", NOON),)},
        "inspection 1 is open",
    ),
    ({"requests": (REQUEST,)}, "request 2 is not answered"),
    ({"proof_requests": (ProofRequest(5, "Ada", NOON),)}, "proof 5 is not answered"),
    (
        {"deadlines": (start_at(Name.DL_17, NOON, subject=UNASKED),)},
        "the data of subjects who were not asked",
    ),
    ({"shares": (SHARE,)}, "share 3 lets another authority read until 2026-11-24"),
]


@pytest.mark.rule("R78")
@pytest.mark.parametrize(("facts", "why"), NEEDS)
def test_what_somebody_still_waits_for_is_needed(facts: dict[str, Any], why: str) -> None:
    case = a_case(**{"stage": Stage.CLOSED, **facts})

    assert [why in said for said in retention.against(case, OVER_SINCE_YESTERDAY)] == [True]


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"processing": Processing(holds=(replace(HOLD, lifted_at=NOON),))},
        {"requests": (replace(REQUEST, answered_at=NOON),)},
        {"shares": (replace(SHARE, ended_at=NOON),)},
        {"proof_requests": (ProofRequest(5, "Ada", NOON, declined=Declined("no", "Sue", NOON)),)},
    ],
)
def test_what_was_settled_is_not_needed(facts: dict[str, Any]) -> None:
    assert retention.against(a_case(stage=Stage.CLOSED, **facts), OVER_SINCE_YESTERDAY) == ()


def wanted(case: Case, keeping: Keeping, confirmed_by: str = "Tom") -> Case:
    return replace(case, erasure=Erasure(keeping, "Sue", NOON, confirmed_by, NOON))


@pytest.mark.rule("R78")
@given(
    stage=st.sampled_from(OVER),
    event=st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    lock=st.none() | st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    today=st.dates(date(2020, 1, 1), date(2100, 1, 1)),
    years=st.integers(1, 30),
    hold=st.none() | st.just(HOLD) | st.just(replace(HOLD, lifted_at=NOON)),
)
def test_nobody_erases_under_a_hold_or_a_lock_or_before_the_time(
    *,
    stage: Stage,
    event: date,
    lock: date | None,
    today: date,
    years: int,
    hold: LegalHold | None,
) -> None:
    case = a_case(stage=stage, processing=Processing(holds=(hold,) if hold else ()))
    until = retention.kept_until(case, last_event_on=event, locked_until=lock, years=years)
    held = hold is not None and hold.lifted_at is None
    locked = lock is not None and today <= lock
    early = today <= retention.kept_until(case, last_event_on=event, locked_until=None, years=years)
    asked = wanted(case, Keeping(today, until))

    free = not (held or locked or early)
    for action, by in ((Action.PROPOSE_ERASURE, SUE), (Action.CONFIRM_ERASURE, TOM)):
        assert lawful(asked, action, by) == free
    assert not held or not lawful(asked, Action.ERASE, SYSTEM)


def lawful(case: Case, action: Action, by: Any) -> bool:  # Any: a Person
    try:
        take(case, action, by)
    except RuleBroken:
        return False
    return True


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("confirmed_by", "why"),
    [("", "nobody confirmed"), ("Sue", "a second person must")],
)
def test_one_person_alone_erases_nothing(confirmed_by: str, why: str) -> None:
    case = wanted(CLOSED, OVER_SINCE_YESTERDAY, confirmed_by)

    for action, by in ((Action.CONFIRM_ERASURE, SUE), (Action.ERASE, SYSTEM)):
        with pytest.raises(RuleBroken, match=why):
            take(case, action, by)


@pytest.mark.rule("R78")
def test_a_hold_comes_before_the_erasure_begins_or_not_at_all() -> None:
    asked = wanted(CLOSED, OVER_SINCE_YESTERDAY)
    held = Processing(holds=(HOLD,))

    take(asked, Action.PLACE_HOLD, SUE, processing=held)
    begun = replace(asked, erasure=replace(asked.erasure, begun_at=NOON))  # type: ignore[type-var]  # it is there
    with pytest.raises(RuleBroken, match="erasure has begun"):
        take(begun, Action.PLACE_HOLD, SUE, processing=held)


@pytest.mark.rule("R78")
def test_another_authority_erases_nothing_here() -> None:
    german = replace(SUE, country="DE")

    reasons = [
        sentence
        for _, found in GUARDS[Action.PROPOSE_ERASURE]
        for sentence in found(wanted(CLOSED, OVER_SINCE_YESTERDAY), german)
    ]
    assert reasons == ["the records are those of the authority that runs the sandbox"]


@pytest.mark.parametrize("name", ["record_retention_years", "draft_retention_months"])
def test_how_long_is_kept_is_a_choice_of_the_installation(name: str, tmp_path: Path) -> None:
    path = tmp_path / "regime.toml"
    path.write_text(f"{name} = 5\n")
    assert getattr(regime(str(path)), name) == 5
    for bad in ("0", "true", "1.5", '"ten"'):
        path.write_text(f"{name} = {bad}\n")
        with pytest.raises(ValueError, match=f"{name} is a whole number"):
            regime(str(path))
    assert (REGIME.record_retention_years, REGIME.draft_retention_months) == (10, 12)
