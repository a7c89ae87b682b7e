"""whoever has not applied asks the helpdesk."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(400), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.Column("spoken_at", Moment(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(400), nullable=False),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.String(400), nullable=False),
        sa.Column("closed_at", Moment(timezone=True), nullable=True),
        sa.Column("case_id", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tickets_case_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
    )
    op.create_index("ix_tickets_provider", "tickets", ["provider", "number"])
    op.create_index("ix_tickets_spoken_at", "tickets", ["spoken_at"])
    op.create_index("ix_tickets_asked_at", "tickets", ["asked_at"])
