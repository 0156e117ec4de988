"""The revisions lead from nothing to what the models say, and each one back and forth with rows present."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Set
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from config.settings import Settings
from db.base import Base
from db.ids import NUMBERS
from db.schema import MIGRATIONS, downgrade, is_compared, is_current, upgrade
from db.session import Database, open_database
from tests.kit.factories import count_rows, fill_every_table

SCRIPTS = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
"""The newest first."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        yield from _opened(Settings(data_dir=tmp_path / "data"))
        return
    template = request.getfixturevalue("postgres_template")
    with template.without_tables(tmp_path / "data") as settings:
        yield from _opened(settings)


def _opened(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    yield database
    database.close()


def test_from_nothing_to_what_the_models_say(empty: Database) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    with empty.engine.connect() as connection:
        options = {"include_object": is_compared, "compare_type": True, "target_metadata": Base.metadata}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_names_of_constraints_follow_the_convention(database: Database) -> None:
    found = sa.inspect(database.engine)
    for table in Base.metadata.sorted_tables:
        checks = {check["name"] for check in found.get_check_constraints(table.name)}
        assert checks == {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        keys = {key["name"] for key in found.get_foreign_keys(table.name)}
        assert keys == {_full_name(table, c) for c in table.foreign_key_constraints}
        assert found.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"


def _full_name(table: sa.Table, key: sa.ForeignKeyConstraint) -> str:
    columns = "_".join(column.name for column in key.columns)
    return f"fk_{table.name}_{columns}_{key.referred_table.name}"


def test_tenant_tables_have_the_key_of_their_database(database: Database) -> None:
    found = sa.inspect(database.engine)
    wanted = ["id"] if database.is_sqlite else ["company_id", "id"]
    tables = [t.name for t in Base.metadata.sorted_tables if {"company_id", "id"} <= set(t.c.keys())]
    assert len(tables) > 10
    for name in tables:
        assert found.get_pk_constraint(name)["constrained_columns"] == wanted, name


def test_each_revision_down_and_up_with_rows_present(database: Database) -> None:
    with database.write() as session:
        filled = fill_every_table(session)
    assert all(filled.values())
    for script in SCRIPTS:
        below = str(script.down_revision or "base")
        downgrade(database, below)
        left = filled.keys() & _tables(database)
        upgrade(database, script.revision)
        assert _rows(database, left) == {name: filled[name] for name in left}, script.revision
        downgrade(database, below)
    assert not filled.keys() & _tables(database)
    upgrade(database)
    assert is_current(database)
    with database.read() as session:
        assert count_rows(session)["id_block"] == NUMBERS


def _tables(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names())


def _rows(database: Database, names: Set[str]) -> dict[str, int]:
    with database.engine.connect() as connection:
        counts = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in names}
        return {name: connection.execute(query).scalar_one() for name, query in counts.items()}


def test_foreign_keys_hold(database: Database) -> None:
    with database.write() as session:
        fill_every_table(session)
    with pytest.raises(sa.exc.IntegrityError), database.write() as session:
        session.execute(sa.text("UPDATE message_copy SET message_id = 1"))


def test_several_migrate_at_once(empty: Database) -> None:
    failures: list[BaseException] = []

    def migrate() -> None:
        try:
            upgrade(empty)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert is_current(empty)


def test_a_failed_revision_leaves_nothing_behind(empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE message_copy (id INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(empty)
    assert sa.inspect(empty.engine).get_table_names() == ["message_copy"]


def test_sqlite_is_told_its_page_size_before_its_first_table(tmp_path: Path) -> None:
    database = open_database(Settings(data_dir=tmp_path))
    assert not is_current(database)
    upgrade(database)
    wanted = {
        "page_size": 8192,
        "auto_vacuum": 2,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
    with database.engine.connect() as connection:
        told = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
    database.close()
    assert told == wanted


def test_raw_bytes_are_not_compressed_twice_on_postgresql(database: Database) -> None:
    if database.is_sqlite:
        return
    query = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'raw_content'::regclass AND attname = 'bytes'"
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql(query).scalar_one() in ("e", b"e")
