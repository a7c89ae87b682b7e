"""processing of personal data is logged, experiments are recorded, projects are made public."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "accesses",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("dataset", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(500), nullable=False),
        sa.Column("job", sa.String(200), nullable=False),
        sa.Column("authorised", sa.Boolean(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_accesses_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_accesses")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_accesses_case_id")),
    )
    op.create_index("ix_accesses_case_id_dataset", "accesses", ["case_id", "dataset", "number"])
    op.create_table(
        "experiments",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_experiments_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_experiments")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("expected_results", sa.Text(), nullable=False),
        sa.Column("published_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_projects_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("case_id", name=op.f("uq_projects_case_id")),
    )
