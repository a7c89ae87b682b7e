"""what subjects ask to have reversed or disregarded."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "reversals",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("consent_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.Column("reversed", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reversals_case_id")),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_reversals_consent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversals")),
    )
    op.create_index(op.f("ix_reversals_case_id"), "reversals", ["case_id"])
    op.create_index(op.f("ix_reversals_consent_id"), "reversals", ["consent_id"])
