"""What stands against showing a case to another authority, without a walk to it (Art. 57(13))."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.passage import against
from sandbox.domain.shares import Part, Share
from tests.factories import ADA, SUE, a_case
from tests.fakes import NOON

TESS = Person("Tess", Role.AUTHORITY, "FR authority", "FR")
SHARE = Share(
    number=1,
    role=Role.MARKET_SURVEILLANCE,
    country="FR",
    parts=(Part.PLAN,),
    purpose="the same system is tested there",
    legal_basis="Art. 57(13)",
    last_day=date(2026, 12, 24),
    by="Sue",
    at=NOON,
)


def against_one(action: Action, by: Person, **changes: Any) -> list[tuple[str, str]]:
    case = a_case(stage=Stage.ACTIVE, shares=(replace(SHARE, **changes),))
    return [(reason.rule, reason.sentence) for reason in against(case, action, by)]


@pytest.mark.rule("R57-13")
@pytest.mark.parametrize(
    ("by", "changes", "why"),
    [
        (TESS, {}, "a case is shared by the authority that leads it"),
        (SUE, {"country": ""}, "a market_surveillance is that of a country: name it"),
        (SUE, {"role": Role.BOARD}, "the board is that of the Union and of no country"),
        (SUE, {"role": Role.OPERATOR}, "a case is not shared with a operator: authorities and the Union alone"),
    ],
)  # fmt: skip
def test_only_the_lead_shares_a_case_and_only_with_another_authority(
    by: Person, changes: dict[str, Any], why: str
) -> None:
    assert against_one(Action.SHARE_CASE, SUE) == []
    assert against_one(Action.SHARE_CASE, by, **changes) == [("R57-13", why)]


@pytest.mark.rule("R57-13")
@pytest.mark.parametrize(
    ("changes", "is_waited_for"),
    [({}, True), ({"of_right": True}, False), ({"ended_at": NOON}, False)],
)
def test_a_provider_consents_where_a_share_waits_for_it(
    changes: dict[str, Any], is_waited_for: bool
) -> None:
    why = [] if is_waited_for else [("R57-13", "no share waits for consent, or rests on it")]

    assert against_one(Action.CONSENT_TO_SHARE, ADA, **changes) == why
