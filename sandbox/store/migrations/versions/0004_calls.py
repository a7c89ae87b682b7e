"""calls for applications, as they were published."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("published_by", sa.String(400), nullable=False),
        sa.Column("published_at", Moment(timezone=True), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_calls_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
