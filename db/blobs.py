"""Large raw contents as files under DATA_DIR/blobs: content-addressed within a company, durable once written."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

UNFINISHED: Final = ".new"
"""The directory of files that are being written; a killed process leaves its own there."""


class Blobs:
    """A directory of files named by the SHA-256 of the content that they hold compressed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._durable: set[Path] = set()

    def put(self, company_id: int, sha256: str, pieces: Iterable[bytes]) -> None:
        """Write a file so that a power cut leaves all of it or nothing; raise OSError where the disk refuses."""
        path = self._path(company_id, sha256)
        self._make_durable(self._root / UNFINISHED)
        self._make_durable(path.parent)
        descriptor, temporary = tempfile.mkstemp(dir=self._root / UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            with _locked(path.parent) as directory:
                os.rename(temporary, path)
                os.fsync(directory)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise

    def get(self, company_id: int, sha256: str) -> bytes | None:
        """Answer the content; None where there is no such file."""
        try:
            return self._path(company_id, sha256).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, company_id: int, sha256: str, older_than: datetime) -> None:
        """Delete a file, but not one that was written again since: a delivery of the same bytes may rest on it."""
        path = self._path(company_id, sha256)
        with contextlib.suppress(FileNotFoundError), _locked(path.parent):
            # Locked: what is looked at and what is deleted is the same file, and a kill in between loses none.
            if path.stat().st_mtime < older_than.timestamp():
                path.unlink()

    def delete_unfinished(self, older_than: datetime) -> None:
        """Delete what processes that were killed while writing left behind."""
        with contextlib.suppress(FileNotFoundError):
            for path in (self._root / UNFINISHED).iterdir():
                if path.stat().st_mtime < older_than.timestamp():
                    path.unlink()

    def _path(self, company_id: int, sha256: str) -> Path:
        return self._root / str(company_id) / sha256[:2] / sha256

    def _make_durable(self, directory: Path) -> None:
        """Make the directories below DATA_DIR and sync each parent: a new name is durable with its directory.

        That one is there says nothing: another thread may have made it and not synced it yet.
        """
        if directory == self._root.parent or (directory in self._durable and directory.exists()):
            return
        self._make_durable(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
        _sync_directory(directory.parent)
        self._durable.add(directory)


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[int]:
    """Keep other writers and deleters of a directory out, whatever their process; give its descriptor."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        # Unlocked by name: a child forked meanwhile holds the same open file.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
