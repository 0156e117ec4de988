"""The heartbeat: extends a lease while its worker works."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final

import structlog

HEARTBEAT_SECONDS: Final = 5.0
log = structlog.get_logger(__name__)


class Heartbeat:
    """A thread that beats each five seconds; the first beat comes late, so that short work has none."""

    def __init__(self, beat: Callable[[], object], seconds: float = HEARTBEAT_SECONDS) -> None:
        self._beat = beat
        self._seconds = seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(self._seconds):
            try:
                self._beat()
            except Exception as error:  # a beat may be missed; the fence keeps the truth
                log.warning("heartbeat missed", error=type(error).__name__)
