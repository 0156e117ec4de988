"""Uploads: the mails of a user's files handed in one after the other, bytes exact, a bad one counted and passed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from db.failures import StorageFull, StorageUnavailable
from ingest.delivery import Delivery, Stored
from ingest.mail_files import Found
from mail.envelope import Envelope

IN_FLIGHT: Final = 32
OCTETS_IN_FLIGHT: Final = 64 * 1024 * 1024


def upload_envelope(received_at: datetime) -> Envelope:
    """Answer the envelope of an uploaded mail: there was no transaction."""
    return Envelope(reverse_path=None, forward_paths=(), helo="", peer="", tls=False, received_at=received_at)


@dataclass(frozen=True, slots=True)
class Counts:
    """What an upload came to; duplicates are mails that this user had uploaded before."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    failed: int = 0
    unkept: int = 0
    """Of the failed, those that the storage refused."""


class Keeps(Protocol):
    """The door: `ingest.store.Store`."""

    def submit(self, delivery: Delivery) -> Future[Stored]:
        """Take a mail; the answer comes once it is durable."""
        ...


def _tell_nobody(_source: str, _why: str) -> None:
    return None


def _note_nothing(_found: Found) -> None:
    return None


def upload(
    door: Keeps,
    company_id: int,
    user_id: int,
    mails: Iterable[Found],
    now: Callable[[], datetime],
    *,
    failed: Callable[[str, str], None] = _tell_nobody,
    settled: Callable[[Found], None] = _note_nothing,
) -> Counts:
    """Hand mails in, some in flight at a time so that they share commits; answer the counts.

    A mail that cannot be read or kept is counted as failed, `failed` hears its source and why, and the
    rest goes on. `settled` hears of each mail in order, once it and all before it are kept or failed.
    """
    handing = _Handing(door, failed, settled)
    for found in mails:
        delivery = None if found.raw is None else _delivery(company_id, user_id, found.raw, now())
        handing.take(found, delivery)
        while handing.is_full:
            handing.settle()
    while handing.waiting:
        handing.settle()
    return handing.counts


@dataclass(slots=True)
class _Handing:
    """What is in flight; after a mail that could not be kept nothing is settled, so that it is tried again."""

    door: Keeps
    failed: Callable[[str, str], None]
    settled: Callable[[Found], None]
    counts: Counts = field(default_factory=Counts)
    waiting: deque[tuple[Found, int, Future[Stored] | None]] = field(default_factory=deque)
    octets: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.waiting) >= IN_FLIGHT or (self.octets >= OCTETS_IN_FLIGHT and bool(self.waiting))

    def take(self, found: Found, delivery: Delivery | None) -> None:
        self.counts = replace(self.counts, read=self.counts.read + 1)
        size = len(found.raw or b"")
        self.octets += size
        # What waits is known by its place alone: the bytes are the door's.
        self.waiting.append((replace(found, raw=None), size, self.door.submit(delivery) if delivery else None))

    def settle(self) -> None:
        found, size, answer = self.waiting.popleft()
        self.octets -= size
        if answer is None:
            self.failed(found.source, found.problem)
            self.counts = replace(self.counts, failed=self.counts.failed + 1)
        else:
            self._hear(found, answer)
        if not self.counts.unkept:
            self.settled(found)

    def _hear(self, found: Found, answer: Future[Stored]) -> None:
        try:
            stored = answer.result()
        except (StorageFull, StorageUnavailable) as trouble:
            self.failed(found.source, str(trouble))
            counts = self.counts
            self.counts = replace(counts, failed=counts.failed + 1, unkept=counts.unkept + 1)
            return
        if stored.is_new:
            self.counts = replace(self.counts, stored=self.counts.stored + 1)
        else:
            self.counts = replace(self.counts, duplicates=self.counts.duplicates + 1)


def _delivery(company_id: int, user_id: int, raw: bytes, now: datetime) -> Delivery:
    envelope = upload_envelope(now)
    return Delivery(company_id=company_id, envelope=envelope, raw=raw, origin="upload", owner_id=user_id)
