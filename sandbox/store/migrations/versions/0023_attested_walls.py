"""the walls of standing environments are looked at from time to time."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    with op.batch_alter_table("environments") as environments:
        environments.add_column(sa.Column("attested_at", Moment(timezone=True), nullable=True))
        environments.add_column(sa.Column("attest_at", Moment(timezone=True), nullable=True))
        environments.add_column(
            sa.Column("deviation", sa.Text(), nullable=False, server_default="")
        )
    with op.batch_alter_table("environments") as environments:
        environments.alter_column("deviation", server_default=None)
    op.create_index(op.f("ix_environments_attest_at"), "environments", ["attest_at"])
