"""clocks keep what their end was counted from, and when they are looked at next."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("deadlines") as deadlines:
        deadlines.add_column(sa.Column("started_at", Moment(timezone=True), nullable=True))
        deadlines.add_column(sa.Column("country", sa.String(2), nullable=False, server_default=""))
        deadlines.add_column(sa.Column("holidays", sa.JSON(), nullable=False, server_default="[]"))
        deadlines.add_column(sa.Column("next_step_at", Moment(timezone=True), nullable=True))
    with op.batch_alter_table("deadlines") as deadlines:
        deadlines.alter_column("country", server_default=None)
        deadlines.alter_column("holidays", server_default=None)
    op.create_index("ix_deadlines_next_step", "deadlines", ["met_at", "next_step_at"])
