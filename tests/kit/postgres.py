"""A PostgreSQL cluster of our own: made, started, killed and thrown away by whoever needs one."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tests.kit.waiting import wait_until

OTHER_USERS: Final = ("postgres", "nobody")
"""Whom to become where we are root: initdb refuses to run as root."""
OPTIONS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    # In the directory, so that a server that was killed leaves nothing in memory.
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "32MB",
    "autovacuum_naptime": "5s",
    "log_min_messages": "fatal",
}
NOT_DURABLE: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def find_binaries() -> Path | None:
    """Answer the directory of the newest PostgreSQL server of this machine; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Cluster:
    """One server on a UNIX socket in a temporary directory; `durable` keeps fsync on."""

    def __init__(self, binaries: Path, *, durable: bool = False, directory: Path | None = None) -> None:
        self._binaries = binaries
        self._options = OPTIONS if durable else OPTIONS | NOT_DURABLE
        self._identity = _identity()
        # Short: a UNIX socket's path has 107 octets.
        self.directory = directory or Path(tempfile.mkdtemp(prefix="pg"))
        self._server: subprocess.Popen[bytes] | None = None
        if not self._data.exists():
            self._initialise()

    def url(self, name: str) -> str:
        """Answer the address of a database of this cluster."""
        return f"postgresql://postgres@/{name}?host={self.directory}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        flags = [flag for name, value in self._options.items() for flag in ("-c", f"{name}={value}")]
        command = [self._binaries / "postgres", "-D", self._data, "-k", self.directory, *flags]
        with (self.directory / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **self._identity)
        wait_until(self.is_ready, seconds=60)

    def is_ready(self) -> bool:
        """Tell whether the server takes connections."""
        command = [self._binaries / "pg_isready", "-q", "-h", self.directory, "-U", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def kill(self) -> None:
        """End the server and all its processes at once, as a power cut would."""
        if self._server is None:
            return
        # Each backend leads a process group of its own.
        family = [self._server.pid, *_children_of(self._server.pid)]
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait()
        self._server = None
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))

    def stop(self) -> None:
        """End the server as its operator would in a hurry: connections are told, nothing is lost."""
        if self._server:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=30)
            self._server = None

    def remove(self) -> None:
        """Kill the server and delete the cluster."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _initialise(self) -> None:
        if self._identity:
            os.chown(self.directory, self._identity["user"], self._identity["group"])
        command = [self._binaries / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-N"]
        options = ["-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*command, *options], check=True, capture_output=True, cwd="/", **self._identity)


def _children_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


def _identity() -> dict[str, int]:
    """Answer as whom to run the server: ourselves, or another user where we are root."""
    if os.getuid() != 0:
        return {}
    for name in OTHER_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid}
    raise LookupError("running as root, and no other user is there to run PostgreSQL")
