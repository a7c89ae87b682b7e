"""the AI Office may know of the case in which an order stops the test: the notice names it."""

from alembic import op

from sandbox.store.audience_again import tell_again

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    tell_again(op.get_bind())
