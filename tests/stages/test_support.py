"""Support by the authority, over a real database: risks, guidance, good faith, learning, observers."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Person, Unit
from sandbox.domain.good_faith import LIABILITY
from sandbox.domain.learning import K
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.observers import ObserverKind, Part
from sandbox.domain.outcome import Objective
from sandbox.domain.papers import Paper
from sandbox.domain.referral import Facility, FacilityKind
from sandbox.domain.regime import REGIME
from sandbox.domain.risk import Concern, RiskState, Weight
from sandbox.domain.seal import first_break
from sandbox.domain.tool import Dimension, Rights, ToolKind
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, RuleBroken
from sandbox.stages import good_faith, guidance, learning, observers, referrals, risks, tools
from sandbox.store import alarms, documents, ledger, outbox
from tests.factories import ADA, AUTHORITY, EVE, SUE, TOM
from tests.fakes import NOON
from tests.office import Office
from tests.stages.testing import MAX, more, parts

NORA = Person("Nora", Role.OBSERVER, "TÜV")
TODAY = AUTHORITY.day(NOON)
HEALTH = Facility("health", "TEF-Health", FacilityKind.TEF, "tests", "t@example.org")


def all_parts(office: Office, by: Person) -> dict[str, Any]:
    return more(office, by) | {"regime": REGIME}


def more_of(office: Office, by: Person) -> dict[str, Any]:
    return parts(office, by) | {"nudge": office.nudge}


def add_risk(office: Office, case_id: CaseId, by: Person = ADA, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "description": "wrong refusals of the elderly",
        "concern": Concern.RIGHTS,
        "weight": Weight.SIGNIFICANT,
        "shown_by": "run 1",
        "shown_in_report": 0,
        "due": None,
    }
    risks.add(case_id, **(facts | changes), **all_parts(office, by))


def mitigate(office: Office, case_id: CaseId, **changes: Any) -> None:
    facts: dict[str, Any] = {"measures": "bars per group", "evidence": "", "evidence_report": 0}
    risks.mitigate(case_id, 1, **(facts | changes), **parts(office, ADA))


def judge(office: Office, case_id: CaseId, state: RiskState) -> None:
    risks.judge(case_id, 1, state=state, reasons="seen", due=None, **all_parts(office, SUE))


def grade(office: Office, case_id: CaseId, weight: Weight) -> None:
    risks.grade(case_id, 1, weight=weight, reasons="seen", due=None, **all_parts(office, SUE))


def posted(office: Office, kind: str) -> list[str]:
    with office.sessions.begin() as session:
        found = outbox.page(session, state=None, after=None, limit=100)
    return sorted(notice.addressee for notice in found if notice.kind == kind)


def made(office: Office, case_id: CaseId, kind: Paper) -> list[dict[str, Any]]:
    with office.sessions.begin() as session:
        found = [d for d in documents.of_case(session, case_id) if d.kind is kind]
    assert all(d.sealed_at for d in found)
    return [d.assembled or {} for d in found]


@pytest.mark.rule("R57-06")
@pytest.mark.rule("R57-11a")
def test_a_significant_risk_is_due_told_of_mitigated_and_judged(office: Office) -> None:
    case_id = office.active()
    add_risk(office, case_id)
    (risk,) = office.case(case_id).risks
    assert risk.due == TODAY + timedelta(days=REGIME.risk_mitigation_days)
    assert posted(office, "significant_risk") == ["authority", "provider:CreditCo"]
    with pytest.raises(RuleBroken, match="R57-11a"):
        office.end(case_id)
    number = office.report(case_id)
    with pytest.raises(FieldRefused, match="not sealed"):
        mitigate(office, case_id, evidence_report=number)
    office.work()
    mitigate(office, case_id)
    with pytest.raises(RuleBroken, match="R57-06"):
        judge(office, case_id, RiskState.EFFECTIVE)
    mitigate(office, case_id, evidence_report=number)

    judge(office, case_id, RiskState.EFFECTIVE)

    office.end(case_id)
    assert office.case(case_id).stage is Stage.COMPLETED
    with office.sessions.begin() as session:
        assert first_break(ledger.of_case(session, case_id)) is None


@pytest.mark.rule("R57-11a")
def test_notices_about_a_risk_come_by_themselves_and_once(office: Office) -> None:
    case_id = office.active()
    add_risk(office, case_id)
    kinds = ("risk_mitigation_due", "risk_mitigation_overdue")

    def swept() -> tuple[int, int]:
        for _ in range(2):
            office.sweep()
            office.work()
        return len(posted(office, kinds[0])), len(posted(office, kinds[1]))

    assert swept() == (0, 0)
    office.clock.forward(days=REGIME.risk_mitigation_days - 1)
    assert swept() == (1, 0)
    office.clock.forward(days=2)
    assert swept() == (1, 2)
    office.clock.forward(days=20)
    assert swept() == (1, 2)
    assert posted(office, kinds[1]) == ["authority", "provider:CreditCo"]


@pytest.mark.rule("R57-11a")
def test_a_risk_that_cannot_be_mitigated_proposes_suspension(office: Office) -> None:
    case_id = office.active()
    add_risk(office, case_id, by=SUE)

    judge(office, case_id, RiskState.UNMITIGABLE)

    assert posted(office, "suspension_proposed") == ["authority", "provider:CreditCo"]
    with office.sessions.begin() as session:
        (alarm,) = [
            seen.sentence for seen in alarms.of_case(session, case_id) if "risk 1" in seen.sentence
        ]
    assert "ground unmitigable_risk" in alarm
    assert office.case(case_id).stage is Stage.ACTIVE  # a person decides
    office.suspend(case_id)
    office.mitigate(case_id)
    with pytest.raises(RuleBroken, match="cannot be mitigated"):
        office.resume(case_id, TOM)
    office.end(case_id, Action.TERMINATE)


@pytest.mark.rule("R57-11a")
def test_a_risk_that_turns_out_significant_after_nothing_mitigates_it_proposes_suspension(
    office: Office,
) -> None:
    case_id = office.active()
    add_risk(office, case_id, by=SUE, weight=Weight.MODERATE)
    judge(office, case_id, RiskState.UNMITIGABLE)
    assert posted(office, "suspension_proposed") == []

    grade(office, case_id, Weight.SIGNIFICANT)

    assert posted(office, "suspension_proposed") == ["authority", "provider:CreditCo"]


@pytest.mark.rule("R57-11a")
def test_a_mitigation_that_does_not_work_is_due_again(office: Office) -> None:
    case_id = office.active()
    add_risk(office, case_id)
    mitigate(office, case_id)
    office.clock.forward(days=5)

    judge(office, case_id, RiskState.OPEN)

    (risk,) = office.case(case_id).risks
    assert risk.due == TODAY + timedelta(days=5 + REGIME.risk_mitigation_days)
    with pytest.raises(NotFound, match="no mitigation"):
        judge(office, case_id, RiskState.EFFECTIVE)
    with pytest.raises(FieldRefused):
        judge(office, case_id, RiskState.MITIGATED)


@pytest.mark.rule("R57-11a")
def test_a_supervisor_grades_a_risk_that_a_provider_found_light(office: Office) -> None:
    case_id = office.active()
    add_risk(office, case_id, weight=Weight.MINOR)
    heavy = Weight.SIGNIFICANT
    why: dict[str, Any] = {"reasons": "health is at stake"}

    risks.grade(case_id, 1, weight=heavy, due=TODAY, **why, **all_parts(office, MAX))

    assert office.case(case_id).risks[0].due == TODAY
    with pytest.raises(NotAllowedError):
        risks.grade(case_id, 1, weight=Weight.MINOR, due=None, **why, **all_parts(office, ADA))
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
        with pytest.raises(FieldRefused):
            risks.grade(case_id, 1, weight=heavy, due=wrong, **why, **all_parts(office, SUE))
    with pytest.raises(NotFound):
        risks.grade(case_id, 9, weight=heavy, due=None, **why, **all_parts(office, SUE))


@pytest.mark.rule("D17")
@pytest.mark.rule("R57-07a")
@pytest.mark.rule("R62-1")
def test_a_question_is_asked_before_admission_and_its_answer_is_sealed(office: Office) -> None:
    case_id = office.apply()
    guidance.ask(case_id, "Is it high-risk?", **more_of(office, ADA))
    assert posted(office, "guidance_asked") == ["authority"]
    said: dict[str, Any] = {"answer": "It is.", "law": ("Art. 6(2)", "Annex III(5)(b)")}
    guidance.give(case_id, 1, **said, **more(office, SUE))
    office.work()
    guidance.acknowledge(case_id, 1, **parts(office, ADA))

    guidance.follow(case_id, 1, followed=True, evidence="plan, part 2", **more(office, ADA))
    office.work()

    before, after = made(office, case_id, Paper.GUIDANCE)
    assert (before["followed"], after["followed"]) == ("not told yet", "yes")
    assert (after["question"], after["law"]) == ("Is it high-risk?", list(said["law"]))
    assert (after["acknowledged_by"], after["evidence"]) == (str(ADA), "plan, part 2")


@pytest.mark.rule("R57-07a")
def test_each_step_of_guidance_has_its_turn(office: Office) -> None:
    case_id = office.active()
    said: dict[str, Any] = {"answer": "Log it.", "law": ("Art. 12",)}
    guidance.ask(case_id, "?", **more_of(office, ADA))
    with pytest.raises(NotFound):
        guidance.acknowledge(case_id, 1, **parts(office, ADA))
    guidance.give(case_id, 1, **said, **more(office, SUE))
    with pytest.raises(NotFound, match="given already"):
        guidance.give(case_id, 1, **said, **more(office, TOM))
    with pytest.raises(NotFound, match="acknowledged"):
        guidance.follow(case_id, 1, followed=True, evidence="x", **more(office, ADA))
    guidance.acknowledge(case_id, 1, **parts(office, ADA))
    with pytest.raises(NotFound):
        guidance.acknowledge(case_id, 1, **parts(office, ADA))
    with pytest.raises(RuleBroken, match="R57-12"):
        guidance.follow(case_id, 1, followed=False, evidence=" ", **more(office, ADA))
    with pytest.raises(NotAllowedError):
        guidance.give(case_id, None, **said, **more(office, ADA))


@pytest.mark.rule("R57-12")
@pytest.mark.rule("R57-12a")
@pytest.mark.rule("R57-12b")
def test_the_good_faith_file_is_computed_and_sealed(office: Office) -> None:
    case_id = office.active()
    guidance.give(case_id, None, answer="Log it.", law=("Art. 12",), **more(office, SUE))
    office.suspend(case_id)
    office.clock.forward(days=3)

    number = good_faith.issue(case_id, **all_parts(office, ADA))
    office.work()

    (file,) = made(office, case_id, Paper.GOOD_FAITH_FILE)
    assert number == 1
    assert file["protects"] == "prospective providers"
    assert file["plan_in_force"]["sha256"] == office.case(case_id).plan_sha256
    assert file["plan_in_force"]["signed_by"]
    assert [entry["answer"] for entry in file["guidance"]] == ["Log it."]
    assert file["authorities_involved"] == ["authority"]
    assert [d["deviation"] for d in file["deviations"]] == [
        "suspended (plan_breach): the gap is too wide"
    ]
    assert file["liability_for_damage"] == LIABILITY


@pytest.mark.rule("R57-12b")
def test_the_good_faith_file_is_for_the_provider_and_the_authority(office: Office) -> None:
    case_id = office.active()
    facts = {"sessions": office.sessions, "authority": AUTHORITY, "clock": office.clock}

    for reader in (ADA, SUE):
        found = good_faith.read(case_id, by=reader, regime=REGIME, **facts)  # type: ignore[arg-type]  # parts by name
        assert found["case"] == case_id
    for stranger in (EVE, MAX, NORA):
        with pytest.raises(NotFound):
            good_faith.read(case_id, by=stranger, regime=REGIME, **facts)  # type: ignore[arg-type]  # parts by name


LESSON: dict[str, Any] = {
    "topic": "bias",
    "text": "Groups differ.",
    "article": "Art. 10",
    "objective": Objective.EVIDENCE_BASED_LEARNING,
}


def everything(office: Office, by: Person, **asked: Any) -> list[str]:
    facts: dict[str, Any] = {"article": None, "sector": None, "objective": None, "offset": 0}
    found = learning.everything(**(facts | asked), limit=10, by=by, sessions=office.sessions)
    return [lesson.text for lesson in found]


def test_a_lesson_of_a_provider_counts_when_the_authority_confirms_it(office: Office) -> None:
    case_id = office.active()
    lesson = learning.propose(case_id, **LESSON, wording_is_public=False, **parts(office, ADA))
    assert (lesson.sector, everything(office, SUE)) == ("essential services", [])

    learning.confirm(case_id, lesson.number, wording_is_public=True, **parts(office, SUE))

    assert everything(office, MAX) == ["Groups differ."]
    assert everything(office, MAX, article="Art. 9") == []
    assert everything(office, MAX, offset=1) == []
    (own,) = learning.of_case(case_id, by=ADA, sessions=office.sessions)
    assert (own.confirmed_by, own.wording_is_public) == (str(SUE), True)
    with pytest.raises(FieldRefused, match="authority judges"):
        learning.propose(case_id, **LESSON, wording_is_public=True, **parts(office, ADA))
    with pytest.raises(NotFound):
        learning.confirm(case_id, 9, wording_is_public=True, **parts(office, SUE))


@pytest.mark.rule("R78")
def test_the_register_across_cases_is_for_authorities_that_do_not_inspect(office: Office) -> None:
    inspector = Person("Ina", Role.MARKET_SURVEILLANCE, "MSA", "NL", Unit.ENFORCEMENT)
    for stranger in (ADA, NORA, inspector):
        with pytest.raises(NotFound):
            everything(office, stranger)


def test_the_public_sees_what_enough_participants_taught(office: Office) -> None:
    case_ids = []
    for n in range(K):
        assert learning.public(sessions=office.sessions) == ()
        provider = Person(f"P{n}", Role.PROVIDER, f"Company {n}")
        case_id = office.apply(f"key {n}", provider, registration_number=f"1234567{n}")
        office.decide(case_id)
        learning.propose(case_id, **LESSON, wording_is_public=True, **parts(office, SUE))
        case_ids.append(case_id)

    (found,) = learning.public(sessions=office.sessions)

    assert (found.participants_at_least, found.lessons) == (K, (("bias", "Groups differ."),))
    for n, key in enumerate(case_ids):
        learning.confirm(key, 1, wording_is_public=False, **parts(office, SUE))
        (found,) = learning.public(sessions=office.sessions)
        assert len(found.lessons) == (n + 1 < K)


@pytest.mark.rule("R58-D12")
def test_a_tool_is_listed_by_the_authority_and_shown_as_its_owner_permits(office: Office) -> None:
    case_id = office.active()
    said: dict[str, Any] = {
        "kind": ToolKind.BENCHMARK,
        "dimension": Dimension.ACCURACY,
        "description": "hold-out",
        "licence": "EUPL-1.2",
        "reference": "doi:1",
    }
    for rights in Rights:
        tools.offer(case_id, title=rights.value, rights=rights, **said, **parts(office, ADA))

    def listed(dimension: Dimension | None = None) -> list[tuple[str, str]]:
        found = tools.on_list(dimension, limit=10, sessions=office.sessions)
        return [(tool.title, tool.description) for tool in found]

    assert listed() == []
    for number in (1, 2, 3):
        tools.put_on_list(case_id, number, **parts(office, SUE))
    assert listed() == listed(Dimension.ACCURACY) == [("on_request", ""), ("open", "hold-out")]
    assert listed(Dimension.ROBUSTNESS) == []
    assert len(tools.of_case(case_id, by=ADA, sessions=office.sessions)) == 3
    with pytest.raises(NotAllowedError):
        tools.put_on_list(case_id, 1, **parts(office, ADA))
    with pytest.raises(NotFound):
        tools.put_on_list(case_id, 9, **parts(office, SUE))
    with pytest.raises(FieldRefused, match="licence"):
        tools.offer(
            case_id,
            title="t",
            rights=Rights.OPEN,
            **(said | {"licence": ""}),
            **parts(office, ADA),
        )


@pytest.mark.rule("R58-D18")
def test_no_public_lesson_and_no_listed_tool_tells_what_is_marked(office: Office) -> None:
    secret = "weights by age"
    case_id = office.active(novelty=secret, confidential=("novelty",))
    told = LESSON | {"text": f"They use {secret.upper()}."}
    said: dict[str, Any] = {
        "kind": ToolKind.TEST,
        "dimension": Dimension.ACCURACY,
        "description": told["text"],
        "licence": "EUPL-1.2",
        "reference": "",
    }
    lesson = learning.propose(case_id, **told, wording_is_public=False, **parts(office, ADA))
    for rights in (Rights.CONFIDENTIAL, Rights.ON_REQUEST, Rights.OPEN):
        tools.offer(case_id, title="t", rights=rights, **said, **parts(office, ADA))

    def refused() -> AbstractContextManager[Any]:
        return pytest.raises(RuleBroken, match="marked confidential: novelty")

    with refused():
        learning.propose(case_id, **told, wording_is_public=True, **parts(office, SUE))
    with refused():
        learning.confirm(case_id, lesson.number, wording_is_public=True, **parts(office, SUE))
    with refused():
        tools.put_on_list(case_id, 3, **parts(office, SUE))

    learning.confirm(case_id, lesson.number, wording_is_public=False, **parts(office, SUE))
    for hides_it in (1, 2):
        tools.put_on_list(case_id, hides_it, **parts(office, SUE))
    assert secret not in repr(tools.on_list(None, limit=9, sessions=office.sessions)).lower()


@pytest.mark.rule("R58-03")
@pytest.mark.rule("R58-D25")
def test_a_referral_is_told_to_the_provider_and_stands_in_the_decision(office: Office) -> None:
    case_id = office.apply()
    facts: dict[str, Any] = {"facilities": {"health": HEALTH}, "nudge": office.nudge}
    said: dict[str, Any] = {"reasons": "It tests on real devices.", "runs_there": True}
    referrals.refer(case_id, "health", **said, **facts, **parts(office, SUE))
    office.decide(case_id)
    office.work()

    (letter,) = made(office, case_id, Paper.DECISION)
    (referral,) = office.case(case_id).referrals
    assert letter["referrals"] == ["TEF-Health (t@example.org): It tests on real devices."]
    assert (referral.facility, referral.runs_there) == (HEALTH, True)
    assert posted(office, "referral") == ["provider:CreditCo"]
    with pytest.raises(FieldRefused, match="health"):
        referrals.refer(case_id, "other", **said, **facts, **parts(office, SUE))


@pytest.mark.rule("R57-04")
@pytest.mark.rule("R58-02f")
def test_an_observer_sees_its_part_from_consent_until_its_end(office: Office) -> None:
    case_id = office.active()
    add_risk(office, case_id)
    office.report(case_id)
    office.work()
    until = TODAY + timedelta(days=10)
    invitation: dict[str, Any] = {
        "name": "Nora",
        "organisation": "TÜV",
        "kind": ObserverKind.NOTIFIED_BODY,
    }
    scope = tuple(part for part in Part if part is not Part.GUIDANCE)
    observers.invite(case_id, **invitation, scope=scope, until=until, **more(office, SUE))
    assert posted(office, "observer_invited") == ["provider:CreditCo"]

    def look(by: Person = NORA) -> dict[str, Any]:
        return observers.look(
            case_id, by=by, sessions=office.sessions, authority=AUTHORITY, clock=office.clock
        )

    with pytest.raises(NotFound):
        look()
    observers.consent(case_id, 1, **more_of(office, ADA))
    assert posted(office, "observer_let_in") == ["authority", "observer:TÜV"]
    with pytest.raises(NotFound):
        observers.consent(case_id, 1, **more_of(office, ADA))
    seen = look()
    assert list(seen) == [part.value for part in scope]
    assert seen["system"]["system_name"] == "FairScore"
    assert seen["plan"]["thresholds"] == ["accuracy at least 0.7", "group_gap at most 0.95"]
    assert seen["risks"][0]["description"] == "wrong refusals of the elderly"
    assert len(seen["reports"][0]["sha256"]) == 64
    with pytest.raises(NotFound):
        look(EVE)
    with pytest.raises(NotFound):
        office.look(case_id, NORA)
    office.clock.forward(days=11)
    with pytest.raises(NotFound):
        look()
    office.clock.forward(days=-11)
    observers.end(case_id, 1, **parts(office, ADA))
    with pytest.raises(NotFound):
        look()
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=800)):
        with pytest.raises(FieldRefused):
            observers.invite(case_id, **invitation, scope=scope, until=wrong, **more(office, SUE))


@pytest.mark.rule("R57-04")
def test_an_observer_sees_nothing_that_is_marked_confidential_or_not_there(office: Office) -> None:
    case_id = office.apply(confidential=("intended_purpose",))
    office.decide(case_id)
    observers.invite(
        case_id,
        name="Nora",
        organisation="TÜV",
        kind=ObserverKind.RESEARCHER,
        scope=(Part.SYSTEM, Part.PLAN, Part.GUIDANCE),
        until=TODAY,
        **more(office, SUE),
    )
    observers.consent(case_id, 1, **more_of(office, ADA))

    seen = observers.look(
        case_id, by=NORA, sessions=office.sessions, authority=AUTHORITY, clock=office.clock
    )

    assert seen == {
        "system": {"system_name": "FairScore", "system_version": "1.0"},
        "plan": {},
        "guidance": [],
    }
