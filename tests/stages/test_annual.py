"""The sandbox as a whole: told of, clocked, reported on; and what its register says in public."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.annual import AnnualWords
from sandbox.domain.case import Person
from sandbox.domain.deadlines import Deadline
from sandbox.domain.exit_report import ResolvedIssue
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import INSTALLATION
from sandbox.domain.outcome import Objective, Outcome
from sandbox.domain.publication import Permission
from sandbox.domain.regime import Publication, Regime, Sandbox, SandboxKind
from sandbox.domain.seal import first_break
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.stages import annual, clocks, installation, publication, register
from sandbox.store import clocks as kept
from sandbox.store import ledger
from tests.factories import ADA, AUTHORITY, EXIT_WORDS, PLAN, SUE
from tests.office import Office
from tests.stages.supervising import RIGHTS, classified, opened, simple
from tests.stages.test_after import COMMISSION, ask, closed, give, told, withdraw
from tests.stages.test_after import issue as prove
from tests.stages.test_amend import BIGGER, Table
from tests.stages.testing import running

REGIME = Regime(sandbox=Sandbox(established_on=date(2026, 8, 2)))
WORDS = AnnualWords(
    *("progress", "results", "practices", "incidents", "lessons", "set-up", "act", "law"),
    public_abstract="One test of credit scoring was completed.",
)
SECRET = "reweighting by age at training time"


def keep(office: Office, regime: Regime = REGIME) -> None:
    installation.keep(
        sessions=office.sessions,
        regime=regime,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )
    office.work()


def arguments(office: Office, by: Person = SUE, regime: Regime = REGIME) -> dict[str, Any]:
    return {
        "by": by,
        "sessions": office.sessions,
        "regime": regime,
        "authority": AUTHORITY,
        "clock": office.clock,
    }


def issue(office: Office, year: int, words: AnnualWords = WORDS) -> int:
    number = annual.issue(year, words, nudge=office.nudge, **arguments(office))
    office.work()
    return number


def preview(office: Office, year: int = 1, words: AnnualWords = WORDS) -> dict[str, Any]:
    return annual.preview(year, words, **arguments(office))


def public(
    office: Office, needs: Publication = Publication.BOTH, **more: Any
) -> list[dict[str, Any]]:
    return register.exit_reports(
        after=more.get("after"),
        limit=more.get("limit", 50),
        sessions=office.sessions,
        regime=replace(REGIME, exit_report_publish=needs),
        authority=AUTHORITY,
    )


def own_clocks(office: Office) -> tuple[Deadline, ...]:
    with office.sessions.begin() as session:
        return kept.of_case(session, INSTALLATION)


@pytest.mark.rule("R57-15")
def test_ai_office_and_board_are_told_of_a_sandbox_once(office: Office) -> None:
    for _ in range(3):
        keep(office)

    assert sorted(told(office, "sandbox_established")) == ["ai_office", "board"]
    assert all(n.link.endswith("/public/register") for n in office.notifier.taken)
    keep(office, Regime(sandbox=replace(REGIME.sandbox, ended_on=date(2026, 11, 1))))
    assert sorted(told(office, "sandbox_ended")) == ["ai_office", "board"]


def test_an_installation_without_a_day_of_establishment_tells_nobody(office: Office) -> None:
    keep(office, Regime())

    assert own_clocks(office) == ()
    assert told(office, "sandbox_planned") == []


@pytest.mark.rule("DL-09")
def test_the_clock_of_the_annual_report_stands_among_the_authoritys_and_escalates(
    office: Office,
) -> None:
    keep(office)

    def nearest(by: Person) -> list[str]:
        found = clocks.nearest(by=by, after=None, limit=9, sessions=office.sessions)
        return [clock.case_id for clock in found.clocks]

    assert {clock.country for clock in own_clocks(office)} == {"EU"}
    assert nearest(SUE) == [INSTALLATION]
    assert nearest(ADA) == []
    office.clock.forward(days=300)
    office.sweep_clocks()
    office.work()
    assert "authority_head" in told(office, "clock_escalated")
    with office.sessions.begin() as session:
        assert first_break(ledger.of_case(session, INSTALLATION)) is None


@pytest.mark.rule("DL-09")
@pytest.mark.rule("R57-16")
def test_a_year_that_a_sandbox_has_not_lasted_owes_no_report(office: Office) -> None:
    office.clock.forward(days=260)  # its second year has begun
    keep(office)
    years = {clock.subject for clock in own_clocks(office)}
    ended = replace(REGIME.sandbox, ended_on=REGIME.sandbox.established_on)

    keep(office, Regime(sandbox=ended))

    assert len(years) == 2
    assert {clock.subject for clock in own_clocks(office)} < years


@pytest.mark.rule("D10")
@pytest.mark.rule("R57-16")
@pytest.mark.rule("R58-D22")
def test_a_report_is_issued_when_its_year_is_over_and_meets_the_clock_of_that_year(
    office: Office,
) -> None:
    keep(office)
    with pytest.raises(FieldRefused, match="runs until 2027-08-01"):
        issue(office, 1)
    with pytest.raises(FieldRefused, match="1 years"):
        issue(office, 2)
    office.clock.forward(days=365)
    keep(office)

    number = issue(office, 1)

    assert [(c.subject, c.met_at is not None) for c in own_clocks(office)] == [
        ("year 1", True),
        ("year 2", False),
    ]
    assert sorted(told(office, "annual_report")) == ["ai_office", "board"]
    sealed = annual.document(number, by=COMMISSION, sessions=office.sessions)
    assert sealed.sealed_at is not None
    elements = """progress results best_practices incidents lessons set_up_recommendations
        application_of_the_act other_union_law figures public_abstract statement"""
    assert set(elements.split()) - (sealed.assembled or {}).keys() == set()
    assert [r["year"] for r in register.annual_reports(sessions=office.sessions)] == [1]
    for stranger in (ADA, replace(COMMISSION, role=Role.OPERATOR)):
        with pytest.raises(NotFound):
            annual.listed(by=stranger, sessions=office.sessions)
    with pytest.raises(NotFound):
        annual.preview(1, WORDS, **arguments(office, ADA))


def test_the_figures_are_those_of_the_cases(office: Office) -> None:
    case_id = office.active()
    office.clock.forward(hours=3)
    opened(office, case_id, "NL")
    classified(office, case_id, RIGHTS)
    office.suspend(case_id)
    office.end(case_id, Action.TERMINATE)
    office.work()
    office.issue_exit_report(case_id)
    office.apply("police", law_enforcement=True)
    office.decide(office.apply("late"), admitted=False)
    office.apply("unanswered")
    office.clock.forward(days=150)
    office.work()

    counted = preview(office)["figures"]

    assert {name: count for name, count in counted.items() if count} == {
        "applications": 4,
        "sme_share_percent": 100.0,
        "admitted": 1,
        "rejected": 1,
        "overdue_decisions": 2,
        "suspensions": 1,
        "terminated": 1,
        "exit_reports": 1,
        "gpu_hours": 6,
        "incidents_by_class": {"SI_C_FUNDRIGHTS": 1},
    }
    assert (counted["decision_days_median"], counted["decision_days_latest"]) == (0, 0)


@pytest.mark.rule("R57-16")
def test_an_amendment_changes_no_gpu_hours_of_the_past(office: Office) -> None:
    table = Table(office, office.active())
    office.clock.forward(hours=3)
    before = preview(office)["figures"]["gpu_hours"]

    table.propose(BIGGER)
    table.agree()

    assert PLAN.resources.gpus < BIGGER.resources.gpus
    assert preview(office)["figures"]["gpu_hours"] == before == 3 * PLAN.resources.gpus


@pytest.mark.rule("R57-16")
def test_a_paper_that_is_issued_again_is_counted_once(office: Office) -> None:
    case_id = office.active()
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    for _ in range(3):
        office.issue_exit_report(case_id)
    office.work()
    for again in (False, True, False):
        if not again:
            ask(office, case_id)
        prove(office, case_id)
        office.work()
    office.clock.forward(minutes=1)

    counted = preview(office)["figures"]

    assert (counted["exit_reports"], counted["written_proofs"]) == (1, 2)


@pytest.mark.rule("R57-09")
@pytest.mark.rule("R57-16")
@pytest.mark.rule("D10")
def test_outcomes_are_counted_once_in_the_year_whose_exit_report_first_told_them(
    office: Office,
) -> None:
    office.clock.forward(days=249)  # the last days of the first year
    plan = replace(PLAN, first_day=AUTHORITY.day(office.clock()), last_day=date(2027, 9, 30))
    case_id = office.agreed(plan=plan)
    office.work()
    office.end(case_id)
    office.work()
    office.clock.forward(days=20)
    assert AUTHORITY.day(office.clock()) > date(2027, 8, 1)
    for text in ("Art. 10 is clear", "Art. 10 is clear now"):
        outcome = Outcome(Objective.LEGAL_CERTAINTY, text)
        office.issue_exit_report(case_id, replace(EXIT_WORDS, outcomes=(outcome,)))
    office.work()
    office.clock.forward(days=365)

    first, second, third = (preview(office, year)["figures"] for year in (1, 2, 3))

    assert (first["completed"], second["completed"]) == (1, 0)
    assert second["outcomes_by_objective"] == {"legal_certainty": 1}
    for figures, reports in ((first, 0), (second, 1), (third, 0)):
        assert figures["exit_reports"] == reports
        assert bool(figures["outcomes_by_objective"]) is bool(reports)


@pytest.mark.rule("R57-16")
@pytest.mark.rule("D10")
def test_the_final_report_counts_what_came_after_the_end_of_the_sandbox(office: Office) -> None:
    office.metrics.value = None  # days of samples would take longer than all else
    case_id = office.active()
    office.apply("unanswered")
    over = Regime(sandbox=replace(REGIME.sandbox, ended_on=date(2026, 12, 1)))
    office.clock.forward(days=20)
    office.end(case_id)
    office.work()
    reached = (Outcome(Objective.LEGAL_CERTAINTY, "Art. 10 is clear"),)
    office.issue_exit_report(case_id, replace(EXIT_WORDS, outcomes=reached))
    office.work()
    office.clock.forward(days=365)

    found = annual.preview(1, WORDS, **arguments(office, regime=over))

    assert found["document"] == "final report"
    counted = found["figures"]
    assert (counted["completed"], counted["exit_reports"]) == (1, 1)
    assert counted["overdue_decisions"] == 1
    assert counted["outcomes_by_objective"] == {"legal_certainty": 1}


@pytest.mark.rule("D10")
@pytest.mark.rule("R57-16")
def test_a_figure_that_comes_from_one_case_is_not_public_however_large_it_is(
    office: Office,
) -> None:
    case_id = office.active()
    for number in range(1, 7):
        opened(office, case_id, "NL")
        classified(office, case_id, RIGHTS, number=number)
    office.clock.forward(minutes=1)

    found = preview(office)

    assert found["figures"]["incidents_by_class"] == {"SI_C_FUNDRIGHTS": 6}
    assert found["public_abstract"]["figures"]["incidents_by_class"] == {"SI_C_FUNDRIGHTS": "<5"}


def test_a_real_world_test_that_ended_as_planned_is_no_suspension(office: Office) -> None:
    running(office)
    office.clock.forward(days=60)
    office.sweep()
    office.work()

    assert preview(office)["figures"]["suspensions"] == 0


@pytest.mark.rule("R57-16")
def test_the_public_abstract_has_neither_small_cells_nor_law_enforcement(office: Office) -> None:
    for number in range(4):
        office.apply(f"k{number}")
    office.apply("police", law_enforcement=True, applicant="Police Unit 7", system_name="Hawk")

    office.clock.forward(minutes=1)

    found = preview(office)

    assert found["figures"]["applications"] == 5
    assert found["public_abstract"]["figures"]["applications"] == "<5"
    for told_of in ("Hawk was tested.", "So did Police Unit 7.", "HAWK of police unit 7."):
        with pytest.raises(RuleBroken, match="law enforcement"):
            preview(office, words=replace(WORDS, public_abstract=told_of))


@pytest.mark.rule("R57-16")
@pytest.mark.parametrize("area", ["III-6a", "III-7c"])
def test_an_area_of_law_enforcement_or_borders_is_left_out_without_being_declared_as_such(
    office: Office, area: str
) -> None:
    for number in range(5):
        office.apply(f"k{number}", annex_iii=(area,))
    office.clock.forward(minutes=1)

    found = preview(office)

    assert found["figures"]["applications"] == 5
    assert found["public_abstract"]["figures"]["applications"] == 0
    with pytest.raises(RuleBroken, match="law enforcement"):
        preview(office, words=replace(WORDS, public_abstract="FairScore was tested."))


@pytest.mark.rule("R78")
def test_an_abstract_that_tells_what_is_confidential_is_not_issued(office: Office) -> None:
    office.apply(novelty=SECRET, confidential=("novelty",))

    with pytest.raises(RuleBroken, match="marked confidential: novelty"):
        preview(office, words=replace(WORDS, public_abstract=f"We saw {SECRET.upper()}."))


@pytest.mark.rule("R78")
@pytest.mark.rule("R57-16")
@pytest.mark.rule("DL-09")
def test_no_participant_stops_the_annual_report_with_a_mark_on_everyday_words(
    office: Office,
) -> None:
    office.decide(office.apply(novelty="The", confidential=("novelty",)), admitted=False)
    office.apply("second", users="of credit", confidential=("users",))
    office.apply("third", system_name="Act", law_enforcement=True)
    office.apply("fourth", system_name="Fair", confidential=("system_name",))
    everyday = "The activities of credit scoring under the Act were unfair to nobody."

    found = preview(office, words=replace(WORDS, public_abstract=everyday))

    assert found["public_abstract"]["text"] == everyday
    with pytest.raises(RuleBroken, match="marked confidential: system_name"):
        preview(office, words=replace(WORDS, public_abstract="FAIR was tested."))


@pytest.mark.rule("R57-08")
@pytest.mark.parametrize(
    ("needs", "needed"),
    [
        (Publication.BOTH, {Permission.PROVIDER_PUBLICATION, Permission.AUTHORITY_PUBLICATION}),
        (Publication.PARTICIPANT, {Permission.PROVIDER_PUBLICATION}),
    ],
)
def test_an_exit_report_is_public_as_soon_and_as_long_as_those_agree_whom_the_law_asks(
    office: Office, needs: Publication, needed: set[Permission]
) -> None:
    case_id = closed(office)
    parties = {
        Permission.UNION_ACCESS: ADA,
        Permission.AUTHORITY_PUBLICATION: SUE,
        Permission.PROVIDER_PUBLICATION: ADA,
    }

    given: set[Permission] = set()
    for permission, by in parties.items():
        assert bool(public(office, needs)) == (needed <= given)
        give(office, case_id, permission, by)
        given.add(permission)

    (report,) = public(office, needs)
    assert report["learning_outcomes"] == "much"
    withdraw(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
    assert public(office, needs) == []
    with pytest.raises(NotFound):
        register.exit_report(case_id, sessions=office.sessions, regime=REGIME, authority=AUTHORITY)


@pytest.mark.rule("R58-D18")
def test_what_is_marked_never_appears_in_public(office: Office) -> None:
    case_id = office.apply(
        novelty=SECRET,
        applicant="Marked Name B.V.",
        confidential=("novelty", "applicant"),
    )
    office.decide(case_id)
    office.associate(case_id)
    method = "Batches of eleven in secret order."
    plan = replace(PLAN, methodology=method, confidential=("methodology",))
    sha256 = office.propose(case_id, plan).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)
    office.work()
    office.end(case_id)
    office.work()
    words = replace(
        EXIT_WORDS,
        learning_outcomes=f"Marked Name B.V. learned that {SECRET} works.",
        issues=(ResolvedIssue("method", method.lower()),),
        reusable=(SECRET,),
    )
    office.issue_exit_report(case_id, words)
    office.work()
    give(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
    give(office, case_id, Permission.AUTHORITY_PUBLICATION, SUE)
    for tells in (SECRET, method, "Marked Name B.V. did well."):
        with pytest.raises(RuleBroken, match="marked confidential"):
            publication.publish_findings(case_id, tells, **simple(office))
    publication.publish_findings(case_id, "Thresholds per group help.", **simple(office))

    (report,) = public(office)

    text = repr(report).lower()
    for secret in (SECRET, "marked name", "batches of eleven"):
        assert secret not in text
    assert report["key_findings"] == ["Thresholds per group help."]
    assert report["learning_outcomes"] == "[confidential]. learned that [confidential] works."


@pytest.mark.rule("R58-D18")
def test_key_findings_alone_name_nobody(office: Office) -> None:
    case_id = closed(office)
    publication.publish_findings(case_id, "Thresholds per group help.", **simple(office))

    (told_of,) = public(office)

    assert told_of["document"] == "key findings"
    assert {"provider", "system", "learning_outcomes"}.isdisjoint(told_of)


def test_the_register_is_read_page_by_page(office: Office) -> None:
    ids = sorted(closed(office, f"k{number}") for number in range(3))
    for case_id in ids:
        publication.publish_findings(case_id, "It helps.", **simple(office))

    first = public(office, limit=2)
    rest = public(office, after=ids[1], limit=2)

    assert [told_of["case"] for told_of in (*first, *rest)] == ids


def test_a_sandbox_of_the_union_names_no_member_state(office: Office) -> None:
    union = Regime(sandbox=replace(REGIME.sandbox, kind=SandboxKind.UNION))

    found = annual.preview(1, WORDS, **arguments(office, regime=union))

    assert found["member_states"] == []
    assert preview(office)["member_states"] == ["NL"]


def test_a_report_that_is_issued_again_replaces_the_one_before(office: Office) -> None:
    office.clock.forward(days=365)
    keep(office)
    first = issue(office, 1)

    again = issue(office, 1, replace(WORDS, public_abstract="Corrected."))

    sealed = annual.document(again, by=SUE, sessions=office.sessions)
    assert sealed.assembled is not None
    assert sealed.assembled["supersedes"] == first
    assert [r["abstract"] for r in register.annual_reports(sessions=office.sessions)] == [
        "Corrected."
    ]
