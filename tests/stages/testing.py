"""A walk to the start of a real-world test, over a real database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.regime import REGIME
from sandbox.domain.territory import Condition, TerritoryEvent
from sandbox.domain.testing_conditions import Evidence, RealWorldPlan
from sandbox.stages import consent, real_world, testing_evidence, testing_plan, testing_terms
from sandbox.store import outbox
from tests.factories import ADA, AUTHORITY, PLAN, SUE
from tests.office import Office
from tests.real_world import AGREEMENT, DRAFT, EVIDENCE, FORM, ITEMS, NUMBER

MAX = Person("Max", Role.MARKET_SURVEILLANCE, "MSA", "NL")
DORA = Person("Dora", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")
BO = Person("Bo", Role.DEPLOYER, "BankCo")
ROLES = AGREEMENT.roles


def parts(office: Office, by: Person) -> dict[str, Any]:
    return {"by": by, "version": None, "sessions": office.sessions, "clock": office.clock}


def more(office: Office, by: Person = ADA) -> dict[str, Any]:
    return parts(office, by) | {"authority": AUTHORITY, "nudge": office.nudge}


def with_a_test(office: Office, **changes: Any) -> CaseId:
    """An active case whose application has a real-world test in NL and DE."""
    facts: dict[str, Any] = {
        "real_world_test": True,
        "test_member_states": ("NL", "DE"),
        "vulnerable_groups": ("elderly",),
    }
    case_id = office.apply(**(facts | changes))
    office.decide(case_id)
    office.associate(case_id)
    plan = replace(PLAN, real_world_plan="the plan", last_day=PLAN.last_day + timedelta(days=600))
    sha256 = office.propose(case_id, plan).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)
    office.work()
    return case_id


def draft(office: Office, case_id: CaseId, plan: RealWorldPlan = DRAFT) -> Case:
    return testing_plan.draft(
        case_id,
        plan,
        authority=AUTHORITY,
        union=office.union,
        regime=REGIME,
        **parts(office, ADA),
    )


def submit(office: Office, case_id: CaseId, *countries: str) -> Case:
    """What the plan stands on is shown first, unless it was."""
    if not office.case(case_id).planned_test().evidence.overseers:
        show(office, case_id)
    for country in countries or ("NL", "DE"):
        case = testing_plan.submit(case_id, country, union=office.union, **more(office))
    return case


def answer(
    office: Office,
    case_id: CaseId,
    by: Person,
    country: str,
    event: TerritoryEvent = TerritoryEvent.APPROVE,
    reasons: str = "well planned",
    remedy: str = "",
) -> Case:
    return testing_plan.answer(
        case_id,
        country,
        event,
        reasons,
        remedy=remedy,
        authority=AUTHORITY,
        union=office.union,
        **parts(office, by),
    )


def lapse(office: Office, case_id: CaseId) -> None:
    testing_plan.lapse(case_id, sessions=office.sessions, union=office.union, clock=office.clock)


def waive(office: Office, case_id: CaseId, by: Person, country: str) -> Case:
    return testing_plan.waive(
        case_id, country, Condition.DURATION, "a long study", **parts(office, by)
    )


def agree_terms(office: Office, case_id: CaseId) -> None:
    testing_terms.propose(case_id, "as planned", "a person decides", **parts(office, SUE))
    testing_terms.accept(case_id, **parts(office, ADA))


def show(office: Office, case_id: CaseId, evidence: Evidence = EVIDENCE) -> Case:
    return testing_evidence.show(case_id, evidence, cluster=office.cluster, **more(office))


def sign(office: Office, case_id: CaseId, by: Person, roles: str = ROLES, **words: Any) -> bool:
    said = replace(AGREEMENT, roles=roles, **words)
    return testing_evidence.sign_agreement(case_id, said, **more(office, by)).is_signed


def on_duty(office: Office, case_id: CaseId, by: Person = ADA) -> None:
    testing_evidence.report_for_duty(
        case_id, "Olga", by=by, sessions=office.sessions, clock=office.clock
    )


def register(office: Office, case_id: CaseId, number: str = NUMBER, proof: str = "") -> Case:
    return testing_evidence.register(
        case_id, ITEMS, number=number, proof_of_attempt=proof, public=False, **more(office)
    )


def approved(office: Office, case_id: CaseId, plan: RealWorldPlan = DRAFT) -> None:
    """Planned, submitted and expressly approved in both Member States."""
    draft(office, case_id, plan)
    submit(office, case_id)
    answer(office, case_id, MAX, "NL")
    answer(office, case_id, DORA, "DE")


def prepared(office: Office, case_id: CaseId) -> None:
    """Everything that an approved test needs before its start."""
    agree_terms(office, case_id)
    show(office, case_id)
    sign(office, case_id, ADA)
    sign(office, case_id, BO)
    register(office, case_id)
    consent.release(case_id, FORM, **parts(office, ADA))
    real_world.open_consent(case_id, **parts(office, ADA))
    on_duty(office, case_id)


def begin(office: Office, case_id: CaseId) -> Case:
    return real_world.start(case_id, authority=AUTHORITY, **parts(office, ADA))


def running(office: Office, plan: RealWorldPlan = DRAFT) -> CaseId:
    case_id = with_a_test(office)
    approved(office, case_id, plan)
    prepared(office, case_id)
    begin(office, case_id)
    return case_id


def stop(office: Office, case_id: CaseId) -> Case:
    return real_world.suspend(case_id, "a wrong score", cluster=office.cluster, **more(office))


def finish(office: Office, case_id: CaseId, action: Action = Action.END_TEST) -> Case:
    return real_world.end(case_id, action, "done", **more(office))


def told(office: Office) -> list[tuple[str, str]]:
    """Every notice about a real-world test, the oldest first."""
    with office.sessions.begin() as session:
        found = outbox.page(session, state=None, after=None, limit=200)
    kinds = ("testing_plan", "real_world")
    return [(p.kind, p.addressee) for p in reversed(found) if p.kind.startswith(kinds)]
