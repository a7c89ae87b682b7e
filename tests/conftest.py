"""What every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.store import database
from sandbox.store.tables import Base


def written_settings() -> dict[str, str]:
    """What `make up` wrote, outweighed by the environment."""
    folder = Path(os.environ.get("SANDBOX_DATA") or Path(__file__).parents[1] / ".local")
    path = folder / "settings.env"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line) | dict(os.environ)


def needed(name: str) -> str:
    """A setting of the real parts; a test about them fails without them, it is not skipped."""
    value = written_settings().get(name, "")
    if not value:
        pytest.fail(f"{name} is not set: run `make up`")
    return value


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[database.Sessions]:
    """A fresh, migrated database of each kind."""
    if request.param == "sqlite":
        engine = database.connect(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        engine = database.connect(needed("SANDBOX_POSTGRES_URL"))
        Base.metadata.drop_all(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    database.migrate(engine)
    yield database.sessions(engine)
    engine.dispose()
