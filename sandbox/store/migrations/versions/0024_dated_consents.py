"""a consent bears its own date, and its withdrawal says how it came."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0024"
down_revision = "0023"
TEXTS = ("withdrawn_by_means_of", "withdrawal_recorded_by")


def upgrade() -> None:
    with op.batch_alter_table("consents") as consents:
        for moment in ("recorded_at", "withdrawal_recorded_at"):
            consents.add_column(sa.Column(moment, Moment(timezone=True), nullable=True))
        for name, length in zip(TEXTS, (200, 400), strict=True):
            column = sa.Column(name, sa.String(length), nullable=False, server_default="")
            consents.add_column(column)
    op.execute("UPDATE consents SET recorded_at = given_at, withdrawal_recorded_at = withdrawn_at")
    op.execute(  # nothing else could withdraw
        "UPDATE consents SET withdrawn_by_means_of = 'the token, which only the subject has'"
        " WHERE withdrawn_at IS NOT NULL"
    )
    with op.batch_alter_table("consents") as consents:
        consents.alter_column("recorded_at", nullable=False)
        for name in TEXTS:
            consents.alter_column(name, server_default=None)
