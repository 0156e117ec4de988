"""Rows in bulk, by COPY or executemany: indexes, triggers and checks of foreign keys are put aside and made good after.

For a database of a measure alone: while rows go in nothing is durable.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final, Protocol

import psycopg
from sqlalchemy import text

import db.models  # noqa: F401 - registers the tables
from db.base import Base
from db.session import Database

Row = tuple[Any, ...]
STAGED: Final = "season_"
"""Stands before the name of a table whose rows are made into those of it."""
CACHE_KIB: Final = 2_000_000
"""Of SQLite, while indexes are made."""
MEMORY: Final = "1GB"
"""Of PostgreSQL, likewise."""


class Sink(Protocol):
    """Takes rows whose columns stand in the order of the model; the last may be left out."""

    def put(self, table: str, rows: Sequence[Row], *, into: str = "") -> None:
        """Write rows of one table, or of one that is like it; there is one row at least."""

    def run(self, statement: str) -> None:
        """Run SQL."""


@contextmanager
def bulk(database: Database) -> Iterator[Sink]:
    """Give a sink; at the end indexes, triggers and statistics are there again."""
    with _sqlite(database) if database.is_sqlite else _postgresql(database) as sink:
        yield sink
    with database.write() as session:
        session.execute(text("ANALYZE"))


def columns_of(table: str, row: Row) -> tuple[str, ...]:
    """Answer the columns of a table in the order of its model, as far as the row goes."""
    return tuple(column.name for column in Base.metadata.tables[table].columns)[: len(row)]


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, table: str, rows: Sequence[Row], *, into: str = "") -> None:
        names = columns_of(table, rows[0])
        marks = ", ".join("?" * len(names))
        self._connection.executemany(f"INSERT INTO {into or table} ({_quoted(names)}) VALUES ({marks})", rows)

    def run(self, statement: str) -> None:
        self._connection.execute(statement)


@contextmanager
def _sqlite(database: Database) -> Iterator[Sink]:
    database.close()  # whoever else has it open keeps the journal as it is
    with closing(sqlite3.connect(str(database.engine.url.database), isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", f"cache_size=-{CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")
        found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
        aside = [one for one in found if one[0] in ("index", "trigger")]
        for kind, name, _ in aside:
            connection.execute(f"DROP {kind} {name}")
        connection.execute("BEGIN")
        yield _Sqlite(connection)
        for _, _, made_by in sorted(aside):
            connection.execute(made_by)
        connection.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


class _Postgresql:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._cursor = connection.cursor()

    def put(self, table: str, rows: Sequence[Row], *, into: str = "") -> None:
        with self._cursor.copy(f"COPY {into or table} ({_quoted(columns_of(table, rows[0]))}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, statement: str) -> None:
        self._cursor.execute(statement.encode())


@contextmanager
def _postgresql(database: Database) -> Iterator[Sink]:
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        # Rows are true to their foreign keys; asking for each of them would take most of the time.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET timezone = 'UTC'")
        connection.execute(f"SET maintenance_work_mem = '{MEMORY}'")
        listed = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'ix\\_%'"
        aside = connection.execute(listed).fetchall()
        for name, _ in aside:
            connection.execute(f"DROP INDEX {name}")
        yield _Postgresql(connection)
        for _, made_by in aside:
            connection.execute(made_by)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
