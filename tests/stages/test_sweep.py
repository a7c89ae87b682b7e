"""A round looks at what waits for a worker, not at everything there is."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from sandbox.domain.errands import Errand
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.store import database
from sandbox.store.derived_tables import ErrandRow
from tests.office import Office
from tests.stages.test_shares import consent, share


def test_a_case_that_waits_for_a_person_alone_is_not_looked_at_in_every_round(
    office: Office,
) -> None:
    case_id = office.active()
    office.end(case_id)
    assert "exit" in _nudged(office)
    for _ in range(3):
        office.sweep()
        office.work()
    waiting = _nudged(office)

    office.issue_exit_report(case_id)
    office.nudge.given.clear()  # lost
    written = _nudged(office)
    for _ in range(2):
        office.sweep()
        office.work()

    assert waiting == set()
    assert "exit" in written
    assert office.case(case_id).stage is Stage.CLOSED


def test_what_is_due_on_a_day_is_due_on_that_of_the_authority(office: Office) -> None:
    case_id = office.active()
    day = datetime(2026, 12, 1, tzinfo=UTC)
    share(office, case_id, last_day=day.date())
    consent(office, case_id)

    office.clock.now = day.replace(hour=22, minute=30)
    early = _nudged(office)
    office.clock.now = day.replace(hour=23, minute=30)  # 2 December where it sits

    assert "shares" not in early
    assert "shares" in _nudged(office)


def test_an_errand_is_found_in_every_round_until_it_is_done(office: Office) -> None:
    case_id = office.active()
    share(office, case_id, last_day=office.clock().date())
    office.clock.forward(days=1)

    lost = [_nudged(office) for _ in range(2)]
    office.work()

    assert all("shares" in nudged for nudged in lost)
    assert "shares" not in _nudged(office)
    assert Errand.SHARES not in _errands(office, case_id)


def test_a_plan_waits_for_its_preview_alone(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    office.associate(case_id)
    before = _nudged(office)
    office.propose(case_id)

    assert "preview" not in before
    assert Errand.PREVIEW in _errands(office, case_id)
    assert "preview" not in _nudged(office)


def test_a_round_reads_no_case_clock_or_ledger_from_end_to_end(
    migrated_file: Path, tmp_path: Path
) -> None:
    engine = database.connect(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'round.db')}")
    office = Office(database.sessions(engine))
    asked: list[tuple[str, Any]] = []  # Any: the driver's parameters

    @event.listens_for(engine, "before_cursor_execute")
    def note(*call: Any) -> None:
        asked.append(call[2:4])

    for look in (office.sweep, office.sweep_clocks, office.sweep_notices):
        look()
    with engine.connect() as connection:
        questions = [(text, said) for text, said in asked if text.startswith("SELECT")]
        steps = [
            step[-1]
            for text, said in questions
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", said)
        ]
    engine.dispose()

    read = {step.split()[1] for step in steps if step.startswith("SCAN")}
    assert len(questions) > 10
    assert read.isdisjoint({"cases", "deadlines", "ledger", "errands", "documents", "plans"}), read


def _errands(office: Office, case_id: CaseId) -> set[str]:
    with office.sessions.begin() as session:
        rows = session.scalars(select(ErrandRow.errand).where(ErrandRow.case_id == case_id))
        return set(rows)


def _nudged(office: Office) -> set[str]:
    office.nudge.given.clear()
    office.sweep()
    return {stage for stage, _ in office.nudge.given}
