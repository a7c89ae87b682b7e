"""Random years in the life of a case: no illegal step, no missed clock, and always a way out."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.incident import CausalLink, Classification, IncidentClass
from sandbox.domain.lifecycle import EDGES, Action, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.seal import first_break
from sandbox.errors import Refused
from sandbox.stages import decide, incident_reports, inspect
from sandbox.store import database, ledger
from tests.factories import ADA, AUTHORITY, TOM
from tests.office import Office
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
            **simple(office),
        )
        if incident.closed_at is None:
            incident_reports.close(case_id, number, nudge=office.nudge, **simple(office))


def classified_as(office: Office, case_id: CaseId, number: int) -> None:
    judged = Classification((IncidentClass.HEALTH,), CausalLink.LIKELY)
    classified(office, case_id, judged, number=number)


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
