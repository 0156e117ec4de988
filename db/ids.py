"""Ids: 63-bit integers that rise with time, and the sealed form that the public sees.

41 bits of milliseconds since 2025, 10 of a number that one process has at a time, 12 of a counter.
A process reserves spans of milliseconds for its number in the database (`db.blocks`) and makes ids
inside them alone. So ids stay unique whatever clocks, kills, forks and lost connections do.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from sqlalchemy.orm import Session

EPOCH_MS: Final = 1_735_689_600_000
"""2025-01-01T00:00:00Z in Unix milliseconds; 41 bits last until 2094."""
NUMBERS: Final = 1 << 10
COUNTER_BITS: Final = 12
LAST_COUNT: Final = (1 << COUNTER_BITS) - 1
MS_SHIFT: Final = 22
BLOCK_MS: Final = 60_000
MAKER: Final = "id_maker"
ZEROS: Final = bytes(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The milliseconds since our epoch, `start` <= ms < `end`, that are one process's under `number`."""

    number: int
    start: int
    end: int


Reserve = Callable[[int, int | None], Block]
"""Reserves a block, given the time in ms since our epoch and the number held so far."""


class IdsExhausted(Exception):
    """One transaction made more ids than its process has reserved."""


class IdMaker:
    """Makes the ids of one process; every write transaction calls `ready` before it begins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reserving = threading.Lock()
        self._block: Block | None = None
        self._ms = 0
        self._count = 0

    def ready(self, now_ms: int, reserve: Reserve) -> None:
        """Move on to the given Unix time, never back, and reserve anew when half a block is left."""
        # Two locks: a thread that writes asks for ids while another waits for its turn to reserve.
        with self._reserving:
            now = max(now_ms - EPOCH_MS, self._ms)
            held = self._block if self._block and self._block.end > now else None
            if held is None or held.end - now < BLOCK_MS // 2:
                self._take(reserve(now, held.number if held else None))
            with self._lock:
                self._move_to(now)

    def next(self) -> int:
        """Answer an id greater than every one this maker gave before, but for a change of number."""
        with self._lock:
            if self._block is None or self._ms >= self._block.end:
                raise IdsExhausted("ids are made in write transactions, within the reserved block")
            made = self._ms << MS_SHIFT | self._block.number << COUNTER_BITS | self._count
            if self._count == LAST_COUNT:
                self._move_to(self._ms + 1)
            else:
                self._count += 1
            return made

    def _take(self, block: Block) -> None:
        with self._lock:
            continues = self._block is not None and self._block.number == block.number
            self._block = block
            if not continues or self._ms < block.start - BLOCK_MS:
                self._move_to(block.start)

    def _move_to(self, ms: int) -> None:
        if ms > self._ms:
            self._ms, self._count = ms, 0


def least_id_at(moment: datetime) -> int:
    """Answer the least id that can have been made at that time; ids run a minute ahead of the clock at most."""
    return max(int(moment.timestamp() * 1000) - EPOCH_MS, 0) << MS_SHIFT


def new_id(session: Session) -> int:
    """Make the next id; the session is inside `Database.write()`."""
    maker: IdMaker = session.info[MAKER]
    return maker.next()


class IdSealer:
    """Turns ids into the opaque text that leaves the house, and back.

    One AES block of eight zero octets and the number, under a key of the kind: the zeros are what
    a forger would have to hit (2^-64 a try), and equal ids of two kinds look unrelated.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._ciphers: dict[str, Cipher[ECB]] = {}

    def seal(self, kind: str, number: int) -> str:
        """Answer 26 lower-case base32 letters and digits."""
        encryptor = self._cipher(kind).encryptor()
        block = encryptor.update(ZEROS + number.to_bytes(8)) + encryptor.finalize()
        return base64.b32encode(block).decode().rstrip("=").lower()

    def unseal(self, kind: str, text: str) -> int | None:
        """Answer the number; None where the text is malformed, forged or of another kind."""
        try:
            block = base64.b32decode(text.upper() + "======")
        except (binascii.Error, ValueError):
            return None
        if len(block) != 16:
            return None
        decryptor = self._cipher(kind).decryptor()
        plain = decryptor.update(block) + decryptor.finalize()
        number = int.from_bytes(plain[8:])
        if not hmac.compare_digest(plain[:8], ZEROS) or number >> 63:
            return None
        # The last letter has two spare bits: one id has one text.
        return number if self.seal(kind, number) == text else None

    def _cipher(self, kind: str) -> Cipher[ECB]:
        if kind not in self._ciphers:
            key = hmac.digest(self._key, b"public id of kind " + kind.encode(), hashlib.sha256)
            self._ciphers[kind] = Cipher(AES(key), ECB())  # noqa: S305 - one block, whose redundancy authenticates it
        return self._ciphers[kind]
