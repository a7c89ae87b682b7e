"""who may know of a case follows from what changed: joint deployers, and the AI Office (DL-08)."""

from alembic import op

from sandbox.store.audience_again import tell_again

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    tell_again(op.get_bind())
