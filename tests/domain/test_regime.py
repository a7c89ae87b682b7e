"""Every switch of a regime changes something that can be seen, or takes one value only."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from sandbox.domain.decision import Decision
from sandbox.domain.fees import fee_for
from sandbox.domain.letter import decision_letter
from sandbox.domain.regime import (
    ACTS,
    REGIME,
    AnnexIARegistration,
    ImplementingAct,
    IncompleteApplication,
    NonEUSMEFee,
    Regime,
    Sandbox,
    SandboxKind,
)
from sandbox.domain.routing import route
from sandbox.domain.seats import derived
from sandbox.domain.testing_basis import Basis, Footing, registration_required
from sandbox.errors import RuleBroken
from tests.factories import APPLICATION, AUTHORITY, a_case
from tests.fakes import NOON

ABROAD = replace(APPLICATION, eu_establishment=False)
PRODUCT = replace(APPLICATION, annex_iii=(), annex_i=("I-A4",))
INSIDE = Footing(Basis.IN_SANDBOX, "R58-04", "r", registration=True)
ADMISSION = Decision(True, "Yes.", "Object.", "", "Sue", NOON)
ADOPTED = ImplementingAct("ADOPTED", "an act", adopted=True, applies_from=date(2027, 1, 1))


def letter(regime: Regime) -> dict[str, Any]:
    return decision_letter(a_case(application=ABROAD), ADMISSION, AUTHORITY, "0" * 64, regime)


# Switch -> another value, and what somebody sees of it.
SEEN: dict[str, tuple[object, Callable[[Regime], object]]] = {
    "implementing_act": (ADOPTED, lambda r: letter(r)["regime"]),
    "non_eu_sme_fee": (NonEUSMEFee.FREE, lambda r: letter(r)["fee_reason"]),
    "annex_i_a_registration": (
        AnnexIARegistration.NOT_REQUIRED,
        lambda r: registration_required(PRODUCT, (INSIDE,), r),
    ),
    "sandbox": (
        Sandbox(SandboxKind.UNION),
        lambda r: derived(APPLICATION, route(APPLICATION, (), r.sandbox.kind), r, NOON),
    ),
}
ONE_VALUE = {"incomplete_application": IncompleteApplication}
# Their subjects (publication, good faith, deletion, risks, retention) have tests of their own.
ELSEWHERE = {
    *("exit_report_publish", "fine_shield"),
    *("log_retention_after_exit", "weights_are_personal_data", "risk_mitigation_days"),
    *("record_retention_years", "draft_retention_months"),
}


@pytest.mark.rule("R58-01")
@pytest.mark.parametrize("switch", sorted(SEEN))
def test_a_switch_changes_what_somebody_sees(switch: str) -> None:
    other, seen = SEEN[switch]

    assert seen(replace(REGIME, **{switch: other})) != seen(REGIME)  # type: ignore[arg-type]  # by name


def test_no_switch_is_forgotten() -> None:
    assert {f.name for f in fields(Regime)} == SEEN.keys() | ONE_VALUE.keys() | ELSEWHERE


def test_what_nothing_supports_has_one_value() -> None:
    assert all(len(words) == 1 for words in ONE_VALUE.values())
    assert len(ACTS) == 1


@pytest.mark.rule("R58-02d")
@pytest.mark.parametrize(
    ("reading", "eur", "why"),
    [
        (NonEUSMEFee.ASK_AUTHORITY, None, "whether a fee is due"),
        (NonEUSMEFee.CHARGED, None, "a fee is due"),
        (NonEUSMEFee.FREE, 0, "free of charge"),
    ],
)
def test_the_fee_of_an_sme_without_an_office_follows_the_reading(
    reading: NonEUSMEFee, eur: int | None, why: str
) -> None:
    offer = fee_for(ABROAD, None, reading)

    assert offer.eur == eur
    assert why in offer.why
    assert fee_for(APPLICATION, None, reading).eur == 0


@pytest.mark.rule("R57-16")
def test_a_sandbox_takes_applications_until_the_day_on_which_it_ends() -> None:
    begun, ended = date(2026, 1, 1), date(2026, 11, 23)
    sandbox = Sandbox(established_on=begun, ended_on=ended)

    sandbox.refuse_if_ended(ended)
    Sandbox(established_on=begun).refuse_if_ended(date.max)
    Sandbox().refuse_if_ended(date.max)
    with pytest.raises(RuleBroken, match="ended on 2026-11-23") as refused:
        sandbox.refuse_if_ended(date(2026, 11, 24))
    assert [reason.rule for reason in refused.value.reasons] == ["R57-16"]
