"""One database: an engine whose transactions are serial where it matters, and its migrations."""

import hashlib
import json
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

Sessions = sessionmaker[Session]

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 30


def connect(url: str) -> Engine:
    """An engine; SQLite gets write-ahead logging, foreign keys and immediate transactions.

    `BEGIN IMMEDIATE` takes the write lock first: two transactions that read and then write would
    otherwise both read and one would fail at the write (SQLite, "transaction upgrade").
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        connection.isolation_level = None  # SQLAlchemy's events begin transactions, not sqlite3
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def sessions(engine: Engine) -> Sessions:
    """Transactions: `with sessions.begin() as session` commits at the end or not at all."""
    return sessionmaker(engine, expire_on_commit=False)


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision; running it again changes nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def document_sha256(document: dict[str, Any]) -> str:  # Any: a JSON document
    """The identity of a document: SHA-256 of its JSON with sorted keys and no spaces."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
