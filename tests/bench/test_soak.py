"""A short crash soak on SQLite, and that its reader would notice what a crash could do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.ledger import Entry, Header, Ledger, find_problems, read_ledger
from bench.soak import CLIENTS, soak
from bench.soak_clients import LEAST_MAILS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROUNDS = 2
SEED = 20
"""Of this seed, two rounds kill each role; `python -m bench.soak` runs as many as one likes."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a soak on SQLite left its data; nothing was lost."""
    made = tmp_path_factory.mktemp("soak")
    header = Header(seed=SEED, rounds=ROUNDS, data_dir=str(made / "data"), database_url="", cluster="")
    result = soak(header, made)
    assert result.problems == ()
    assert set(result.killed) == {"smtpd", "worker"}
    assert result.accepted >= CLIENTS * LEAST_MAILS
    return made


def test_nothing_is_lost_on_sqlite(directory: Path) -> None:
    header, entries = read_ledger(directory / "ledger.jsonl")
    assert len(entries) >= CLIENTS * LEAST_MAILS
    assert list(find_problems(header, entries)) == []


Harm = Callable[[sqlite3.Connection], object]
HARMS: dict[str, Harm] = {
    "it is not there": lambda it: it.execute(
        "DELETE FROM inbound_message WHERE id = (SELECT max(id) FROM inbound_message)"
    ),
    "its bytes are not there": lambda it: it.execute("DELETE FROM raw_content WHERE rowid = 1"),
    "other bytes than were sent": lambda it: it.execute(
        "UPDATE raw_content SET bytes = (SELECT bytes FROM raw_content WHERE rowid = 2) WHERE rowid = 1"
    ),
    "status processing": lambda it: it.execute("UPDATE inbound_message SET status = 'processing'"),
    "0 copies": lambda it: it.execute("DELETE FROM message_copy"),
    "not there once under its own bytes": lambda it: it.execute(
        "UPDATE inbound_message SET sha256 = (SELECT min(sha256) FROM inbound_message)"
    ),
}


@pytest.mark.parametrize("sentence", HARMS)
def test_the_reader_notices(directory: Path, tmp_path: Path, sentence: str) -> None:
    header, entries = read_ledger(directory / "ledger.jsonl")
    shutil.copytree(directory / "data", tmp_path / "data", ignore=_sockets)
    connection = sqlite3.connect(tmp_path / "data" / "smartbcc.sqlite3")
    HARMS[sentence](connection)
    connection.commit()
    connection.close()
    problems = list(find_problems(replace(header, data_dir=str(tmp_path / "data")), entries))
    assert any(sentence in problem for problem in problems)


def test_the_reader_notices_what_nobody_was_told(directory: Path) -> None:
    header, entries = read_ledger(directory / "ledger.jsonl")
    problems = list(find_problems(header, entries[1:]))
    assert len(problems) == 1
    assert "no client knows of it" in problems[0]


def test_the_ledger_is_read_as_it_was_written(tmp_path: Path) -> None:
    header = Header(seed=1, rounds=2, data_dir="d", database_url="u", cluster="c")
    entry = Entry(id="i", sha256="s", size=3)
    ledger = Ledger(tmp_path / "ledger.jsonl", header)
    ledger.accepted(entry)
    ledger.close()
    assert read_ledger(tmp_path / "ledger.jsonl") == (header, [entry])


def _sockets(directory: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(directory) / name).is_socket()]
