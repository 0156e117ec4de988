"""INSERT … ON CONFLICT DO NOTHING, which both databases speak through statements of their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base

Insert = postgresql.Insert | sqlite.Insert


def insert_unless_there(session: Session, model: type[Base], unique: Sequence[str]) -> Insert:
    """Answer an INSERT that passes over rows whose `unique` columns are there already."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement: Insert = sqlite.insert(model) if is_sqlite else postgresql.insert(model)
    return statement.on_conflict_do_nothing(index_elements=list(unique))
