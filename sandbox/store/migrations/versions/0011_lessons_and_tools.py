"""lessons and tools are found across cases."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("article", sa.String(40), nullable=False),
        sa.Column("objective", sa.String(32), nullable=False),
        sa.Column("sector", sa.String(64), nullable=False),
        sa.Column("size", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(400), nullable=False),
        sa.Column("proposed_at", Moment(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(400), nullable=False),
        sa.Column("confirmed_at", Moment(timezone=True), nullable=True),
        sa.Column("wording_is_public", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_lessons_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_lessons")),
    )
    op.create_index(op.f("ix_lessons_article"), "lessons", ["article"])
    op.create_table(
        "tools",
        sa.Column("case_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("dimension", sa.String(32), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("rights", sa.String(16), nullable=False),
        sa.Column("licence", sa.String(300), nullable=False),
        sa.Column("reference", sa.String(2000), nullable=False),
        sa.Column("offered_by", sa.String(400), nullable=False),
        sa.Column("offered_at", Moment(timezone=True), nullable=False),
        sa.Column("listed_by", sa.String(400), nullable=False),
        sa.Column("listed_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tools_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_tools")),
    )
