"""consents of the subjects of real-world tests; the ledger has room for every role."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("ledger") as ledger:
        ledger.alter_column("role", type_=sa.String(32), existing_type=sa.String(16))
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("method", sa.String(200), nullable=False),
        sa.Column("representative", sa.String(100), nullable=False),
        sa.Column("copy_given", sa.Boolean(), nullable=False),
        sa.Column("vulnerable", sa.Boolean(), nullable=False),
        sa.Column("protection", sa.Text(), nullable=False),
        sa.Column("given_at", Moment(timezone=True), nullable=False),
        sa.Column("withdrawn_at", Moment(timezone=True), nullable=True),
        sa.Column("deleted_at", Moment(timezone=True), nullable=True),
        sa.Column("deletion_proof", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_consents_token_sha256")),
        sa.UniqueConstraint("case_id", "subject", "form_version", name=op.f("uq_consents_case_id")),
    )
