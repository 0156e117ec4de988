"""What every test may ask for: settings, and a fresh migrated database of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from db.session import Database, open_database
from tests.kit.databases import PostgresTemplate, SqliteTemplate, binaries_or_skip
from tests.kit.postgres import Cluster
from tests.kit.tenancy import watch


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A migrated file, made once a worker."""
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite_template"))


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresTemplate]:
    """A cluster of our own, started once a worker."""
    cluster = Cluster(binaries_or_skip())
    try:
        yield PostgresTemplate(cluster, tmp_path_factory.mktemp("postgres_template"))
    finally:
        cluster.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh migrated database: every test that asks runs on both kinds."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_template").fresh(tmp_path / "data")
    else:
        with request.getfixturevalue("postgres_template").fresh(tmp_path / "data") as settings:
            yield settings


@pytest.fixture
def database(database_settings: Settings) -> Iterator[Database]:
    """A fresh migrated database."""
    opened = open_database(database_settings)
    watches = [watch(engine) for engine in {opened.engine, opened.reading_engine}]
    yield opened
    opened.close()
    for one in watches:
        one.verify()


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with a data directory of their own; those of the database where the test has one."""
    if "database_settings" in request.fixturenames:
        chosen: Settings = request.getfixturevalue("database_settings")
        return chosen
    (tmp_path / "data").mkdir(mode=0o700)
    return Settings(data_dir=tmp_path / "data")
