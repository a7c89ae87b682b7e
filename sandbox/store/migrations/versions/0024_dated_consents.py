"""a consent bears its own date, beside that of its recording."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    with op.batch_alter_table("consents") as consents:
        consents.add_column(sa.Column("recorded_at", Moment(timezone=True), nullable=True))
    op.execute("UPDATE consents SET recorded_at = given_at")
    with op.batch_alter_table("consents") as consents:
        consents.alter_column("recorded_at", nullable=False)
