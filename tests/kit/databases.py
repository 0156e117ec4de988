"""Fresh migrated databases by copying a template: a file on SQLite, CREATE DATABASE on PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from config.settings import Settings
from db.base import Base
from db.schema import upgrade
from db.session import open_database
from tests.kit.needed import missing
from tests.kit.postgres import Cluster, find_binaries

FILE: Final = "smartbcc.sqlite3"
TEMPLATE: Final = "smartbcc_template"
SHAPE: Final = """
    SELECT 'column', attrelid::regclass::text, attname::text, attstorage::text, attnotnull FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text, '', true FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'revision', version_num, '', '', true FROM alembic_version ORDER BY 1, 2, 3
"""
_numbers = itertools.count(1)


class SqliteTemplate:
    """A migrated SQLite file to copy."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE
        database = open_database(Settings(data_dir=directory))
        upgrade(database)
        # The log goes into the file, so that one copy is the whole database.
        database.close()
        assert not self._file.with_name(FILE + "-wal").exists()

    def fresh(self, data_dir: Path) -> Settings:
        """Copy the template into a data directory."""
        data_dir.mkdir(mode=0o700)
        shutil.copyfile(self._file, data_dir / FILE)
        return Settings(data_dir=data_dir)


class PostgresTemplate:
    """A cluster with a migrated database to copy."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self.cluster = cluster
        self._spare: list[str] = []
        cluster.start()
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        database = open_database(Settings(data_dir=directory, database_url=cluster.url(TEMPLATE)))
        upgrade(database)
        database.close()
        self._shape = self._shape_of(TEMPLATE)

    @contextmanager
    def fresh(self, data_dir: Path) -> Iterator[Settings]:
        """Give a migrated database without rows: a copy takes 0.4 s, so one that was emptied comes first."""
        name = self._spare.pop() if self._spare else self._create(TEMPLATE)
        data_dir.mkdir(mode=0o700)
        yield Settings(data_dir=data_dir, database_url=self.cluster.url(name))
        self._disconnect(name)
        if self._shape_of(name) == self._shape:
            self._empty(name)
            self._spare.append(name)
        else:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def without_tables(self, data_dir: Path) -> Iterator[Settings]:
        """Give a database that was never migrated."""
        name = self._create("template1")
        data_dir.mkdir(mode=0o700)
        yield Settings(data_dir=data_dir, database_url=self.cluster.url(name))
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"smartbcc_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _disconnect(self, name: str) -> None:
        self._execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")

    def _shape_of(self, name: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.cluster.url(name)) as connection:
            return connection.execute(SHAPE).fetchall()

    def _empty(self, name: str) -> None:
        deletes = [f"DELETE FROM {table.name}" for table in Base.metadata.sorted_tables if table.name != "id_block"]
        statements = [
            "SET session_replication_role = replica",
            *deletes,
            "UPDATE id_block SET reserved_until = 0 WHERE reserved_until > 0",
        ]
        self._execute("; ".join(statements), name)

    def _execute(self, statement: str, name: str = "postgres") -> None:
        with psycopg.connect(self.cluster.url(name), autocommit=True) as connection:
            connection.execute(statement.encode())


def binaries_or_skip() -> Path:
    """Answer where PostgreSQL is; skip the test without it, but never in CI."""
    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL server")
    return binaries
