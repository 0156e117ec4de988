"""All files of a letter in one ZIP archive, written while it is sent: no more than one of them is held at a time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from languages.speech import _
from linking.letter import LetterAttachment
from mail.attachment import safe_filename

PIECE: Final = 65_536
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
"""Windows takes no file of such a name."""
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_YEARS: Final = range(1980, 2108)
"""Those that an archive can name (APPNOTE.TXT 4.4.6)."""


class _Pipe:
    """What was written and not sent yet; it cannot be sought, so the archive is written in one go."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, octets: bytes, /) -> int:
        self._written += octets
        return len(octets)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


def zipped(files: Iterable[tuple[LetterAttachment, bytes | None]], moment: datetime) -> Iterator[bytes]:
    """Answer the archive in pieces; a file without octets is left out, and a note in the archive says so."""
    pipe, names, left_out = _Pipe(), Names(), list[str]()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file, content in files:
            name = names.unique(file.filename)
            if content is None:
                left_out.append(name)
                continue
            yield from _member(archive, pipe, name, content, moment)
        if left_out:
            note = "\r\n".join([_("A virus scanner found something in these files, so they are left out:"), *left_out])
            yield from _member(archive, pipe, names.unique(_("Left out.txt")), f"{note}\r\n".encode(), moment)
    yield pipe.take()


def _member(archive: zipfile.ZipFile, pipe: _Pipe, name: str, content: bytes, moment: datetime) -> Iterator[bytes]:
    written = zipfile.ZipInfo(name, (min(max(moment.year, _YEARS[0]), _YEARS[-1]), *moment.timetuple()[1:6]))
    written.compress_type = zipfile.ZIP_DEFLATED
    written.external_attr = 0o600 << 16
    with archive.open(written, "w") as member:
        for start in range(0, len(content), PIECE):
            member.write(content[start : start + PIECE])
            yield pipe.take()


class Names:
    """File names that every system takes, no two alike in one archive."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, filename: str) -> str:
        """Answer the name made safe; one that is there already gets a number in front of its extension."""
        name = _FORBIDDEN.sub("_", safe_filename(filename)) or "file"
        if _DEVICES.match(name):
            name = f"_{name}"
        stem, dot, extension = name.rpartition(".")
        if not dot:
            stem, extension = name, ""
        tried, number = name, 1
        while tried.casefold() in self._taken:
            number += 1
            tried = f"{stem} ({number}){dot}{extension}"
        self._taken.add(tried.casefold())
        return tried
