"""A real-world test that may start, to be changed in the one place a test is about."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.consent import ConsentForm
from sandbox.domain.language import Language
from sandbox.domain.lifecycle import Stage
from sandbox.domain.progress import Progress, Turn
from sandbox.domain.real_world import RealWorldTest, turned
from sandbox.domain.registration import AnnexIX, Registration, Section
from sandbox.domain.territory import Territory, TerritoryState
from sandbox.domain.testing_basis import Basis, Footing
from sandbox.domain.testing_conditions import (
    DeployerAgreement,
    Duty,
    Ethics,
    Evidence,
    Overseer,
    Protection,
    Proven,
    RealWorldPlan,
    Terms,
)
from tests.factories import APPLICATION, PLAN, a_case
from tests.fakes import NOON

FIRST = date(2026, 11, 24)
DRAFT = RealWorldPlan(
    version=1,
    objectives="Does it treat people alike?",
    methodology="Scores beside those of people.",
    geographical_scope="two offices",
    population_scope="applicants for a loan",
    temporal_scope="six weeks",
    monitoring="every score",
    organisation="a team of four",
    conduct="a person decides",
    first_day=FIRST,
    last_day=date(2027, 1, 15),
    countries=("NL", "DE"),
    stop_rules="any wrong refusal",
)
UNASKED = replace(
    DRAFT,
    without_consent="who is asked behaves otherwise",
    no_negative_effect="no score is used; a person decides",
)
ABLE = Overseer("Olga", "credit officer for ten years", trained=True, empowered=True)
EVIDENCE = Evidence(
    protections=(Protection("elderly", "a person explains"),),
    deployers=("BankCo",),
    overseers=(ABLE,),
    reversal_drill=Proven("ten outputs reversed", "a" * 64),
    recall_runbook=Proven("switched off in a minute", "b" * 64),
    dpia_reference="DPIA-7",
    ethics=Ethics.NONE,
    insurance="policy 12",
)
AGREEMENT = DeployerAgreement(
    *("BankCo", "BankCo decides", True, "Ada (CreditCo)", "Bo (BankCo)"),
    responsibilities="BankCo answers its customers, CreditCo for the score",
    oversight_persons=("Olga",),
)
ITEMS = AnnexIX("CreditCo, BankCo", "FairScore 1.0", "six weeks in two offices")
NUMBER = "EU-2026-1"
REGISTERED = Registration(Section.NORMAL, ITEMS, NUMBER, "", False, "Ada", NOON)
OUTSIDE = Footing(Basis.ART_60, "R60-1", "Annex III", registration=True, tacit_approval=True)
INSIDE = Footing(Basis.IN_SANDBOX, "R58-04", "inside", registration=True)
ROAD = Footing(Basis.ART_60A, "R76-1", "Section B", framework="Road Test Act")
FORM = ConsentForm(
    *(1, Language.DUTCH),
    nature_and_objectives="We test a score.",
    conditions_and_duration="Six weeks.",
    rights="You may refuse and withdraw.",
    reversal="Write to us and the output is disregarded.",
    test_number=NUMBER,
    contact="CreditCo B.V.",
    material=False,
    released_by="Ada",
    released_at=NOON,
)
LONGER = replace(FORM, version=2, conditions_and_duration="Until summer.")
AGREED = Terms("as the plan says", "a person decides", "Sue", NOON, "Ada", NOON)


def approved(country: str, footing: Footing = OUTSIDE, **changes: Any) -> Territory:
    territory = Territory(
        country, footing, TerritoryState.APPROVED_EXPRESS, plan_version=1, effective_on=FIRST
    )
    return replace(territory, **changes)


def a_test(**changes: Any) -> RealWorldTest:
    """Ready to start: consent is open and every condition is met."""
    test = RealWorldTest(
        plan=DRAFT,
        territories=(approved("NL", INSIDE), approved("DE")),
        registration_required=True,
        state=Progress.CONSENT_OPEN,
        evidence=EVIDENCE,
        agreements=(AGREEMENT,),
        terms=AGREED,
        registration=REGISTERED,
        duty=Duty("Olga", NOON - timedelta(minutes=5)),
    )
    return replace(test, **changes)


def started(**changes: Any) -> RealWorldTest:
    return replace(turned(a_test(), Turn.START), started_on=FIRST, started_at=NOON, **changes)


def a_case_with(test: RealWorldTest | None, **changes: Any) -> Case:
    application = replace(
        APPLICATION,
        real_world_test=True,
        test_member_states=("NL", "DE"),
        vulnerable_groups=("elderly",),
    )
    facts: dict[str, Any] = {
        "stage": Stage.ACTIVE,
        "application": application,
        "plan": replace(PLAN, real_world_plan="the plan", last_day=date(2028, 12, 31)),
        "consent_forms": (FORM,),
        "test": test,
    }
    return a_case(**(facts | changes))
