"""the authority of a territory where a testing plan was submitted may know of the case."""

from alembic import op

from sandbox.store.audience_again import tell_again

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    tell_again(op.get_bind())
