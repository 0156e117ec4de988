"""The one door in: a mail is durable when its future is done (RULES R2).

Hashing, compression and large files are done by a few threads; one thread writes what waits in one
transaction and answers all of it after the commit, so that many mails share one fsync. Where a group
fails, its mails are tried again one by one, and only the bad one fails.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import structlog

from db.failures import StorageFull, StorageUnavailable, as_storage_failure, place_of
from db.raw import SMALL, RawStore
from db.session import Database
from db.wake import Waker
from ingest.delivery import Delivery, Stored
from ingest.keeping import Prepared, keep, prepare

__all__ = ["Delivery", "StorageFull", "StorageUnavailable", "Store", "Stored"]

MOST_WAITING: Final = 1000
"""Mails in flight; one more is told to come again later."""
MOST_IN_GROUP: Final = 200
MOST_OCTETS_IN_GROUP: Final = 4 * 1024 * 1024
PREPARERS: Final = 2
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    prepared: Prepared
    future: Future[Stored]


class Store:
    """Keeps deliveries; for all threads of a process. Made after a fork, not before."""

    def __init__(self, database: Database, raw: RawStore, waker: Waker) -> None:
        self._database = database
        self._raw = raw
        self._waker = waker
        self._room = threading.BoundedSemaphore(MOST_WAITING)
        self._closed = False
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._preparers = ThreadPoolExecutor(PREPARERS, thread_name_prefix="store-prepare")
        self._writer = threading.Thread(target=self._write_groups, name="store-write", daemon=True)
        self._writer.start()

    def submit(self, delivery: Delivery) -> Future[Stored]:
        """Take a mail; never waits. The future raises StorageFull or StorageUnavailable, nothing else."""
        future: Future[Stored] = Future()
        # A client that went away cancels nothing: its mail is kept all the same.
        future.set_running_or_notify_cancel()
        if not self._room.acquire(blocking=False):
            future.set_exception(StorageUnavailable("too many mails wait to be stored"))
            return future
        future.add_done_callback(lambda _: self._room.release())
        if len(delivery.raw) <= SMALL and not self._closed:
            # Faster done than handed to another thread; nothing of it waits, not even for a file.
            self._prepare(delivery, future)
            return future
        try:
            self._preparers.submit(self._prepare, delivery, future)
        except RuntimeError:
            future.set_exception(StorageUnavailable("the store is closed"))
        return future

    def put(self, delivery: Delivery) -> Stored:
        """Keep a mail and wait until it is durable; raises StorageFull or StorageUnavailable."""
        return self.submit(delivery).result()

    def close(self) -> None:
        """Keep what was taken, then stop."""
        self._closed = True
        self._preparers.shutdown()
        self._waiting.put(None)
        self._writer.join()

    def _prepare(self, delivery: Delivery, future: Future[Stored]) -> None:
        try:
            prepared = prepare(delivery, self._raw)
        except Exception as error:  # whatever it is, the client hears 4xx and comes again (R2)
            self._fail([future], error)
        else:
            self._waiting.put(_Waiting(prepared, future))

    def _write_groups(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, is_last = self._gather(first)
            self._write(group)
            if is_last:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Collect what waits already; tell whether the end was among it."""
        group, octets = [first], _octets(first)
        while len(group) < MOST_IN_GROUP and octets < MOST_OCTETS_IN_GROUP:
            try:
                one = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
            if one is None:
                return group, True
            group.append(one)
            octets += _octets(one)
        return group, False

    def _write(self, group: Sequence[_Waiting]) -> None:
        try:
            stored = self._commit([one.prepared for one in group])
        except Exception as error:  # a bug counts as trouble of ours: 451, never 250 or 5xx (R2)
            self._write_singly(group, error)
        else:
            for one, kept in zip(group, stored, strict=True):
                one.future.set_result(kept)

    def _write_singly(self, group: Sequence[_Waiting], error: Exception) -> None:
        if len(group) == 1:
            self._fail([group[0].future], error)
            return
        for position, one in enumerate(group):
            self._write([one])
            if isinstance(one.future.exception(), StorageUnavailable) and not self._is_reachable():
                # Nobody waits for the time-out of each of two hundred.
                self._fail([later.future for later in group[position + 1 :]], error)
                return

    def _commit(self, group: Sequence[Prepared]) -> list[Stored]:
        with self._database.write() as session:
            stored = keep(session, group, self._raw, self._database.now(session))
        self._waker.wake()
        return stored

    def _is_reachable(self) -> bool:
        try:
            with self._database.read() as session:
                self._database.now(session)
        except Exception:  # any answer but the time is a no
            return False
        return True

    def _fail(self, futures: Sequence[Future[Stored]], error: Exception) -> None:
        failure = as_storage_failure(error)
        log.error(
            "not stored",
            mails=len(futures),
            kind=type(failure).__name__,
            error=type(error).__name__,
            place=place_of(error),
        )
        failure.__cause__ = error
        for future in futures:
            future.set_exception(failure)


def _octets(one: _Waiting) -> int:
    return len(one.prepared.raw.packed or b"")
