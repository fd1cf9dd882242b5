"""Runs the migrations on the connection that `feedback.ops.migrate` hands over."""

from __future__ import annotations

from alembic import context

from feedback.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
if connection.dialect.name == "postgresql":
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
context.run_migrations()
