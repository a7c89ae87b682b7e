"""The whole service as its own processes, on the real parts, over PostgreSQL and Redis.

The demo is the main job.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from sandbox.store.tables import Base
from tests.conftest import needed

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.fixture
def environment() -> dict[str, str]:
    """A service of its own beside whatever else runs: other database, other queue, other port."""
    database = needed("SANDBOX_POSTGRES_URL")
    engine = create_engine(database)
    Base.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    engine.dispose()
    return {
        **os.environ,
        "SANDBOX_DATABASE_URL": database,
        "SANDBOX_BROKER_URL": needed("SANDBOX_REDIS_URL").removesuffix("/0") + "/1",
        "SANDBOX_PORT": str(free_port()),
    }


def demo(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.demo"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_main_job_runs_end_to_end(environment: dict[str, str]) -> None:
    done = demo(environment)

    assert done.returncode == 0, done.stdout + done.stderr
    for step in range(1, 9):
        assert f"] {step}. " in done.stdout
