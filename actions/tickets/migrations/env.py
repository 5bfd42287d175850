"""Alembic's entry: migrations run on the connection, and in the transaction, of whoever asks for them."""

from alembic import context

from actions.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
