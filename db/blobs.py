"""Large raw contents as files under DATA_DIR/blobs: content-addressed within a company, durable once written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime
from pathlib import Path


class Blobs:
    """A directory of files named by the SHA-256 of the content that they hold compressed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, company_id: int, sha256: str, content: bytes) -> None:
        """Write a file so that a power cut leaves all of it or nothing; raise OSError where the disk refuses."""
        path = self._path(company_id, sha256)
        _make_durable_directory(path.parent, self._root.parent)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        _sync_directory(path.parent)

    def get(self, company_id: int, sha256: str) -> bytes | None:
        """Answer the content; None where there is no such file."""
        try:
            return self._path(company_id, sha256).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, company_id: int, sha256: str, older_than: datetime) -> None:
        """Delete a file, but not one that was written again since: a delivery of the same bytes may rest on it."""
        path = self._path(company_id, sha256)
        # Moved away first: what is looked at and what is deleted is then the same file.
        aside = path.with_name(f".old-{sha256}")
        with contextlib.suppress(FileNotFoundError):
            os.rename(path, aside)
            if aside.stat().st_mtime >= older_than.timestamp():
                os.rename(aside, path)
            else:
                os.unlink(aside)

    def _path(self, company_id: int, sha256: str) -> Path:
        return self._root / str(company_id) / sha256[:2] / sha256


def _make_durable_directory(directory: Path, known: Path) -> None:
    """Make the directories below `known` and sync each parent: a new name is durable with its directory."""
    if directory.exists() or directory == known:
        return
    _make_durable_directory(directory.parent, known)
    directory.mkdir(mode=0o700, exist_ok=True)
    _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
