"""The writers' queue on SQLite: one write transaction at a time, in the order of asking.

SQLite's own busy handler sleeps and polls, so that one unlucky writer can starve; a blocking
flock is woken in turn.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


class TurnHeld(Exception):
    """A thread that writes already asked to write again: it would wait for itself."""


class Turn:
    """The right to write, shared by every thread and process that names the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and hold it; raise TurnHeld where this thread holds it already."""
        if getattr(self._held, "now", False):
            raise TurnHeld("a write transaction is open in this thread")
        with ExitStack() as stack:
            # Two locks: who has just had the turn finds the gate held by who is next, and cannot overtake.
            with _locked(self._path.with_suffix(".next")):
                stack.enter_context(_locked(self._path))
            self._held.now = True
            try:
                yield
            finally:
                self._held.now = False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    # A descriptor of its own for each taking: threads queue like processes do.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        # Unlocked by name: a child forked meanwhile holds the same open file.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)
