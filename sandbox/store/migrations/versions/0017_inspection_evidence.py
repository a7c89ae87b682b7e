"""what an open inspection gathers: what is read, and its evidence snapshot."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "inspection_readings",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("inspection", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_inspection_readings_case_id")
        ),
        sa.PrimaryKeyConstraint(
            "case_id", "inspection", "number", name=op.f("pk_inspection_readings")
        ),
    )
    op.create_table(
        "inspection_snapshots",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("inspection", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_at", Moment(timezone=True), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_inspection_snapshots_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "inspection", name=op.f("pk_inspection_snapshots")),
    )
    op.create_index(op.f("ix_inspection_snapshots_due_at"), "inspection_snapshots", ["due_at"])
