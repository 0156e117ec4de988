"""Fresh migrated databases by copying a template: a file on SQLite, CREATE DATABASE on PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pytest

from config.settings import Settings
from db.schema import upgrade
from db.session import open_database
from tests.kit.postgres import Cluster, find_binaries

FILE: Final = "smartbcc.sqlite3"
TEMPLATE: Final = "smartbcc_template"
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
        cluster.start()
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        database = open_database(Settings(data_dir=directory, database_url=cluster.url(TEMPLATE)))
        upgrade(database)
        database.close()

    @contextmanager
    def fresh(self, data_dir: Path, template: str = TEMPLATE) -> Iterator[Settings]:
        """Copy the template for one test; `template1` gives an empty database."""
        name = f"smartbcc_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        data_dir.mkdir(mode=0o700)
        yield Settings(data_dir=data_dir, database_url=self.cluster.url(name))
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def binaries_or_skip() -> Path:
    """Answer where PostgreSQL is; skip the test without it, but never in CI."""
    binaries = find_binaries()
    if binaries is None and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL server on this machine; `./dev test` installs one")
    if binaries is None:
        pytest.fail("no PostgreSQL server on this machine")
    return binaries
