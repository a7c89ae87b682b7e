"""a case whose records were erased says when."""

import sqlalchemy as sa
from alembic import op

from sandbox.store.tables import Moment

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("cases", sa.Column("erased_at", Moment(timezone=True), nullable=True))
