"""What every test may use."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import URL, create_engine

from sandbox.store import database
from tests.office import Office

# A busy machine is no defect: what is fast is measured by `make bench`.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")


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


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy from: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "migrated.db"
    engine = database.connect(f"sqlite:///{path}")
    database.migrate(engine)
    engine.dispose()
    return path


@contextmanager
def a_postgres_database(template: str = "template1") -> Iterator[URL]:
    """A PostgreSQL database that no other test and no service left behind knows of."""
    server = create_engine(needed("SANDBOX_POSTGRES_URL"), isolation_level="AUTOCOMMIT")
    name = f"test_{secrets.token_hex(6)}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url.set(database=name)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy from."""
    with a_postgres_database() as url:
        engine = database.connect(url.render_as_string())
        database.migrate(engine)
        engine.dispose()
        yield str(url.database)


@pytest.fixture
def own_database() -> Iterator[URL]:
    """An empty PostgreSQL database."""
    with a_postgres_database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[database.Sessions]:
    """A fresh, migrated database of each kind."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        engine = database.connect(f"sqlite:///{path}")
        yield database.sessions(engine)
        engine.dispose()
        return
    with a_postgres_database(request.getfixturevalue("migrated_postgres")) as url:
        engine = database.connect(url.render_as_string())
        yield database.sessions(engine)
        engine.dispose()


@pytest.fixture
def office(sessions: database.Sessions) -> Office:
    """Everybody and everything a case meets, over each kind of database."""
    return Office(sessions)
