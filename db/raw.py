"""Raw bytes by SHA-256: exact, compressed, written once.

A small content lands in the row, in the same commit as its envelope; a large one lies in a file
that is durable before the commit names it. Compression and files come before the transaction
(`prepare`), the row inside it (`put_in`).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import zstandard
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.blobs import Blobs
from db.inserting import insert_or_touch
from db.models.raw import RawContent
from db.session import Database

SMALL: Final = 64 * 1024
"""Octets after compression up to which a content lies in its row."""
IN_PIECES: Final = 1024 * 1024
"""Octets above which a content goes to its file piece by piece: its packed form never stands in memory whole."""
LEVEL: Final = 3
CODEC: Final = "zstd"
_thread = threading.local()


class RawMissing(Exception):
    """The content is not there."""


class RawDamaged(Exception):
    """The content does not have the hash it was stored under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRaw:
    """A content ready for its row; `packed` is None where it lies in a file already. `size` in octets."""

    company_id: int
    sha256: str
    size: int
    packed: bytes | None


class RawStore:
    """The raw contents of an installation; every key names its company."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._blobs = Blobs(data_dir / "blobs")

    def prepare(self, company_id: int, raw: bytes) -> PreparedRaw:
        """Hash and compress; write a large one to its file. No transaction is open. Raises OSError."""
        sha256 = hashlib.sha256(raw).hexdigest()
        if len(raw) > IN_PIECES:
            self._blobs.put(company_id, sha256, _packed_pieces(raw))
            return PreparedRaw(company_id=company_id, sha256=sha256, size=len(raw), packed=None)
        packed: bytes | None = _compressor().compress(raw)
        if packed is not None and len(packed) > SMALL:
            self._blobs.put(company_id, sha256, [packed])
            packed = None
        return PreparedRaw(company_id=company_id, sha256=sha256, size=len(raw), packed=packed)

    def put_in(self, session: Session, contents: Sequence[PreparedRaw], now: datetime) -> None:
        """Write the rows that are not there yet; the caller commits.

        One that is there is locked until then: nobody forgets it before the mail that rests on it is seen.
        """
        rows = [
            {
                "company_id": one.company_id,
                "sha256": one.sha256,
                "codec": CODEC,
                "size": one.size,
                "bytes": one.packed,
                "stored_at": now,
            }
            # In one order, so that two who keep the same contents do not wait for each other.
            for one in sorted(contents, key=lambda one: (one.company_id, one.sha256))
        ]
        session.connection().execute(insert_or_touch(session, RawContent, ("company_id", "sha256"), "size"), rows)

    def lock(self, session: Session, company_id: int, hashes: Collection[str]) -> None:
        """Wait for those who keep the same contents just now, and keep out who comes later."""
        rows = select(RawContent.sha256).where(RawContent.company_id == company_id, RawContent.sha256.in_(hashes))
        session.execute(rows.order_by(RawContent.sha256).with_for_update())

    def forget(self, session: Session, company_id: int, sha256: str) -> None:
        """Delete the row; the caller knows that no mail rests on it. The file, where there is one, goes later."""
        session.execute(delete(RawContent).where(RawContent.company_id == company_id, RawContent.sha256 == sha256))

    def sweep(self, company_id: int, sha256: str, older_than: datetime) -> None:
        """Delete the file of a content that was forgotten; call it after the commit. Raises OSError."""
        self._blobs.delete(company_id, sha256, older_than)

    def sweep_unfinished(self, older_than: datetime) -> None:
        """Delete files that nobody finished writing. Raises OSError."""
        self._blobs.delete_unfinished(older_than)

    def load(self, company_id: int, sha256: str) -> bytes:
        """Answer the exact bytes, on a snapshot of its own; raise RawMissing or RawDamaged."""
        with self._database.read() as session:
            return self.read(session, company_id, sha256)

    def read(self, session: Session, company_id: int, sha256: str) -> bytes:
        """Answer the exact bytes; raise RawMissing or RawDamaged."""
        query = select(RawContent.content, RawContent.size)
        row = session.execute(
            query.where(RawContent.company_id == company_id, RawContent.sha256 == sha256)
        ).one_or_none()
        if row is None:
            raise RawMissing(f"no raw content {sha256}")
        packed = row.content if row.content is not None else self._blobs.get(company_id, sha256)
        if packed is None:
            raise RawMissing(f"no file for raw content {sha256}")
        return _unpack(packed, row.size, sha256)


def _packed_pieces(raw: bytes) -> Iterator[bytes]:
    packer = zstandard.ZstdCompressor(level=LEVEL).compressobj(size=len(raw))
    whole = memoryview(raw)
    for start in range(0, len(raw), IN_PIECES):
        yield packer.compress(whole[start : start + IN_PIECES])
    yield packer.flush()


def _unpack(packed: bytes, size: int, sha256: str) -> bytes:
    try:
        raw = _decompressor().decompress(packed, max_output_size=size)
    except zstandard.ZstdError as wrong:
        raise RawDamaged(f"raw content {sha256} cannot be unpacked: {wrong}") from wrong
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise RawDamaged(f"raw content {sha256} has another hash")
    return raw


def _compressor() -> zstandard.ZstdCompressor:
    # One a thread: its state may not be shared, and making it costs more than a small mail does.
    if not hasattr(_thread, "compressor"):
        _thread.compressor = zstandard.ZstdCompressor(level=LEVEL)
    compressor: zstandard.ZstdCompressor = _thread.compressor
    return compressor


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_thread, "decompressor"):
        _thread.decompressor = zstandard.ZstdDecompressor()
    decompressor: zstandard.ZstdDecompressor = _thread.decompressor
    return decompressor
