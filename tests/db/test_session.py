"""Transactions: snapshots that cannot write, one commit at the end, and a database that goes and comes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from config.settings import Settings
from db.engines import make_engines
from db.models import Company
from db.session import Database, in_write
from db.turn import TurnHeld
from tests.kit.factories import A_MOMENT, make
from tests.kit.waiting import wait_until


def names(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(sa.select(Company.name)))


def test_a_write_commits_at_the_end(database: Database) -> None:
    with database.write() as session:
        make(session, Company, name="Northwind")
        assert names(database) == set()
    assert names(database) == {"Northwind"}


def test_an_error_rolls_back(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            make(session, Company, name="Northwind")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert names(database) == set()
    assert not in_write()


def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), database.read() as session:
        session.execute(sa.insert(Company).values(id=1, name="x", policies={}, created_at=A_MOMENT))


def test_a_reading_session_sees_one_snapshot(database: Database) -> None:
    with database.read() as session:
        assert session.scalars(sa.select(Company.name)).all() == []
        with database.write() as other:
            make(other, Company)
        assert session.scalars(sa.select(Company.name)).all() == []
    assert len(names(database)) == 1


def test_nobody_writes_while_writing(database: Database) -> None:
    with database.write(), pytest.raises(TurnHeld), database.write():
        pass


def test_it_can_be_told_that_a_write_is_open(database: Database) -> None:
    assert not in_write()
    with database.read():
        assert not in_write()
    with database.write():
        assert in_write()
    assert not in_write()


def test_the_time_is_the_databases_and_compares_with_what_is_stored(database: Database) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    with database.write() as session:
        told = database.now(session)
        make(session, Company, created_at=told - timedelta(milliseconds=1))
        make(session, Company, created_at=told + timedelta(minutes=1))
        assert len(session.scalars(sa.select(Company.id).where(Company.created_at <= database.time)).all()) == 1
    assert before <= told <= datetime.now(UTC) + timedelta(milliseconds=1)


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError), database.write() as session:
        make(session, Company, created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_a_long_write_is_logged(database: Database) -> None:
    with capture_logs() as logs, database.write():
        late = time.monotonic() + 0.03
        wait_until(lambda: time.monotonic() > late)
    assert [line["event"] for line in logs] == ["slow write"]


def test_errors_do_not_print_what_was_stored(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as caught, database.write() as session:
        session.execute(
            sa.insert(Company), [{"id": 1, "name": "secret words", "policies": {}, "created_at": A_MOMENT}] * 2
        )
    assert "secret words" not in str(caught.value).partition("[SQL")[2]


def test_the_address_hides_its_password() -> None:
    database = Database(make_engines("postgresql+psycopg://me:secret@db.example/x"), None)
    assert database.url == "postgresql+psycopg://me:***@db.example/x"


@pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
def test_connections_that_the_server_closed_are_replaced(database: Database, database_settings: Settings) -> None:
    for _ in range(2):
        assert names(database) == set()
        with psycopg.connect(database_settings.database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    with database.write() as session:
        make(session, Company, name="after")
    assert names(database) == {"after"}


def test_a_commit_waits_for_the_disk_whatever_the_server_says(database: Database, database_settings: Settings) -> None:
    if database.is_sqlite:
        with database.write() as session:
            assert session.scalar(sa.text("PRAGMA synchronous")) == 2
        return
    with psycopg.connect(database_settings.database_url, autocommit=True) as operator:
        name = operator.info.dbname
        operator.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        try:
            with database.write() as session:
                assert session.scalar(sa.text("SHOW synchronous_commit")) == "on"
        finally:
            operator.execute(f"ALTER DATABASE {name} RESET synchronous_commit")
