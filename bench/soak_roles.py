"""The processes of a soak: receivers, workers and, where it is ours, the database; each can be killed at any moment."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.kit.postgres import Cluster

ROOT: Final = Path(__file__).resolve().parents[1]
START_SECONDS: Final = 60.0


class Role:
    """`smartbcc WORD`, started again after each kill."""

    def __init__(self, word: str, environ: Mapping[str, str], log: Path) -> None:
        self.word = word
        self._environ = environ
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start; the process leads a group of its own."""
        words = [sys.executable, "-m", "cli.main", self.word]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                words, cwd=ROOT, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL the process and its children."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def has_ended(self) -> bool:
        """Tell whether it ended without being told, as it does when the database is away while it starts."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """SIGTERM, and wait for its end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=60)


class Database:
    """A PostgreSQL of our own as a victim."""

    word = "database"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def kill(self) -> None:
        """SIGKILL the server and all its processes."""
        self._cluster.kill()

    def start(self) -> None:
        """Start it; it recovers from its log."""
        self._cluster.start()

    def has_ended(self) -> bool:
        """Tell that it runs."""
        return False


def restart_ended(roles: list[Role]) -> None:
    """Start those again that ended by themselves, as their supervisor would."""
    for role in roles:
        if role.has_ended():
            role.start()


def wait_for_port(port: int, roles: list[Role]) -> None:
    """Return when someone takes connections there; start those again that gave up meanwhile."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        restart_ended(roles)
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")
