"""Mails in files: .eml, mbox, Maildir, each plain or in gzip; read one at a time, a bad one counted and passed."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from ingest.mbox import MOST_OCTETS, is_divider, read_mbox
from languages.numbers import whole
from languages.speech import _, marked

MAILDIR: Final = ("cur", "new")
HIDDEN: Final = "."
GZIP: Final = b"\x1f\x8b"
CUT: Final = marked("the compressed file is cut off or damaged")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on: after the mail of this number, at this octet of what the file says unpacked."""

    path: str
    number: int
    octet: int


@dataclass(frozen=True, slots=True)
class Found:
    """One mail of a file; `raw` is None where it could not be read, and `problem` says why.

    `passed`: octets of the file, as it lies on the disk, that were read so far.
    """

    source: str
    raw: bytes | None
    problem: str = ""
    place: Place | None = None
    passed: int = 0


def list_files(path: Path) -> Iterator[Path]:
    """Answer the files of mail in a directory, Maildirs inside it included, in the order of names; or the file.

    A directory that cannot be read is answered itself, so that reading it says so.
    """
    if not path.is_dir():
        yield path
        return
    try:
        inside = sorted(path.iterdir())
    except OSError:
        yield path
        return
    maildir = any(one.name in MAILDIR for one in inside) and (path / "cur").is_dir()
    for one in inside:
        if one.is_dir() and (not maildir or one.name != "tmp"):
            yield from list_files(one)
        elif not maildir and one.is_file() and not one.name.startswith(HIDDEN):
            yield one


def read_mails(path: Path, after: Place | None = None) -> Iterator[Found]:
    """Go through the mails of a file or a directory; of the file that `after` names, only what follows."""
    for one in list_files(path):
        yield from _read(one, after if after and after.path == str(one) else None)


def read_octets(name: str, raw: bytes) -> Iterator[Found]:
    """Go through the mails of a file that is in memory; packed ones are not opened."""
    file = io.BytesIO(raw)
    path = Path(name)
    yield from _mbox(path, file, None) if is_divider(raw[:1000]) else _single(path, file, None)


def _read(path: Path, after: Place | None) -> Iterator[Found]:
    passed = 0
    try:
        with ExitStack() as stack:
            on_disk = stack.enter_context(path.open("rb"))
            packed = on_disk.read(len(GZIP)) == GZIP
            on_disk.seek(0)
            file = cast(BinaryIO, stack.enter_context(gzip.open(on_disk))) if packed else on_disk
            first = file.readline(1000)
            file.seek(0)
            for found in _mbox(path, file, after) if is_divider(first) else _single(path, file, after):
                passed = on_disk.tell()
                yield Found(found.source, found.raw, found.problem, found.place, passed)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield Found(str(path), None, _(CUT), passed=passed)
    except OSError as wrong:
        yield Found(str(path), None, str(wrong), passed=passed)


def _single(path: Path, file: BinaryIO, after: Place | None) -> Iterator[Found]:
    if after:
        return
    raw = file.read(MOST_OCTETS + 1)
    problem = "" if raw.strip() else _("the file is empty")
    if len(raw) > MOST_OCTETS:
        problem = _("the mail is larger than {most} octets").format(most=whole(MOST_OCTETS))
    yield Found(str(path), None if problem else raw, problem, Place(str(path), 1, len(raw)))


def _mbox(path: Path, file: BinaryIO, after: Place | None) -> Iterator[Found]:
    for one in read_mbox(file, after.octet if after else 0, after.number if after else 0):
        place = Place(str(path), one.number, one.end)
        yield Found(f"{path}:{one.number}", one.raw, one.problem, place)
