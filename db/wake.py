"""Wake sleeping workers: a byte to UNIX datagram sockets in the data directory, NOTIFY on PostgreSQL.

A wake-up may be lost; whoever waits polls each second anyway.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg

from config.settings import Settings

DIRECTORY: Final = "wake"
CHANNEL: Final = "smartbcc_inbound"
NOTIFY_SPACING_SECONDS: Final = 0.05
RECONNECT_SECONDS: Final = 5.0
_numbers = itertools.count(1)


class Waker:
    """Wakes every listener of the installation; never waits and never fails."""

    def __init__(self, settings: Settings) -> None:
        self._directory = settings.data_dir / DIRECTORY
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._notifier = _Notifier(settings.database_url) if settings.database_url else None

    def wake(self) -> None:
        """Tell the listeners that something was committed."""
        for path in _sockets(self._directory):
            self._send_to(path)
        if self._notifier:
            self._notifier.notify()

    def close(self) -> None:
        """Stop."""
        self._socket.close()
        if self._notifier:
            self._notifier.close()

    def _send_to(self, path: Path) -> None:
        try:
            with _short(path) as name:
                self._socket.sendto(b"1", name)
        except ConnectionRefusedError:
            # Its owner was killed.
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
        except OSError:
            # A full buffer means it will wake anyway; a vanished socket means nobody sleeps there.
            return


class Listener:
    """Sleeps until woken; one for each worker."""

    def __init__(self, settings: Settings) -> None:
        directory = settings.data_dir / DIRECTORY
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = directory / f"{os.getpid()}-{next(_numbers)}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._path.unlink(missing_ok=True)
        with _short(self._path) as name:
            self._socket.bind(name)
        self._remote = _Remote(settings.database_url) if settings.database_url else None

    def wait(self, seconds: float) -> bool:
        """Sleep until woken, at most so long; tell whether woken."""
        descriptors: list[int] = [self._socket.fileno()]
        if self._remote and (remote := self._remote.descriptor()) is not None:
            descriptors.append(remote)
        readable, _, _ = select.select(descriptors, [], [], seconds)
        self._drain()
        if self._remote and self._remote.descriptor() in readable:
            self._remote.drain()
        return bool(readable)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        self._path.unlink(missing_ok=True)
        if self._remote:
            self._remote.close()

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._socket.recv(64)


class _Notifier:
    """Says NOTIFY on a connection and a thread of its own, at most twenty times a second."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._asked = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake-notifier", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        self._asked.set()

    def close(self) -> None:
        self._stopped.set()
        self._asked.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(psycopg.Error), psycopg.connect(self._url, autocommit=True) as connection:
                self._serve(connection)
            # The server is away: pollers do without us meanwhile.
            self._stopped.wait(RECONNECT_SECONDS)

    def _serve(self, connection: psycopg.Connection) -> None:
        while True:
            self._asked.wait()
            if self._stopped.is_set():
                return
            self._asked.clear()
            connection.execute(f"NOTIFY {CHANNEL}")
            self._stopped.wait(NOTIFY_SPACING_SECONDS)


class _Remote:
    """A connection that LISTENs, made again at most every few seconds."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None
        self._next_try = 0.0

    def descriptor(self) -> int | None:
        if self._connection is None and time.monotonic() >= self._next_try:
            self._next_try = time.monotonic() + RECONNECT_SECONDS
            with contextlib.suppress(psycopg.Error):
                self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=2)
                self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection.fileno() if self._connection else None

    def drain(self) -> None:
        if self._connection is None:
            return
        try:
            for _ in self._connection.notifies(timeout=0):
                pass
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def _sockets(directory: Path) -> list[Path]:
    try:
        return [directory / name for name in os.listdir(directory)]
    except OSError:
        # Nobody has listened yet, or no descriptor is left: who waits polls.
        return []


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """Name a socket in a directory of any depth: a UNIX socket's address has 107 octets."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{path.name}"
    finally:
        os.close(descriptor)
