"""applications are saved while they are being written."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0003"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", Moment(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(400), nullable=False),
        sa.Column("saved_at", Moment(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.String(16), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_drafts_version")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_drafts_case_id")),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_drafts")),
    )
