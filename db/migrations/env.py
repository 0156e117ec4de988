"""Runs the revisions on the connection that `db.upgrade` hands over."""

from __future__ import annotations

from alembic import context

import db.models  # noqa: F401 - registers the tables
from db.base import Base
from db.schema import is_compared

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=is_compared,
    compare_type=True,
    # SQLite cannot alter most things in place.
    render_as_batch=connection.dialect.name == "sqlite",
    # Both databases can take back what a failed revision did.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
