"""What the storage can do to us, as two reactions: full, or not there just now."""

from __future__ import annotations

import errno
import sqlite3
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

FULL_ERRNOS: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
FULL_SQLSTATE: Final = "53100"
"""PostgreSQL: disk_full."""
FULL_SQLITE: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})


class StorageFull(Exception):
    """No room on the disk of the database or of the data directory."""


class StorageUnavailable(Exception):
    """The database cannot be reached or is locked, or something unforeseen happened while storing."""


def as_storage_failure(error: BaseException) -> StorageFull | StorageUnavailable:
    """Answer the reaction that an error calls for, its own text kept."""
    kind = StorageFull if any(_is_full(one) for one in _causes(error)) else StorageUnavailable
    return kind(str(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    yield error
    if isinstance(error, DBAPIError) and error.orig is not None:
        yield error.orig
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL_ERRNOS
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) in FULL_SQLITE
    return getattr(error, "sqlstate", None) == FULL_SQLSTATE


def place_of(error: BaseException) -> str:
    """Answer where an error was raised, for the log: its own text may quote the mail."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
