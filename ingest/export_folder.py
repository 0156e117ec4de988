"""The folder of an export: private, new, each file counted and hashed while it is written, the manifest last."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from accounts.refusals import Conflict
from languages.speech import _

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_FORMULA: Final = re.compile(r"[=+\-@\t\r\n]")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


class CountedFile:
    """A file being written; `count` is its lines of data, or 1."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0
        self.count = 0

    def write(self, content: bytes, *, counts: bool = True) -> None:
        """Add octets."""
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)
        self.count += counts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    @property
    def sha256(self) -> str:
        """Answer the hash (hex) of what was written."""
        return self._hash.hexdigest()


@dataclass(slots=True)
class ExportFolder:
    """Where an export goes; without a manifest it is not finished."""

    path: Path
    files: dict[str, CountedFile] = field(default_factory=dict)

    @classmethod
    def make(cls, path: Path) -> Self:
        """Make the folder for its owner's eyes; raise Conflict where something is there. Raises OSError."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise Conflict(_("{path} is not empty").format(path=path))
        path.chmod(0o700)
        return cls(path)

    def file(self, name: str) -> CountedFile:
        """Begin a file; its name is our own making, with / between folders."""
        where = self.path / name
        where.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        made = self.files[name] = CountedFile(os.fdopen(descriptor, "wb"))
        return made

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write the manifest."""
        listed = {
            name: {"sha256": one.sha256, "size": one.size, "count": one.count} for name, one in self.files.items()
        }
        told = {"format": FORMAT, **about, "files": listed}
        with self.file(MANIFEST) as manifest:
            manifest.write(json.dumps(told, ensure_ascii=False, indent=1, default=str).encode())


def as_line(value: Mapping[str, Any]) -> bytes:
    """Answer a line of JSON Lines."""
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace") + b"\n"


def as_row(cells: Iterable[Any]) -> bytes:
    """Answer a row of CSV (RFC 4180) that no spreadsheet takes for a formula (SECURITY W12)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([safe_cell(one) for one in cells])
    return text.getvalue().encode("utf-8", "backslashreplace")


def safe_cell(value: Any) -> str:
    """Answer the text of a cell; what a spreadsheet would calculate begins with an apostrophe."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = ", ".join(str(one) for one in value)
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
