"""what waits for a worker, who may know of a case, and what the public learns are written with it."""

from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.errands import errands
from sandbox.domain.learning import Learned, published
from sandbox.domain.lifecycle import Stage
from sandbox.domain.readers import audience
from sandbox.store import cases, lessons

revision = "0015"
down_revision = "0014"

CASES = sa.table(
    *("cases", sa.column("id"), sa.column("provider"), sa.column("stage")),
    *(sa.column("facts", sa.JSON), sa.column("erased_at")),
)
LESSON = (
    *("number", "topic", "text", "article", "objective", "sector", "size"),
    *("proposed_by", "proposed_at", "confirmed_by", "confirmed_at", "wording_is_public"),
)
LESSONS = sa.table("lessons", sa.column("case_id"), *map(sa.column, LESSON))
DEADLINES = sa.table(
    *("deadlines", sa.column("case_id"), sa.column("name"), sa.column("subject")),
    *(sa.column("started_on", sa.Date), sa.column("due", sa.Date), sa.column("met_at")),
)
LEARNED = TypeAdapter(Learned)
ROWS_AT_ONCE = 500


def upgrade() -> None:
    waiting = op.create_table(
        "errands",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("errand", sa.String(16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_errands_case_id")),
        sa.PrimaryKeyConstraint("case_id", "errand", name=op.f("pk_errands")),
    )
    knowing = op.create_table(
        "audience",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_audience_case_id")),
        sa.PrimaryKeyConstraint("case_id", "reader", name=op.f("pk_audience")),
    )
    learning = op.create_table(
        "public_learning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_learning")),
    )
    _fill(op.get_bind(), waiting, knowing)
    cells = lessons.PUBLISHED.dump_python(published(_learned(op.get_bind())), mode="json")
    op.get_bind().execute(sa.insert(learning), {"id": lessons.ONLY_ROW, "cells": cells})
    op.create_index("ix_errands_since", "errands", ["errand", "since", "case_id"])
    op.create_index("ix_audience_reader", "audience", ["reader"])
    op.create_index("ix_deadlines_due_at", "deadlines", ["name", "met_at", "due_at"])


def _fill(connection: sa.Connection, waiting: sa.Table, knowing: sa.Table) -> None:
    """What the service writes from now on, for the cases there are."""
    silent = _silent(connection)
    for some in _cases(connection, silent):
        due = [
            {"case_id": case.id, "errand": errand.value, "since": since}
            for case in some
            for errand, since in errands(case).items()
        ]
        known = [
            {"case_id": case.id, "reader": reader} for case in some for reader in audience(case)
        ]
        for table, rows in ((waiting, due), (knowing, known)):
            if rows:
                connection.execute(sa.insert(table), rows)


def _cases(
    connection: sa.Connection, silent: dict[str, tuple[Deadline, ...]]
) -> Iterator[list[Case]]:
    query = sa.select(CASES.c.id, CASES.c.stage, CASES.c.facts).where(CASES.c.erased_at.is_(None))
    for rows in connection.execute(query).partitions(ROWS_AT_ONCE):
        yield [
            replace(
                cases.CASE.validate_python(facts, strict=False),
                stage=Stage(stage),
                deadlines=silent.get(found, ()),
            )
            for found, stage, facts in rows
        ]


def _learned(connection: sa.Connection) -> Iterator[Learned]:
    """Every confirmed lesson and whose it was."""
    query = (
        sa.select(CASES.c.provider, *(LESSONS.c[name] for name in LESSON))
        .join_from(LESSONS, CASES, CASES.c.id == LESSONS.c.case_id)
        .where(LESSONS.c.confirmed_at.is_not(None))
    )
    for row in connection.execute(query).mappings():
        lesson = {name: row[name] for name in LESSON}
        yield LEARNED.validate_python({"provider": row["provider"], "lesson": lesson}, strict=False)


def _silent(connection: sa.Connection) -> dict[str, tuple[Deadline, ...]]:
    """The clocks of silence that run: of all clocks errands ask for these alone."""
    found: dict[str, tuple[Deadline, ...]] = {}
    query = sa.select(
        *(DEADLINES.c.case_id, DEADLINES.c.subject, DEADLINES.c.started_on, DEADLINES.c.due)
    ).where(DEADLINES.c.name == Name.DL_02.value, DEADLINES.c.met_at.is_(None))
    for case_id, subject, started_on, due in connection.execute(query):
        clock = Deadline(Name.DL_02, started_on, due, subject=subject)
        found[case_id] = (*found.get(case_id, ()), clock)
    return found
