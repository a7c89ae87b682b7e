"""Runs migrations on the connection that `store.database.migrate` hands over."""

from alembic import context

from sandbox.store import (  # noqa: F401 - their tables are part of Base.metadata
    consent_tables,
    derived_tables,
    environment_tables,
    helpdesk_tables,
    inspection_tables,
    learning_tables,
    processing_tables,
)
from sandbox.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
