"""An agreed plan changes by both parties only; the environment, GPUs and clocks follow."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.domain.action import Action
from sandbox.domain.amendment import AmendmentState, extendable_until
from sandbox.domain.case import Case, Person
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.deadline_rules import Name
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.plan import Bound, SandboxPlan, Threshold
from sandbox.domain.terms import BUILT_IN, Terms
from sandbox.errors import FieldRefused, GuardrailBroken, OutOfDate, RuleBroken
from sandbox.stages import amend, plan_versions, terms
from sandbox.store import calendar, documents, environments, ledger, outbox, plans
from sandbox.store.database import document_sha256
from sandbox.store.tables import OutboxRow, PlanRow
from tests.factories import ADA, AUTHORITY, PLAN, SUE, TOM
from tests.office import Office
from tests.stages.supervising import informed, opened
from tests.stages.testing import draft, submit, with_a_test

LONGER = date(2027, 3, 1)
STRICTER = replace(PLAN, thresholds=(replace(PLAN.thresholds[0], value=0.9), PLAN.thresholds[1]))
BIGGER = replace(PLAN, resources=replace(PLAN.resources, gpus=4))
NEW_TERMS = Terms("3", BUILT_IN.clauses)


@dataclass
class Table:
    """Two parties at one office."""

    office: Office
    case_id: CaseId
    terms: Terms = BUILT_IN

    def propose(self, plan: SandboxPlan, by: Person = ADA, reasons: str = "needed") -> Case:
        case = amend.propose(
            self.case_id, plan, reasons, by=by, catalogue=self.office.catalogue, **self._parts()
        )
        self.office.work()
        return case

    def extend(self, last_day: date, by: Person = ADA, reasons: str = "slow recruiting") -> Case:
        case = amend.extend(self.case_id, last_day, reasons, by=by, **self._parts())
        self.office.work()
        return case

    def agree(self, by: Person = SUE, sha256: str = "") -> Case:
        found = self.case.amendment
        signed = sha256 or (found.plan_sha256 if found else "0" * 64)
        case = amend.agree(self.case_id, signed, by=by, **self._parts())
        self.office.work()
        return case

    def refuse(self, action: Action, by: Person) -> Case:
        return amend.refuse(
            *(self.case_id, action, "not now"),
            by=by,
            version=None,
            sessions=self.office.sessions,
            authority=AUTHORITY,
            clock=self.office.clock,
        )

    @property
    def case(self) -> Case:
        return self.office.case(self.case_id)

    @property
    def wanted(self) -> tuple[Wanted, int, int]:
        with self.office.sessions.begin() as session:
            there, drawn = environments.load(session, self.case_id)
        return there.wanted, there.wanted_generation, drawn.gpus

    def _parts(self) -> dict[str, Any]:
        return {
            "version": None,
            "sessions": self.office.sessions,
            "authority": AUTHORITY,
            "clock": self.office.clock,
            "nudge": self.office.nudge,
            "terms": self.terms,
        }


@pytest.fixture
def table(office: Office) -> Table:
    return Table(office, office.active())


def papers(table: Table, kind: Paper) -> list[dict[str, Any]]:
    with table.office.sessions.begin() as session:
        found = documents.of_case(session, table.case_id)
    return [d.assembled or {} for d in found if d.kind is kind and d.sealed_at]


def told(table: Table) -> list[tuple[str, str]]:
    with table.office.sessions.begin() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [(row.kind, row.addressee) for row in rows]


@pytest.mark.rule("R58-D15")
@pytest.mark.parametrize(("proposer", "other"), [(ADA, SUE), (SUE, ADA)])
def test_a_plan_changes_when_the_other_party_agrees(
    table: Table, proposer: Person, other: Person
) -> None:
    before = table.case
    table.propose(STRICTER, proposer)
    assert table.case.plan == before.plan  # in force until both agree

    table.agree(other)

    case = table.case
    assert case.stage is Stage.ACTIVE
    assert case.plan is not None
    assert case.plan.thresholds == STRICTER.thresholds
    assert case.plan.version == 2
    assert {s.role for s in case.signatures if s.plan_sha256 == case.plan_sha256} == {
        proposer.role,
        other.role,
    }
    assert case.amendment is None
    assert [a.state for a in case.amendments] == [AmendmentState.AGREED]
    plan_papers = papers(table, Paper.SANDBOX_PLAN)
    assert [paper["version"] for paper in plan_papers] == [1, 2]
    (change,) = plan_papers[1]["changes"]
    assert change.startswith("thresholds.accuracy: “accuracy at least 0.7")
    assert ("amendment_agreed", "authority" if other is ADA else "provider:CreditCo") in told(table)


@pytest.mark.rule("R58-D15")
def test_nobody_agrees_with_themselves_nor_takes_back_what_others_proposed(table: Table) -> None:
    table.propose(STRICTER, ADA)

    for attempt in (
        lambda: table.agree(ADA),
        lambda: table.refuse(Action.DECLINE_AMENDMENT, ADA),
        lambda: table.refuse(Action.TAKE_BACK_AMENDMENT, SUE),
        lambda: table.propose(BIGGER, SUE),  # one after the other
    ):
        with pytest.raises(RuleBroken) as refusal:
            attempt()
        assert {r.rule for r in refusal.value.reasons} == {"R58-D15"}


@pytest.mark.rule("R58-D15")
@pytest.mark.parametrize(
    ("action", "by", "state"),
    [
        (Action.DECLINE_AMENDMENT, SUE, AmendmentState.DECLINED),
        (Action.TAKE_BACK_AMENDMENT, ADA, AmendmentState.TAKEN_BACK),
    ],
)
def test_what_is_declined_or_taken_back_changes_nothing(
    table: Table, action: Action, by: Person, state: AmendmentState
) -> None:
    before = table.case
    table.propose(BIGGER, ADA)

    table.refuse(action, by)

    case = table.case
    assert (case.plan, case.signatures) == (before.plan, before.signatures)
    assert (case.amendments[0].state, case.amendments[0].answer) == (state, "not now")
    table.propose(STRICTER, SUE)
    table.agree(ADA)
    assert table.case.plan is not None
    assert table.case.plan.version == 3  # what was declined keeps its number
    with pytest.raises(RuleBroken, match="no amendment"):
        table.refuse(Action.DECLINE_AMENDMENT, SUE)


@pytest.mark.rule("R58-D15")
def test_an_amendment_says_why_changes_something_and_stays_whole(table: Table) -> None:
    bare = replace(PLAN, scope="", laws_supervised=())

    with pytest.raises(RuleBroken) as refusal:
        table.propose(bare, reasons=" ")
    assert {r.rule for r in refusal.value.reasons} == {"R58-D15", "R58-D04"}
    with pytest.raises(RuleBroken, match="changes nothing"):
        table.propose(PLAN)
    with pytest.raises(RuleBroken, match="first day stays"):
        table.propose(replace(PLAN, first_day=PLAN.first_day + timedelta(days=1)))
    with pytest.raises(GuardrailBroken):
        table.propose(replace(PLAN, egress=("0.0.0.0/0",)))
    with pytest.raises(FieldRefused, match="beauty"):
        table.propose(replace(PLAN, thresholds=(Threshold("beauty", Bound.AT_LEAST, 1, "x"),)))
    table.propose(STRICTER)
    with pytest.raises(OutOfDate):
        table.agree(SUE, "f" * 64)


def test_a_run_is_judged_by_the_plan_that_was_in_force(table: Table) -> None:
    table.office.metrics.value = 0.8
    table.office.clock.forward(minutes=2)
    table.propose(STRICTER)
    table.agree()
    table.office.clock.forward(minutes=2)
    table.office.report(table.case_id)
    table.office.work()

    runs = papers(table, Paper.TEST_REPORT)[0]["runs"]
    bars = [run["measurements"][0]["threshold"]["value"] for run in runs]
    assert [(run["plan_version"], run["ended_by"]) for run in runs] == [
        (1, "agree_amendment"),
        (2, "report"),
    ]
    assert bars == [0.7, 0.9]


def test_a_run_goes_on_when_nothing_that_judges_it_changes(table: Table) -> None:
    before = table.case.stretches
    table.propose(replace(PLAN, scope="Two Member States."))
    table.agree()

    assert table.case.stretches == before
    assert table.wanted == (Wanted.RUNNING, 1, 2)


@pytest.mark.rule("R58-D15")
def test_the_environment_and_its_gpus_follow(table: Table) -> None:
    table.propose(BIGGER)
    table.agree()

    assert table.wanted == (Wanted.RUNNING, 2, 4)
    assert table.office.engine.standing[table.case_id].gpus == 4
    with table.office.sessions.begin() as session:
        (held,) = calendar.held(session)
    assert (held.gpus, held.last_day) == (4, PLAN.last_day)
    first, second = table.case.stretches
    assert (first.ended_by, first.plan_version, second.plan_version) == ("agree_amendment", 1, 2)
    assert second.ended_at is None
    table.propose(replace(BIGGER, resources=replace(PLAN.resources, gpus=0)))
    table.agree()
    with table.office.sessions.begin() as session:
        assert calendar.held(session) == ()


def test_too_few_gpus_are_a_refusal_with_a_day_and_numbers(table: Table) -> None:
    table.propose(replace(PLAN, resources=replace(PLAN.resources, gpus=9)))

    with pytest.raises(RuleBroken, match=r"9 GPUs of type H100 .* 8 are free"):
        table.agree()

    assert table.wanted == (Wanted.RUNNING, 1, 2)
    assert table.case.amendment is not None  # nothing was lost


@pytest.mark.rule("R58-D15")
def test_a_suspended_environment_stays_frozen(table: Table) -> None:
    table.office.suspend(table.case_id)
    table.office.work()
    table.propose(BIGGER)

    table.agree()

    assert table.wanted == (Wanted.FROZEN, 3, 4)
    assert table.office.engine.standing[table.case_id].frozen
    assert not table.case.is_measured
    table.office.clock.forward(seconds=1)
    table.office.mitigate(table.case_id)
    table.office.resume(table.case_id, TOM)
    table.office.work()
    assert table.wanted == (Wanted.RUNNING, 4, 4)
    assert table.case.stretches[-1].plan_version == 2


@pytest.mark.rule("R73-06")
@pytest.mark.parametrize("suspended", [False, True])
def test_no_amendment_alters_the_environment_while_evidence_is_held(
    table: Table, suspended: bool
) -> None:
    opened(table.office, table.case_id)
    table.office.work()
    if suspended:
        table.office.suspend(table.case_id)
        table.office.work()
    table.propose(BIGGER)
    assert table.office.engine.previewed[-1].held  # or rights would look like a change of the plan

    with pytest.raises(RuleBroken) as refused:
        table.agree()
    assert [(r.rule, r.sentence.split(":")[0]) for r in refused.value.reasons] == [
        ("R73-06", "incident 1")
    ]
    table.refuse(Action.DECLINE_AMENDMENT, SUE)
    table.propose(STRICTER)
    assert table.agree().plan == replace(STRICTER, version=3)  # what stands stays as it is
    table.propose(BIGGER)
    informed(table.office, table.case_id)
    table.agree()
    assert table.wanted[2] == BIGGER.resources.gpus


def test_an_amendment_waits_for_its_preview(table: Table) -> None:
    amend.propose(
        *(table.case_id, STRICTER, "needed"),
        by=ADA,
        version=None,
        sessions=table.office.sessions,
        authority=AUTHORITY,
        catalogue=table.office.catalogue,
        clock=table.office.clock,
        nudge=lambda stage, case_id: None,  # the nudge is lost
    )
    with pytest.raises(RuleBroken, match="preview"):
        table.agree()

    table.office.sweep()
    table.office.work()

    assert table.office.look(table.case_id).preview
    assert table.agree().stage is Stage.ACTIVE


def test_a_preview_waits_until_a_suspended_environment_is_frozen(table: Table) -> None:
    table.office.engine.breaks = True
    table.office.suspend(table.case_id)
    table.propose(BIGGER)
    with pytest.raises(RuleBroken, match="preview"):
        table.agree()

    table.office.engine.breaks = False
    table.office.clock.forward(minutes=1)
    for _ in range(2):  # it is frozen, then previewed
        table.office.sweep()
        table.office.work()

    assert table.agree().stage is Stage.SUSPENDED
    assert table.office.engine.standing[table.case_id].frozen


def test_a_plan_that_is_not_built_yet_changes_too(office: Office) -> None:
    office.cluster.open_wall = True
    table = Table(office, office.agreed())
    office.work()
    assert not table.case.is_measured
    office.cluster.open_wall = False
    office.clock.forward(minutes=1)

    table.propose(replace(BIGGER, first_day=date(2026, 11, 25)))
    table.agree()

    assert table.case.stage is Stage.ACTIVE
    (stretch,) = table.case.stretches
    assert stretch.plan_version == 2
    assert office.engine.standing[table.case_id].gpus == 4


@pytest.mark.rule("R57-10")
def test_personal_data_may_only_come_with_their_authority(office: Office) -> None:
    case_id = office.apply(personal_data=False)
    office.decide(case_id)
    harmless = replace(PLAN, personal_data=False)
    sha256 = office.propose(case_id, harmless).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)
    office.work()
    table = Table(office, case_id)

    with pytest.raises(RuleBroken, match="data protection"):
        table.propose(PLAN)
    office.associate(case_id)

    table.propose(PLAN)
    assert table.agree().stage is Stage.ACTIVE


@pytest.mark.rule("R58-D20")
@pytest.mark.rule("DL-05")
def test_an_extension_in_time_moves_the_end_the_clock_and_the_gpus(table: Table) -> None:
    (window,) = (c for c in table.case.deadlines if c.name is Name.DL_05)
    assert (window.started_on, window.due) == (PLAN.last_day, date(2026, 12, 20))
    table.office.clock.forward(days=26)  # 20 December, a Sunday
    table.extend(LONGER)
    table.agree()

    old, new = (c for c in table.case.deadlines if c.name is Name.DL_05)
    assert (old.due, new.due) == (date(2026, 12, 20), extendable_until(LONGER))
    assert old.met_at == table.office.clock()
    assert new.met_at is None
    with table.office.sessions.begin() as session:
        (held,) = calendar.held(session)
    assert held.last_day == LONGER
    (paper,) = papers(table, Paper.EXTENSION)
    assert (paper["old_end"], paper["new_end"]) == ("2027-01-19", "2027-03-01")
    assert paper["reasons"] == "slow recruiting"
    assert paper["signed_by"] == [str(ADA), str(SUE)]  # it is an agreement
    assert len(table.case.stretches) == 1  # the run goes on
    table.office.end(table.case_id)
    assert all(c.met_at for c in table.case.deadlines if c.name is Name.DL_05)


@pytest.mark.rule("R58-D20")
def test_an_extension_is_asked_and_agreed_in_time_or_not_at_all(table: Table) -> None:
    table.office.clock.forward(days=26)
    table.extend(LONGER)
    table.office.clock.forward(days=1)

    shown = table.office.look(table.case_id, SUE).possible[Action.AGREE_AMENDMENT]
    with pytest.raises(RuleBroken) as refusal:
        table.agree()
    assert [r.rule for r in refusal.value.reasons] == ["R58-D20"]
    assert shown == refusal.value.reasons
    table.refuse(Action.TAKE_BACK_AMENDMENT, ADA)
    with pytest.raises(RuleBroken, match="R58-D20"):
        table.extend(LONGER)
    with pytest.raises(FieldRefused, match="later"):
        table.extend(PLAN.last_day)


@pytest.mark.rule("DL-05")
def test_a_plan_too_short_to_be_extended_starts_no_clock(office: Office) -> None:
    short = replace(PLAN, last_day=PLAN.first_day + timedelta(days=28))
    table = Table(office, office.agreed(plan=short))

    assert not [c for c in table.case.deadlines if c.name is Name.DL_05]
    with pytest.raises(RuleBroken, match="R58-D20"):
        table.extend(LONGER)


@pytest.mark.rule("DL-05")
def test_when_the_time_to_extend_is_over_both_parties_hear_that_it_ends(table: Table) -> None:
    table.office.clock.forward(days=28)
    table.office.sweep_clocks()
    table.office.work()

    notices = [n for n in table.office.notifier.taken if n.clock == "DL-05"]
    assert {n.addressee for n in notices} == {"provider:CreditCo", "authority"}
    assert any("not extendable any more; it ends as planned" in n.sentence for n in notices)
    assert all(c.met_at for c in table.case.deadlines if c.name is Name.DL_05)  # nobody owes it
    with table.office.sessions.begin() as session:
        entries = [s.entry for s in ledger.of_case(session, table.case_id)]
    assert wrong(read(entries)) == ()


@pytest.mark.rule("R57-05")
def test_a_plan_that_is_over_is_told_once_and_removes_nothing(table: Table) -> None:
    table.office.clock.forward(days=56)  # its last day
    table.office.sweep()
    table.office.work()
    assert table.case.told_of_end is None

    for _ in range(2):
        table.office.clock.forward(days=1)
        table.office.sweep()
        table.office.work()

    case = table.case
    assert (case.stage, case.told_of_end) == (Stage.ACTIVE, PLAN.last_day)
    assert sorted(who for kind, who in told(table) if kind == "plan_ended") == [
        *("authority", "authority_head", "provider:CreditCo"),
    ]
    assert table.case_id in table.office.engine.standing
    with pytest.raises(RuleBroken, match="in the past"):
        table.propose(replace(PLAN, scope="more"))


@pytest.mark.rule("R58-01")
def test_new_terms_are_accepted_anew_before_an_amendment(table: Table) -> None:
    table.terms = NEW_TERMS
    table.propose(STRICTER)
    with pytest.raises(RuleBroken, match="version 3 of the terms"):
        table.agree()

    table.office.accept_terms(table.case_id, NEW_TERMS)
    table.office.work()

    assert table.agree().stage is Stage.ACTIVE
    assert [a.version for a in table.case.terms_accepted] == ["2", "3"]
    issued = papers(table, Paper.TERMS)
    assert [paper["version"] for paper in issued] == ["2", "2", "3", "3"]
    assert [paper.get("signatory") for paper in issued] == [None, "Ada", None, "Ada"]
    with table.office.sessions.begin() as session:
        entries = [s.entry for s in ledger.of_case(session, table.case_id)]
    accepted = [e.facts for e in entries if e.action == Action.ACCEPT_TERMS]
    assert [f["version"] for f in accepted if isinstance(f, dict)] == ["2", "3"]


@pytest.mark.rule("R58-01")
def test_no_plan_is_agreed_without_accepted_terms(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    office.associate(case_id)
    sha256 = office.propose(case_id).plan_sha256
    with pytest.raises(RuleBroken, match="R58-01: version 2 of the terms"):
        office.agree(case_id, sha256)
    with pytest.raises(OutOfDate, match="version 2"):
        terms_of_another_version(office, case_id)


def terms_of_another_version(office: Office, case_id: CaseId) -> None:
    terms.accept(
        case_id,
        terms.Signing(NEW_TERMS.sha256, "Ada", "director", "none"),
        by=ADA,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )


@pytest.mark.rule("R58-D15")
def test_every_version_is_kept_and_compared(table: Table) -> None:
    table.propose(STRICTER)
    table.refuse(Action.DECLINE_AMENDMENT, SUE)
    table.propose(BIGGER)
    table.agree()

    kept = plan_versions.of_case(table.case_id, by=ADA, sessions=table.office.sessions)
    assert [(v.plan.version, v.intact) for v in kept] == [(1, True), (2, True), (3, True)]
    found = plan_versions.difference(table.case_id, 1, 3, by=SUE, sessions=table.office.sessions)
    assert [change.field for change in found] == ["resources.gpus"]


@pytest.mark.rule("R58-D15")
def test_a_version_from_before_new_fields_keeps_its_hash(table: Table) -> None:
    later = ("scope", "milestones", "laws_supervised", "reporting_cadence", "duration")
    with table.office.sessions.begin() as session:
        row = session.get_one(PlanRow, (table.case_id, 1))
        old = {
            name: value
            for name, value in row.document.items()
            if name not in {*later, "execution_site", "facility", "confidential"}
        }
        session.add(
            PlanRow(
                case_id=table.case_id,
                version=90,
                sha256=document_sha256(old | {"version": 90}),
                proposed_by="Ada",
                proposed_at=table.office.clock(),
                document=old | {"version": 90},
            )
        )
    with table.office.sessions.begin() as session:
        found = plans.version(session, table.case_id, 90)
        assert found.intact
        assert found.plan.scope == ""
        session.get_one(PlanRow, (table.case_id, 90)).document = old | {"objectives": "others"}
    with table.office.sessions.begin() as session:
        assert not plans.version(session, table.case_id, 90).intact
        outbox.post(session, table.case_id, "plan_signed", "authority", table.office.clock())
        assert outbox.with_something_due(session, table.office.clock(), limit=1)


@pytest.mark.rule("R58-D14")
@pytest.mark.rule("R58-D15")
def test_an_amended_plan_names_the_testing_plans_that_were_submitted_by_their_hash(
    office: Office,
) -> None:
    table = Table(office, with_a_test(office))
    draft(office, table.case_id)
    submit(office, table.case_id, "NL", "DE")
    office.work()
    plan = table.case.plan
    assert plan is not None

    table.propose(replace(plan, scope="Loans in two Member States."))
    table.agree()

    with office.sessions.begin() as session:
        sealed = documents.sealed_of_kind(session, table.case_id, Paper.TESTING_PLAN)
    first, second = papers(table, Paper.SANDBOX_PLAN)
    assert first["testing_plans_sha256"] == []
    assert second["testing_plans_sha256"] == sorted(
        f"{(paper.assembled or {})['submitted_to']}: {paper.sha256}" for paper in sealed
    )
    assert len(sealed) == 2


@pytest.mark.rule("DL-19")
def test_personal_data_of_an_earlier_plan_are_to_be_deleted_at_the_end(office: Office) -> None:
    table = Table(office, office.active(personal_data=False))
    table.propose(replace(PLAN, personal_data=False))
    table.agree()
    assert not table.case.processes_personal_data

    office.end(table.case_id)

    assert Name.DL_19 in {clock.name for clock in table.case.deadlines}


@pytest.mark.rule("DL-19")
def test_personal_data_that_were_proposed_and_never_agreed_to_start_no_clock(
    office: Office,
) -> None:
    case_id = office.apply(personal_data=False)
    office.decide(case_id)
    office.propose(case_id)
    sha256 = office.propose(case_id, replace(PLAN, personal_data=False)).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)
    office.work()

    office.end(case_id)

    assert Name.DL_19 not in {clock.name for clock in office.case(case_id).deadlines}
