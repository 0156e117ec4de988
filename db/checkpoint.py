"""Checkpoints of SQLite's log by a thread of their own, so that no commit pays for them.

Of all processes that run one, the one that holds DATA_DIR/checkpoint.turn works; another takes over
when it ends. Their connections leave checkpoints alone (`open_database(autocheckpoint=False)`).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from pathlib import Path
from typing import Final

import structlog

from db.session import Database

TURN_FILE: Final = "checkpoint.turn"
LOOK_SECONDS: Final = 0.5
WORTH_OCTETS: Final = 2 * 1024 * 1024
TOO_LONG_OCTETS: Final = 64 * 1024 * 1024
BUSY_SECONDS: Final = 0.2
log = structlog.get_logger(__name__)


class Checkpointer:
    """Moves what the log holds into the database while the process lives; nothing to do on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoint", daemon=True)

    def start(self) -> None:
        """Begin; in each process anew, after a fork."""
        if self._database.is_sqlite:
            self._thread.start()

    def close(self) -> None:
        """Stop, a checkpoint begun is finished."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        file = Path(str(self._database.engine.url.database))
        descriptor = os.open(file.parent / TURN_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            while not self._stop.wait(LOOK_SECONDS):
                if _is_ours(descriptor):
                    self._look(connection, file.with_name(file.name + "-wal"))
        finally:
            connection.close()
            os.close(descriptor)

    def _look(self, connection: sqlite3.Connection, wal: Path) -> None:
        octets = wal.stat().st_size if wal.exists() else 0
        if octets < WORTH_OCTETS:
            return
        try:
            # Passive: neither readers nor writers wait.
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            if octets >= TOO_LONG_OCTETS:
                # Writers never paused long enough for the log to begin anew: make them, for what is left.
                with self._database.in_turn():
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            log.warning("checkpoint failed", error=type(error).__name__)


def _is_ours(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
