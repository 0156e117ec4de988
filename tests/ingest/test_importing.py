"""Imports in the worker's process: one is run when it is due, another when the first lets go."""

from __future__ import annotations

import threading

from db.session import Database
from ingest.importing import run_one
from linking.importing_queue import forget_old
from linking.imports import State, begin_import, get_import, guessed, list_imports, read_file, start_import
from tests.kit.company import MAIL_DOMAIN, NOW, house_in


def test_the_worker_runs_what_is_due_and_forgets_old_drafts(database: Database) -> None:
    anna = house_in(database).anna.viewer
    raw = b"name,email\nAda,ada@x.example\n"
    sheet = read_file(raw)
    with database.write() as session:
        number = begin_import(session, anna, "a.csv", raw, sheet, guessed(sheet), database.now(session))
        begin_import(session, anna, "old.csv", raw, sheet, guessed(sheet), NOW)
        start_import(session, anna, number, database.now(session), dry=False)
    stopped = threading.Event()
    stopped.set()
    assert run_one(database, MAIL_DOMAIN, stopped)
    with database.read() as session:
        view = get_import(session, anna, number)
    # Told to stop, it gives up after the batch: what was written stays, the rest is for the next.
    assert (view.state, view.done) == (State.RUNNING, 1)
    assert not run_one(database, MAIL_DOMAIN, threading.Event())
    assert forget_old(database) == 1
    with database.read() as session:
        assert [one.id for one in list_imports(session, anna, 10)] == [number]
