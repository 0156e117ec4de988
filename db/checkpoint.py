"""Checkpoints of SQLite's log by a thread of their own, so that no commit pays for them.

Of all processes that run one, the one that holds DATA_DIR/checkpoint.turn works; another takes over
when it ends. Their connections leave checkpoints alone (`open_database(autocheckpoint=False)`).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import struct
import threading
from pathlib import Path
from typing import Final

import structlog

from db.session import Database

TURN_FILE: Final = "checkpoint.turn"
LOOK_SECONDS: Final = 0.1
WORTH_FRAMES: Final = 500
"""4 MiB of pages: a longer log costs its writers more than the checkpoint does, for its file has to grow."""
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
                if _frames_to_move(file.with_name(file.name + "-shm")) >= WORTH_FRAMES and _is_ours(descriptor):
                    self._move(connection)
        finally:
            connection.close()
            os.close(descriptor)

    def _move(self, connection: sqlite3.Connection) -> None:
        try:
            # Passive: neither readers nor writers wait for the bulk of it.
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            # The few frames written meanwhile in a pause of the writers: only then does the log begin anew.
            with self._database.in_turn():
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except (sqlite3.Error, OSError) as error:
            # A process short of descriptors cannot take its turn now; the next look tries again.
            log.warning("checkpoint failed", error=type(error).__name__)


def _frames_to_move(index: Path) -> int:
    """Answer mxFrame less nBackfill of the wal-index (https://sqlite.org/walformat.html §2.1)."""
    try:
        with index.open("rb") as file:
            header = file.read(100)
    except OSError:
        # Not there yet, or no descriptor is left just now.
        return 0
    if len(header) < 100:
        return 0
    frames, moved = struct.unpack_from("=I", header, 16)[0], struct.unpack_from("=I", header, 96)[0]
    return int(frames) - int(moved)


def _is_ours(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
