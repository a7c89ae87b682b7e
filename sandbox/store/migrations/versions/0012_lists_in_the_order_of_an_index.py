"""cases are listed and linked by an index."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from sandbox.store import applicants

revision = "0012"
down_revision = "0011"

CASES = sa.table(
    *("cases", sa.column("id"), sa.column("next_due", sa.Date)), sa.column("facts", sa.JSON)
)
DEADLINES = sa.table(
    *("deadlines", sa.column("case_id"), sa.column("due", sa.Date)), sa.column("met_at")
)
ROWS_AT_ONCE = 500


def upgrade() -> None:
    op.add_column(
        "cases",
        sa.Column("next_due", sa.Date(), nullable=False, server_default=date.max.isoformat()),
    )
    marks = op.create_table(
        "marks",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_marks_case_id")),
        sa.PrimaryKeyConstraint("mark", "case_id", name=op.f("pk_marks")),
    )
    _fill(op.get_bind(), marks)
    op.create_index("ix_marks_case_id", "marks", ["case_id"])
    op.drop_index("ix_cases_stage", "cases")
    op.drop_index("ix_cases_provider_stage", "cases")
    op.create_index("ix_cases_next_due", "cases", ["next_due", "id"])
    op.create_index("ix_cases_stage_next_due", "cases", ["stage", "next_due", "id"])
    op.create_index("ix_cases_provider_next_due", "cases", ["provider", "next_due", "id"])
    op.create_index("ix_ledger_action", "ledger", ["action"])


def _fill(connection: sa.Connection, marks: sa.Table) -> None:
    """What the service writes from now on, for the cases there are."""
    nearest = (
        sa.select(DEADLINES.c.case_id, sa.func.min(DEADLINES.c.due))
        .where(DEADLINES.c.met_at.is_(None))
        .group_by(DEADLINES.c.case_id)
    )
    due = [{"of": found, "day": day} for found, day in connection.execute(nearest)]
    if due:
        change = sa.update(CASES).where(CASES.c.id == sa.bindparam("of"))
        connection.execute(change.values(next_due=sa.bindparam("day")), due)
    applications = sa.select(CASES.c.id, CASES.c.facts["application"])
    for rows in connection.execute(applications).partitions(ROWS_AT_ONCE):
        known = [
            {"mark": mark, "case_id": found}
            for found, document in rows
            for mark in applicants.marks_of(applicants.application(document))
        ]
        if known:
            connection.execute(sa.insert(marks), known)
