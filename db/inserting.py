"""INSERT … ON CONFLICT, which both databases speak through statements of their own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base

Insert = postgresql.Insert | sqlite.Insert


def insert_unless_there(session: Session, model: type[Base], unique: Sequence[str]) -> Insert:
    """Answer an INSERT that passes over rows whose `unique` columns are there already."""
    return insert_in(session.get_bind().dialect.name, model, tuple(unique))


@lru_cache(maxsize=32)
def insert_in(dialect: str, model: type[Base], unique: tuple[str, ...]) -> Insert:
    """Answer that INSERT in the words of one database; made once."""
    statement: Insert = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    return statement.on_conflict_do_nothing(index_elements=list(unique))


def insert_or_touch(session: Session, model: type[Base], unique: Sequence[str], column: str) -> Insert:
    """Answer an INSERT that locks rows whose `unique` columns are there already; `column` is written as it was."""
    return touch_in(session.get_bind().dialect.name, model, tuple(unique), column)


@lru_cache(maxsize=32)
def touch_in(dialect: str, model: type[Base], unique: tuple[str, ...], column: str) -> Insert:
    """Answer that INSERT in the words of one database; made once."""
    statement: Insert = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    there = getattr(model, column)
    return statement.on_conflict_do_update(index_elements=list(unique), set_={column: there})


def insert_or_add(session: Session, model: type[Base], unique: Sequence[str], column: str) -> Insert:
    """Answer an INSERT that adds to `column` of the row whose `unique` columns are there already."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement: Insert = sqlite.insert(model) if is_sqlite else postgresql.insert(model)
    total = getattr(model, column) + getattr(statement.excluded, column)
    return statement.on_conflict_do_update(index_elements=list(unique), set_={column: total})


def insert_or_count(session: Session, model: type[Base], unique: Sequence[str], column: str, most: int) -> Insert:
    """Answer an INSERT that adds one to `column` of the row that is there already, and leaves it at `most`."""
    return count_in(session.get_bind().dialect.name, model, tuple(unique), column, most)


@lru_cache(maxsize=32)
def count_in(dialect: str, model: type[Base], unique: tuple[str, ...], column: str, most: int) -> Insert:
    """Answer that INSERT in the words of one database; made once."""
    statement: Insert = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    there = getattr(model, column)
    return statement.on_conflict_do_update(index_elements=list(unique), set_={column: there + 1}, where=there < most)


def insert_or_newer(session: Session, model: type[Base], unique: Sequence[str], column: str) -> Insert:
    """Answer an INSERT that sets `column` of the row whose `unique` columns are there already, where it grows."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    statement: Insert = sqlite.insert(model) if is_sqlite else postgresql.insert(model)
    there, given = getattr(model, column), getattr(statement.excluded, column)
    return statement.on_conflict_do_update(index_elements=list(unique), set_={column: given}, where=there < given)


@lru_cache(maxsize=32)
def set_in(dialect: str, model: type[Base], unique: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    """Answer an INSERT that gives `columns` new values in the row that is there already; made once."""
    statement: Insert = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    given = {name: getattr(statement.excluded, name) for name in columns}
    return statement.on_conflict_do_update(index_elements=list(unique), set_=given)
