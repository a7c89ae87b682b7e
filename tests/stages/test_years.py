"""Random years in the life of a case: no illegal step, no missed clock, and always a way out."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.environment import Wanted
from sandbox.domain.incident import CausalLink, Classification, IncidentClass
from sandbox.domain.lifecycle import EDGES, UNDER_A_PLAN, Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.outcome import Activity, ActivityKind
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.publication import Permission
from sandbox.domain.seal import first_break
from sandbox.errors import Refused
from sandbox.stages import decide, follow_up, incident_reports, inspect, proof, publication
from sandbox.store import calendar, database, environments, ledger, plans
from tests.factories import ADA, AUTHORITY, SUE, TOM
from tests.office import Office
from tests.stages.test_amend import Table
from tests.stages.test_clocks import plan_from_today, tell_ai_office
from tests.stages.test_incidents import (
    DORA,
    MAX,
    classified,
    inspection,
    opened,
    order,
    reported,
    responded,
    simple,
)

ENDS = {Stage.CLOSED, Stage.REJECTED, Stage.WITHDRAWN}
STEPS = {(edge.source, edge.action, edge.target) for edge in EDGES}
STARTS = "apply"  # the first entry of every ledger, before there is any edge
Attempt = Callable[[Office, CaseId], object]


def withdraw(office: Office, case_id: CaseId) -> None:
    decide.withdraw(
        case_id,
        by=ADA,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
        nudge=office.nudge,
    )


def settle_incidents(office: Office, case_id: CaseId) -> None:
    """What provider and authority owe for every open incident."""
    for incident in office.case(case_id).incidents:
        number = incident.number
        if incident.classification is None:
            with suppress(Refused):
                classified_as(office, case_id, number)
        if incident.response is None:
            with suppress(Refused):
                responded(office, case_id, mitigated=True, number=number)
        reported(office, case_id, complete=True, number=number)
        incident_reports.take_measures(
            case_id,
            number,
            measures="looked into",
            commission_reference="C",
            rights_reference="R",
            authority=AUTHORITY,
            **simple(office),
        )
        if incident.closed_at is None:
            incident_reports.close(case_id, number, nudge=office.nudge, **simple(office))


def classified_as(office: Office, case_id: CaseId, number: int) -> None:
    judged = Classification((IncidentClass.HEALTH,), CausalLink.LIKELY)
    classified(office, case_id, judged, number=number)


def in_force(office: Office, case_id: CaseId) -> SandboxPlan:
    return office.case(case_id).plan or plan_from_today(office)


def amended(office: Office, case_id: CaseId, by: Person, gpus: int) -> Case:
    plan = in_force(office, case_id)
    changed = replace(plan, scope=f"{office.clock()}", resources=replace(plan.resources, gpus=gpus))
    return Table(office, case_id).propose(changed, by)


def extended(office: Office, case_id: CaseId) -> Case:
    last_day = in_force(office, case_id).last_day + timedelta(weeks=12)
    return Table(office, case_id).extend(last_day)


# What anybody may try, lawful or not at that moment.
ATTEMPTS: dict[str, Attempt] = {
    "admit": lambda o, c: o.decide(c),
    "reject": lambda o, c: o.decide(c, admitted=False),
    "associate": lambda o, c: o.associate(c),
    "sign": lambda o, c: o.sign(c, o.propose(c, plan_from_today(o)).plan_sha256),
    "agree": lambda o, c: o.agree(c, o.case(c).plan_sha256),
    "suspend": lambda o, c: o.suspend(c),
    "mitigate": lambda o, c: o.mitigate(c),
    "resume": lambda o, c: o.resume(c, TOM),
    "tell the AI Office": tell_ai_office,
    "report": lambda o, c: o.report(c),
    "complete": lambda o, c: o.end(c, Action.COMPLETE),
    "exit report": lambda o, c: o.issue_exit_report(c),
    "ask for proof": lambda o, c: proof.ask(
        c, authority=AUTHORITY, nudge=o.nudge, **simple(o, ADA)
    ),
    "prove": lambda o, c: proof.issue(
        c,
        (Activity(ActivityKind.TRAINING, "ten epochs"),),
        authority=AUTHORITY,
        nudge=o.nudge,
        **simple(o),
    ),
    "open to the Union": lambda o, c: publication.give(
        c, Permission.UNION_ACCESS, nudge=o.nudge, **simple(o, ADA)
    ),
    "close to the Union": lambda o, c: publication.withdraw(
        c, Permission.UNION_ACCESS, **simple(o, ADA)
    ),
    "ask afterwards": lambda o, c: follow_up.send(c, ("well?",), nudge=o.nudge, **simple(o)),
    "answer afterwards": lambda o, c: follow_up.answer(c, 1, ("yes",), **simple(o, ADA)),
    "incident": lambda o, c: opened(o, c, "NL", "DE"),
    "classify": lambda o, c: classified_as(o, c, 1),
    "answer": lambda o, c: responded(o, c, mitigated=True),
    "cannot answer": lambda o, c: responded(o, c, mitigated=False),
    "report incident": lambda o, c: reported(o, c, complete=True),
    "order abroad": lambda o, c: order(o, c, DORA, "DE"),
    "order at home": lambda o, c: order(o, c, MAX, "NL"),
    "inspect": inspection,
    "close inspection": lambda o, c: inspect.close_inspection(
        c,
        1,
        findings="none",
        evidence_sha256=(),
        authority=AUTHORITY,
        nudge=o.nudge,
        **simple(o),
    ),
}


# The same for the agreed plan, tried as often as all else together.
AMENDMENTS: dict[str, Attempt] = {
    "amend": lambda o, c: amended(o, c, ADA, 2),
    "amend by the authority": lambda o, c: amended(o, c, SUE, 3),
    "extend": extended,
    "agree amendment": lambda o, c: Table(o, c).agree(SUE),
    "provider agrees amendment": lambda o, c: Table(o, c).agree(ADA),
    "decline amendment": lambda o, c: Table(o, c).refuse(Action.DECLINE_AMENDMENT, SUE),
    "take back amendment": lambda o, c: Table(o, c).refuse(Action.TAKE_BACK_AMENDMENT, ADA),
    "amend and agree": lambda o, c: (amended(o, c, ADA, 4), Table(o, c).agree(SUE)),
    "extend and agree": lambda o, c: (extended(o, c), Table(o, c).agree(SUE)),
}


class Years(RuleBasedStateMachine):
    """One case among people who try anything at any time."""

    @initialize(runs=st.booleans())
    def begin(self, runs: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = database.connect(f"sqlite:///{Path(self.folder.name) / 'years.db'}")
        database.migrate(self.engine)
        self.office = Office(database.sessions(self.engine))
        self.office.metrics.value = None  # days of samples would take longer than all else
        self.case_id = self.office.active() if runs else self.office.apply()

    @rule(attempt=st.sampled_from(sorted(ATTEMPTS)))
    def somebody_tries(self, attempt: str) -> None:
        with suppress(Refused):
            ATTEMPTS[attempt](self.office, self.case_id)
        self.office.work()

    @rule(attempt=st.sampled_from(sorted(AMENDMENTS)))
    def a_party_tries_to_change_the_plan(self, attempt: str) -> None:
        with suppress(Refused):
            AMENDMENTS[attempt](self.office, self.case_id)
        self.office.work()

    @rule(hours=st.sampled_from([1, 3, 24, 24 * 9, 24 * 100]))
    def time_passes(self, hours: int) -> None:
        self.office.clock.forward(hours=hours)
        self.office.sweep()
        self.office.work()
        self.office.sweep_clocks()
        self.office.work()
        self.nothing_was_missed()

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

    def nothing_was_missed(self) -> None:
        """Every clock that ran out unmet was told as overdue."""
        now, today = self.office.clock(), AUTHORITY.day(self.office.clock())
        with self.office.sessions.begin() as session:
            entries = [sealed.entry for sealed in ledger.of_case(session, self.case_id)]
        told = {
            (e.facts["clock"], e.facts["subject"])
            for e in entries
            if e.action == "clock_overdue" and isinstance(e.facts, dict)
        }
        for clock in self.office.case(self.case_id).deadlines:
            if clock.is_over(now, today):
                assert (clock.name.value, clock.subject) in told
        case = self.office.case(self.case_id)
        if case.stage in UNDER_A_PLAN and case.plan and today > case.plan.last_day:
            assert case.told_of_end == case.plan.last_day

    def teardown(self) -> None:
        """From wherever the case stands there is a way to an end."""
        if not hasattr(self, "office"):
            return
        with suppress(Refused):
            withdraw(self.office, self.case_id)
        with suppress(Refused):
            self.office.end(self.case_id, Action.TERMINATE)
        self.office.work()
        with suppress(Refused):
            self.office.issue_exit_report(self.case_id)
        settle_incidents(self.office, self.case_id)
        for _ in range(3):
            self.office.sweep()
            self.office.work()
        assert self.office.case(self.case_id).stage in ENDS
        self.engine.dispose()
        self.folder.cleanup()


TestYears = Years.TestCase
TestYears.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
