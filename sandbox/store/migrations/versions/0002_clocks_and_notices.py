"""clocks are told apart by their subject and may end to the moment; notices wait in an outbox."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("deadlines") as deadlines:
        deadlines.add_column(sa.Column("subject", sa.String(64), nullable=False, server_default=""))
        deadlines.add_column(sa.Column("due_at", Moment(timezone=True), nullable=True))
        deadlines.drop_constraint("pk_deadlines", type_="primary")
        deadlines.create_primary_key("pk_deadlines", ["case_id", "name", "subject", "started_on"])
    with op.batch_alter_table("deadlines") as deadlines:
        deadlines.alter_column("subject", server_default=None)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("addressee", sa.String(200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("posted_at", Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", Moment(timezone=True), nullable=True),
        sa.Column("sent_at", Moment(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index("ix_outbox_waiting", "outbox", ["sent_at", "retry_at"])
