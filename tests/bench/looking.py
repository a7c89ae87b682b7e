"""What people and workers look at, with ten thousand cases beside a hundred.

Each is asked of both databases and of the bare tables in turn, several times. What counts are the
ratios: how much of the number of cases is felt, and what comes on top of the one read that an
index answers.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Executable, func, select, tuple_

from sandbox.api.app import create_app
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.readers import names
from sandbox.stages import sweep
from sandbox.store import applicants, cases, database
from sandbox.store.database import Sessions
from sandbox.store.derived_tables import AudienceRow
from sandbox.store.learning_tables import PublicLearningRow
from sandbox.store.tables import CaseRow, DeadlineRow, MarkRow
from sandbox.wiring import Wired, nothing
from tests.api.test_api import KEY, as_
from tests.bench.many import fill
from tests.factories import AUTHORITY, SUE, UNION
from tests.fakes import NOON, FakeCatalogue, FakeCluster, FakeEngine, FakeNudge

FEW, MANY = 100, 10_000
ROWS = 50
EVENTS = 500
STRANGER = Person("Roos", Role.RIGHTS_BODY, "", "CY")  # may know none of these cases
Ask = Callable[[], object]
Read = Executable
LISTED = select(CaseRow.facts).order_by(CaseRow.next_due, CaseRow.id).limit(ROWS)
OPEN = (
    select(DeadlineRow.case_id, DeadlineRow.due)
    .where(DeadlineRow.met_at.is_(None))
    .order_by(DeadlineRow.due)
)


@dataclass(frozen=True, slots=True)
class Place:
    """A service over so many cases; `case` is one from the middle of the list."""

    sessions: Sessions
    wired: Wired
    client: TestClient
    case: Case

    def get(self, path: str, by: Person = SUE) -> Ask:
        headers = as_(by)
        return lambda: self.client.get(path, headers=headers).raise_for_status()

    def bare(self, floor: Read) -> Ask:
        def read() -> None:
            with self.sessions.begin() as session:
                session.execute(floor).all()

        return read

    def round(self) -> None:
        """One of each sweep; giving the nudges costs nothing here."""
        sessions, clock, nudge = self.sessions, self.wired.clock, self.wired.nudge
        sweep.sweep(
            sessions=sessions, authority=AUTHORITY, clock=clock, nudge=nudge, alive=lambda _: True
        )
        sweep.sweep_clocks(sessions=sessions, clock=clock, nudge=nudge)
        sweep.sweep_notices(sessions=sessions, clock=clock, nudge=nudge)


def opened(count: int, folder: Path) -> Place:
    """A place filled with so many cases."""
    engine = database.connect(f"sqlite:///{folder / f'{count}.db'}")
    database.migrate(engine)
    sessions = database.sessions(engine)
    fill(sessions, count)
    wired = replace(
        nothing(),
        sessions=sessions,
        cluster=FakeCluster(FakeEngine()),
        catalogue=FakeCatalogue(),
        authority=AUTHORITY,
        union=UNION,
        nudge=FakeNudge(),
        token_key=KEY,
        clock=lambda: NOON,
    )
    listed = select(CaseRow.id).order_by(CaseRow.next_due, CaseRow.id).offset(count // 2).limit(1)
    with sessions.begin() as session:
        case = cases.load(session, CaseId(session.scalars(listed).one()))
    return Place(sessions, wired, TestClient(create_app(wired)), case)


def after(case: Case) -> Read:
    here = select(CaseRow.next_due).where(CaseRow.id == case.id).scalar_subquery()
    return LISTED.where(tuple_(CaseRow.next_due, CaseRow.id) > tuple_(here, case.id))


def of_provider(case: Case) -> Read:
    return LISTED.where(CaseRow.provider == case.provider)


def alike(case: Case) -> Read:
    return select(MarkRow.case_id).where(MarkRow.mark.in_(applicants.marks_of(case.application)))


def known(case: Case) -> Read:
    del case
    return select(AudienceRow.case_id).where(AudienceRow.reader.in_(names(STRANGER)))


# What is asked, how, and the read that it cannot do without.
QUESTIONS: tuple[tuple[str, Callable[[Place], Ask], Callable[[Case], Read]], ...] = (
    ("cases, the first page", lambda p: p.get("/cases"), lambda _: LISTED),
    ("cases, a page in the middle", lambda p: p.get(f"/cases?after={p.case.id}"), after),
    (
        "cases of one stage",
        lambda p: p.get("/cases?stage=active"),
        lambda _: LISTED.where(CaseRow.stage == Stage.ACTIVE),
    ),
    (
        "cases of one provider",
        lambda p: p.get("/cases", Person("Ada", Role.PROVIDER, p.case.provider)),
        of_provider,
    ),
    ("deadlines", lambda p: p.get("/deadlines"), lambda _: OPEN.limit(ROWS)),
    ("deadlines as a calendar file", lambda p: p.get("/deadlines.ics"), lambda _: OPEN.limit(EVENTS)),
    (
        "one case",
        lambda p: p.get(f"/cases/{p.case.id}"),
        lambda case: select(CaseRow.facts).where(CaseRow.id == case.id),
    ),
    ("cases linked to it", lambda p: p.get(f"/cases/{p.case.id}/linked"), alike),
    (
        "a round of the sweeps",
        lambda p: p.round,
        lambda _: OPEN.where(DeadlineRow.next_step_at <= NOON).limit(EVENTS),
    ),
    (
        "the figures for Prometheus",
        lambda p: p.get("/metrics"),
        lambda _: select(CaseRow.stage, func.count()).group_by(CaseRow.stage),
    ),
    ("cases, for a body that may know none", lambda p: p.get("/cases", STRANGER), known),
    ("its calendar file", lambda p: p.get("/deadlines.ics", STRANGER), known),
    (
        "what the public learns",
        lambda p: p.get("/public/learning"),
        lambda _: select(PublicLearningRow.cells),
    ),
)  # fmt: skip


def section(runs: int) -> str:
    """The measured questions as a table."""
    with tempfile.TemporaryDirectory() as name:
        few, many = (opened(count, Path(name)) for count in (FEW, MANY))
        rows = "\n".join(
            _row(name, (ask(few), ask(many), many.bare(floor(many.case))), runs)
            for name, ask, floor in QUESTIONS
        )
    return (
        f"SQLite, {MANY:,} cases in all stages beside {FEW}, {runs} runs of each, alternating; "
        "milliseconds of processor time. The floor is the bare read that an index answers.\n\n"
        f"| Asked for | Milliseconds | with {MANY:,} to with {FEW} | to the floor |\n"
        f"|---|---|---|---|\n{rows}"
    )


def _row(name: str, asks: tuple[Ask, Ask, Ask], runs: int) -> str:
    took: list[list[float]] = [[] for _ in asks]
    for run in range(runs + 1):
        for found, ask in zip(took, asks, strict=True):
            began = time.process_time()
            ask()
            if run:  # the first warms up
                found.append(time.process_time() - began)
    few, many, floor = (statistics.median(found) for found in took)
    return f"| {name} | {many * 1000:.1f} | {many / few:.1f} | {many / floor:.0f} |"
