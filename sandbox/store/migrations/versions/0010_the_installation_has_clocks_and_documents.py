"""the installation has clocks and documents of its own, which belong to no case."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for table in ("deadlines", "documents"):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"fk_{table}_case_id"), type_="foreignkey")
