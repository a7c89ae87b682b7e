"""Good examples, to be changed in the one place a test is about."""

from dataclasses import replace
from datetime import date
from typing import Any

from sandbox.domain.application import ApplicantRole, Application, MarketStatus
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.criteria import Criterion, Score
from sandbox.domain.exit_report import ExitWords
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.member_state import MemberState, Union
from sandbox.domain.naming import CaseId
from sandbox.domain.outcome import Activity, ActivityKind
from sandbox.domain.periods import Period, WorkingCalendar
from sandbox.domain.plan import (
    Bound,
    DurationReasons,
    Milestone,
    Resources,
    SandboxPlan,
    Threshold,
)
from sandbox.domain.review import Section, SectionNote, SectionVerdict
from sandbox.domain.seats import at_home
from sandbox.domain.size import Size
from tests.fakes import NOON

CASE_ID = CaseId("cabcdefghij")
CALENDAR = WorkingCalendar("NL", frozenset())
UNION = Union(
    {
        country: MemberState(country, "Europe/Amsterdam", replace(CALENDAR, country=country))
        for country in ("NL", "DE", "FR", "BE")
    }
)
AUTHORITY = Authority(
    *("Authority for AI", "Europe/Amsterdam", CALENDAR, "Object within six weeks."),
    appeal=Period(weeks=6),
    union=UNION,
)
ADA = Person("Ada", Role.PROVIDER, "CreditCo")
EVE = Person("Eve", Role.PROVIDER, "OtherCo")
SUE = Person("Sue", Role.AUTHORITY, "")
TOM = Person("Tom", Role.AUTHORITY, "")
RIA = Person("Ria", Role.AUTHORITY, "")
OPA = Person("Opa", Role.OPERATOR, "")

APPLICATION = Application(
    applicant="CreditCo B.V.",
    registration_number="12345678",
    country="NL",
    eu_establishment=True,
    authorised_representative="",
    size=Size(12, 1_500_000, 900_000),
    system_name="FairScore",
    system_version="1.0",
    intended_purpose="creditworthiness of natural persons",
    novelty="mitigation at training time",
    regulatory_questions="How is Art. 10 shown?",
    market_status=MarketStatus.NOT_ON_MARKET,
    annex_iii=("III-5b",),
    prohibited=(),
    profiles_persons=True,
    personal_data=True,
    public_interest_area="",
    real_world_test=False,
    requested_start=date(2026, 12, 1),
    weeks=8,
    gpus=2,
    gpu_product="H100",
    declared_true_by="Ada",
    applicant_role=ApplicantRole.PROSPECTIVE_PROVIDER,
    role_evidence="the roadmap of the product",
    market_evidence="no release was made",
)

PLAN = SandboxPlan(
    version=1,
    objectives="Show that the gap is small.",
    conditions="Hold-out data only.",
    methodology="Score the hold-out in batches.",
    requirements=("Art. 10", "Art. 15"),
    safeguards="A person may override.",
    incident_procedure="Report at once.",
    exit_criteria="All bars met for an hour.",
    first_day=date(2026, 11, 24),
    last_day=date(2027, 1, 19),
    personal_data=True,
    confidentiality_reviewed=True,
    resources=Resources(gpus=2, gpu_product="H100"),
    thresholds=(
        Threshold("accuracy", Bound.AT_LEAST, 0.7, "Art. 15"),
        Threshold("group_gap", Bound.AT_MOST, 0.95, "Art. 10", stop=True),
    ),
    settling_seconds=10,
    scope="Consumer loans in one Member State.",
    milestones=(Milestone(1, "data are in"), Milestone(4, "first report")),
    laws_supervised=("AI Act", "GDPR"),
    reporting_cadence="Every week.",
    duration=DurationReasons(
        capacity="One case among four.",
        conformity_assessment="Art. 10 and 15 are covered.",
        complexity="One model, one data set.",
    ),
)
GOOD = tuple(Score(criterion, 4, "as written") for criterion in Criterion)
CONVINCED = tuple(SectionNote(s, SectionVerdict.CONVINCING, "clear") for s in Section)
EXIT_WORDS = ExitWords(
    learning_outcomes="much",
    key_issues="few",
    recommendations="some",
    activities=(Activity(ActivityKind.TESTING, "the hold-out was scored"),),
    results="every bar was met",
)


HOME_SEATS = tuple(at_home(APPLICATION, "NL", NOON))


def a_case(**changes: Any) -> Case:
    case = Case(CASE_ID, "CreditCo", Stage.SUBMITTED, 1, APPLICATION, NOON, seats=HOME_SEATS)
    return replace(case, **changes)
