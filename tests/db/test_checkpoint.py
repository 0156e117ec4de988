"""The log of SQLite stays short while writers leave checkpoints alone."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest

from config.settings import Settings
from db.checkpoint import Checkpointer
from db.models import Company
from db.session import Database, open_database
from tests.kit.databases import FILE, SqliteTemplate
from tests.kit.factories import make
from tests.kit.waiting import wait_until


@pytest.fixture
def settings(sqlite_template: SqliteTemplate, tmp_path: Path) -> Settings:
    """Settings of a migrated SQLite file."""
    return sqlite_template.fresh(tmp_path / "data")


def write_octets(database: Database, octets: int) -> None:
    with database.write() as session:
        make(session, Company, policies={"filler": "x" * octets})


def in_main_file(settings: Settings) -> int | None:
    """Count the companies that a reader without the log would see; None in the middle of a checkpoint."""
    copy = settings.data_dir / "copy"
    copy.write_bytes((settings.data_dir / FILE).read_bytes())
    connection = sqlite3.connect(copy)
    try:
        return int(connection.execute("SELECT count(*) FROM company").fetchone()[0])
    except sqlite3.DatabaseError:
        return None
    finally:
        connection.close()


def is_moved(settings: Settings, count: int) -> bool:
    return in_main_file(settings) == count


def test_what_was_committed_moves_from_the_log(settings: Settings) -> None:
    database = open_database(settings, autocheckpoint=False)
    write_octets(database, 12 * 1024 * 1024)
    assert in_main_file(settings) == 0
    checkpointer = Checkpointer(database)
    checkpointer.start()
    wait_until(lambda: in_main_file(settings) == 1)
    checkpointer.close()
    database.close()


def test_trouble_with_the_writers_turn_ends_no_checkpointer(settings: Settings) -> None:
    database = open_database(settings, autocheckpoint=False)
    write_octets(database, 12 * 1024 * 1024)
    gate = settings.data_dir / "write.next"
    gate.unlink()
    gate.mkdir()
    checkpointer = Checkpointer(database)
    checkpointer.start()
    wait_until(lambda: is_moved(settings, 1))

    gate.rmdir()
    write_octets(database, 12 * 1024 * 1024)

    wait_until(lambda: is_moved(settings, 2))
    checkpointer.close()
    database.close()


def test_one_process_works_and_another_takes_over(settings: Settings) -> None:
    database = open_database(settings, autocheckpoint=False)
    first, second = Checkpointer(database), Checkpointer(database)
    first.start()
    write_octets(database, 6 * 1024 * 1024)
    wait_until(lambda: in_main_file(settings) == 1)
    second.start()
    first.close()
    write_octets(database, 6 * 1024 * 1024)
    wait_until(lambda: in_main_file(settings) == 2)
    second.close()
    database.close()


def test_the_log_begins_anew_while_writers_go_on(settings: Settings) -> None:
    database = open_database(settings, autocheckpoint=False)
    checkpointer = Checkpointer(database)
    checkpointer.start()
    wal = settings.data_dir / (FILE + "-wal")
    for number in range(1, 9):
        write_octets(database, 6 * 1024 * 1024)
        wait_until(partial(is_moved, settings, number))
    assert wal.stat().st_size < 20 * 1024 * 1024
    checkpointer.close()
    database.close()
