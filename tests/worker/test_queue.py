"""Nudges leave after commit, carry a stage and a case, and never cost a case."""

import re
from pathlib import Path

import pytest

from sandbox.domain.naming import CaseId
from sandbox.enforcement import SOURCES
from sandbox.nudges import PROVISIONING, nudge_through, queue_app
from sandbox.worker.app import app
from tests.conftest import needed
from tests.factories import CASE_ID


def one_message(broker_url: str, folder: Path, case_id: CaseId) -> dict[str, object]:
    app = queue_app(broker_url, folder)
    with app.connection_for_read() as connection:
        connection.SimpleQueue(PROVISIONING).clear()
    nudge_through(app)("provision", case_id)
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue(PROVISIONING).get(timeout=5)
        message.ack()
    return {"task": message.headers["task"], "args": message.payload[0]}


@pytest.mark.parametrize("broker", ["files", pytest.param("redis", marks=pytest.mark.services)])
def test_a_nudge_arrives_with_a_stage_and_a_case_and_nothing_else(
    broker: str, tmp_path: Path
) -> None:
    url = needed("SANDBOX_REDIS_URL") if broker == "redis" else ""

    message = one_message(url, tmp_path, CASE_ID)

    assert message == {"task": "sandbox.provision", "args": [CASE_ID]}


def test_a_broker_that_is_away_costs_no_case(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nudge_through(queue_app("redis://127.0.0.1:1/0", tmp_path))("screen", CASE_ID)

    assert "the sweep will" in caplog.text


def test_everything_that_is_scheduled_or_nudged_has_a_task() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    nudged = {
        f"sandbox.{stage}"
        for path in (SOURCES / "stages").glob("*.py")
        for stage in re.findall(r'nudge\("(\w+)"', path.read_text())
    }

    assert {"sandbox.sweep_clocks", "sandbox.sweep_notices"} <= scheduled
    assert scheduled | nudged <= set(app.tasks)
