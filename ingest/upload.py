"""Mails in files: .eml, mbox, Maildir; read one at a time, bytes exact, a bad file counted and passed."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from db.failures import StorageFull, StorageUnavailable
from ingest.delivery import Delivery, Stored
from mail.envelope import Envelope

MAILDIR: Final = ("cur", "new")
MBOX_FROM: Final = re.compile(rb"From \S+.{0,30}\d\d:\d\d(?::\d\d)?.{0,30}\d{4}", re.DOTALL)
"""The line that divides an mbox (RFC 4155): `From sender date`."""
QUOTED_FROM: Final = re.compile(rb">+From ")
HIDDEN: Final = "."
SURE_OF_MBOX: Final = b"From "
IN_FLIGHT: Final = 32


@dataclass(frozen=True, slots=True)
class Found:
    """One mail of a file; `raw` is None where it could not be read, and `problem` says why."""

    source: str
    raw: bytes | None
    problem: str = ""


def read_mails(path: Path) -> Iterator[Found]:
    """Go through the mails of a file or a directory, Maildirs inside it included, in the order of names."""
    if not path.is_dir():
        yield from _file(path)
        return
    try:
        inside = sorted(path.iterdir())
    except OSError as wrong:
        yield Found(str(path), None, str(wrong))
        return
    maildir = any(one.name in MAILDIR for one in inside) and (path / "cur").is_dir()
    for one in inside:
        if one.is_dir() and (not maildir or one.name != "tmp"):
            yield from read_mails(one)
        elif not maildir and one.is_file() and not one.name.startswith(HIDDEN):
            yield from _file(one)


def upload_envelope(received_at: datetime) -> Envelope:
    """Answer the envelope of an uploaded mail: there was no transaction."""
    return Envelope(reverse_path=None, forward_paths=(), helo="", peer="", tls=False, received_at=received_at)


def _file(path: Path) -> Iterator[Found]:
    try:
        with path.open("rb") as file:
            is_mbox = MBOX_FROM.match(file.readline(1000)) is not None
        if is_mbox:
            yield from _mbox(path)
        else:
            raw = path.read_bytes()
            yield Found(str(path), raw) if raw.strip() else Found(str(path), None, "the file is empty")
    except OSError as wrong:
        yield Found(str(path), None, str(wrong))


def _mbox(path: Path) -> Iterator[Found]:
    """Read the mboxrd form: a dividing line follows an empty one, and a quoted From loses one `>`."""
    lines: list[bytes] = []
    number, after_empty = 0, True
    with path.open("rb") as file:
        for line in file:
            if after_empty and line.startswith(SURE_OF_MBOX) and MBOX_FROM.match(line):
                if number:
                    yield _one_of(path, number, lines)
                number, lines = number + 1, []
            else:
                lines.append(line[1:] if QUOTED_FROM.match(line) else line)
            after_empty = not line.strip(b"\r\n")
    yield _one_of(path, number, lines)


def _one_of(path: Path, number: int, lines: list[bytes]) -> Found:
    # The empty line before the next dividing line belongs to the mbox, not to the mail.
    content = lines[:-1] if lines and not lines[-1].strip(b"\r\n") and len(lines) > 1 else lines
    raw = b"".join(content)
    source = f"{path}:{number}"
    return Found(source, raw) if raw.strip() else Found(source, None, "the mail is empty")


@dataclass(frozen=True, slots=True)
class Counts:
    """What an upload came to; duplicates are mails that this user had uploaded before."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    failed: int = 0


class Keeps(Protocol):
    """The door: `ingest.store.Store`."""

    def submit(self, delivery: Delivery) -> Future[Stored]:
        """Take a mail; the answer comes once it is durable."""
        ...


def _tell_nobody(_source: str, _why: str) -> None:
    return None


def upload(
    door: Keeps,
    company_id: int,
    user_id: int,
    mails: Iterable[Found],
    now: Callable[[], datetime],
    *,
    failed: Callable[[str, str], None] = _tell_nobody,
) -> Iterator[Counts]:
    """Hand mails in, some in flight at a time so that they share commits; tell the counts after each.

    A mail that cannot be read or kept is counted as failed, `failed` hears its source and why, and the
    rest goes on.
    """
    counts = Counts()
    waiting: deque[tuple[str, Future[Stored]]] = deque()
    for found in mails:
        counts = replace(counts, read=counts.read + 1)
        if found.raw is None:
            failed(found.source, found.problem)
            counts = replace(counts, failed=counts.failed + 1)
        else:
            delivery = Delivery(
                company_id=company_id,
                envelope=upload_envelope(now()),
                raw=found.raw,
                origin="upload",
                owner_id=user_id,
            )
            waiting.append((found.source, door.submit(delivery)))
        if len(waiting) >= IN_FLIGHT:
            counts = _counted(counts, *waiting.popleft(), failed)
        yield counts
    while waiting:
        counts = _counted(counts, *waiting.popleft(), failed)
        yield counts


def _counted(counts: Counts, source: str, answer: Future[Stored], failed: Callable[[str, str], None]) -> Counts:
    try:
        stored = answer.result()
    except (StorageFull, StorageUnavailable) as trouble:
        failed(source, str(trouble))
        return replace(counts, failed=counts.failed + 1)
    if stored.is_new:
        return replace(counts, stored=counts.stored + 1)
    return replace(counts, duplicates=counts.duplicates + 1)
