"""The ledger of a soak: what clients read a 250 for; and a reader of the database that is not ours.

The reader knows SQLite's and PostgreSQL's rows, zstd and files by itself; of our code it takes one
thing alone, what opens the public id that the 250 named.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import zstandard

from db.ids import IdSealer
from net.sealed import load_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """How a soak ran and where its data lies; `cluster` is "" unless it had a PostgreSQL of its own."""

    seed: int
    rounds: int
    data_dir: str
    database_url: str
    cluster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One 250: the id it named, and what was sent."""

    id: str
    sha256: str
    size: int


class Ledger:
    """Written by clients of all threads, each line before its client sends again."""

    def __init__(self, path: Path, header: Header) -> None:
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8")
        self.count = 0
        self._write(asdict(header))

    def accepted(self, entry: Entry) -> None:
        """Write one 250 down."""
        with self._lock:
            self._write(asdict(entry))
            self.count += 1

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def read_ledger(path: Path) -> tuple[Header, list[Entry]]:
    """Answer what a soak wrote down."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    return Header(**json.loads(first)), [Entry(**json.loads(line)) for line in lines]


class Rows(Protocol):
    """Runs a query on either database; `%s` stands for a value."""

    def __call__(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Answer the rows."""
        ...


def find_problems(header: Header, entries: Sequence[Entry]) -> Iterator[str]:
    """Give a sentence for everything that is not as it must be once the workers are done."""
    data_dir = Path(header.data_dir)
    sealer = IdSealer(load_keys(data_dir).derive("public-ids"))
    numbers = {entry.id: sealer.unseal("inbound", entry.id) for entry in entries}
    told = Counter(entry.sha256 for entry in entries)
    with _rows_of(header) as rows:
        inbound = {row[0]: row[1:] for row in rows("SELECT id, company_id, sha256, status FROM inbound_message")}
        copies = dict(rows("SELECT inbound_id, count(*) FROM message_copy GROUP BY inbound_id"))
        kept = Counter(sha256 for _, sha256, _ in inbound.values())
        for entry in entries:
            number = numbers[entry.id]
            if number not in inbound:
                yield f"{entry.id}: a 250 named it and it is not there"
                continue
            company_id, sha256, status = inbound[number]
            if sha256 != entry.sha256 or kept[sha256] != 1 or told[sha256] != 1:
                yield f"{entry.id}: not there once under its own bytes"
            yield from _content_problems(entry, _content(rows, data_dir, company_id, sha256))
            if status != "filed" or copies.get(number) != 1:
                yield f"{entry.id}: status {status}, {copies.get(number, 0)} copies"
    for number in inbound.keys() - set(numbers.values()):
        yield f"row {number}: stored, and no client knows of it"


def _content_problems(entry: Entry, content: bytes | None) -> Iterator[str]:
    if content is None:
        yield f"{entry.id}: its bytes are not there"
    elif len(content) != entry.size or hashlib.sha256(content).hexdigest() != entry.sha256:
        yield f"{entry.id}: other bytes than were sent"


def _content(rows: Rows, data_dir: Path, company_id: int, sha256: str) -> bytes | None:
    found = rows("SELECT codec, bytes FROM raw_content WHERE company_id = %s AND sha256 = %s", (company_id, sha256))
    if len(found) != 1:
        return None
    codec: str = found[0][0]
    packed: bytes | None = found[0][1]
    blob = data_dir / "blobs" / str(company_id) / sha256[:2] / sha256
    if packed is None and blob.exists():
        packed = blob.read_bytes()
    if packed is None or codec != "zstd":
        return packed
    return zstandard.ZstdDecompressor().decompress(packed)


@contextmanager
def _rows_of(header: Header) -> Iterator[Rows]:
    if header.database_url:
        with psycopg.connect(header.database_url) as server:
            yield lambda query, values=(): server.execute(query.encode(), values).fetchall()
        return
    with closing(sqlite3.connect(f"file:{header.data_dir}/smartbcc.sqlite3?mode=ro", uri=True)) as file:
        yield lambda query, values=(): file.execute(query.replace("%s", "?"), values).fetchall()
