"""whoever withdrew a consent may give it again."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
STANDING = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("consents") as consents:
        consents.drop_constraint(op.f("uq_consents_case_id"), type_="unique")
    op.create_index(
        "uq_consents_standing",
        "consents",
        ["case_id", "subject", "form_version"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
