"""The schema's state: bring it to the newest revision, and tell whether it is there.

One process migrates at a time: on PostgreSQL under an advisory lock, on SQLite in its turn to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, UniqueConstraint, create_engine, event
from sqlalchemy.schema import SchemaItem

from db.session import Database

MIGRATIONS: Final = Path(__file__).parent / "migrations"
LOCK_KEY: Final = 0x736D_6172_7462_6363
"""`smartbcc` in ASCII: the advisory lock of whoever migrates."""
PAGE_SIZE: Final = 8192
SEARCH_INDEXES: Final = ("search_index", "ix_search_document_words")
"""The FTS5 table of SQLite with the tables that it keeps, and the GIN index of PostgreSQL."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision, the newest as a rule; others who try meanwhile wait and find it done."""
    with _migrating(database) as connection:
        command.upgrade(_configured(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to a revision, or to `base`."""
    with _migrating(database) as connection:
        command.downgrade(_configured(connection), revision)


def is_current(database: Database) -> bool:
    """Tell whether the schema stands at the newest revision."""
    return current_revision(database) == newest_revision()


def current_revision(database: Database) -> str | None:
    """Answer the revision at which the schema stands; None before the first."""
    with database.reading_engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Answer the newest revision that this code knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def is_compared(item: SchemaItem, name: str | None, _: str, reflected: bool, compare_to: SchemaItem | None) -> bool:
    """Leave out of a comparison what one database alone has.

    That is the index of the search, and on SQLite UNIQUE (company_id, id) beside a primary key.
    """
    if reflected and name is not None and name.startswith(SEARCH_INDEXES):
        return False
    if reflected or compare_to is not None or not isinstance(item, UniqueConstraint):
        return True
    return [column.name for column in item.columns] != ["company_id", "id"]


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    engine = _migrating_engine(database)
    with database.in_turn(), engine.connect() as connection:
        if database.is_sqlite:
            _prepare_file(connection)
        else:
            connection.exec_driver_sql("SET lock_timeout = '10s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK_KEY})")
            connection.commit()
        try:
            yield connection
            connection.commit()
        finally:
            if not database.is_sqlite:
                connection.rollback()
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK_KEY})")


def _migrating_engine(database: Database) -> Engine:
    if not database.is_sqlite:
        return create_engine(database.engine.url, poolclass=NullPool)
    engine = create_engine(database.engine.url, poolclass=NullPool, connect_args={"isolation_level": None})

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _prepare_file(connection: Connection) -> None:
    """Choose page size and vacuum mode, which only an empty file takes; foreign keys stay off meanwhile."""
    raw: Any = connection.connection.dbapi_connection
    raw.execute(f"PRAGMA page_size={PAGE_SIZE}")
    raw.execute("PRAGMA auto_vacuum=INCREMENTAL")
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("PRAGMA foreign_keys=OFF")


def _configured(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
