"""Counts refused mail by company, day and kind of reason, in memory; a thread writes it down now and then.

What a session pays is one addition. What was counted since the last writing is lost if the process is
killed: these are numbers for a page, no mail hangs on them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

import structlog

from accounts.day_counts import GATEWAY_DROPPED, Counted, add_counts
from db.failures import place_of
from db.session import Database
from smtpd import replies
from smtpd.reply import Reply

EVERY_SECONDS: Final = 60.0
KINDS: Final[Mapping[Reply, str]] = {
    replies.FAILED_CHECKS: "unproved",
    replies.NO_PASSING_SIGNATURE: "unproved",
    replies.NO_AUTHOR_SIGNATURE: "unproved",
    replies.SPF_FAILED: "unproved",
    replies.UNPROVABLE: "unprovable",
    replies.NOT_APPROVED: "not_approved",
    replies.OUTSIDER: "not_approved",
    replies.BAD_FROM: "malformed",
    replies.BAD_CONTENT: "malformed",
    replies.LOOP: "malformed",
    replies.CANNOT_TELL_YET: "put_off",
    replies.OUT_OF_TIME: "put_off",
    replies.DISK_FULL: "trouble",
    replies.NOT_NOW: "trouble",
}
"""`put_off` and `trouble` are 4xx: the sender comes again."""
COUNTED: Final[Mapping[Reply, str]] = {
    replies.NOT_KEPT: GATEWAY_DROPPED,
    **{reply: f"refused.{kind}" for reply, kind in KINDS.items()},
}
log = structlog.get_logger(__name__)


class Refusals:
    """One for a process; `note` may be called from any thread and waits for nobody who writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._counts: Counter[Counted] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="refusals", daemon=True)

    def start(self) -> None:
        """Write down now and then from now on."""
        self._thread.start()

    def close(self) -> None:
        """Write down the rest and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.write()

    def note(self, company_id: int, day: date, reply: Reply) -> None:
        """Count one refusal, or a mail let go; a reply that keeps it counts nothing, nor does one to no company's."""
        if company_id and (kind := COUNTED.get(reply)) is not None:
            with self._lock:
                self._counts[company_id, day, kind] += 1

    def write(self) -> None:
        """Write down what was counted; where the database is away, it is counted on."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            with self._database.write() as session:
                add_counts(session, counts)
        except Exception as error:  # the database may be away: the next round writes it
            log.warning("refusals not written", error=type(error).__name__, place=place_of(error))
            with self._lock:
                self._counts.update(counts)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self.write()
