"""An office where a case can be walked: a real database, fakes for what lies outside."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.exit_report import ExitWords
from sandbox.domain.lifecycle import UNDER_REVIEW
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.regime import REGIME, Regime
from sandbox.domain.suspension import SuspensionGround
from sandbox.domain.terms import BUILT_IN, Terms
from sandbox.ports import Renderer
from sandbox.stages import (
    access_log,
    agree,
    apply,
    attest,
    clocks,
    decide,
    deletion,
    exit,  # noqa: A004 - a stage of the path
    holds,
    incidents,
    monitor,
    notify,
    overview,
    plan_end,
    processing,
    provision,
    real_world,
    report,
    retention,
    review,
    risks,
    screen,
    shares,
    snapshot,
    suspend,
    sweep,
    terms,
    testing_plan,
)
from sandbox.store import cases
from sandbox.store.database import Sessions
from tests.factories import (
    ADA,
    APPLICATION,
    AUTHORITY,
    CONVINCED,
    EXIT_WORDS,
    GOOD,
    PLAN,
    RIA,
    SUE,
    UNION,
)
from tests.fakes import (
    FakeCatalogue,
    FakeClock,
    FakeCluster,
    FakeEngine,
    FakeEvidence,
    FakeMetrics,
    FakeNotifier,
    FakeNudge,
    FakeRenderer,
)


@dataclass
class Office:
    """Everybody and everything a case meets."""

    sessions: Sessions
    clock: FakeClock = field(default_factory=FakeClock)
    nudge: FakeNudge = field(default_factory=FakeNudge)
    engine: FakeEngine = field(default_factory=FakeEngine)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    evidence: FakeEvidence = field(default_factory=FakeEvidence)
    cluster: FakeCluster = field(init=False)
    union: Union = field(default_factory=lambda: UNION)
    notifier: FakeNotifier = field(default_factory=FakeNotifier)
    catalogue: FakeCatalogue = field(default_factory=FakeCatalogue)
    renderer: Renderer = field(default_factory=FakeRenderer)
    regime: Regime = REGIME

    def __post_init__(self) -> None:
        self.cluster = FakeCluster(self.engine)
        self.evidence.clock = self.clock
        sweep.observe(sessions=self.sessions, cluster=self.cluster, clock=self.clock)

    def apply(self, key: str = "k", by: Person = ADA, **changes: object) -> CaseId:
        application = replace(APPLICATION, **changes)  # type: ignore[arg-type]  # fields by name
        case = apply.apply(
            application,
            key=key,
            by=by,
            sessions=self.sessions,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
        )
        self.work()
        return case.id

    def review(self, case_id: CaseId) -> Case:
        """Ria, who has no interest in it, finds the case good."""
        asked: dict[str, Any] = {
            "version": None,
            "sessions": self.sessions,
            "clock": self.clock,
        }
        review.declare(case_id, email="ria@authority.eu", interests=(), by=RIA, **asked)
        review.assign(case_id, str(RIA), by=SUE, **asked)
        return review.review(case_id, scores=GOOD, notes=CONVINCED, by=RIA, **asked)

    def decide(
        self,
        case_id: CaseId,
        *,
        admitted: bool = True,
        conditions: str = "",
        by: Person = SUE,
        union: Union = UNION,
        four_eyes: frozenset[Action] = frozenset(),
        fee_eur: int | None = None,
    ) -> Case:
        """Decide; where nobody was assigned, somebody reviews first, as the law wants it."""
        case = self.case(case_id)
        if case.stage in UNDER_REVIEW and not case.assignments:
            self.review(case_id)
        return decide.decide(
            case_id,
            admitted=admitted,
            reasons="Innovative and needed.",
            conditions=conditions,
            by=by,
            version=None,
            sessions=self.sessions,
            authority=AUTHORITY,
            union=union,
            four_eyes=four_eyes,
            fee_eur=fee_eur,
            clock=self.clock,
            regime=self.regime,
            nudge=self.nudge,
        )

    def associate(self, case_id: CaseId) -> None:
        decide.associate_dpa(
            case_id, "DPA", by=SUE, version=None, sessions=self.sessions, clock=self.clock
        )

    def propose(self, case_id: CaseId, plan: SandboxPlan = PLAN) -> Case:
        case = agree.propose(
            case_id,
            plan,
            by=ADA,
            version=None,
            sessions=self.sessions,
            authority=AUTHORITY,
            catalogue=self.catalogue,
            clock=self.clock,
            nudge=self.nudge,
        )
        self.work()
        return case

    def accept_terms(self, case_id: CaseId, given: Terms = BUILT_IN) -> Case:
        return terms.accept(
            case_id,
            terms.Signing(given.sha256, "Ada", "director", "policy 7"),
            by=ADA,
            version=None,
            sessions=self.sessions,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
            terms=given,
        )

    def sign(self, case_id: CaseId, sha256: str) -> None:
        """Ada signs the plan, and the terms before it where she has not."""
        if not self.case(case_id).terms_accepted:
            self.accept_terms(case_id)
        agree.sign(case_id, sha256, by=ADA, version=None, sessions=self.sessions, clock=self.clock)

    def agree(self, case_id: CaseId, sha256: str) -> None:
        agree.agree(
            case_id,
            sha256,
            by=SUE,
            version=None,
            sessions=self.sessions,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
        )

    def agreed(self, key: str = "k", plan: SandboxPlan = PLAN, **changes: Any) -> CaseId:
        case_id = self.apply(key, **changes)
        self.decide(case_id)
        self.associate(case_id)
        sha256 = self.propose(case_id, plan).plan_sha256
        self.sign(case_id, sha256)
        self.agree(case_id, sha256)
        return case_id

    def active(self, key: str = "k", **changes: Any) -> CaseId:
        case_id = self.agreed(key, **changes)
        self.work()
        return case_id

    def suspend(self, case_id: CaseId) -> Case:
        return suspend.suspend(
            case_id,
            ground=SuspensionGround.PLAN_BREACH,
            reasons="the gap is too wide",
            by=SUE,
            version=None,
            sessions=self.sessions,
            cluster=self.cluster,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
        )

    def mitigate(self, case_id: CaseId) -> None:
        suspend.record_mitigation(
            case_id,
            "thresholds per group",
            by=ADA,
            version=None,
            sessions=self.sessions,
            clock=self.clock,
            nudge=self.nudge,
        )

    def resume(self, case_id: CaseId, by: Person) -> None:
        suspend.resume(
            case_id,
            reasons="mended",
            by=by,
            version=None,
            sessions=self.sessions,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
        )

    def end(self, case_id: CaseId, action: Action = Action.COMPLETE) -> None:
        exit.end(
            case_id,
            action=action,
            reasons="objectives met",
            ground=SuspensionGround.UNMITIGABLE_RISK if action is Action.TERMINATE else None,
            by=SUE,
            version=None,
            sessions=self.sessions,
            cluster=self.cluster,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
        )

    def report(self, case_id: CaseId) -> int:
        return report.ask_for_report(
            case_id,
            by=SUE,
            version=None,
            sessions=self.sessions,
            clock=self.clock,
            nudge=self.nudge,
        )

    def issue_exit_report(self, case_id: CaseId, words: ExitWords = EXIT_WORDS) -> None:
        exit.issue_exit_report(
            case_id,
            words=words,
            by=SUE,
            version=None,
            sessions=self.sessions,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
        )

    def work(self) -> None:
        """Carry out nudges until none is left, as the workers would."""
        tasks: dict[str, Callable[[CaseId], None]] = {
            "screen": lambda c: screen.screen(
                c,
                sessions=self.sessions,
                authority=replace(AUTHORITY, union=self.union),
                clock=self.clock,
                regime=self.regime,
            ),
            "preview": lambda c: agree.preview(
                c, sessions=self.sessions, engine=self.engine, clock=self.clock
            ),
            "provision": self.provision,
            "attest": lambda c: attest.attest(
                c,
                sessions=self.sessions,
                engine=self.engine,
                cluster=self.cluster,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
                owner="me",
                token=lambda: "t",
            ),
            "monitor": self.monitor,
            "incident": lambda c: incidents.expire(
                c,
                sessions=self.sessions,
                cluster=self.cluster,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
            ),
            "pin": lambda c: holds.pin(
                c, sessions=self.sessions, cluster=self.cluster, clock=self.clock
            ),
            "keep": self.keep,
            "snapshot": self.snapshot,
            "lapse": lambda c: testing_plan.lapse(
                c, sessions=self.sessions, union=self.union, clock=self.clock
            ),
            "shares": lambda c: shares.expire(
                c, sessions=self.sessions, authority=AUTHORITY, clock=self.clock
            ),
            "watch": lambda c: real_world.watch(
                c,
                sessions=self.sessions,
                cluster=self.cluster,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
            ),
            "risks": lambda c: risks.tell(
                c,
                sessions=self.sessions,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
            ),
            "report": self.make,
            "plan_end": lambda c: plan_end.tell(
                c,
                sessions=self.sessions,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
            ),
            "clocks": self.tick,
            "notify": self.deliver,
            "privacy": lambda c: processing.watch(
                c,
                sessions=self.sessions,
                cluster=self.cluster,
                metrics=self.metrics,
                catalogue=self.catalogue,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
            ),
            "deletion": lambda c: deletion.call(
                c,
                sessions=self.sessions,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
            ),
            "log": lambda c: access_log.settle(
                c, sessions=self.sessions, regime=self.regime, clock=self.clock
            ),
            "retention": lambda c: retention.tell(
                c,
                sessions=self.sessions,
                authority=AUTHORITY,
                regime=self.regime,
                clock=self.clock,
                nudge=self.nudge,
            ),
            "erase": lambda c: retention.erase(
                c,
                sessions=self.sessions,
                evidence=self.evidence,
                authority=AUTHORITY,
                regime=self.regime,
                clock=self.clock,
            ),
            "exit": lambda c: exit.leave(
                c,
                sessions=self.sessions,
                authority=AUTHORITY,
                clock=self.clock,
                nudge=self.nudge,
            ),
        }
        while self.nudge.given:
            stage, case_id = self.nudge.given.pop(0)
            tasks[stage](case_id)

    def provision(self, case_id: CaseId) -> None:
        provision.provision(
            case_id,
            sessions=self.sessions,
            engine=self.engine,
            cluster=self.cluster,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
            owner="me",
            token=lambda: "t",
        )

    def monitor(self, case_id: CaseId) -> None:
        monitor.monitor(
            case_id,
            sessions=self.sessions,
            metrics=self.metrics,
            catalogue=self.catalogue,
            clock=self.clock,
        )

    def make(self, case_id: CaseId) -> None:
        report.make(
            case_id,
            sessions=self.sessions,
            metrics=self.metrics,
            catalogue=self.catalogue,
            renderer=self.renderer,
            evidence=self.evidence,
            authority=AUTHORITY,
            retention=timedelta(days=1),
            clock=self.clock,
            nudge=self.nudge,
        )

    def keep(self, case_id: CaseId) -> None:
        holds.keep(
            case_id,
            sessions=self.sessions,
            metrics=self.metrics,
            catalogue=self.catalogue,
            evidence=self.evidence,
            retention=timedelta(days=1),
            clock=self.clock,
        )

    def snapshot(self, case_id: CaseId) -> None:
        snapshot.take(
            case_id,
            sessions=self.sessions,
            cluster=self.cluster,
            metrics=self.metrics,
            catalogue=self.catalogue,
            evidence=self.evidence,
            retention=timedelta(days=1),
            clock=self.clock,
        )

    def tick(self, case_id: CaseId) -> None:
        clocks.tick(
            case_id,
            sessions=self.sessions,
            authority=AUTHORITY,
            union=UNION,
            clock=self.clock,
            nudge=self.nudge,
        )

    def deliver(self, case_id: CaseId) -> None:
        notify.deliver(
            case_id,
            sessions=self.sessions,
            notifier=self.notifier,
            clock=self.clock,
            public_url="https://sandbox.example",
        )

    def sweep_clocks(self) -> int:
        return sweep.sweep_clocks(sessions=self.sessions, clock=self.clock, nudge=self.nudge)

    def sweep_notices(self) -> int:
        return sweep.sweep_notices(sessions=self.sessions, clock=self.clock, nudge=self.nudge)

    def sweep(self) -> int:
        return sweep.sweep(
            sessions=self.sessions,
            authority=AUTHORITY,
            clock=self.clock,
            nudge=self.nudge,
            alive=lambda _: True,
        )

    def case(self, case_id: CaseId) -> Case:
        with self.sessions.begin() as session:
            return cases.load(session, case_id)

    def look(self, case_id: CaseId, by: Person = SUE) -> overview.CaseOverview:
        return overview.of_case(
            case_id, by=by, sessions=self.sessions, authority=AUTHORITY, clock=self.clock
        )
