"""Random years in the life of a case: no illegal step, no missed clock, and always a way out."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from sandbox.domain.action import Action
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.deadline_rules import RUNNING, Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.environment import Wanted
from sandbox.domain.incident import IncidentClass
from sandbox.domain.lifecycle import EDGES, UNDER_A_PLAN, Role, Stage
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.seal import first_break
from sandbox.errors import Refused
from sandbox.store import calendar, database, environments, ledger, plans
from sandbox.store import clocks as stored
from tests.factories import AUTHORITY, TOM
from tests.office import Office
from tests.stages import personal_data, reviewing, testing, years
from tests.stages.besides import answered
from tests.stages.supervising import INA, closing
from tests.stages.test_annual import keep
from tests.stages.test_retention import TEN_YEARS, erase, is_erased
from tests.stages.years import DUTIES, EVERYTHING, NEEDS, close, fitting

ENDS = {Stage.CLOSED, Stage.REJECTED, Stage.WITHDRAWN}
STEPS = {(edge.source, edge.action, edge.target) for edge in EDGES}
STARTS = "apply"  # the first entry of every ledger, before there is any edge
TAKEN_MIN = 0.75
MARGIN_DAYS = 365  # a period to appeal, a lock on files
EXAMPLES = settings(
    max_examples=3,
    stateful_step_count=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@cache
def migrated() -> Path:
    """A migrated database to copy from: migrating takes longer than most examples."""
    path = Path(tempfile.mkdtemp()) / "migrated.db"
    engine = database.connect(f"sqlite:///{path}")
    database.migrate(engine)
    engine.dispose()
    return path


def with_data(office: Office) -> CaseId:
    case_id = personal_data.active(office)
    personal_data.let_in(office, case_id)
    return case_id


def rejected(office: Office) -> CaseId:
    case_id = office.apply()
    office.decide(case_id, admitted=False)
    return case_id


def with_incidents(office: Office, *kinds: IncidentClass) -> CaseId:
    case_id = office.active()
    for kind in kinds:
        EVERYTHING["incident"][1](office, case_id)
        years.classify(office, case_id, kind)
    return case_id


def planned(office: Office) -> CaseId:
    case_id = testing.with_a_test(office)
    testing.draft(office, case_id)
    return case_id


def prepared(office: Office) -> CaseId:
    case_id = testing.with_a_test(office)
    testing.approved(office, case_id)
    testing.prepared(office, case_id)
    return case_id


def admitted(office: Office) -> CaseId:
    case_id = office.apply()
    office.decide(case_id)
    office.associate(case_id)
    return case_id


def suspended(office: Office) -> CaseId:
    case_id = office.active()
    office.suspend(case_id)
    office.clock.forward(minutes=1)
    office.mitigate(case_id)
    return case_id


def extended(office: Office) -> CaseId:
    case_id = testing.running(office)
    years.longer_test(office, case_id)
    return case_id


def completed(office: Office) -> CaseId:
    case_id = office.active()
    office.end(case_id)
    return case_id


SCENES: dict[str, Callable[[Office], CaseId]] = {
    "applied for": lambda office: office.apply(),
    "rejected": rejected,
    "admitted": admitted,
    "active": testing.with_a_test,
    "after a death": lambda office: with_incidents(office, IncidentClass.DEATH),
    "after two incidents": lambda office: with_incidents(
        office, IncidentClass.CRITICAL_INFRASTRUCTURE, IncidentClass.FUNDAMENTAL_RIGHTS
    ),
    "planning a test": planned,
    "before a test": prepared,
    "tested in the real world": testing.running,
    "in an extended test": extended,
    "with personal data": with_data,
    "suspended": suspended,
    "completed": completed,
}


class Years(RuleBasedStateMachine):
    """One case among people who try anything at any time."""

    ran: ClassVar[set[Name]] = set()
    taken: ClassVar[set[str]] = set()

    scene = "active"

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = shutil.copy(migrated(), Path(self.folder.name) / "years.db")
        self.engine = database.connect(f"sqlite:///{path}")
        self.office = Office(database.sessions(self.engine))
        self.office.metrics.value = None  # days of samples would take longer than all else
        self.case_id = SCENES[self.scene](self.office)
        self.tried: set[str] = set()

    @rule(attempt=st.sampled_from(sorted(EVERYTHING)))
    def somebody_tries_anything(self, attempt: str) -> None:
        self.attempt(attempt)

    @rule(seed=st.integers(0, 2**20))
    def people_go_on_from_where_the_case_stands(self, seed: int) -> None:
        """With what nobody tried before, and rather with what the case has than with what any has."""
        pick = Random(seed)
        for _ in range(8):
            names = fitting(self.office.case(self.case_id))
            untried = [name for name in names if name not in self.tried] or names
            weights = [4 if EVERYTHING[name][0] in NEEDS else 1 for name in untried]
            if untried:
                self.attempt(*pick.choices(untried, weights))

    def attempt(self, name: str) -> None:
        self.tried.add(name)
        with suppress(Refused):
            EVERYTHING[name][1](self.office, self.case_id)
            self.taken.add(name)
        self.office.work()

    @rule(hours=st.sampled_from([1, 3, 24, 24 * 9, 24 * 100]), watched=st.booleans())
    def time_passes(self, hours: int, watched: bool) -> None:
        self.office.clock.forward(hours=hours)
        if watched:
            with suppress(Refused):
                testing.on_duty(self.office, self.case_id)
        keep(self.office)
        self.office.sweep()
        self.office.work()
        self.office.sweep_clocks()
        self.office.work()
        for case_id in (self.case_id, INSTALLATION):
            self.nothing_was_missed(case_id)
        self.somebody_heard_that_the_plan_is_over()

    @invariant()
    def every_step_was_lawful(self) -> None:
        with self.office.sessions.begin() as session:
            entries = ledger.of_case(session, self.case_id)
        stage = Stage.SUBMITTED
        for sealed in entries:
            told = sealed.entry.facts
            if sealed.entry.action == STARTS or not isinstance(told, dict) or "stage" not in told:
                continue
            target = Stage(str(told["stage"]))
            assert (stage, Action(sealed.entry.action), target) in STEPS
            stage = target
        assert stage is self.office.case(self.case_id).stage
        assert first_break(entries) is None
        assert wrong(read(sealed.entry for sealed in entries)) == ()

    @invariant()
    def a_plan_in_force_is_signed_by_both(self) -> None:
        case = self.office.case(self.case_id)
        if case.stage not in UNDER_A_PLAN or case.plan is None:
            return
        assert case.signed_by(Role.PROVIDER)
        assert case.signed_by(Role.AUTHORITY)
        with self.office.sessions.begin() as session:
            there, drawn = environments.load(session, self.case_id)
            held = [r for r in calendar.held(session) if r.case_id == self.case_id]
            assert plans.version(session, self.case_id, case.plan.version).sha256 == (
                case.plan_sha256
            )
        assert (drawn.gpus, drawn.egress) == (case.plan.resources.gpus, case.plan.egress)
        assert {(r.gpus, r.last_day) for r in held} <= {(drawn.gpus, case.plan.last_day)}
        assert case.stage is not Stage.SUSPENDED or there.wanted is Wanted.FROZEN

    def clocks(self, case_id: CaseId) -> tuple[Deadline, ...]:
        with self.office.sessions.begin() as session:
            return stored.of_case(session, case_id)

    def nothing_was_missed(self, case_id: CaseId) -> None:
        """Every clock that ran out unmet was told as overdue: this one, not an earlier of its name."""
        now, today = self.office.clock(), AUTHORITY.day(self.office.clock())
        with self.office.sessions.begin() as session:
            entries = [sealed.entry for sealed in ledger.of_case(session, case_id)]
        told = {
            (e.facts["clock"], e.facts["subject"], e.facts["started_on"])
            for e in entries
            if e.action == "clock_overdue"
        }
        for clock in self.clocks(case_id):
            self.ran.add(clock.name)
            if clock.is_over(now, today):
                assert (clock.name.value, clock.subject, clock.started_on.isoformat()) in told

    def somebody_heard_that_the_plan_is_over(self) -> None:
        case, today = self.office.case(self.case_id), AUTHORITY.day(self.office.clock())
        if case.stage in UNDER_A_PLAN and case.plan and today > case.plan.last_day:
            assert case.told_of_end == case.plan.last_day

    def teardown(self) -> None:
        """From wherever the case stands there is a way to an end, on which every clock is met; years later
        its records are erased.
        """
        if not hasattr(self, "office"):
            return
        self.ran.update(clock.name for clock in self.clocks(self.case_id))
        with suppress(Refused):
            years.withdraw(self.office, self.case_id)
        with suppress(Refused):
            self.office.end(self.case_id, Action.TERMINATE)
        for _ in range(3):
            self.everybody_does_what_they_owe()
            self.office.sweep()
            self.office.work()
            if self.office.case(self.case_id).stage in ENDS:
                break
        self.ran.update(clock.name for clock in self.clocks(self.case_id))
        assert self.office.case(self.case_id).stage in ENDS
        assert [c.key for c in self.clocks(self.case_id) if c.met_at is None] == []
        self.everybody_answers_what_is_open()
        for days in (MARGIN_DAYS, TEN_YEARS):  # what ends by itself ends on its day
            self.office.clock.forward(days=days)
            self.office.sweep()
            self.office.work()
        erase(self.office, self.case_id)
        assert is_erased(self.office, self.case_id)
        self.engine.dispose()
        self.folder.cleanup()

    def everybody_answers_what_is_open(self) -> None:
        """Nothing that a clock asks for, but what an erasure waits for."""
        case = self.office.case(self.case_id)
        waits: list[Callable[[], object]] = [
            *(
                partial(closing, self.office, case.id, found.number, INA)
                for found in case.inspections
                if found.closed_at is None
            ),
            *(
                partial(answered, self.office, case.id, found.number)
                for found in case.processing.rights_requests
                if found.answered_at is None
            ),
            *(
                partial(reviewing.rule, self.office, case.id, TOM, upheld=False)
                for found in case.appeals
                if found.is_open
            ),
        ]
        for answer in waits:
            answer()
            self.office.work()

    def everybody_does_what_they_owe(self) -> None:
        for hold in self.office.case(self.case_id).processing.holds:
            with suppress(Refused):
                personal_data.lift(self.office, self.case_id, hold.number)
        for known in self.office.case(self.case_id).incidents:
            if known.classification is None:
                with suppress(Refused):
                    years.classify(self.office, self.case_id, IncidentClass.HEALTH, known.number)
            if known.complete_report_at is None:
                with suppress(Refused):
                    years.report(self.office, self.case_id, complete=True, number=known.number)
        for clock in self.clocks(self.case_id):
            if clock.met_at is None and clock.name in DUTIES:
                with suppress(Refused):
                    DUTIES[clock.name](self.office, self.case_id, clock.subject)
        for known in self.office.case(self.case_id).incidents:
            with suppress(Refused):
                close(self.office, self.case_id, known.number)
        with suppress(Refused):
            years.knowing_exit_report(self.office, self.case_id)


@pytest.mark.timeout(1800)  # years of many cases, on a machine that may be busy
def test_no_step_is_illegal_no_clock_is_missed_and_every_case_comes_to_an_end() -> None:
    """Every clock of the law ran in some example, and most of what people may do succeeded: what was
    never reached was not tested.
    """
    Years.ran.clear()
    Years.taken.clear()

    for scene in SCENES:
        run_state_machine_as_test(type(scene, (Years,), {"scene": scene}), settings=EXAMPLES)

    assert set(RUNNING) - Years.ran == set()
    assert len(Years.taken) >= len(EVERYTHING) * TAKEN_MIN, EVERYTHING.keys() - Years.taken
