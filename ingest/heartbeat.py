"""The heartbeat: extends a lease while its worker thinks."""

from __future__ import annotations

import threading
from types import TracebackType

import structlog

from db.claim import HEARTBEAT_SECONDS, Lease, keep
from db.session import Database

log = structlog.get_logger(__name__)


class Heartbeat:
    """A thread that beats each five seconds; a timer, so that short work starts no beat at all."""

    def __init__(self, database: Database, lease: Lease, seconds: float = HEARTBEAT_SECONDS) -> None:
        self._database = database
        self._lease = lease
        self._seconds = seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._done.wait(self._seconds):
            try:
                keep(self._database, self._lease)
            except Exception as error:  # a beat may be missed; the fence keeps the truth
                log.warning("heartbeat missed", error=type(error).__name__)
