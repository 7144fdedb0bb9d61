"""Alembic's entry: runs the migrations on the connection that upgrade.py hands over."""

from alembic import context

from local_video_server.database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
